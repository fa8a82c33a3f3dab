"""What a process keeps of the record in memory, so that it can answer many a question without SQLite."""

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

import msgspec

from schemas.changes import Entity
from service.storage import narrowing, queries, removals, windows
from service.storage.bodies import Bodies
from service.storage.filters import ClaimFilter, Json, Order, Slice, Window
from service.storage.listed import Found, Listed, Lists, Row
from service.storage.narrowing import Form, Narrowing, Value
from service.storage.queries import Run

FILTERS, VALUES = 256, 20_000_000
"""How many filters are kept at most with what they ask for, and how many characters of values: a name may be that of
the analysts of each of very many articles.
"""

CLAIMS = 100_000
"""How many claims are kept at most for who asks for them by their ids."""

MANY = 1_000
"""Through how many revisions is looked at most for one that changed something. Where there are more, one has."""

CHANGED = "SELECT coalesce(max(action <> 'created'), 0) FROM revisions WHERE sequence > ?"

_numbers = msgspec.json.Decoder(list[int]).decode


class Known(NamedTuple):
    """What a filter asks for, and what is kept of the list that it gives."""

    narrowed: Narrowing
    listed: Listed


class Standing:
    """What was found where it is, and is there still while nothing but what is new is stored.

    ``last`` is the last revision that any of it was read with. ``claims`` are the revisions of claims, by their ids and
    the moments that they were asked for.
    """

    def __init__(self) -> None:
        self.last, self.lists = 0, Lists()
        self.claims: dict[tuple[str, int | None], int] = {}
        self._turn = Lock()

    def read_with(self, last: int) -> None:
        """Something was read, when the revision was the last."""
        with self._turn:
            self.last = max(last, self.last)


class View:
    """What is kept of the record as the revision ``last`` left it, the last ``removal`` for good that it knows of."""

    def __init__(self, last: int, removal: int | None, bodies: Bodies, standing: Standing) -> None:
        self.last, self.removal, self.bodies, self.standing = last, removal, bodies, standing
        self._known: dict[tuple[ClaimFilter, int | None], Known] = {}
        self._size = 0

    def narrowed(self, db: sqlite3.Connection, which: ClaimFilter, as_of: int | None) -> Narrowing:
        """What the filter asks for. To find out who bears the names in it takes a tenth of the time of a page.

        It is known from now on, but where it asks for words: of those there are too many, which nobody asks for again.
        """
        if found := self._known.get((which, as_of)):
            return found.narrowed
        narrowed = narrowing.claims(db, which, as_of)
        if not narrowed.form.words:
            size = sum(len(value) for value in narrowed.values.values() if isinstance(value, str))
            if len(self._known) >= FILTERS or self._size + size > VALUES:
                self._known.clear()
                self._size = 0
            self._size += size
            self._known[which, as_of] = Known(narrowed, self.standing.lists.of(_key(narrowed)))
        return narrowed

    def page(self, db: sqlite3.Connection, which: ClaimFilter, window: Window) -> Slice | None:
        """The window's stretch of the list, if the filter is known and its list one that may be kept.

        None also where the record has gone on since, which a connection may see that is in no snapshot.
        """
        known = self._known.get((which, narrowing.past(window.as_of, self.last)))
        if known is None or not _plain(window):
            return None
        removed = self._removed(db, window)
        found = known.listed.page(windows.number(window), window.limit) or self._find(db, known, window)
        # Another thread may have read meanwhile what has been stored since.
        if found is None or self.standing.last > self.last:
            return None
        try:
            items = self.bodies.of(db, found.sequences)
        except KeyError:
            return None
        more = None if found.next is None else str(found.next)
        sequence = self.last if window.as_of is None else window.as_of
        return Slice(items, more, None, sequence, removed, shared=True)

    def _find(self, db: sqlite3.Connection, known: Known, window: Window) -> Found | None:
        form, values = known.narrowed

        def rows(after: int, count: int) -> Sequence[Row] | None:
            more: dict[str, Value] = {**values, "after": after, "limit": count}
            for reach in queries.reaches(form, Run.NUMBERED):
                last, numbers, sequences = db.execute(queries.gathered(form, reach), more).fetchone()
                # An aggregate promises no order, though SQLite goes by that of its rows.
                rows = sorted(zip(_numbers(numbers), _numbers(sequences), strict=True))
                if len(rows) == count:
                    break
            if last != self.last:
                return None
            self.standing.read_with(last)
            return rows

        return self.standing.lists.read(known.listed, windows.number(window), window.limit, rows)

    def _removed(self, db: sqlite3.Connection, window: Window) -> int:
        """How many claims there were at the window's moment that have been removed since."""
        if window.as_of is None or self.removal is None:
            return 0
        return removals.count(db, Entity.CLAIM, window.as_of)

    def claim(self, id: str, as_of: int | None) -> Json | None:
        """The claim, or what it was at the moment, if it is kept."""
        sequence = self.standing.claims.get((id, as_of))
        items = sequence and self.bodies.kept((sequence,))
        return items[0] if items else None

    def keep(self, id: str, as_of: int | None, sequence: int, body: Json) -> Json:
        """The claim as the revision made it, from now on kept. It was read when the view was there already."""
        claims = self.standing.claims
        if len(claims) >= CLAIMS:
            claims.clear()
        claims[id, as_of] = sequence
        self.bodies.keep({sequence: body})
        return body


class Memory:
    """The view that is kept of the record. Another thread may still look at an earlier one, or already at a later."""

    def __init__(self) -> None:
        self._view = View(0, None, Bodies(), Standing())

    def now(self, last: int) -> View | None:
        """The view of the record as the revision left it, if it is this one."""
        view = self._view
        return view if view.last == last else None

    def turnover(self) -> int:
        """Another number whenever much has been let go of that pages were made of."""
        return self._view.bodies.turnover()

    def at(self, db: sqlite3.Connection, last: int) -> View:
        """The view for a snapshot that sees the revision ``last``, in which all is kept that stands as it was."""
        view = self._view
        if view.last < last:
            removal: int | None = db.execute("SELECT max(sequence) FROM removals").fetchone()[0]
            changed = last - view.last > MANY or db.execute(CHANGED, (view.last,)).fetchone()[0]
            self._view = view = View(
                last,
                removal,
                view.bodies if removal == view.removal else Bodies(),
                Standing() if changed else view.standing,
            )
        # What is kept may have been changed, or removed, behind an earlier snapshot.
        return view if view.last == last else View(last, view.removal, Bodies(), Standing())


def _key(narrowed: Narrowing) -> tuple[Form, bytes]:
    """What tells a list apart. The values themselves may be long."""
    return narrowed.form, blake2b(msgspec.json.encode(narrowed.values)).digest()


def _plain(window: Window) -> bool:
    """Whether the list is in the order of storing and just shown: so it may be kept."""
    return window.order is Order.STORED and not (window.backwards or window.counted or window.passing)
