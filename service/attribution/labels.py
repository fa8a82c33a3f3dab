"""Finds the label or the signature that gives words to somebody: "Lund: The bridge is closed", "“It is.” — Lund"."""

from itertools import takewhile

from spacy.tokens import Doc, Span, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon
from service.attribution.clauses import root
from service.attribution.directory import capitals, countries
from service.attribution.forenames import gender
from service.attribution.matches import Match
from service.attribution.names import keywords, proper
from service.attribution.quotations import CLOSING, OPENING, STRAIGHT, TYPED

LONGEST = 5  # A label or a signature has no more words.
DASHES = ("—", "–", "--", "-")
MARKS = OPENING + STRAIGHT + "‘"
ENDING = (*CLOSING, STRAIGHT, TYPED, "’")
FINITE = {"VBZ", "VBD", "VBP", "MD"}


def labelled(doc: Doc) -> Match | None:
    """The attribution of all that stands behind the label which opens ``doc`` to whoever it names."""
    first = 1 if len(doc) and doc[0].text in MARKS else 0
    colon = next((t.i for t in doc[first : first + LONGEST + 1] if t.text == ":"), first)
    label, said = [*doc[first:colon]], frozenset(range(colon + 1, len(doc)))
    if not label or not _speaks(doc[colon + 1 :]) or not _speaker(label, opens_quotation=doc[colon + 1].text in MARKS):
        return None
    top = root(doc[colon + 1])
    head = top.i if top.i in said else None
    return Match((colon,), label[-1].i, said, Act.STATEMENT, Factuality.CERTAIN, head, outer=True)


def topical(label: str) -> bool:
    """Whether a label tells what the words behind it are about: "France: ..."."""
    topics = lexicon.words("people", "labels", "topics")
    return any(label.casefold() in listed for listed in (countries(), capitals(), topics))


def signed(doc: Doc) -> Match | None:
    """The attribution of a quotation that ends ``doc`` to whoever signs it behind a dash."""
    dashes = (t.i for t in doc[1:-1] if t.text in DASHES and doc[t.i - 1].text in ENDING)
    dash = next(dashes, len(doc) - 1)
    if not _signature(name := [*takewhile(proper, doc[dash + 1 :])], doc) or not _speaks(doc[:dash]):
        return None
    top = root(doc[0])
    head = top.i if top.i < dash else None
    return Match((dash,), name[-1].i, frozenset(range(dash)), Act.STATEMENT, Factuality.CERTAIN, head, outer=True)


def _signature(name: list[Token], doc: Doc) -> bool:
    """Whether a name behind a dash signs: it ends there or is described, and is no agency's, which is a credit."""
    if not name or len(name) > LONGEST or name[-1].lower_ in keywords():
        return False
    described = doc[name[-1].i + 1 : name[-1].i + 2].text in (",", "(")
    return described or (len(name) > 1 and all(t.is_punct for t in doc[name[-1].i + 1 :]))


def _speaks(said: Span) -> bool:
    """Whether what stands behind a label says something, and is no list or title."""
    return any(t.tag_ in FINITE for t in said)


def _speaker(label: list[Token], *, opens_quotation: bool) -> bool:
    """Whether a label is somebody's name, or tells who speaks or what can be read."""
    name, last = " ".join(t.text for t in label), label[-1]
    capitalised = all(t.text[0].isupper() or t.is_punct for t in label)
    if not capitalised or topical(name):
        return False
    if len(label) == 1 and last.lemma_.lower() in lexicon.speakers():
        return True
    return gender(name) is not None or name.isupper() or (opens_quotation and len(label) == 1 and last.tag_ == "NNP")
