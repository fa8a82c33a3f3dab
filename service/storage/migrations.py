"""The tables of the SQLite store. A migration that was once applied is never edited, only followed by another.

``revisions`` is the record: every change, numbered, with the whole JSON of what it made. The other tables
say which revision of a thing is the current one and hold what lists are narrowed and ordered by.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from service.errors import StoreForeign, StoreTooNew
from service.storage.times import moment

# The header of every file says whose it is, so that another program's database is never taken for ours.
APPLICATION_ID = int.from_bytes(b"SaSo", "big")

migrations = Migrations("sayso")

RECORD = """
    CREATE TABLE revisions (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL CHECK (action IN
            ('created', 'updated', 'retracted', 'superseded', 'merged', 'restored', 'removed')),
        reason TEXT,
        entity TEXT NOT NULL CHECK (entity IN ('article', 'claim', 'source')),
        entity_id TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX revisions_entity ON revisions (entity, entity_id);

    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL REFERENCES revisions,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        named INTEGER NOT NULL,
        claims INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sources_kind ON sources (kind);

    -- Every name that a source goes by, folded by `service.storage.names`.
    CREATE TABLE aliases (
        key TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources,
        PRIMARY KEY (key, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX aliases_source ON aliases (source);

    -- Numbers count in the order of storing. `published` is the UTC date.
    CREATE TABLE articles (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL REFERENCES revisions,
        publisher TEXT REFERENCES sources,
        published TEXT
    ) STRICT;
    CREATE INDEX articles_publisher ON articles (publisher);

    CREATE TABLE texts (
        sequence INTEGER PRIMARY KEY REFERENCES revisions,
        text TEXT NOT NULL
    ) STRICT;

    -- `publisher` and `published` repeat the article's, so that one index gives either's claims in order.
    CREATE TABLE claims (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL REFERENCES revisions,
        article INTEGER NOT NULL REFERENCES articles,
        kind TEXT NOT NULL,
        level TEXT NOT NULL,
        publisher TEXT REFERENCES sources,
        published TEXT,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX claims_article ON claims (article);
    CREATE INDEX claims_kind ON claims (kind);
    CREATE INDEX claims_level ON claims (level);
    CREATE INDEX claims_publisher ON claims (publisher);

    CREATE TABLE links (
        claim INTEGER NOT NULL REFERENCES claims,
        attribution INTEGER NOT NULL,
        link INTEGER NOT NULL,
        source TEXT NOT NULL REFERENCES sources,
        role TEXT NOT NULL,
        act TEXT NOT NULL,
        factuality TEXT NOT NULL,
        extraction TEXT NOT NULL,
        probability REAL NOT NULL,
        PRIMARY KEY (claim, attribution, link)
    ) STRICT, WITHOUT ROWID;
    -- Covers every condition on a link: an agency that publishes has a link on each of its claims, and asking
    -- what it relayed must not look each of them up.
    CREATE INDEX links_source ON links (source, claim, attribution, link, role, act, factuality, extraction);
"""

DATES = """
    -- `published` is the time in UTC, no longer the day, and repeated in `links` too, so that one index gives a
    -- source's claims in its order. Claims without a date are found at its NULL, in the order of storing.
    ALTER TABLE links ADD COLUMN published TEXT;
    UPDATE links SET published = (SELECT published FROM claims WHERE number = links.claim);
    CREATE INDEX links_published
        ON links (source, published, claim, attribution, link, role, act, factuality, extraction);
    CREATE INDEX claims_published ON claims (published);
    CREATE INDEX claims_kind_published ON claims (kind, published);
    CREATE INDEX claims_level_published ON claims (level, published);
    CREATE INDEX claims_publisher_published ON claims (publisher, published);
    CREATE INDEX articles_published ON articles (published);
    CREATE INDEX articles_publisher_published ON articles (publisher, published);
    CREATE INDEX sources_claims ON sources (claims, id);
    CREATE INDEX sources_kind_claims ON sources (kind, claims, id);
"""

BODIES = """
    -- The JSON of each claim as it now is, which is in its revision too. A page's claims lie scattered over the file,
    -- and so are found by their numbers alone, in a table of nothing else: that halves the reads and the time.
    CREATE TABLE bodies (
        number INTEGER PRIMARY KEY REFERENCES claims,
        body BLOB NOT NULL
    ) STRICT;
    INSERT INTO bodies
        SELECT claims.number, CAST(revisions.body AS BLOB) FROM claims JOIN revisions USING (sequence)
        ORDER BY claims.number;
"""

WORDS_FOLLOW = """
    DROP TRIGGER claims_au;
    CREATE TRIGGER claims_au AFTER UPDATE OF text ON claims BEGIN
        INSERT INTO claims_fts (claims_fts, rowid, text) VALUES ('delete', old.number, old.text);
        INSERT INTO claims_fts (rowid, text) VALUES (new.number, new.text);
    END;
"""
"""Words are indexed anew only where the text changes, not with every other change of a claim."""


@migrations()
def m001_record(db: Database) -> None:
    """The record: articles, claims, links and sources, every change a revision."""
    db.executescript(RECORD)  # Not sqlite3's own, which would commit before it begins.
    # Words are indexed as they stand, not stemmed: a quoted phrase must find those words and no others.
    db.table("claims").enable_fts(["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_dates(db: Database) -> None:
    """Lists in the order of publication, to the moment, and of sources by how many claims they have."""
    db.executescript(WORDS_FOLLOW)
    query = "SELECT number, json_extract(body, '$.published_at') FROM articles JOIN revisions USING (sequence)"
    timed = db.execute(f"{query} WHERE published IS NOT NULL").fetchall()
    moments = [(moment(published_at), number) for number, published_at in timed]
    db.conn.executemany("UPDATE articles SET published = ? WHERE number = ?", moments)
    db.conn.executemany("UPDATE claims SET published = ? WHERE article = ?", moments)
    db.executescript(DATES)


@migrations()
def m003_bodies(db: Database) -> None:
    """The JSON of claims beside their numbers."""
    db.executescript(BODIES)


KEYS = """
    -- Numbers count in the order of making. `digest` is the SHA-256 of the secret, which is kept nowhere. `scopes` are
    -- separated by spaces; times are in UTC, as the wire carries them.
    CREATE TABLE keys (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        expires_at TEXT,
        revoked_at TEXT,
        revoked_by TEXT,
        last_used_at TEXT
    ) STRICT;
"""


@migrations()
def m004_keys(db: Database) -> None:
    """Keys, by the hash of their secrets."""
    db.executescript(KEYS)


def migrate(connection: sqlite3.Connection, where: str) -> None:
    """The tables are those of this version.

    Raises `StoreForeign` or `StoreTooNew` where the file is not ours to change, which is then untouched.
    """
    db = Database(connection, execute_plugins=False)
    inspect(db, where)
    db.execute("PRAGMA journal_mode = WAL")
    if migrations.pending(db):
        with transaction(connection):
            inspect(db, where)  # Another process may have come first.
            migrations.apply(db)


def inspect(db: Database, where: str) -> None:
    """Returns where the file is empty, or ours and no newer than this version."""
    mark = db.execute("PRAGMA application_id").fetchone()[0]
    empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if mark != APPLICATION_ID and (mark or not empty):
        raise StoreForeign(where)
    known = {m.name for m in migrations.pending(Database(memory=True, execute_plugins=False))}
    if unknown := [m.name for m in migrations.applied(db) if m.name not in known]:
        raise StoreTooNew(where, ", ".join(unknown))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """What the block wrote is on the disk, or none of it where the block raises. Waits for its turn to write."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself has rolled back where the disk was full.
            connection.execute("ROLLBACK")
        raise
