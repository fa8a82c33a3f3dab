"""A copy of the claims that stand, kept in a file by following the changes: ``python -m tests.follower URL FILE``.

It may be killed at any moment and started again: how far it is stands in the same transaction as what it took in.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

TABLES = """
    CREATE TABLE IF NOT EXISTS claims (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, claim TEXT);
    CREATE TABLE IF NOT EXISTS taken (sequence INTEGER NOT NULL);
    INSERT INTO taken SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM taken);
"""
"""A claim keeps its place while it does not stand, when there is nothing of it."""

TAKE = "INSERT INTO claims (id, claim) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET claim = ?2"


def follow(url: str, file: Path) -> None:
    """Changes are taken in as they are made, until the service ends or this process does."""
    with closing(opened(file)) as db, httpx.Client(base_url=url, timeout=60) as http:
        headers = {"accept": "text/event-stream", "last-event-id": str(taken(db))}
        with http.stream("GET", "/v1/changes", headers=headers) as response:
            for change in events(response.raise_for_status().iter_lines()):
                take(db, change)


def opened(file: Path) -> sqlite3.Connection:
    """The copy, made where it is not there."""
    db = sqlite3.connect(file)
    db.executescript(TABLES)
    return db


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The changes of a stream."""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "data":
            yield json.loads(value)


def take(db: sqlite3.Connection, change: dict[str, Any]) -> None:
    """The change is in the copy, once and for all."""
    with db:
        if change["entity"] == "claim":
            claim = change.get("claim", {})
            stands = change["action"] != "removed" and "status" not in claim
            text = json.dumps(claim, ensure_ascii=False, separators=(",", ":")) if stands else None
            db.execute(TAKE, (change["id"], text))
        db.execute("UPDATE taken SET sequence = ?", (change["sequence"],))


def taken(db: sqlite3.Connection) -> int:
    """The number of the last change that was taken in."""
    sequence: int = db.execute("SELECT sequence FROM taken").fetchone()[0]
    return sequence


def lines(db: sqlite3.Connection) -> list[str]:
    """The claims that stand, in the order in which they first came: the lines of the export."""
    return [claim for (claim,) in db.execute("SELECT claim FROM claims WHERE claim IS NOT NULL ORDER BY place")]


if __name__ == "__main__":
    follow(sys.argv[1], Path(sys.argv[2]))
