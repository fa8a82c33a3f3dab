"""How much each caller has used of a rate, in memory that the workers of a server share."""

import fcntl
import mmap
import os
import struct
import time
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from service.settings import SECOND, Rate

BUCKETS, WAYS = 8192, 8
"""Each caller has one of eight places in one bucket: a megabyte for 65,536 of them."""

_BUCKET = struct.Struct(f"={2 * WAYS}Q")
"""The marks of a bucket's callers, then, at the same places, the nanoseconds at which each has its whole rate again."""

_ENTRY = struct.Struct("=Q")

SIZE = BUCKETS * _BUCKET.size


class Taken(NamedTuple):
    """What became of a request: ``wait`` seconds until it may be sent again, 0 where it was granted.

    ``left`` are further requests that would be granted now; in ``reset`` seconds the whole rate is there again.
    """

    wait: int
    left: int
    reset: int


class Ledger:
    """Grants requests by the generic cell rate algorithm (ITU-T I.371): the whole rate at once, and what is used of it
    comes back evenly.

    Processes that share the ``folder`` share what is used, and a process that is killed holds nobody up. Where more
    callers come to a bucket than it has places, the one that has used least, mostly nothing any more, is forgotten.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = os.open(folder / "rates.table", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC) if folder else -1
        if folder:
            os.truncate(self._file, SIZE)
        self._table = mmap.mmap(self._file, SIZE)

    def take(self, who: str, rate: Rate) -> Taken:
        """One request of ``rate`` was granted to ``who``, or none where that is used up."""
        if self._file < 0:
            return self._take(who, rate)
        # The kernel drops the lock of a process that dies; nobody is held up, as by one in the memory itself.
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            return self._take(who, rate)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _take(self, who: str, rate: Rate) -> Taken:
        mark, place = _mark(who)
        row = _BUCKET.unpack_from(self._table, place)
        known = mark in row[:WAYS]
        way = row.index(mark) if known else row.index(min(row[WAYS:]), WAYS) - WAYS
        now = time.monotonic_ns()
        ahead = rate.interval
        if known and (whole := row[WAYS + way]) > now:
            ahead += whole - now
        if ahead > rate.period:
            wait = _seconds(ahead - rate.period)
            return Taken(wait, 0, wait)
        if not known:
            _ENTRY.pack_into(self._table, place + 8 * way, mark)
        _ENTRY.pack_into(self._table, place + 8 * (WAYS + way), now + ahead)
        return Taken(0, (rate.period - ahead) // rate.interval, _seconds(ahead))


def _seconds(nanoseconds: int) -> int:
    """Whole seconds, and the part of one as another."""
    return -(-nanoseconds // SECOND)


@lru_cache(4096)
def _mark(who: str) -> tuple[int, int]:
    """By what a caller is known, and where its bucket begins. An empty place has the mark 0, which nobody has."""
    mark = int.from_bytes(blake2b(who.encode(errors="replace"), digest_size=8).digest()) or 1
    return mark, mark % BUCKETS * _BUCKET.size
