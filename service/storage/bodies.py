"""The JSON of claims, by the numbers of the revisions that made them.

What a revision made never changes, but where something is removed for good. So it is kept in memory whatever is stored
until then, and a page of it takes half of the time that SQLite would need to find and hand out its rows.
"""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec import Raw

ROOM = 128_000_000
"""How many bytes a process keeps at most: about a hundred thousand claims."""

OVERHEAD = 200
"""How many bytes one takes besides its JSON: its place in a dictionary, its number and its object."""

MADE = """
    SELECT sequence, CAST(body AS BLOB) FROM json_each(?) AS wanted
    CROSS JOIN revisions ON revisions.sequence = wanted.value
"""


class Current:
    """The bodies that are kept of a record from which nothing has been removed for good since they were read."""

    def __init__(self) -> None:
        self._kept: tuple[int, int | None, Bodies] = (0, None, Bodies())

    def at(self, db: sqlite3.Connection, last: int) -> "Bodies":
        """Those for a snapshot that sees the revision ``last``. Its removals are looked for where that is another."""
        seen, removal, bodies = self._kept
        if seen == last:
            return bodies
        now: int | None = db.execute("SELECT max(sequence) FROM removals").fetchone()[0]
        # An earlier snapshot, of another thread, has its own: what it reads may be what was removed.
        bodies = bodies if now == removal else Bodies()
        self._kept = last, now, bodies
        return bodies


class Bodies:
    """Keeps those that were asked for last, in two halves: a new one that fills, and an old one that it replaces."""

    def __init__(self, room: int = ROOM) -> None:
        self._half = room // 2
        self._new: dict[int, Raw] = {}
        self._old: dict[int, Raw] = {}
        self._sizes = (0, 0)

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(self._sizes)

    def of(self, db: sqlite3.Connection, sequences: Sequence[int]) -> list[Raw]:
        """What the revisions made, in the order in which they are asked for."""
        # Another thread may replace the halves meanwhile. Whatever is in them is right.
        new = self._new
        try:
            return [new[sequence] for sequence in sequences]
        except KeyError:
            found = self._found(db, sequences)
            return [found[sequence] for sequence in sequences]

    def _found(self, db: sqlite3.Connection, sequences: Sequence[int]) -> dict[int, Raw]:
        """What they made, by their numbers. It is among the new, unless it is more than there is room for."""
        found = {
            sequence: body for half in (self._old, self._new) for sequence in sequences if (body := half.get(sequence))
        }
        if unknown := [sequence for sequence in sequences if sequence not in found]:
            found |= _made(db, unknown)
        self._keep({sequence: body for sequence, body in found.items() if sequence not in self._new})
        return found

    def _keep(self, found: dict[int, Raw]) -> None:
        size = sum(memoryview(body).nbytes + OVERHEAD for body in found.values())
        if size > self._half:
            return
        if self._sizes[1] + size > self._half:
            self._old, self._new, self._sizes = self._new, {}, (self._sizes[1], 0)
        self._new.update(found)
        self._sizes = self._sizes[0], self._sizes[1] + size


def in_passing(db: sqlite3.Connection, sequences: Sequence[int]) -> list[Raw]:
    """The same for who goes through all there is, and would leave nothing of what others ask for: it is not kept."""
    made = _made(db, sequences)
    return [made[sequence] for sequence in sequences]


def _made(db: sqlite3.Connection, sequences: Sequence[int]) -> dict[int, Raw]:
    return {sequence: Raw(body) for sequence, body in db.execute(MADE, (msgspec.json.encode(sequences).decode(),))}
