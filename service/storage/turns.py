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
        place = int.from_bytes(blake2b(name, digest_size=7).digest())
        with self._turn:
            self._take(place)
        try:
            yield
        finally:
            with self._turn:
                self._held.discard(place)
                fcntl.lockf(self._open(), fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """The file is gone, if there was one."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _take(self, place: int) -> None:
        if place in self._held:
            raise RequestRunning
        try:
            fcntl.lockf(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except OSError as error:
            if error.errno in TAKEN:
                raise RequestRunning from None
            raise StoreUnwritable(str(self._path), error.strerror or str(error)) from error
        self._held.add(place)

    def _open(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file
