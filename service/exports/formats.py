"""The formats of exports: how each is called, and how it is made."""

import sqlite3
from collections.abc import Callable, Generator
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from schemas.exports import Format
from service.errors import FormatUnavailable
from service.exports import databases, spreadsheets
from service.exports.moments import Moment

EDITION = 1
"""Counted up when any format changes what it makes of the same claims, so that no tag stands for other bytes."""

MEDIA = {
    Format.NDJSON: "application/x-ndjson",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.SQLITE: "application/vnd.sqlite3",
}


def available(format: Format) -> bool:
    """Whether what makes the format is installed."""
    return format is not Format.PARQUET or _arrow() is not None


def key(moment: Moment, format: Format) -> str:
    """What stands for the bytes of the file: what is of one key is the same, byte for byte."""
    maker = {Format.PARQUET: _arrow(), Format.SQLITE: sqlite3.sqlite_version}.get(format)
    record = (moment.sequence, moment.store.lineage(), moment.removed())
    told = msgspec.json.encode((EDITION, format, maker, moment.which, *record))
    return blake2b(told, digest_size=16).hexdigest()


def require(format: Format) -> None:
    """Returns where what makes the format is installed, else raises `FormatUnavailable`."""
    if not available(format):
        raise FormatUnavailable(format)


def pieces(moment: Moment, format: Format) -> Generator[bytes]:
    """The bytes of the file as they are made. A database's are not known before all of it is: it has none."""
    return PIECES[format](moment)


def steps(moment: Moment, format: Format, path: Path) -> Generator[int]:
    """The file at ``path``, which is empty before, is made step by step, each of which gives how many bytes it has."""
    if format is Format.SQLITE:
        for _ in databases.steps(moment, path):
            yield path.stat().st_size
        return
    with path.open("wb") as file:
        for piece in pieces(moment, format):
            file.write(piece)
            yield file.tell()


def _lines(moment: Moment) -> Generator[bytes]:
    """A claim a line, as the API gives it."""
    for stretch in moment.stretches():
        yield b"".join(b"%b\n" % claim for claim in stretch)


def _columns(moment: Moment) -> Generator[bytes]:
    from service.exports import columns  # What it imports need not be installed, and takes a second.

    yield from columns.pieces(moment)


PIECES: dict[Format, Callable[[Moment], Generator[bytes]]] = {
    Format.NDJSON: _lines,
    Format.CSV: spreadsheets.pieces,
    Format.PARQUET: _columns,
}


@cache
def _arrow() -> str | None:
    try:
        return version("pyarrow")
    except PackageNotFoundError:
        return None
