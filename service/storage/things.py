"""Single things, read by their ids: what stands, what did at a moment, and what is told of what is not there."""

# ruff: noqa: S608 - what is put together here are expressions; every value is a parameter.

import sqlite3
from typing import Any

import msgspec

from schemas.changes import Entity
from schemas.sources import CountedSource
from service.errors import ArticleUnknown, ClaimUnknown, NotFound, Removed, ReviewUnknown, SourceUnknown
from service.storage import queries, removals
from service.storage.filters import Json
from service.storage.narrowing import NOW, OPEN, Value

UNKNOWN: dict[Entity, type[NotFound]] = {
    Entity.ARTICLE: ArticleUnknown,
    Entity.CLAIM: ClaimUnknown,
    Entity.SOURCE: SourceUnknown,
    Entity.REVIEW: ReviewUnknown,
}
THING = """
    SELECT sequence, CAST(body AS BLOB) FROM revisions
    WHERE entity = :entity AND entity_id = :id AND sequence <= :as_of ORDER BY sequence DESC LIMIT 1
"""
HELD = """
    SELECT number, sequence, body FROM claims JOIN revisions USING (sequence) WHERE id = :id
    UNION ALL
    SELECT number, sequence, body FROM former_claims JOIN revisions USING (sequence) WHERE id = :id AND until = :open
"""
LAST = """
    SELECT sequence, body FROM revisions WHERE entity = ? AND entity_id = ? ORDER BY sequence DESC LIMIT 1
"""
READING = """
    SELECT body FROM readings WHERE number IN (
        SELECT number FROM claims WHERE id = :id UNION ALL SELECT number FROM former_claims WHERE id = :id
    )
"""
TEXT = """
    SELECT text FROM versions WHERE sequence <= :as_of AND article IN (
        SELECT number FROM articles WHERE id = :id UNION ALL SELECT number FROM former_articles WHERE id = :id
    ) ORDER BY version DESC LIMIT 1
"""
SOURCE = f"""
    SELECT {queries.counted("coalesce((SELECT claims FROM sources WHERE id = :id), 0)")} FROM revisions
    WHERE entity = 'source' AND entity_id = :id ORDER BY sequence DESC LIMIT 1
"""
SOURCE_THEN = f"""
    SELECT {queries.counted(queries.claims_then("revisions.entity_id"))} FROM revisions
    WHERE entity = 'source' AND entity_id = :id AND sequence <= :as_of AND body <> '' ORDER BY sequence DESC LIMIT 1
"""


def made(db: sqlite3.Connection, entity: Entity, id: str, as_of: int | None) -> tuple[int, Json]:
    """The last revision of the thing until the moment, and what it made. Raises `NotFound`."""
    sequence, body = _row(db, THING, entity, id, as_of)
    return sequence, body


def text(db: sqlite3.Connection, id: str, as_of: int | None) -> str:
    """The text that the article had. Raises `NotFound`."""
    found: str = _row(db, TEXT, Entity.ARTICLE, id, as_of)[0]
    return found


def source(db: sqlite3.Connection, id: str, as_of: int | None = None) -> CountedSource:
    """The source with the number of its claims. Raises `NotFound`."""
    (body,) = _row(db, SOURCE if as_of is None else SOURCE_THEN, Entity.SOURCE, id, as_of)
    return msgspec.json.decode(body, type=CountedSource)


def held(db: sqlite3.Connection, id: str) -> tuple[int, int, str]:
    """The number of the claim, its last revision and its JSON, whether it stands or not. Raises `NotFound`."""
    number, sequence, body = _row(db, HELD, Entity.CLAIM, id)
    return number, sequence, body


def reading(db: sqlite3.Connection, id: str) -> str:
    """The JSON of what the engine last read of a claim that a person has corrected. Raises `NotFound`."""
    body: str = _row(db, READING, Entity.CLAIM, id)[0]
    return body


def last(db: sqlite3.Connection, entity: Entity, id: str) -> int:
    """The last revision of the thing, 0 where it never was. Raises `Removed`."""
    row: tuple[int, str] | None = db.execute(LAST, (entity, id)).fetchone()
    if row and row[1]:
        return row[0]
    missing = error(db, entity, id)
    if isinstance(missing, Removed):
        raise missing
    return 0


def error(db: sqlite3.Connection, entity: Entity, id: str, as_of: int | None = None) -> NotFound:
    """What tells that there is no such thing, or was none at the moment; or that there was, and is no more."""
    return removals.error(db, entity, id, NOW if as_of is None else as_of) or UNKNOWN[entity](id)


def _row(db: sqlite3.Connection, sql: str, entity: Entity, id: str, as_of: int | None = None) -> tuple[Any, ...]:
    values: dict[str, Value] = {"entity": entity, "id": id, "as_of": NOW if as_of is None else as_of, "open": OPEN}
    row: tuple[Any, ...] | None = db.execute(sql, values).fetchone()
    if row is None:
        raise error(db, entity, id, as_of)
    if row[-1] in ("", b""):  # It was there at the moment, and is removed by now.
        raise error(db, entity, id)
    return row
