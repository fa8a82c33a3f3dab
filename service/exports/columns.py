"""Claims as Parquet, by pyarrow, which is imported here alone: it comes with `sayso[parquet]`."""

import io
from collections.abc import Generator
from datetime import UTC, date, datetime, time
from typing import IO, Any, cast

import pyarrow as pa
from pyarrow import parquet

from service.exports.moments import Moment, Stretch
from service.exports.rows import Row, rows

GROUP = 10_000_000
"""A row group is written when so many bytes of it are held: some 20,000 rows."""

WORDS = ("publisher", "kind", "level", "status", "role", "act", "manner", "factuality", "extraction")
"""The columns of few values."""

TYPES: dict[str, pa.DataType] = {
    **{name: pa.dictionary(pa.int32(), pa.string()) for name in WORDS},
    "published_at": pa.timestamp("ms", tz="UTC"),
    "position": pa.int32(),
    "attribution": pa.int16(),
    "link": pa.int16(),
    "probability": pa.float64(),
}
"""The types of the columns that are no plain text."""

SCHEMA = pa.schema([(name, TYPES.get(name, pa.string())) for name in Row._fields])

# Arrow's own allocator keeps much of what it is given back, and this one's can be told to let go of it.
pa.set_memory_pool(pa.system_memory_pool())


class Pipe(io.RawIOBase):
    """A file that holds what was written until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._place = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: Any) -> int:
        """The piece is held."""
        self._held += piece
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        """How much was written."""
        return self._place

    def take(self) -> bytes:
        """What was written since it was last taken."""
        held = bytes(self._held)
        self._held.clear()
        return held


def pieces(moment: Moment) -> Generator[bytes]:
    """The bytes of the file, a row group at a time."""
    pipe = Pipe()
    with parquet.ParquetWriter(cast("IO[bytes]", pipe), SCHEMA, compression="zstd") as writer:
        batches: list[pa.RecordBatch] = []
        for stretch in moment.stretches():
            batches.append(_batch(moment, stretch))
            if sum(batch.nbytes for batch in batches) > GROUP:
                writer.write_table(pa.Table.from_batches(batches))
                batches.clear()
                pa.default_memory_pool().release_unused()  # Each thread that a group was made in keeps its own.
            yield pipe.take()
        if batches:
            writer.write_table(pa.Table.from_batches(batches))
    yield pipe.take()


def _batch(moment: Moment, stretch: Stretch) -> pa.RecordBatch:
    columns = dict(zip(Row._fields, zip(*rows(moment, stretch), strict=True), strict=True))
    columns["published_at"] = tuple(map(instant, columns["published_at"]))
    return pa.RecordBatch.from_pydict({name: list(values) for name, values in columns.items()}, SCHEMA)


def instant(published_at: str | None) -> datetime | None:
    """The time; of a day its beginning in UTC."""
    if published_at is None:
        return None
    if len(published_at) == len("2026-02-08"):
        return datetime.combine(date.fromisoformat(published_at), time(), UTC)
    return datetime.fromisoformat(published_at).astimezone(UTC)
