"""Deliveries to webhooks, inside a transaction that is open: made up from the record, made, and made again."""

import secrets
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from schemas.webhooks import Attempt, Delivery, DeliveryStatus
from service.errors import DeliveryUnknown
from service.storage import history
from service.storage.filters import Json, Window
from service.storage.outbox import AHEAD, ENOUGH, KEPT, TOGETHER, WAITING, DeliveryFilter, Due, Outcome
from service.storage.times import stamp

TABLES = """
    -- Numbers count in the order of making. `entities` and `actions` are lists in JSON, empty where all are meant. All
    -- changes up to `after` are in deliveries; `delivered` is the last change of the last that was taken.
    CREATE TABLE webhooks (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        description TEXT,
        entities TEXT NOT NULL,
        actions TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        secret BLOB NOT NULL,
        former_secret BLOB,
        former_secret_until TEXT,
        after INTEGER NOT NULL,
        delivered INTEGER,
        delivered_at TEXT,
        failing_since TEXT,
        disabled_at TEXT,
        disabled_because TEXT
    ) STRICT;

    -- The changes of a delivery are those of the record behind `after`, through `through`, that its webhook is for:
    -- what is removed from the record is not kept here. One that waits is due at `next_at`.
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        webhook INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
        after INTEGER NOT NULL,
        through INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('waiting', 'delivered', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        next_at TEXT,
        tried_at TEXT,
        answered INTEGER,
        fault TEXT
    ) STRICT;
    CREATE INDEX deliveries_status ON deliveries (webhook, status, next_at, number);
"""

_COLUMNS = "id, after, through, status, attempts, created_at, next_at, tried_at, answered, fault"

# What is put together here are names of columns, and numbers.
_LIST = f"""
    SELECT number, {_COLUMNS} FROM deliveries
    WHERE webhook = :webhook AND number > :after
        AND (:status = '[]' OR status IN (SELECT value FROM json_each(:status)))
    ORDER BY number LIMIT :limit
"""  # noqa: S608
_COUNT = """
    SELECT count(*) FROM deliveries
    WHERE webhook = :webhook AND (:status = '[]' OR status IN (SELECT value FROM json_each(:status)))
"""
_AGAIN = f"""
    UPDATE deliveries SET status = 'waiting', attempts = 0, next_at = :at WHERE webhook = :webhook AND id = :id
    RETURNING {_COLUMNS}
"""  # noqa: S608
_NUMBER_WAITING = "(SELECT count(*) FROM deliveries WHERE webhook = webhooks.number AND status = 'waiting')"
BUSY = f"""
    SELECT id FROM webhooks WHERE disabled_at IS NULL AND (
        EXISTS (
            SELECT 1 FROM deliveries WHERE webhook = webhooks.number AND status = 'waiting' AND next_at <= :at
        ) OR (after < (SELECT max(sequence) FROM revisions) AND {_NUMBER_WAITING} < {WAITING})
    )
"""  # noqa: S608
_WEBHOOK = f"""
    SELECT number, url, after, entities, actions, failing_since, {_NUMBER_WAITING} FROM webhooks
    WHERE id = :id AND disabled_at IS NULL
"""  # noqa: S608
_DUE = """
    SELECT id, attempts FROM deliveries WHERE webhook = :webhook AND status = 'waiting' AND next_at <= :at
    ORDER BY next_at, number LIMIT 1
"""
_MOVE = "UPDATE webhooks SET after = :through WHERE number = :webhook"
_MAKE = """
    INSERT INTO deliveries (id, webhook, after, through, status, created_at, next_at)
    VALUES (:id, :webhook, :after, :through, 'waiting', :at, :at)
"""
_CARRIED = """
    SELECT deliveries.after, through, entities, actions FROM deliveries JOIN webhooks ON webhooks.number = webhook
    WHERE deliveries.id = ?
"""
_NOTE = """
    UPDATE deliveries SET
        status = :status, attempts = attempts + 1, next_at = :next_at, tried_at = :at, answered = :answered,
        fault = :fault
    WHERE id = :id AND attempts = :attempts AND status = 'waiting' RETURNING webhook, through
"""
_TAKEN = """
    UPDATE webhooks SET delivered = :through, delivered_at = :at, failing_since = NULL WHERE number = :webhook
"""
_FAILED = """
    UPDATE webhooks SET
        failing_since = coalesce(failing_since, :at),
        disabled_at = iif(:disabled IS NULL, disabled_at, :at),
        disabled_because = coalesce(:disabled, disabled_because)
    WHERE number = :webhook
"""
_SWEEP = f"""
    DELETE FROM deliveries WHERE webhook = :webhook AND status = 'delivered' AND number <= (
        SELECT number FROM deliveries WHERE webhook = :webhook AND status = 'delivered'
        ORDER BY number DESC LIMIT 1 OFFSET {KEPT}
    )
"""  # noqa: S608


