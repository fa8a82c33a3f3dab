"""Finds who an interview is with, and in which of its sentences "I" and "you" mean that guest.

An interview is told by its form: paragraphs that ask "you" something, each followed by one that answers.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from msgspec import Struct
from spacy.tokens import Doc, Token

from schemas.vocabularies import SourceKind
from service.attribution import lexicon, names, sources
from service.attribution.clauses import child, subtree
from service.attribution.directory import Directory
from service.attribution.forenames import gender
from service.attribution.kinds import ASKS, ENDS, INTERROGATIVE
from service.attribution.quotations import CLOSING, OPENING, STRAIGHT
from service.attribution.sentences import Sentence
from service.attribution.sources import Mention

FEWEST = 2  # Questions that make an interview; one alone is a figure of speech.
INTERVIEWING = {"interviews", "interviewed", "interviewing"}  # A parser takes the first for a noun in a headline.
LONGEST = 5  # A paragraph of more sentences tells something, even where it ends by asking.
MARKS = OPENING + CLOSING + STRAIGHT
ADDRESS = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
ANSWER = re.compile(r"\b(?:I|me|my|we|us|our)\b")


class Interview(Struct, frozen=True):
    """The numbers of the sentences that ask and of those that answer, and the names of the guests."""

    questions: frozenset[int]
    answers: frozenset[int]
    guests: tuple[Mention, ...]


def find(cut: Sequence[Sentence], docs: Sequence[Doc | None], known: Directory) -> Interview | None:
    """The interview that an article is, None where it is none or does not tell with whom."""
    paragraphs = [list(group) for _, group in groupby(range(len(cut)), key=lambda n: cut[n].paragraph)]
    asking = [_asks(cut, p) for p in paragraphs]
    answered = sum(a and not b for a, b in pairwise(asking))
    if answered < (1 if any("interview" in cut[n].text.lower() for n in paragraphs[0]) else FEWEST):
        return None
    begin = _beginning(cut, paragraphs, asking)
    asking[begin] = asking[begin] or any(ADDRESS.search(cut[n].text) for n in paragraphs[begin])
    questions = [n for p, asks in zip(paragraphs, asking, strict=True) if asks for n in p]
    answers = [n for p, asks in zip(paragraphs[begin:], asking[begin:], strict=True) if not asks for n in p]
    answers += [n for p in paragraphs[:begin] if _set_apart(cut, p) for n in p]
    talk = any(ADDRESS.search(cut[n].text) for n in questions) and any(ANSWER.search(cut[n].text) for n in answers)
    opening = [doc for p in paragraphs[:begin] for n in p if (doc := docs[n]) is not None]
    guests = _guests(opening, known) if talk else ()
    return Interview(frozenset(questions), frozenset(answers), guests) if guests else None


def _beginning(cut: Sequence[Sentence], paragraphs: Sequence[Sequence[int]], asking: Sequence[bool]) -> int:
    """The first paragraph that asks, or in which somebody speaks of themselves or to another outside quotations."""
    first = asking.index(True)
    for number, paragraph in enumerate(paragraphs[:first]):
        plain = ENDS.search(cut[paragraph[-1]].text) and not any(m in cut[n].text for n in paragraph for m in MARKS)
        if plain and any(ADDRESS.search(cut[n].text) or ANSWER.search(cut[n].text) for n in paragraph):
            return number
    return first


def _asks(cut: Sequence[Sentence], paragraph: Sequence[int]) -> bool:
    """Whether a paragraph ends with a question of the article's own; a heading may leave out the mark."""
    last = cut[paragraph[-1]]
    if len(paragraph) > LONGEST or cut[paragraph[0]].text[0] in MARKS:
        return False
    unmarked = len(paragraph) == 1 and INTERROGATIVE.match(last.text) and last.text[-1].isalnum()
    return bool(ASKS.search(last.text) or unmarked)


def _set_apart(cut: Sequence[Sentence], paragraph: Sequence[int]) -> bool:
    """Whether a paragraph is nothing but a quotation, as an interview's heading has them."""
    return cut[paragraph[0]].text[0] in MARKS and cut[paragraph[-1]].text[-1] in MARKS


def _guests(opening: Sequence[Doc], known: Directory) -> tuple[Mention, ...]:
    """Whom the paragraphs before the first question say the talk is with, else the one person whom they name."""
    before: list[Mention] = []
    for doc in opening:
        named = _people(doc, known)
        for token in doc:
            if met := _met(token, named) or (before[-1:] if _of_pronoun(token) else []):
                return tuple(met)
        before += named
    every = {m.name: m for m in before}
    return tuple(m for m in every.values() if len(every) == 1 and gender(m.name or "") is not None)


def _met(token: Token, named: Sequence[Mention]) -> tuple[Mention, ...]:
    """Who of those ``named`` in its sentence is met, where ``token`` tells of a talk.

    Behind "interviews" it is the next one named, behind "an interview with" and "spoke to" the one in that phrase,
    each with those whom "and" joins to them; before "interviewed by" and "tells the paper" it is the last.
    """
    topic = next((t.i for t in token.doc[token.i :] if t.lower_ in ("about", "on")), len(token.doc))
    behind = [m for m in named if token.i < m.head < topic]
    before = [m for m in named if m.head < token.i]
    partner = next((c for c in token.children if c.dep_ == "prep" and c.lower_ in ("with", "to")), None)
    if token.lower_ == "interview" or _verb(token, "talks"):
        met = [m for m in behind if m.head in subtree(partner)][:1]
    elif token.lower_ in INTERVIEWING:
        met = before[-1:] if child(token, "agent") is not None else behind[:1]
    else:
        met = []
    if not met and not behind and _verb(token, "subjects") and _to_paper(token, partner):
        return tuple(before[-1:])
    return (*met, *_joined(token.doc, met, behind))


def _of_pronoun(token: Token) -> bool:
    """Whether ``token`` tells of an interview with somebody named before: "the paper interviewed her"."""
    met = child(token, "dobj") if token.lower_ in INTERVIEWING else None
    return met is not None and met.lower_ in sources.SINGULAR


def _to_paper(verb: Token, partner: Token | None) -> bool:
    """Whether ``verb`` has a listener who goes by a name: "tells the Courier", "talks to the Courier"."""
    listener = child(partner if partner is not None else verb, "pobj", "dobj", "dative")
    return listener is not None and names.proper(listener)


def _verb(token: Token, key: str) -> bool:
    return token.pos_ == "VERB" and token.lemma_.lower() in lexicon.words("people", "interviews", key)


def _joined(doc: Doc, met: Sequence[Mention], behind: Sequence[Mention]) -> Iterator[Mention]:
    for last, following in pairwise(behind):
        if last not in met or doc[last.end : following.start].text.lower() not in ("and", "&"):
            return
        yield following
        met = (*met, following)


def _people(doc: Doc, known: Directory) -> list[Mention]:
    """The full names of persons in a sentence, in its order, whoever took the picture left out."""
    read = (sources.read(token, known) for token in names.heads(doc))
    return [m for m in read if _full(m) and doc[max(m.start - 1, 0)].text != ":"]


def _full(mention: Mention) -> bool:
    return mention.kind is SourceKind.PERSON and mention.name is not None and len(mention.name.split()) > 1
