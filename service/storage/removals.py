"""What is known of what was removed for good: that it was there, and nothing of what it was."""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from schemas.changes import Action, Entity
from schemas.removals import Removal
from service.errors import ArticleRemoved, ClaimRemoved, Removed, ReviewRemoved, SourceRemoved
from service.storage.narrowing import NOW
from service.storage.writing import Writer

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
_BLANK = "UPDATE revisions SET body = '', reason = NULL WHERE entity = ? AND entity_id = ?"
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


def tombstone(writer: Writer, entity: Entity, id: str, reason: str, number: int | None = None) -> Removal:
    """What the record had of it is gone, and that it is gone is in the record."""
    writer.db.execute(_BLANK, (entity, id))
    sequence = writer.revision(Action.REMOVED, entity, id, None, reason)
    query = "SELECT min(sequence) FROM revisions WHERE entity = ? AND entity_id = ?"
    created = writer.db.execute(query, (entity, id)).fetchone()[0]
    writer.insert("removals", sequence=sequence, entity=entity, id=id, number=number, created=created)
    return Removal(entity, id, sequence, writer.at, writer.actor, reason)


def every(db: sqlite3.Connection) -> list[Gone]:
    """All removals, in their order."""
    query = """
        SELECT number, removals.entity, removals.id, sequence, at, actor, reason
        FROM removals JOIN revisions USING (sequence) ORDER BY sequence
    """
    return [Gone(Removal(Entity(row[1]), *row[2:]), row[0]) for row in db.execute(query)]
