"""What is known of what was removed for good: that it was there, and nothing of what it was."""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from schemas.changes import Entity
from schemas.removals import Removal
from service.errors import ArticleRemoved, ClaimRemoved, Removed, ReviewRemoved, SourceRemoved
from service.storage.narrowing import NOW

TABLE = """
    -- What was removed for good, by the revision that did it. `created` is that of its first revision, `number` the one
    -- that it had in lists and nobody gets again. Until it is `wiped`, its bytes may still be in the files.
    CREATE TABLE removals (
        sequence INTEGER PRIMARY KEY REFERENCES revisions,
        entity TEXT NOT NULL,
        id TEXT NOT NULL,
        number INTEGER,
        created INTEGER NOT NULL,
        wiped INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX removals_id ON removals (entity, id);
    CREATE INDEX removals_number ON removals (entity, number);
    CREATE INDEX removals_created ON removals (entity, created, sequence);
    CREATE INDEX removals_unwiped ON removals (wiped) WHERE NOT wiped;

    -- What the engine had read of a claim before it read it anew, or before a correction was undone: so it was up to
    -- the revision `until`. Triggers, so that no way of writing a reading can forget it.
    CREATE TABLE former_readings (
        number INTEGER NOT NULL,
        until INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (number, until)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER readings_replaced BEFORE INSERT ON readings BEGIN
        INSERT OR IGNORE INTO former_readings
            SELECT number, (SELECT max(sequence) FROM revisions), body FROM readings WHERE number = new.number;
    END;
    CREATE TRIGGER readings_deleted BEFORE DELETE ON readings BEGIN
        INSERT OR IGNORE INTO former_readings
            SELECT old.number, (SELECT max(sequence) FROM revisions), old.body;
    END;
"""

_REMOVED = "removed-"

_ERRORS: dict[Entity, type[Removed]] = {
    Entity.ARTICLE: ArticleRemoved,
    Entity.CLAIM: ClaimRemoved,
    Entity.SOURCE: SourceRemoved,
    Entity.REVIEW: ReviewRemoved,
}

_ONE = """
    SELECT revisions.entity, entity_id, sequence, at, actor, reason FROM removals JOIN revisions USING (sequence)
    WHERE removals.entity = ? AND removals.id = ? AND created <= ? ORDER BY sequence DESC LIMIT 1
"""
_COUNT = "SELECT count(*) FROM removals WHERE entity = ?1 AND created <= ?2 AND sequence > ?2"
_AMONG = "SELECT id FROM removals WHERE entity = 'claim' AND id IN (SELECT value FROM json_each(?))"
_UNWIPED = "SELECT EXISTS (SELECT 1 FROM removals WHERE NOT wiped)"


class Gone(NamedTuple):
    """A removal as it is kept."""

    removal: Removal
    number: int | None


def pseudonym(id: str) -> str:
    """What the record calls a source that was removed, whose id tells its name."""
    return f"{_REMOVED}{sha256(id.encode()).hexdigest()[:26]}"


def find(db: sqlite3.Connection, entity: Entity, id: str, as_of: int = NOW) -> Removal | None:
    """The last removal of what has the id and was there at the moment, if there was any."""
    key = pseudonym(id) if entity is Entity.SOURCE and not id.startswith(_REMOVED) else id
    row = db.execute(_ONE, (entity, key, as_of)).fetchone()
    return Removal(Entity(row[0]), *row[1:]) if row else None


def error(db: sqlite3.Connection, entity: Entity, id: str, as_of: int = NOW) -> Removed | None:
    """What tells that the thing with the id, which was there at the moment, was removed, if it was."""
    found = find(db, entity, id, as_of)
    return _ERRORS[entity](id, found.at, found.reason) if found else None


def among(db: sqlite3.Connection, claims: Sequence[str]) -> set[str]:
    """Those of the claims with these ids that were removed."""
    return {id for (id,) in db.execute(_AMONG, (msgspec.json.encode(claims).decode(),))}


def count(db: sqlite3.Connection, entity: Entity, as_of: int) -> int:
    """How many of the things that there were at the moment have been removed since."""
    found: int = db.execute(_COUNT, (entity, as_of)).fetchone()[0]
    return found


def unwiped(db: sqlite3.Connection) -> bool:
    """Whether bytes of what was removed may still be in the files."""
    return bool(db.execute(_UNWIPED).fetchone()[0])


def every(db: sqlite3.Connection) -> list[Gone]:
    """All removals, in their order."""
    query = """
        SELECT number, removals.entity, removals.id, sequence, at, actor, reason
        FROM removals JOIN revisions USING (sequence) ORDER BY sequence
    """
    return [Gone(Removal(Entity(row[1]), *row[2:]), row[0]) for row in db.execute(query)]
