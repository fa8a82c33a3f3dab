"""The shelf of exports that were made."""

import os
import time
from collections.abc import Generator
from hashlib import sha256
from pathlib import Path

import pytest

from service.errors import ExportTooLarge
from service.exports.shelf import Kept, Shelf, Steps

DAY = 86400


def of(size: int) -> Steps:
    """Makes a file of so many bytes, in two steps."""

    def steps(path: Path) -> Generator[int]:
        with path.open("wb", buffering=0) as file:
            for half in (size // 2, size - size // 2):
                file.write(b"x" * half)
                yield file.tell()

    return steps


def made(shelf: Shelf, key: str, size: int) -> Kept:
    """The file that was made."""
    for _ in shelf.make(key, of(size)):
        pass
    kept = shelf.find(key)
    assert kept is not None
    return kept


def test_what_was_made_is_found(tmp_path: Path) -> None:
    """By its key, with its size and digest, until it is gone."""
    shelf = Shelf(tmp_path / "shelf", 100)
    assert shelf.find("one") is None
    kept = made(shelf, "one", 5)
    assert kept == Kept(kept.path, 5, sha256(b"xxxxx").hexdigest())
    assert b"".join(kept.pieces(1, 4)) == b"xxx"
    assert shelf.find("on") is None
    kept.path.unlink()
    assert shelf.find("one") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    """To make room for another; what is asked for is used."""
    shelf = Shelf(tmp_path, 100)
    for age, key in enumerate(("one", "two", "three")):
        os.utime(made(shelf, key, 30).path, (0, age))
    shelf.find("one")
    made(shelf, "four", 50)
    assert [key for key in ("one", "two", "three", "four") if shelf.find(key)] == ["one", "four"]


def test_what_is_too_large_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """It is refused, nothing goes for it, and nothing of it stays."""
    shelf = Shelf(tmp_path, 100)
    kept = made(shelf, "one", 90)
    with pytest.raises(ExportTooLarge, match="100 bytes"):
        made(shelf, "two", 300)
    assert [*tmp_path.iterdir()] == [kept.path]


def test_what_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    """As when its caller goes away."""
    steps = Shelf(tmp_path, 100).make("one", of(10))
    next(steps)
    steps.close()
    assert [*tmp_path.iterdir()] == []


def test_what_was_killed_goes_in_time(tmp_path: Path) -> None:
    """A file that nobody goes on making is room for others; one that is being made is not."""
    shelf = Shelf(tmp_path, 100)
    running = shelf.make("running", of(60))
    next(running)
    left = tmp_path / ".killed-12345678.partial"
    left.write_bytes(b"x" * 60)
    with pytest.raises(ExportTooLarge):
        made(shelf, "one", 60)
    os.utime(left, (0, time.time() - DAY))
    made(shelf, "one", 60)
    assert not left.exists()
    running.close()
