"""The words of a text, by number. Spans are compared by the words they touch: quote marks and commas do not count."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from schemas.claims import Span

WORD = re.compile(r"\w+")

Numbers = frozenset[int]


class Words:
    """The words of one text. Offsets are in code points."""

    def __init__(self, text: str) -> None:
        found = [(m.start(), m.end(), m[0].lower()) for m in WORD.finditer(text)]
        self._starts = [start for start, _, _ in found]
        self._ends = [end for _, end, _ in found]
        self._lower = [word for _, _, word in found]

    def touched(self, spans: Iterable[Span]) -> Numbers:
        """The words of which the spans hold a letter."""
        return frozenset(
            number
            for span in spans
            for number in range(self._first_ending_after(span.start), bisect_left(self._starts, span.end))
        )

    def beginning(self, start: int, end: int) -> Numbers:
        """The words that begin between ``start`` and ``end``: those of a sentence, each in one sentence only."""
        return frozenset(range(bisect_left(self._starts, start), bisect_left(self._starts, end)))

    def clause(self, spans: Iterable[Span]) -> Numbers:
        """The words that the spans of a content touch, less the "that" which opens it."""
        numbers = self.touched(spans)
        if len(numbers) > 1 and self._lower[min(numbers)] == "that":
            return numbers - {min(numbers)}
        return numbers

    def _first_ending_after(self, offset: int) -> int:
        return bisect_left(self._ends, offset + 1)
