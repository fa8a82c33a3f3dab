"""Byte ranges of what is sent (RFC 9110, 14)."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from service.errors import SaysoError

_RANGE = re.compile(rb"bytes=(\d{1,18})?-(\d{1,18})?", re.IGNORECASE)


class RangeUnsatisfiable(SaysoError):
    """The range begins behind the end of what has ``size`` bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"The range begins behind the end: there are {size} bytes.")


class Range(NamedTuple):
    """The bytes from ``first`` to ``last``, both of which are among them; the last as many as that without ``first``.

    Without ``last``, all that is left.
    """

    first: int | None
    last: int | None

    def of(self, size: int) -> tuple[int, int]:
        """The range in what has ``size`` bytes, half-open. Raises `RangeUnsatisfiable`."""
        if self.first is None:
            start, end = max(size - (self.last or 0), 0), size
        else:
            start, end = self.first, size if self.last is None else min(self.last + 1, size)
        if start >= end:
            raise RangeUnsatisfiable(size)
        return start, end


def asked(headers: Mapping[bytes, bytes], tag: bytes, *, lasting: bool) -> Range | None:
    """The range that is asked for of what has the ``tag``; None where all of it is to be sent.

    That is so where there is no Range, one that is no range of bytes, or several, which a server may pass over, and
    where If-Range has another tag, or a date, which is not exact enough. Where what was asked for is not ``lasting``,
    it is so without If-Range too: the caller may have the rest of something else.
    """
    found = _RANGE.fullmatch(headers.get(b"range", b"").replace(b" ", b""))
    if found is None or headers.get(b"if-range", tag if lasting else b"") != tag:
        return None
    first, last = (None if part is None else int(part) for part in found.groups())
    if first is None and last is None:
        return None
    if first is not None and last is not None and last < first:
        return None
    return Range(first, last)
