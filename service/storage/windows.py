"""A window on a list: where in it the window begins, and the key that the next one goes on from."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from service.errors import CursorInvalid, ParameterInvalid
from service.storage import queries
from service.storage.filters import Json, Order, Slice, Window
from service.storage.narrowing import OPEN, Form, Narrowing, Value
from service.storage.queries import Reach, Run

Starts = list[tuple[Run, dict[str, Value]]]
"""The runs that a window may go through, each with the parameters for where in it the window begins."""

Statement = Callable[[Form, Run, bool, Reach], str]
"""Makes a statement for a run of a form, backwards or not."""

_NUMBER, _DATE = "([0-9]{1,18})", "([0-9]{4}-[0-9T:.-]+|)"

NUMBERED = re.compile(_NUMBER)

DATED = re.compile(f"{_DATE}/{_NUMBER}")

COUNTED = re.compile(rf"{_NUMBER}/(.+)", re.DOTALL)

PLACED = re.compile(f"{_NUMBER}/{_NUMBER}/{_NUMBER}")

LINKED = PLACED

DATED_LINK = re.compile(f"{_DATE}/{LINKED.pattern}")


def of_publications(window: Window, narrowed: Narrowing) -> Starts:
    """Where a window on claims, articles or reviews begins. Raises `CursorInvalid` or `ParameterInvalid`."""
    if window.order is Order.PUBLISHED:
        return _dated(window, narrowed)
    if window.order is Order.POSITION:
        _, at, after = map(int, _parts(PLACED, window) or (0, -1, 0))
        return [(Run.PLACED, {"at": at, "after": after})]
    _refuse_but(Order.STORED, window)
    return [(Run.NUMBERED, {"after": number(window)})]


def of_sources(window: Window) -> Starts:
    """Where a window on sources begins. Raises `CursorInvalid` or `ParameterInvalid`."""
    if window.order is Order.CLAIMS:
        at, after = _parts(COUNTED, window) or (OPEN if window.backwards else -1, "")
        return [(Run.COUNTED, {"at": int(at), "after": after})]
    _refuse_but(Order.STORED, window)
    end = "\U0010ffff" if window.backwards else ""
    return [(Run.NUMBERED, {"after": end if window.after is None else window.after})]


def of_links(window: Window, narrowed: Narrowing) -> Starts:
    """Where a window on links begins. Raises `CursorInvalid` or `ParameterInvalid`."""
    begin = OPEN if window.backwards else 0
    if window.order is Order.PUBLISHED:
        at, *last = _parts(DATED_LINK, window) or (_first(window, narrowed), begin, begin, begin)
        starts: Starts = [(Run.DATED, {"at": at, **_behind(window, last)})] if at else []
        if not narrowed.form.bounds:
            starts.append((Run.UNDATED, _behind(window, [begin, begin, begin] if at else last)))
        return starts
    _refuse_but(Order.STORED, window)
    return [(Run.NUMBERED, _behind(window, _parts(LINKED, window) or (begin, begin, begin)))]


def _behind(window: Window, last: Iterable[str | int]) -> dict[str, Value]:
    """What leads to the links behind the last that was shown: its place, and what leads to its claim."""
    claim, attribution, link = map(int, last)
    return {
        "claim": claim,
        "attribution": attribution,
        "link": link,
        "after": min(claim + 1, OPEN) if window.backwards else claim - 1,
    }


def pinned(window: Window) -> Window:
    """The window, by position as of the moment of its first page. Raises `CursorInvalid`."""
    if window.order is not Order.POSITION or window.as_of is not None:
        return window
    parts = _parts(PLACED, window)
    return msgspec.structs.replace(window, as_of=int(parts[0])) if parts else window


def page(
    db: sqlite3.Connection,
    statement: Statement,
    narrowed: Narrowing,
    window: Window,
    starts: Starts,
) -> list[tuple[Any, ...]]:
    """The rows of the window, and one more where there is more."""
    rows: list[tuple[Any, ...]] = []
    for run, start in starts:
        values = {**narrowed.values, **start, "limit": window.limit + 1 - len(rows)}
        rows += _read(db, statement, narrowed.form, run, window.backwards, values)
        if len(rows) > window.limit:
            break
    return rows


def _read(
    db: sqlite3.Connection, statement: Statement, form: Form, run: Run, backwards: bool, values: dict[str, Value]
) -> list[tuple[Any, ...]]:
    """The rows of the run, as many as are asked for or all."""
    rows: list[tuple[Any, ...]] = []
    for reach in queries.reaches(form, run):
        rows = db.execute(statement(form, run, backwards, reach), values).fetchall()
        if len(rows) == values["limit"]:
            break
    return rows


def items(rows: Sequence[tuple[Any, ...]], window: Window) -> list[Json]:
    """The items of the window, which are the last column of its ``rows``."""
    return [row[-1] for row in rows[: window.limit]]


def cut(
    rows: Sequence[tuple[Any, ...]], items: Sequence[Json], window: Window, last: int, total: int | None, removed: int
) -> Slice:
    """The slice of these ``items``, whose keys are all columns of the ``rows`` but the last.

    ``last`` is the number of the record's last revision.
    """
    sequence = last if window.as_of is None else window.as_of
    more = "/".join(map(str, rows[window.limit - 1][:-1])) if len(rows) > window.limit else None
    if more and window.order is Order.POSITION:
        more = f"{sequence}/{more}"
    return Slice(items, more, total, sequence, removed)


def _dated(window: Window, narrowed: Narrowing) -> Starts:
    """What has a date comes first, and then, where no bound is asked for, what has none."""
    begin = OPEN if window.backwards else 0
    at, after = _parts(DATED, window) or (_first(window, narrowed), begin)
    starts: Starts = [(Run.DATED, {"at": at, "after": int(after)})] if at else []
    if not narrowed.form.bounds:
        starts.append((Run.UNDATED, {"after": begin if at else int(after)}))
    return starts


def _first(window: Window, narrowed: Narrowing) -> Value:
    """The date that a window on all that has one begins at."""
    # Behind every date stands a tilde, before every one a nought: no year is written with less than four digits.
    return narrowed.values.get("until", "~") if window.backwards else narrowed.values.get("since", "0")


def number(window: Window) -> int:
    """The number that the window begins behind. Raises `CursorInvalid`."""
    parts = _parts(NUMBERED, window)
    if parts is None:
        return OPEN if window.backwards else 0
    return int(parts[0])


def _parts(form: re.Pattern[str], window: Window) -> Sequence[str] | None:
    """The parts of the key that the window begins behind, if it does. Raises `CursorInvalid` where it is none."""
    if window.after is None:
        return None
    if found := form.fullmatch(window.after):
        return found.groups()
    raise CursorInvalid


def _refuse_but(order: Order, window: Window) -> None:
    if window.order is not order:
        raise ParameterInvalid("sort", f"this list has no order by '{window.order}'.")
