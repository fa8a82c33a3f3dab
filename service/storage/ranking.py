"""Claims by how well they answer a search.

The rank is FTS5's bm25, which weighs a word by all that is stored: it moves while others write, so that no place in its
order can be come back to. A key therefore says what was shown, and which claim was the last at the first page.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

import sqlite3
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from service.errors import CursorInvalid, ParameterInvalid
from service.storage import conditions
from service.storage.bodies import Bodies
from service.storage.conditions import PUBLISHED, every
from service.storage.filters import RANKED, Slice, Window
from service.storage.narrowing import OPEN, Form, Narrowing, World
from service.storage.queries import KEPT

WEIGHED = 10_000
"""How many claims are ranked at most, the last that were stored. To rank as many takes about 20 ms."""

Step = Annotated[int, Meta(ge=1)]


class Shown(Struct, frozen=True, array_like=True):
    """What of a list was shown: the ``steps`` from each claim's number to the next one's, none beyond ``newest``."""

    newest: Annotated[int, Meta(ge=0)]
    steps: Annotated[tuple[Step, ...], Meta(max_length=RANKED)] = ()

    @property
    def numbers(self) -> list[int]:
        """The numbers of the claims, in their order."""
        return list(accumulate(self.steps))

    def key(self, more: Sequence[int]) -> str:
        """The key for when the claims with the numbers ``more`` have been shown too."""
        numbers = sorted([*self.numbers, *more])
        steps = tuple(b - a for a, b in zip([0, *numbers], numbers, strict=False))
        return urlsafe_b64encode(msgspec.msgpack.encode(Shown(self.newest, steps))).decode()


def page(
    db: sqlite3.Connection, bodies: Bodies, narrowed: Narrowing, window: Window, last: int, total: int | None
) -> Slice:
    """The window's stretch of the list. Raises `CursorInvalid` or `ParameterInvalid`."""
    if not narrowed.form.words:
        raise ParameterInvalid("sort", "claims are relevant to the words of 'q' alone. Give 'q' too.")
    if window.as_of is not None or not narrowed.form.is_now:
        raise ParameterInvalid("sort", "relevance weighs words by all that stands now. Leave out 'as_of' and 'status'.")
    shown = _shown(db, window)
    room = min(window.limit, RANKED - len(shown.steps))
    numbers = msgspec.json.encode(shown.numbers).decode()
    values = narrowed.values | {"newest": shown.newest, "shown": numbers, "limit": room + 1}
    rows = db.execute(claims(narrowed.form), values).fetchall()
    more = len(rows) > room and len(shown.steps) + room < RANKED
    key = shown.key([number for number, _ in rows[:room]]) if more else None
    items = bodies.of(db, [sequence for _, sequence in rows[:room]])
    return Slice(items, key, total, last, shared=True)


@lru_cache(KEPT)
def claims(form: Form) -> str:
    """The numbers of the best claims that are not ``:shown``, up to the ``:newest``, and of their revisions.

    Of claims that rank alike the last stored comes first.
    """
    bounds = (f"+{test}" for test in conditions.within(form, PUBLISHED["claims_fts"]).values())
    tests = every(["claims_fts.rowid <= :newest", conditions.MATCHES, *conditions.of_claim(form, World.IS), *bounds])
    return (
        "WITH found (number, rank, sequence) AS MATERIALIZED"
        " (SELECT claims_fts.rowid, claims_fts.rank, claims.sequence"
        f" FROM claims_fts{conditions.joined(form, World.IS)} WHERE {tests}"
        f" ORDER BY claims_fts.rowid DESC LIMIT {WEIGHED})"
        " SELECT number, sequence FROM found WHERE number NOT IN (SELECT value FROM json_each(:shown))"
        " ORDER BY rank, number DESC LIMIT :limit"
    )


def _shown(db: sqlite3.Connection, window: Window) -> Shown:
    if window.after is None:
        return Shown(db.execute("SELECT coalesce(max(number), 0) FROM claims").fetchone()[0])
    try:
        packed = b64decode(window.after, altchars=b"-_", validate=True)
        shown = msgspec.msgpack.decode(packed, type=Shown)
    except ValueError as error:
        raise CursorInvalid from error
    if sum(shown.steps) > shown.newest or shown.newest > OPEN:
        raise CursorInvalid
    return shown
