"""Finds the label by which a headline or a transcript gives words to somebody: "Lund: The bridge is closed"."""

from spacy.tokens import Doc, Span, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon
from service.attribution.clauses import root
from service.attribution.directory import capitals, countries
from service.attribution.forenames import gender
from service.attribution.matches import Match
from service.attribution.quotations import OPENING, STRAIGHT

LONGEST = 5  # A label has no more words.
MARKS = OPENING + STRAIGHT + "‘"
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
    return label.casefold() in {*countries(), *capitals()} | lexicon.words("people", "labels", "topics")


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
