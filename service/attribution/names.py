"""Reads proper names off a parse: where a name begins and ends, and which of its words are titles."""

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from service.attribution import lexicon
from service.attribution.clauses import child
from service.attribution.directory import countries
from service.attribution.forenames import gender

APOSTROPHES = ("’", "'")
JOINERS = {"-", "–", "&", "de", "al", "bin", "van", "von", "der", "la", "el", "of", "for"}
DATES = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
         "april", "june", "july", "august", "september", "october", "november", "december"}  # fmt: skip
CLIMB = 6


def proper(token: Token) -> bool:
    """Whether ``token`` is part of a name; the names of days and months are none."""
    if token.tag_ == "NNS" and token.pos_ != "PROPN":
        named = 0 < token.i < len(token.doc) - 1 and token.doc[token.i + 1].text in APOSTROPHES
    else:
        named = token.tag_ in ("NNP", "NNPS") or token.pos_ == "PROPN"
    if not named or token.lower_ in DATES:
        return False
    return token.text[0].isupper() or token.is_digit or _second(token)


def _second(token: Token) -> bool:
    """Whether ``token`` stands behind the hyphen of a name: "hyun" of "Dong-hyun"."""
    return token.i > 1 and token.nbor(-1).tag_ == "HYPH" and token.nbor(-2).tag_ == "NNP"


def keywords() -> frozenset[str]:
    """The nouns that make a name a body's: "ministry", "union"."""
    return lexicon.words("people", "bodies", "government", "organisations")


def run(head: Token) -> list[Token]:
    """The tokens of the name that ends in ``head`` or stands right before it; [] where there is none."""
    at = head.i
    if not proper(head):
        compounds = [c for c in head.children if c.dep_ in ("compound", "nmod") and proper(c) and c.i < head.i]
        if not compounds:
            return []
        at = compounds[-1].i
    doc = head.doc
    first = at
    while first > 0 and _continues(doc, first - 1, head):
        first -= 1
    while not proper(doc[first]):
        first += 1
    first = _with_country(doc, first)
    body = proper(head) and any(t.lower_ in keywords() for t in doc[first : at + 1])
    return list(doc[first : (_end_of_body(head) if body else at) + 1])


def heads(doc: Doc) -> Iterator[Token]:
    """The head of each name in a sentence, or the noun that a name describes, whether or not it is a source."""
    for token in doc:
        if not proper(token) or (token.dep_ == "compound" and proper(token.head)):
            continue
        if token.dep_ in ("compound", "nmod") and token.head.pos_ == "NOUN":
            owned = token.head.dep_ == "poss" and token.head.head.lemma_.lower() in keywords()
            shown = token.head.lemma_.lower() in lexicon.words("people", "captions", "pictures")
            yield token if shown else token.head.head if owned else token.head
        else:
            yield token


def without_titles(words: list[str]) -> tuple[tuple[str, ...], str]:
    """The titles before a name, in lower case, and the name without them. A body's name keeps all its words."""
    titles = lexicon.words("people", "persons", "titles")
    if not words or words[-1].lower() in keywords():
        return (), joined(words)
    cut = 0
    for n, word in enumerate(words[:-1]):
        low = word.lower().rstrip(".")
        if low in titles or (n == cut and (low in ("-", "–", "of") or _occupation(low, words[n + 1 :]))):
            cut = n + 1
        elif n == cut and low not in countries() and " ".join(words[: n + 2]).casefold() not in countries():
            break
    cut = max(cut, _last_title(words))
    return tuple(w.lower().rstrip(".") for w in words[:cut]), joined(words[cut:])


def _last_title(words: list[str]) -> int:
    """Where the full name behind the last title begins, 0 for none: "Sen." in "Vermont Sen. Anna Lund"."""
    titles = lexicon.words("people", "persons", "titles") - lexicon.words("people", "persons", "attributes")
    cuts = (n for n in range(len(words) - 2, 0, -1) if words[n - 1].lower().rstrip(".") in titles)
    return next((n for n in cuts if gender(joined(words[n:])) is not None), 0)


def _occupation(word: str, rest: list[str]) -> bool:
    """Whether a word before a full name tells what its bearer does: "Biologist" before "Ada Lund"."""
    works = word in lexicon.words("people", "persons", "nouns") or word.endswith(("ist", "ian"))
    return works and gender(joined(rest)) is not None


def joined(words: list[str]) -> str:
    """Tokens as one name: hyphens and apostrophes close up."""
    return re.sub(r"\s+(?=[-–’'])|(?<=[-–])\s+", "", " ".join(words))


def _continues(doc: Doc, at: int, head: Token) -> bool:
    """Whether the name goes on to the left at ``at``."""
    token, before = doc[at], doc[at - 1] if at else None
    if token.text in APOSTROPHES:
        return before is not None and proper(before) and before.lower_.endswith("s")
    owners = at + 1 < head.i and doc[at + 1].text in APOSTROPHES
    if not (owners or _below(token, head)):
        return False
    joins = token.lower_ in JOINERS or token.tag_ == "HYPH"
    return proper(token) or (joins and before is not None and proper(before))


def _below(token: Token, head: Token) -> bool:
    for _ in range(CLIMB):
        if token == head:
            return True
        token = token.head
    return False


def _with_country(doc: Doc, first: int) -> int:
    """Where a name begins with the country before it: "South Korean" before "Unification Ministry"."""
    for start in (first - 2, first - 1):
        if start >= 0 and doc[start].text[0].isupper():
            names = (doc[start : first + inside].text.casefold() for inside in (1, 0))
            if any(" ".join(name.split()) in countries() for name in names):
                return start
    return first


def _end_of_body(head: Token) -> int:
    """Where a name such as "Ministry of Transport" ends."""
    link = next((c for c in head.children if c.dep_ == "prep" and c.lower_ in ("of", "for") and c.i > head.i), None)
    thing = child(link, "pobj") if link is not None else None
    if thing is None or not proper(thing) or thing.i - head.i > 5:
        return head.i
    more = child(thing, "conj")
    return more.i if more is not None and proper(more) and more.i - thing.i <= 3 else thing.i
