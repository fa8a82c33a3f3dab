"""Work that is done by one at a time, among all the processes of a machine."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from service.errors import RequestRunning, StoreUnwritable

TAKEN = (errno.EAGAIN, errno.EACCES)
"""What POSIX says where another process has the lock."""


class Turns:
    """Names, each of which one at a time may hold. Those of a process that is killed are free at once.

    A name is a byte of an empty file, locked; the locks of one process are not in each other's way, so it keeps
    its own list besides. A second file descriptor for the file would drop them all when it is closed: there is one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held: set[int] = set()
        self._turn = threading.Lock()

    @contextmanager
    def alone(self, name: bytes) -> Iterator[None]:
        """While inside, nobody else is under the same name. Raises `RequestRunning` where somebody is, at once."""
        with self.offered(name) as taken:
            if not taken:
                raise RequestRunning
            yield

    @contextmanager
    def offered(self, name: bytes) -> Iterator[bool]:
        """Whether the name was free. Where it was, nobody else is under it while inside."""
        place = int.from_bytes(blake2b(name, digest_size=7).digest())
        with self._turn:
            taken = self._take(place)
        try:
            yield taken
        finally:
            if taken:
                with self._turn:
                    self._held.discard(place)
                    fcntl.lockf(self._open(), fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """The file is gone, if there was one."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _take(self, place: int) -> bool:
        if place in self._held or not self._lock(place):
            return False
        if not self._held and self._is_gone():
            # Who ended meanwhile took the file away, and who came since locks another.
            os.close(self._open())
            self._file = None
            return self._take(place)
        self._held.add(place)
        return True

    def _lock(self, place: int) -> bool:
        try:
            fcntl.lockf(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError as error:
            if error.errno in TAKEN:
                return False
            raise StoreUnwritable(str(self._path), error.strerror or str(error)) from error
        return True

    def _is_gone(self) -> bool:
        """Whether the file that is open has its name no more."""
        try:
            return not os.path.samestat(os.fstat(self._open()), os.stat(self._path))
        except FileNotFoundError:
            return True

    def _open(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file
