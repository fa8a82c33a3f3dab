"""Where the claims of a list are: their numbers and those of their revisions, kept in memory.

A list in the order of storing only grows at its end while no claim becomes another. So what lies before its end stays
as it was read through all that is stored, until some claim changes, and a page of it needs no SQLite.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import NamedTuple

AHEAD = 500
"""How many claims are read at once behind what was read before: ten of the usual pages."""

ROOM = 20_000_000
"""How many bytes the stretches of all lists take at most: those of a million claims."""

LISTS, STRETCHES = 500, 1_000
"""How many lists are kept at most, and of each how many stretches."""

Row = tuple[int, int]
"""The number of a claim and that of the revision that made it."""

Rows = Callable[[int, int], Sequence[Row] | None]
"""Reads of a list what is behind a number, so much as it is told."""


class Found(NamedTuple):
    """The revisions of a page's claims, and the number of the last claim where there are more behind it."""

    sequences: Sequence[int]
    next: int | None


class Stretch(NamedTuple):
    """Claims that stand side by side in a list, the first of them the next behind the number ``after``."""

    after: int
    numbers: "array[int]"
    sequences: "array[int]"

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 300 + 16 * len(self.numbers)


class Listed:
    """What is kept of the list with the ``key``: stretches of it, which may overlap, but none is inside another.

    ``size`` is how many bytes they take.
    """

    def __init__(self, key: Hashable) -> None:
        self.key, self.size = key, 0
        self.stretches: list[Stretch] = []

    def page(self, after: int, limit: int) -> Found | None:
        """So many claims behind the number ``after``, where they are kept and one more, so that none can come between.

        What is at the end of the list, where claims may be stored meanwhile, is thus never given.
        """
        stretch = self._before(after)
        if stretch is None:
            return None
        _, numbers, sequences = stretch
        begin = bisect_right(numbers, after)
        end = begin + limit
        return Found(sequences[begin:end], numbers[end - 1]) if end < len(numbers) else None

    def reaches(self, after: int) -> bool:
        """Whether the number is in a stretch or the last of one."""
        stretch = self._before(after)
        return stretch is not None and after <= stretch.numbers[-1]

    def _before(self, after: int) -> Stretch | None:
        """The last stretch that begins behind the number or one before it."""
        stretches = self.stretches
        place = bisect_left(stretches, (after + 1,))  # A tuple is behind a shorter one that it begins with.
        return stretches[place - 1] if place else None


class Lists:
    """Lists by what tells them apart, all of one record in which no claim has changed since they were read.

    The list that was asked for last, or read last from the record, is kept the longest.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room, self.size = room, 0
        self._lists: dict[Hashable, Listed] = {}
        self._turn = Lock()

    def of(self, key: Hashable) -> Listed:
        """What is kept of the list with the ``key``."""
        with self._turn:
            return self._last(self._lists.get(key) or Listed(key))

    def read(self, listed: Listed, after: int, limit: int, rows: Rows) -> Found | None:
        """The page behind ``after``; ``rows`` reads what is behind a number, so many as it is told, or cannot.

        It is read ahead where it goes on in what was read before, or from there: whoever comes to a place of its own
        would wait for what nobody asks for.
        """
        read = rows(after, max(AHEAD, limit + 1) if listed.reaches(after) else limit + 1)
        if read is None:
            return None
        if len(read) <= limit:
            return Found([sequence for _, sequence in read], None)
        self._keep(listed, after, read)
        return Found([sequence for _, sequence in read[:limit]], read[limit - 1][0])

    def _keep(self, listed: Listed, after: int, rows: Sequence[Row]) -> None:
        numbers, sequences = zip(*rows, strict=True)
        stretch = Stretch(after, array("q", numbers), array("q", sequences))
        with self._turn:
            stretches = listed.stretches
            begin = end = bisect_left(stretches, (after,))
            while end < len(stretches) and stretches[end].numbers[-1] <= numbers[-1]:
                end += 1  # It is inside the new one.
            if len(stretches) - (end - begin) >= STRETCHES:
                begin, end = 0, len(stretches)
            more = stretch.size - sum(former.size for former in stretches[begin:end])
            # Others are looking at the old ones.
            listed.stretches = [*stretches[:begin], stretch, *stretches[end:]]
            listed.size += more
            self.size += more
            self._last(listed)

    def _last(self, listed: Listed) -> Listed:
        """The list, which is now the last; the first are let go if there are too many."""
        before = self._lists.pop(listed.key, listed)
        if before is not listed:  # The list had been let go, and somebody held on to it.
            self._let_go(before)
        self._lists[listed.key] = listed
        while self.size > self._room or len(self._lists) > LISTS:
            self._let_go(self._lists.pop(next(iter(self._lists))))
        return listed

    def _let_go(self, listed: Listed) -> None:
        self.size -= listed.size
        listed.stretches, listed.size = [], 0
