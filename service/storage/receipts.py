"""Receipts that are kept for a day, for who sends the same request again; inside a transaction that is open."""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from schemas.articles import Receipt
from service.errors import RequestChanged
from service.storage.port import Once
from service.storage.times import stamp

KEPT = timedelta(days=1)

GET = "SELECT digest, receipt FROM receipts WHERE sender = ? AND key = ? AND at > ?"
KEEP = "INSERT OR REPLACE INTO receipts (sender, key, at, digest, receipt) VALUES (?, ?, ?, ?, ?)"
SWEEP = "DELETE FROM receipts WHERE at <= ?"


def kept(db: sqlite3.Connection, once: Once, at: datetime) -> Receipt | None:
    """The receipt of the same request. Raises `RequestChanged` where its key came with another one."""
    row = db.execute(GET, (once.sender, once.key, stamp(at - KEPT))).fetchone()
    if row is None:
        return None
    if row[0] != once.digest:
        raise RequestChanged
    return msgspec.json.decode(row[1], type=Receipt)


def keep(db: sqlite3.Connection, once: Once, at: datetime, receipt: Receipt) -> None:
    """The receipt is kept, and those are gone that were kept long enough."""
    db.execute(SWEEP, (stamp(at - KEPT),))
    db.execute(KEEP, (once.sender, once.key, stamp(at), once.digest, msgspec.json.encode(receipt).decode()))
