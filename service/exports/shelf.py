"""Exports that were made whole, kept in a folder that all processes share, for as long as there is room."""

import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from service.errors import ExportTooLarge, StoreUnwritable
from service.storage import files

CHUNK = 1_000_000

HOUR = 3600
"""After so many seconds in which nothing was added to it, a file that is being made was left behind."""

Steps = Callable[[Path], Generator[int]]
"""Makes the file at a path, and gives how many bytes it has after each step."""


class Kept(Struct, frozen=True):
    """A file, its size and its SHA-256, in hexadecimal."""

    path: Path
    size: int
    sha256: str

    def pieces(self, start: int, end: int) -> Generator[bytes]:
        """The bytes from ``start`` up to ``end``."""
        with self.path.open("rb") as file:
            file.seek(start)
            while start < end and (chunk := file.read(min(CHUNK, end - start))):
                start += len(chunk)
                yield chunk


class Shelf:
    """Files by key in ``folder``, together no more than ``room`` bytes. Those that were not used for longest go first.

    The name of each holds its key and its digest, so that there is nothing else that must be in step with it.
    """

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room = folder, room

    def find(self, key: str) -> Kept | None:
        """The file that was made for the key, if it is still there."""
        for path in self._folder.glob(f"{key}-*"):
            with suppress(FileNotFoundError):  # Another process may have made room just now.
                os.utime(path)
                return Kept(path, path.stat().st_size, path.name.rpartition("-")[2])
        return None

    def make(self, key: str, steps: Steps) -> Generator[int]:
        """The file is made and kept, step by step; gives how many bytes there are after each.

        It is not kept where all files were cleared away meanwhile, since it may hold what was removed for good. Raises
        `ExportTooLarge`, `StoreUnwritable`, and what the steps raise.
        """
        with self._writable(), self._begun(key) as partial, suppress(FileNotFoundError):
            for size in steps(partial):
                self._clear(size)
                yield size
            digest = sha256()
            for piece in Kept(partial, size := partial.stat().st_size, "").pieces(0, size):
                digest.update(piece)
                yield size
            files.name(partial, self._folder / f"{key}-{digest.hexdigest()}")

    @contextmanager
    def _begun(self, key: str) -> Iterator[Path]:
        self._folder.mkdir(exist_ok=True)
        partial = files.begun(self._folder / key, 0o600)
        try:
            yield partial
        finally:
            partial.unlink(missing_ok=True)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnwritable(str(self._folder), error.strerror or str(error)) from error

    def _clear(self, size: int) -> None:
        """There is room for what is being made, one file of this ``size`` among it. Raises `ExportTooLarge`."""
        found = sorted(self._found())
        excess = sum(taken for _, taken, _ in found) - self._room
        for used, taken, path in found:
            if excess > 0 and size <= self._room and (path.suffix != files.PARTIAL or used < time.time() - HOUR):
                path.unlink(missing_ok=True)
                excess -= taken
        if excess > 0:
            raise ExportTooLarge(self._room)

    def _found(self) -> Iterator[tuple[float, int, Path]]:
        """When each file was last used, its size, and the file."""
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                stat = path.stat()
                yield stat.st_mtime, stat.st_size, path
