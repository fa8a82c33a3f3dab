"""Parts of speech, morphology and lemmas as spaCy tells them, without asking it twice about the same word."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

ASKED: list[int | str] = ["ORTH", "TAG", "DEP"]
TOLD: list[int | str] = ["POS", "MORPH", "LEMMA"]
UNLISTED = "unlisted"  # Stands for every word that no pattern lists.

Three = tuple[int, int, int]


class Morphology:
    """Says of each token what ``ruler`` and then ``lemmatizer`` say of it, several times as fast.

    Nearly all patterns of the ruler look at the tag and the dependency of one token, and at its word if that is listed;
    the lemmatizer looks at a word and what these say. So it is remembered by these three. A document in which one of
    the few other patterns may begin goes the stock way.
    """

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        self._ruler, self._lemmatizer, self._strings = ruler, lemmatizer, ruler.vocab.strings
        self._plain, self._others = AttributeRuler(ruler.vocab), Matcher(ruler.vocab)
        self._listed: set[int] = set()
        pattern: Any
        for pattern in ruler.patterns:
            if (words := _words(pattern)) is None:
                self._others.add("others", [[first] for first, *_ in pattern["patterns"]])
            else:
                self._plain.add_patterns([pattern])
                self._listed |= {self._strings.add(word) for word in words}
        self._unlisted = self._strings.add(UNLISTED)
        self._ruled = cache(self._rule)
        self._told: dict[Three, Three] = {}

    def __call__(self, doc: Doc) -> Doc:
        """``doc`` with its tokens' parts of speech, morphology and lemmas."""
        asked: list[Three] = [(word, tag, name) for word, tag, name in doc.to_array(ASKED).tolist()]
        told = [self._told.get(three) for three in asked]
        if None in told:
            if self._others(doc):
                return self._lemmatizer(self._ruler(doc))
            told = [self._told.get(three) or self._learn(three, token) for three, token in zip(asked, doc, strict=True)]
        doc.from_array(TOLD, np.array(told, np.uint64).reshape(-1, len(TOLD)))  # type: ignore[arg-type]
        return doc

    @contextmanager
    def memory(self) -> Iterator[None]:
        """What is learnt inside is forgotten behind it."""
        known = len(self._told)
        try:
            yield
        finally:
            while len(self._told) > known:
                self._told.popitem()

    def _learn(self, asked: Three, token: Any) -> Three:
        """What is told of ``token``, and will be of all for which the same is ``asked``."""
        listed = token.lower if token.lower in self._listed else self._unlisted
        token.pos, morphology, lemma = self._ruled(listed, *asked[1:])
        token.set_morph(morphology)
        self._told[asked] = token.pos, morphology, lemma or self._strings.add(self._lemmatizer.lemmatize(token)[0])
        return self._told[asked]

    def _rule(self, lower: int, tag: int, dependency: int) -> list[int]:
        doc = Doc(self._plain.vocab, words=[self._strings[lower]])
        doc[0].tag, doc[0].dep = tag, dependency
        told: list[int] = self._plain(doc).to_array(TOLD)[0].tolist()
        return told


def _words(pattern: Any) -> set[str] | None:
    """The words that a pattern lists, None where it looks at more than these, a tag and a dependency of one token."""
    listed: set[str] = set()
    for first, *others in pattern["patterns"]:
        word = first.get("LOWER", {"IN": []})
        words = {word} if isinstance(word, str) else set(word["IN"]) if "IN" in word else None
        if others or words is None or not first.keys() <= {"LOWER", "TAG", "DEP"}:
            return None
        listed |= words
    return listed
