"""The JSON of claims, by the numbers of the revisions that made them.

What a revision made never changes, but where something is removed for good. So it is kept in memory whatever is stored
until then, and a page of it takes half of the time that SQLite would need to find and hand out its rows.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from operator import itemgetter
from threading import Lock

import msgspec

from service.storage.filters import Json

ROOM = 160_000_000
"""How many bytes a process keeps at most: some hundred and thirty thousand claims."""

TURN = 16_000_000
"""How many bytes are let go of between one turnover and the next."""

OVERHEAD = 150
"""How many bytes one takes besides its JSON: its place in a dictionary, its number and its object."""

MADE = """
    SELECT sequence, CAST(body AS BLOB) FROM json_each(?) AS wanted
    CROSS JOIN revisions ON revisions.sequence = wanted.value WHERE body <> ''
"""


class Bodies:
    """Keeps what was asked for, ``size`` bytes of it, and lets go first of what came first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self.size, self._gone = room, 0, 0
        self._kept: dict[int, Json] = {}
        self._order: deque[int] = deque()
        self._turn = Lock()

    def kept(self, sequences: Sequence[int]) -> list[Json] | None:
        """What the revisions made, in the order in which they are asked for, where all of it is kept."""
        try:
            if len(sequences) < 2:
                return [self._kept[sequence] for sequence in sequences]
            # What is far apart in memory is waited for at once by this, and one by one by a comprehension.
            return list(itemgetter(*sequences)(self._kept))
        except KeyError:
            return None

    def of(self, db: sqlite3.Connection, sequences: Sequence[int]) -> list[Json]:
        """The same, of which is read what is not kept. Raises `KeyError` where one was removed."""
        kept = self.kept(sequences)
        if kept is not None:
            return kept
        found = {sequence: body for sequence in sequences if (body := self._kept.get(sequence))}
        more = _made(db, [sequence for sequence in sequences if sequence not in found])
        self.keep(more)
        found |= more
        return [found[sequence] for sequence in sequences]

    def keep(self, more: dict[int, Json]) -> None:
        """What revisions made, by their numbers."""
        with self._turn:
            for sequence, body in more.items():
                if sequence not in self._kept:  # Another thread may have been first.
                    self._kept[sequence] = body
                    self._order.append(sequence)
                    self.size += _size(body)
            while self.size > self._room:
                size = _size(self._kept.pop(self._order.popleft()))
                self.size -= size
                self._gone += size

    def turnover(self) -> int:
        """How often as much as `TURN` says has been let go of."""
        return self._gone // TURN


def in_passing(db: sqlite3.Connection, sequences: Sequence[int]) -> list[Json]:
    """The same for who goes through all there is, and would leave nothing of what others ask for: it is not kept."""
    made = _made(db, sequences)
    return [made[sequence] for sequence in sequences]


def _made(db: sqlite3.Connection, sequences: Sequence[int]) -> dict[int, Json]:
    return dict(db.execute(MADE, (msgspec.json.encode(sequences).decode(),)).fetchall())


def _size(body: Json) -> int:
    return len(body) + OVERHEAD
