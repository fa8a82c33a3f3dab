"""Finds the quotations of a text: straight and curly marks, unbalanced ones, and those that run over paragraphs."""

import re
from collections.abc import Iterable

from msgspec import Struct

OPENING, CLOSING, STRAIGHT = "“„«", "”»", '"'
SINGLE = re.compile(r"(?<![\w’])‘(?=\w)(?:[^‘’\n]|’(?=\w))*(?:\s(?:[^‘’\n]|’(?=\w))*){2,}’(?!\w)")


class Quotation(Struct, frozen=True):
    """A quotation, marks included: half-open, in code points. ``runs_on`` where the next paragraph continues it."""

    start: int
    end: int
    runs_on: bool = False


def scan(text: str, paragraphs: Iterable[tuple[int, int]]) -> list[Quotation]:
    """The quotations of ``text`` in order, none across a paragraph's end.

    One left open runs to the end of its paragraph where it opens it or the next paragraph opens with a
    mark; elsewhere the mark is taken for a slip and left out.
    """
    spans = list(paragraphs)
    found: list[Quotation] = []
    for number, (start, end) in enumerate(spans):
        follows = number + 1 < len(spans) and text[spans[number + 1][0]] in OPENING + STRAIGHT
        found += _paragraph(text, start, end, follows)
    return found


def _paragraph(text: str, start: int, end: int, follows: bool) -> list[Quotation]:
    found: list[Quotation] = []
    opened: int | None = None
    for at in range(start, end):
        mark = text[at]
        if opened is None and _opens(text, at, start):
            opened = at
        elif opened is not None and (mark in CLOSING or mark == STRAIGHT):
            found.append(Quotation(opened, at + 1))
            opened = None
    if opened is not None and (follows or opened - start < 3):
        found.append(Quotation(opened, end, runs_on=follows))
    singles = [Quotation(*m.span()) for m in SINGLE.finditer(text, start, end)]
    found += [s for s in singles if not any(q.start < s.end and s.start < q.end for q in found)]
    return sorted(found, key=lambda q: q.start)


def _opens(text: str, at: int, start: int) -> bool:
    if text[at] in OPENING:
        return True
    return text[at] == STRAIGHT and (at == start or not (text[at - 1].isalnum() or text[at - 1] in ".,!?"))


def speech(text: str, quotation: Quotation) -> bool:
    """Whether a quotation is speech and no scare quote: three words or more, or closed like a sentence."""
    inside = text[quotation.start + 1 : quotation.end].rstrip('”"»’ ')
    return len(inside.split()) >= 3 or inside.endswith((".", ",", "!", "?"))
