"""Files that are whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

PARTIAL = ".partial"
"""How the name of a file ends that is being made. Whoever is killed meanwhile leaves it behind."""


def exports(database: Path) -> Path:
    """The folder of the exports that were made of the database."""
    return database.with_name(f"{database.name}-exports")


@contextmanager
def whole(path: Path, mode: int = 0o666) -> Iterator[Path]:
    """An empty file to write, which has the name ``path`` when the block has ended, durably, and is gone if it raises.

    Until then what was at ``path`` is as it was.
    """
    partial = begun(path, mode)
    try:
        yield partial
        name(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def begun(path: Path, mode: int = 0o666) -> Path:
    """A new and empty file beside ``path``, hidden, of the same name but for what is added."""
    partial = path.with_name(f".{path.name}-{uuid4().hex[:8]}{PARTIAL}")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    return partial


def name(partial: Path, path: Path) -> None:
    """The file has the name ``path``, in place of any other, and is on the disk."""
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """The file, or the names in the folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
