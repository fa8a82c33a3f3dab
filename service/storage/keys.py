"""Keys in the SQLite file."""

import re
import sqlite3
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from schemas.keys import Key, Scope
from service.errors import CursorInvalid, KeyUnknown
from service.storage.connections import Connections
from service.storage.filters import Slice, Window
from service.storage.port import HeldKey
from service.storage.times import stamp

FIELDS = Key.__struct_fields__
COLUMNS = ", ".join(FIELDS)

# What is put together here are names of columns.
ADD = f"INSERT INTO keys ({COLUMNS}, digest) VALUES ({', '.join('?' * len(FIELDS))}, ?)"  # noqa: S608
GET = f"SELECT digest, {COLUMNS} FROM keys WHERE id = ?"  # noqa: S608
LIST = f"SELECT number, {COLUMNS} FROM keys WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608
COUNT = "SELECT count(*) FROM keys"
REVOKE = "UPDATE keys SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL"
NOTE = "UPDATE keys SET last_used_at = ?1 WHERE id = ?2 AND (last_used_at IS NULL OR last_used_at < ?1)"

NUMBER = re.compile(r"[0-9]{1,18}")


class SqliteKeys:
    """A `KeyStore`, which says what each method does."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def add(self, key: Key, digest: bytes) -> None:
        with self.connections.writing() as db:
            db.execute(ADD, (*_row(key), digest))

    def get(self, id: str) -> HeldKey:
        with self.connections.reading() as db:
            return _held(db, id)

    def version(self) -> int:
        return self.connections.version()

    def list(self, window: Window) -> Slice:
        after = "0" if window.after is None else window.after
        if not NUMBER.fullmatch(after):
            raise CursorInvalid
        with self.connections.reading() as db:
            rows = db.execute(LIST, (int(after), window.limit + 1)).fetchall()
            total: int | None = db.execute(COUNT).fetchone()[0] if window.counted else None
        shown = rows[: window.limit]
        more = str(shown[-1][0]) if len(rows) > len(shown) else None
        return Slice([msgspec.json.encode(_key(row[1:])) for row in shown], more, total)

    def revoke(self, id: str, *, at: datetime, by: str) -> Key:
        with self.connections.writing() as db:
            db.execute(REVOKE, (stamp(at), by, id))
            return _held(db, id).key

    def note_use(self, id: str, at: datetime) -> None:
        hour = stamp(at.replace(minute=0, second=0, microsecond=0))
        with self.connections.writing() as db:
            db.execute(NOTE, (hour, id))


def _held(db: sqlite3.Connection, id: str) -> HeldKey:
    row = db.execute(GET, (id,)).fetchone()
    if row is None:
        raise KeyUnknown(id)
    return HeldKey(_key(row[1:]), row[0])


def _row(key: Key) -> tuple[str | None, ...]:
    values = {**msgspec.structs.asdict(key), "scopes": " ".join(key.scopes)}
    return tuple(None if value is UNSET else value for value in values.values())


def _key(row: tuple[Any, ...]) -> Key:
    values = {name: value for name, value in zip(FIELDS, row, strict=True) if value is not None}
    return Key(**{**values, "scopes": tuple(map(Scope, values["scopes"].split()))})
