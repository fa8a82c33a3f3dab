"""Finds who an interview is with."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc, Token

from schemas.vocabularies import SourceKind
from service.attribution import lexicon, names, sources
from service.attribution.clauses import child, subtree
from service.attribution.directory import Directory
from service.attribution.forenames import gender
from service.attribution.sources import Mention

INTERVIEWING = {"interviews", "interviewed", "interviewing"}  # A parser takes the first for a noun in a headline.


def find(opening: Sequence[Doc], docs: Sequence[Doc | None], known: Directory) -> tuple[Mention, ...]:
    """Whom the paragraphs before the first question, the ``opening``, say the talk is with, by name or description.

    Else it is the one person whom they name.
    """
    before: list[Mention] = []
    for doc in opening:
        named = _people(doc, known)
        for token in doc:
            if met := _met(token, named) or (before[-1:] if _of_pronoun(token) else []):
                return tuple(met)
        before += named
    parsed = [doc for doc in docs if doc is not None]
    roles = dict.fromkeys(role for doc in opening for token in doc if (role := _described(token)) is not None)
    for role in roles:
        if bearers := {m.name: m for doc in parsed for m in _people(doc, known) if _bears(m, doc, role)}:
            return tuple(bearers.values())
    every = {m.name: m for m in before}
    return tuple(m for m in every.values() if len(every) == 1 and _person(m, parsed))


def _met(token: Token, named: Sequence[Mention]) -> tuple[Mention, ...]:
    """Who of those ``named`` in its sentence is met, where ``token`` tells of a talk.

    Behind "interviews" it is the next one named, behind "an interview with" and "spoke to" the one in that phrase,
    each with those whom "and" joins to them; before "interviewed by" and "tells the paper" it is the last.
    """
    behind = [m for m in named if token.i < m.head < _topic(token)]
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


def _topic(token: Token) -> int:
    """Where the sentence goes on to what a talk was about."""
    return next((t.i for t in token.doc[token.i :] if t.lower_ in ("about", "on")), len(token.doc))


def _of_pronoun(token: Token) -> bool:
    """Whether ``token`` tells of an interview with somebody named before: "the paper interviewed her"."""
    met = child(token, "dobj") if token.lower_ in INTERVIEWING else None
    return met is not None and met.lower_ in sources.SINGULAR


def _described(token: Token) -> str | None:
    """The noun for whom ``token`` tells that somebody talked to: "interviewed the owners of a bar"."""
    if token.lower_ not in (*INTERVIEWING, "interview"):
        return None
    behind = token.doc[token.i + 1 : _topic(token)]
    nouns = lexicon.words("people", "persons", "nouns")
    return next((t.lemma_.lower() for t in behind if t.pos_ == "NOUN" and t.lemma_.lower() in nouns), None)


def _bears(mention: Mention, doc: Doc, role: str) -> bool:
    """Whether somebody is described by the noun ``role``, or does what it says: "owned by Ada Lund"."""
    if role in mention.roles:
        return True
    head = doc[mention.head]
    while head.dep_ == "conj":
        head = head.head
    verb = head.head.head.lemma_.lower().removesuffix("e") if head.head.dep_ == "agent" else ""
    return bool(verb) and role in (f"{verb}er", f"{verb}or")


def _person(mention: Mention, docs: Sequence[Doc]) -> bool:
    """Whether more than capitals tells that a full name is a person's: the forename, or the surname standing alone."""
    name = mention.name or ""
    if gender(name) is not None:
        return True
    surname = name.split()[-1]
    alone = (t for doc in docs for t in doc if t.text == surname and (t.i == 0 or not names.proper(doc[t.i - 1])))
    return next(alone, None) is not None


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
