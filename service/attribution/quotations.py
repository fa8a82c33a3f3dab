"""Finds the quotations of a text: straight and curly marks, unbalanced ones, and those that run over paragraphs."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

OPENING, CLOSING, STRAIGHT = "“„«", "”»", '"'
TYPED = "''"  # A straight mark of two keystrokes.
DOUBLE = re.compile(f"([{OPENING}{CLOSING}{STRAIGHT}])\\1?")
SINGLE = re.compile(r"(?<![\w’])‘(?=\w)(?:[^‘’\n]|’(?=\w)){1,1000}’(?!\w)")
SPOKEN = 3  # A quotation of fewer words, not closed like a sentence, is a scare quote.


class Quotation(Struct, frozen=True):
    """A quotation, marks included: half-open, in code points. ``runs_on`` where the next paragraph continues it."""

    start: int
    end: int
    runs_on: bool = False


class Quotations:
    """The quotations of an article, in order, each known by its number; none overlap."""

    def __init__(self, found: Iterable[Quotation]) -> None:
        self._found = sorted(found, key=lambda q: q.start)
        self._starts = [q.start for q in self._found]
        self._ends = [q.end for q in self._found]

    def __getitem__(self, number: int) -> Quotation:
        return self._found[number]

    def touching(self, start: int, end: int) -> range:
        """The numbers of those that share a character with ``[start, end)``."""
        return range(bisect_right(self._ends, start), bisect_left(self._starts, end))

    def quoted(self, text: str, start: int, end: int) -> tuple[int, int]:
        """How many letters and digits of ``text[start:end]`` stand inside quotations, and how many there are."""
        inside = sum(
            _letters(text[max(start, q.start) : min(end, q.end)]) for q in (self[n] for n in self.touching(start, end))
        )
        return inside, _letters(text[start:end])


def evened(text: str) -> str:
    """``text``, as long as it is, with the marks of two keystrokes, `` and '', as two marks of one."""
    return text.replace("``", "““").replace(TYPED, STRAIGHT * 2)


def scan(text: str, paragraphs: Iterable[tuple[int, int]]) -> Quotations:
    """The quotations of ``text`` that are speech, none across a paragraph's end.

    One left open runs to the end of its paragraph where it opens it or the next paragraph opens with a
    mark; elsewhere the mark is taken for a slip and left out.
    """
    text, spans = evened(text), list(paragraphs)
    found: list[Quotation] = []
    for number, (start, end) in enumerate(spans):
        follows = number + 1 < len(spans) and text[spans[number + 1][0]] in OPENING + STRAIGHT
        double = list(_double(text, start, end, follows))
        taken = Quotations(double)
        single = (Quotation(*m.span()) for m in SINGLE.finditer(text, start, end) if len(m[0].split()) >= SPOKEN)
        found += [*double, *(s for s in single if not taken.touching(s.start, s.end))]
    return Quotations(q for q in found if _speech(text[q.start + 1 : q.end]))


def _double(text: str, start: int, end: int, follows: bool) -> Iterator[Quotation]:
    opened: int | None = None
    for mark in DOUBLE.finditer(text, start, end):
        at = mark.start()
        if opened is None and _opens(text, at, start):
            opened = at
        elif opened is not None and mark[1] not in OPENING:
            yield Quotation(opened, mark.end())
            opened = None
    if opened is not None and (follows or opened - start < 3):
        yield Quotation(opened, end, runs_on=follows)


def _opens(text: str, at: int, start: int) -> bool:
    if text[at] in OPENING:
        return True
    return text[at] == STRAIGHT and (at == start or not (text[at - 1].isalnum() or text[at - 1] in ".,!?"))


def _speech(inside: str) -> bool:
    words = inside.rstrip('”"»’ ')
    return len(words.split()) >= SPOKEN or words.endswith((".", ",", "!", "?"))


def _letters(text: str) -> int:
    return sum(c.isalnum() for c in text)
