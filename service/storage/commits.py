"""How often a database was written to: told to all processes that have it open, at the cost of a look at memory."""

import fcntl
import mmap
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

PERIOD = 1.0
"""Seconds after which what was kept is read anew, whatever is told: by then a file that was deleted is missed, too."""

SIZE = 16

BEGUN, OVER = 0, 1
"""The numbers in the file, of 64 bits each: of the last commit that was begun, and of the last that is over.

SQLite has one write at a time. So commits begin in the order of their numbers, and where both numbers are the same,
all that were begun are over.
"""


class Commits:
    """Counts the commits to the ``database`` in a small file beside it, which is gone when the last process closes it.

    Where there can be no such file nothing is counted, and nothing is taken to be as it was.
    """

    def __init__(self, database: Path) -> None:
        real = database.resolve()  # As SQLite names its own files, so that who comes by a link finds the same.
        self._path, self._mode = real.with_name(f"{real.name}-commits"), real.stat().st_mode & 0o666
        self._file: int | None = None
        self._numbers: memoryview | None = None
        self._turn = Lock()
        self.renew()

    def count(self) -> int | None:
        """The number of the last commit. None while another is under way, and where one was broken off by a kill."""
        numbers = self._numbers
        if numbers is None:
            return None
        begun: int = numbers[BEGUN]
        return begun if begun == numbers[OVER] else None

    def begin(self) -> Callable[[], None]:
        """A commit has begun, for all to see: this is called before it, inside the transaction.

        What it gives is called after it. Where it is not, for the commit failed or the process was killed, nothing is
        taken to be as it was until another commit is over.
        """
        self.renew()
        numbers = self._numbers
        if numbers is None:
            return lambda: None
        numbers[BEGUN] = number = numbers[BEGUN] + 1

        def end() -> None:
            # Another process may have come in between and be further. This one must then not count back.
            numbers[OVER] = max(number, numbers[OVER])

        return end

    def renew(self) -> None:
        """The numbers are those in the file that is beside the database now, if there can be one."""
        with self._turn:
            if self._file is None or not self._stands(self._file):
                self._drop()
                with suppress(OSError):
                    self._map()

    def close(self) -> None:
        """Nothing is counted any more. The file is gone, unless somebody else has it open."""
        with self._turn:
            if self._file is not None:
                with suppress(OSError):
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if self._stands(self._file):
                        self._path.unlink()
            self._drop()

    def _map(self) -> None:
        """Raises `OSError` where the file cannot be had now."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, self._mode)
        fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if not self._stands(self._file):
            return self._drop()  # It was removed by who closed it, before it was locked here.
        # The last byte stays nought, since nobody commits so often. Written, it makes sure of room on the disk: to
        # write to a mapped file for which there is none would end the process.
        os.pwrite(self._file, b"\0", SIZE - 1)
        self._numbers = memoryview(mmap.mmap(self._file, SIZE)).cast("Q")

    def _stands(self, file: int) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.fstat(file), self._path.stat())
        return False

    def _drop(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = self._numbers = None


class Kept(Generic[T]):
    """What ``read`` found in the database, and finds again: until a commit, and for `PERIOD` seconds at most.

    That much later is seen what another program wrote, which counts no commits.
    """

    def __init__(self, commits: Commits, read: Callable[[], T]) -> None:
        self._commits, self._read = commits, read
        self._kept: tuple[T, int | None, float] | None = None

    def get(self) -> T:
        """What is in the database now."""
        kept, now = self._kept, time.monotonic()
        until = kept[2] if kept else 0.0
        if now >= until:
            self._commits.renew()
            kept, until = None, now + PERIOD
        count = self._commits.count()  # Before it is read, lest what is committed meanwhile be missed.
        if kept and count is not None and kept[1] == count:
            return kept[0]
        found = self._read()
        self._kept = (found, count, until)
        return found