def listed(
    db: sqlite3.Connection, webhook: int, which: DeliveryFilter, after: int, window: Window
) -> tuple[list[tuple[int, Json]], int | None]:
    """The deliveries of a window and one more, each with its number; and how many there are, where that is asked."""
    values = {"webhook": webhook, "after": after, "limit": window.limit + 1, "status": _json(which.status)}
    rows = [(number, msgspec.json.encode(_delivery(*row))) for number, *row in db.execute(_LIST, values)]
    return rows, db.execute(_COUNT, values).fetchone()[0] if window.counted else None


def again(db: sqlite3.Connection, webhook: int, id: str, at: datetime) -> Delivery:
    """The delivery, which is now to be made as a new one. Raises `DeliveryUnknown`."""
    row = db.execute(_AGAIN, {"webhook": webhook, "id": id, "at": stamp(at)}).fetchone()
    if row is None:
        raise DeliveryUnknown(id)
    return _delivery(*row)


def following(db: sqlite3.Connection, id: str, at: datetime) -> Due | None:
    """What is to be delivered next to the webhook, made up where none waits that is due."""
    row = db.execute(_WEBHOOK, {"id": id}).fetchone()
    if row is None:
        return None
    number, url, after, entities, actions, failing, waiting = row
    asked = {"webhook": number, "after": after, "entities": entities, "actions": actions, "at": stamp(at)}
    due = db.execute(_DUE, asked).fetchone()
    if due is None and waiting < WAITING:
        _make_up(db, asked)
        due = db.execute(_DUE, asked).fetchone()
    return Due(due[0], id, url, due[1], datetime.fromisoformat(failing) if failing else None) if due else None


def _make_up(db: sqlite3.Connection, asked: dict[str, Any]) -> None:
    """The next changes that the webhook is for are in a delivery; those before them it is not for."""
    last = db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()[0]
    asked = asked | {"through": min(last, asked["after"] + AHEAD), "limit": TOGETHER}
    if together := _together(history.some(db, asked)):
        asked["through"] = together[-1]
        db.execute(_MAKE, asked | {"id": f"msg_{secrets.token_hex(12)}"})
    if asked["through"] > asked["after"]:
        db.execute(_MOVE, asked)


def _together(found: Iterable[tuple[int, Json]]) -> list[int]:
    """The numbers of the first changes, as many as a delivery has room for."""
    numbers: list[int] = []
    room = ENOUGH
    for number, change in found:
        room -= len(change)
        if numbers and room < 0:
            break
        numbers.append(number)
    return numbers


def changes(db: sqlite3.Connection, id: str) -> list[Json]:
    """The changes of the delivery. Raises `DeliveryUnknown`."""
    row = db.execute(_CARRIED, (id,)).fetchone()
    if row is None:
        raise DeliveryUnknown(id)
    values = dict(zip(("after", "through", "entities", "actions"), row, strict=True))
    return [change for _, change in history.some(db, values | {"limit": TOGETHER})]


def note(db: sqlite3.Connection, due: Due, outcome: Outcome) -> None:
    """What came of the attempt is noted, unless the delivery is there no more or was begun anew."""
    attempt, next_at = outcome.attempt, outcome.next_at
    values: dict[str, Any] = {
        "id": due.id,
        "attempts": due.attempts,
        "status": outcome.status,
        "next_at": stamp(next_at) if next_at else None,
        "at": attempt.at,
        "answered": attempt.status or None,
        "fault": attempt.fault or None,
        "disabled": outcome.disabled,
    }
    row = db.execute(_NOTE, values).fetchone()
    if row is None:
        return
    values |= {"webhook": row[0], "through": row[1]}
    db.execute(_TAKEN if attempt.taken else _FAILED, values)
    db.execute(_SWEEP, values)


def _delivery(
    id: str,
    after: int,
    through: int,
    status: str,
    attempts: int,
    created_at: str,
    next_at: str | None,
    tried_at: str | None,
    answered: int | None,
    fault: str | None,
) -> Delivery:
    tried = Attempt(tried_at, answered or UNSET, fault or UNSET) if tried_at else UNSET
    return Delivery(id, after, through, DeliveryStatus(status), attempts, created_at, next_at or UNSET, tried)


def _json(words: Iterable[str]) -> str:
    return msgspec.json.encode(list(words)).decode()
