"""What a process keeps of the record in memory, so that it can answer many a question without SQLite."""

import sqlite3
from typing import NamedTuple

from msgspec import Raw

from service.storage import narrowing, queries, windows
from service.storage.bodies import Bodies
from service.storage.listed import Found, Listed, Lists, Row
from service.storage.narrowing import Narrowing
from service.storage.port import ClaimFilter, Order, Slice, Window
from service.storage.queries import Run

FILTERS = 256
"""How many filters are kept at most with what they ask for."""

CLAIMS = 100_000
"""How many claims are found by their ids at most."""

MANY = 1_000
"""Through how many revisions is looked at most for one that changed something. Where there are more, one has."""

CHANGED = "SELECT coalesce(max(action <> 'created'), 0) FROM revisions WHERE sequence > ?"


class Known(NamedTuple):
    """What a filter asks for, and what is kept of the list that it gives."""

    narrowed: Narrowing
    listed: Listed


class Standing:
    """What was found where it is, and is there still while nothing but what is new is stored.

    ``claims`` are the revisions of claims by their ids.
    """

    def __init__(self) -> None:
        self.lists = Lists()
        self.claims: dict[str, int] = {}


class View:
    """What is kept of the record as the revision ``last`` left it, the last ``removal`` for good that it knows of."""

    def __init__(self, last: int, removal: int | None, bodies: Bodies, standing: Standing) -> None:
        self.last, self.removal, self.bodies, self.standing = last, removal, bodies, standing
        self._known: dict[tuple[ClaimFilter, int | None], Known] = {}

    def known(self, db: sqlite3.Connection, which: ClaimFilter, as_of: int | None) -> Known:
        """What is known of the filter. To find out who bears the names in it takes a tenth of the time of a page."""
        found = self._known.get((which, as_of))
        if found is None:
            if len(self._known) >= FILTERS:
                self._known.clear()
            narrowed = narrowing.claims(db, which, as_of)
            listed = self.standing.lists.of((narrowed.form, *narrowed.values.items()))
            found = self._known[which, as_of] = Known(narrowed, listed)
        return found

    def page(self, which: ClaimFilter, window: Window) -> Slice | None:
        """The window's stretch of the list, where all of it is kept."""
        known = self._known.get((which, None))
        if known is None or not lists(known, window):
            return None
        found = known.listed.page(windows.number(window), window.limit)
        items = found and self.bodies.kept(found.sequences)
        return self._slice(items, found) if found and items else None

    def read(self, db: sqlite3.Connection, known: Known, window: Window) -> Slice:
        """The same, of which is read what is not kept."""
        statement, values = queries.claims(known.narrowed.form, Run.NUMBERED, False), known.narrowed.values

        def rows(after: int, count: int) -> list[Row]:
            return db.execute(statement, {**values, "after": after, "limit": count}).fetchall()

        found = self.standing.lists.read(known.listed, windows.number(window), window.limit, rows)
        return self._slice(self.bodies.of(db, found.sequences), found)

    def claim(self, id: str) -> Raw | None:
        """The claim, if it is kept."""
        sequence = self.standing.claims.get(id)
        items = sequence and self.bodies.kept((sequence,))
        return items[0] if items else None

    def keep(self, id: str, sequence: int, body: bytes) -> Raw:
        """The claim, kept as the revision made it. It was read when the view was there already."""
        if len(self.standing.claims) >= CLAIMS:
            self.standing.claims.clear()
        self.standing.claims[id] = sequence
        return self.bodies.keep(sequence, body)

    def _slice(self, items: list[Raw], found: Found) -> Slice:
        return Slice(items, None if found.next is None else str(found.next), sequence=self.last)


class Memory:
    """The view that is kept of the record. Another thread may still look at an earlier one, or already at a later."""

    def __init__(self) -> None:
        self._view = View(0, None, Bodies(), Standing())

    def now(self, last: int) -> View | None:
        """The view of the record as the revision left it, if it is this one."""
        view = self._view
        return view if view.last == last else None

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
        return view if view.last == last else View(last, None, Bodies(), Standing())


def lists(known: Known, window: Window) -> bool:
    """Whether it is a list of what stands now, in the order of storing, that is found by no words and just shown."""
    form = known.narrowed.form
    plain = form.is_now and not form.words and window.order is Order.STORED
    return plain and not (window.backwards or window.counted or window.passing or window.as_of is not None)
