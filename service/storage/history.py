"""The record, read by its sequence."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw

from service.storage.filters import ChangeFilter, Json, Window

AT = "SELECT at FROM revisions WHERE sequence = ?"
CHANGES = """
    SELECT sequence, at, actor, action, entity, entity_id, reason, body, CASE WHEN body = '' THEN (
        SELECT min(sequence) FROM removals
        WHERE entity = revisions.entity AND id = entity_id AND sequence >= revisions.sequence
    ) END
    FROM revisions WHERE sequence > :after
"""
OF_ONE = "AND entity = :entity AND entity_id = :id"
OF_SOME = """
    AND sequence <= :through
    -- By the plus no index of things is taken, which knows no order of changes.
    AND (:entities = '[]' OR +entity IN (SELECT value FROM json_each(:entities)))
    AND (:actions = '[]' OR action IN (SELECT value FROM json_each(:actions)))
"""


def sequence_at(db: sqlite3.Connection, at: str) -> int:
    """The number of the last revision that was made at the time or before, 0 where there is none.

    No revision is earlier than the one before it, so that this takes some twenty steps and no index.
    """
    low, high = 0, db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()[0]
    while low < high:
        middle = (low + high + 1) // 2
        if db.execute(AT, (middle,)).fetchone()[0] <= at:
            low = middle
        else:
            high = middle - 1
    return low


def changes(db: sqlite3.Connection, which: ChangeFilter, after: int, window: Window) -> Iterator[tuple[int, Json]]:
    """The changes of a window and one more, each with its number and as a `schemas.changes.Change`."""
    values = {"after": after, "entity": which.entity, "id": which.id, "limit": window.limit + 1}
    query = f"{CHANGES} {OF_ONE if which.id else ''} ORDER BY sequence LIMIT :limit"
    for row in db.execute(query, values):
        yield row[0], msgspec.json.encode(_change(*row))


def some(db: sqlite3.Connection, values: dict[str, Any]) -> Iterator[tuple[int, Json]]:
    """As `changes`, the first ``limit`` behind ``after``, through ``through``.

    Of the ``entities`` and ``actions``, each a list in JSON, an empty one asks nothing.
    """
    for row in db.execute(f"{CHANGES} {OF_SOME} ORDER BY sequence LIMIT :limit", values):
        yield row[0], msgspec.json.encode(_change(*row))


def _change(
    sequence: int,
    at: str,
    actor: str,
    action: str,
    entity: str,
    id: str,
    reason: str | None,
    body: str,
    removed: int | None,
) -> dict[str, Any]:
    change: dict[str, Any] = {"sequence": sequence, "at": at, "by": actor, "action": action, "entity": entity, "id": id}
    if reason:
        change["reason"] = reason
    if body:
        return change | {entity: Raw(body.encode())}
    return change if removed == sequence else change | {"removed": removed}
