"""Webhooks in the SQLite file. Their secrets are there as they are: what signs must know them."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from schemas.changes import Action, Entity
from schemas.webhooks import ChangedWebhook, Delivery, Disabled, DisabledBecause, Webhook
from service.errors import CursorInvalid, WebhookUnknown
from service.storage import deliveries
from service.storage.connections import Connections
from service.storage.filters import Json, Slice, Window
from service.storage.outbox import OVERLAP, DeliveryFilter, Due, Outcome
from service.storage.times import stamp
from service.storage.turns import Turns

# What is put together here are names of columns.
_PLAIN = "id, url, created_at, created_by, after, description, delivered, delivered_at, failing_since"
_SHOWN = f"""
    {_PLAIN}, former_secret_until, entities, actions, disabled_at, disabled_because,
    (SELECT count(*) FROM deliveries WHERE webhook = webhooks.number AND status = 'waiting'),
    (SELECT count(*) FROM deliveries WHERE webhook = webhooks.number AND status = 'dead')
"""  # noqa: S608
_ADD = """
    INSERT INTO webhooks (id, url, description, entities, actions, created_at, created_by, after, secret)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_GET = f"SELECT {_SHOWN} FROM webhooks WHERE id = ?"  # noqa: S608
_LIST = f"SELECT number, {_SHOWN} FROM webhooks WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608
_COUNT = "SELECT count(*) FROM webhooks"
_URL = "UPDATE webhooks SET url = ? WHERE id = ?"
_DESCRIBE = "UPDATE webhooks SET description = ? WHERE id = ?"
_ENABLE = "UPDATE webhooks SET disabled_at = NULL, disabled_because = NULL, failing_since = NULL WHERE id = ?"
_DISABLE = "UPDATE webhooks SET disabled_at = ?, disabled_because = 'asked' WHERE id = ? AND disabled_at IS NULL"
_ROTATE = "UPDATE webhooks SET former_secret = secret, former_secret_until = ?, secret = ? WHERE id = ?"
_REMOVE = "DELETE FROM webhooks WHERE id = ?"
_SECRETS = "SELECT secret, former_secret, former_secret_until FROM webhooks WHERE id = ?"
_NUMBER = "SELECT number FROM webhooks WHERE id = ?"

Word = TypeVar("Word", bound=StrEnum)

_KEY = re.compile(r"[0-9]{1,18}")


class SqliteOutbox:
    """An `Outbox`, which says what each method does."""

    def __init__(self, connections: Connections, turns: Turns) -> None:
        self.connections, self._turns = connections, turns

    def add(self, webhook: Webhook, secret: bytes) -> None:
        one = webhook
        words = (_json(one.entities or ()), _json(one.actions or ()))
        row = (one.id, one.url, one.description or None, *words, one.created_at, one.created_by, one.after, secret)
        with self.connections.writing() as db:
            db.execute(_ADD, row)

    def get(self, id: str) -> Webhook:
        with self.connections.reading() as db:
            return _webhook(_found(db, _GET, id))

    def list(self, window: Window) -> Slice:
        with self.connections.reading() as db:
            rows = db.execute(_LIST, (_behind(window), window.limit + 1)).fetchall()
            total: int | None = db.execute(_COUNT).fetchone()[0] if window.counted else None
        return _cut([(number, msgspec.json.encode(_webhook(row))) for number, *row in rows], window, total)

    def change(self, id: str, change: ChangedWebhook, *, at: datetime) -> Webhook:
        with self.connections.writing() as db:
            if change.url is not UNSET:
                db.execute(_URL, (change.url, id))
            if change.description is not UNSET:
                db.execute(_DESCRIBE, (change.description or None, id))
            if change.enabled is True:
                db.execute(_ENABLE, (id,))
            elif change.enabled is False:
                db.execute(_DISABLE, (stamp(at), id))
            return _webhook(_found(db, _GET, id))

    def rotate(self, id: str, secret: bytes, *, at: datetime) -> Webhook:
        with self.connections.writing() as db:
            db.execute(_ROTATE, (stamp(at + OVERLAP), secret, id))
            return _webhook(_found(db, _GET, id))

    def remove(self, id: str) -> Webhook:
        with self.connections.writing() as db:
            removed = _webhook(_found(db, _GET, id))
            db.execute(_REMOVE, (id,))
        return removed

    def secrets(self, id: str, *, at: datetime) -> Sequence[bytes]:
        with self.connections.reading() as db:
            secret, former, until = _found(db, _SECRETS, id)
        return [secret, former] if former and until > stamp(at) else [secret]

    def deliveries(self, which: DeliveryFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            (number,) = _found(db, _NUMBER, which.webhook)
            rows, total = deliveries.listed(db, number, which, _behind(window), window)
        return _cut(rows, window, total)

    def again(self, id: str, delivery: str, *, at: datetime) -> Delivery:
        with self.connections.writing() as db:
            (number,) = _found(db, _NUMBER, id)
            return deliveries.again(db, number, delivery, at)

    def busy(self, at: datetime) -> Sequence[str]:
        with self.connections.reading() as db:
            return [id for (id,) in db.execute(deliveries.BUSY, {"at": stamp(at)})]

    def next(self, id: str, *, at: datetime) -> Due | None:
        with self.connections.writing() as db:
            return deliveries.following(db, id, at)

    def changes(self, due: Due) -> Sequence[Json]:
        with self.connections.reading() as db:
            return deliveries.changes(db, due.id)

    def note(self, due: Due, outcome: Outcome) -> None:
        with self.connections.writing() as db:
            deliveries.note(db, due, outcome)

    def turn(self) -> AbstractContextManager[bool]:
        return self._turns.offered(b"webhooks")


def _found(db: sqlite3.Connection, query: str, id: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = db.execute(query, (id,)).fetchone()
    if row is None:
        raise WebhookUnknown(id)
    return row


def _behind(window: Window) -> int:
    after = "0" if window.after is None else window.after
    if not _KEY.fullmatch(after):
        raise CursorInvalid
    return int(after)


def _cut(rows: Sequence[tuple[int, Json]], window: Window, total: int | None) -> Slice:
    """The rows of a window, of which there is one more where the list goes on."""
    shown = rows[: window.limit]
    more = str(shown[-1][0]) if len(rows) > len(shown) else None
    return Slice([item for _, item in shown], more, total)


def _webhook(row: Sequence[Any]) -> Webhook:
    *plain, former_until, entities, actions, disabled_at, because, waiting, dead = row
    values = dict(zip(_PLAIN.split(", "), plain, strict=True))
    disabled = Disabled(disabled_at, DisabledBecause(because)) if disabled_at else None
    words = {"entities": _words(entities, Entity), "actions": _words(actions, Action)}
    values |= {**words, "former_secret_until": former_until, "disabled": disabled}
    told = {name: value for name, value in values.items() if value is not None and value != ()}
    return Webhook(**told, waiting=waiting, dead=dead)


def _words(text: str, vocabulary: type[Word]) -> tuple[Word, ...]:
    return msgspec.json.decode(text, type=tuple[vocabulary, ...])  # type: ignore[valid-type]


def _json(words: Sequence[str]) -> str:
    return msgspec.json.encode(words).decode()
