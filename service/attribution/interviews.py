"""Finds in which sentences of an interview "I" and "you" mean its guest.

An interview is told by its form: paragraphs that ask "you" something, each followed by one that answers.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from msgspec import Struct
from spacy.tokens import Doc

from service.attribution import guests
from service.attribution.directory import Directory
from service.attribution.kinds import ASKS, ENDS, INTERROGATIVE
from service.attribution.quotations import CLOSING, OPENING, STRAIGHT
from service.attribution.sentences import Sentence
from service.attribution.sources import Mention

FEWEST = 2  # Questions that make an interview; one alone is a figure of speech.
UNNAMED = 5  # Where no guest is found, so many paragraphs come on a question at most: columns ask now and then too.
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
    """The interview that an article is, None where it is none. One that does not tell with whom has no guests."""
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
    met = guests.find(opening, docs, known) if talk else ()
    told = bool(met) or answered * UNNAMED >= len(paragraphs)
    return Interview(frozenset(questions), frozenset(answers), met) if talk and told else None


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
