"""How a database comes by its tables. A migration that was once applied is never edited, only followed by another."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from schemas.sources import Source
from service.errors import StoreForeign, StoreTooNew
from service.storage import bands, deliveries, engines, former, identities, removals, reviews, schema
from service.storage.names import fold
from service.storage.times import moment

# The header of every file says whose it is, so that another program's database is never taken for ours.
APPLICATION_ID = int.from_bytes(b"SaSo", "big")

migrations = Migrations("sayso")


@migrations()
def m001_record(db: Database) -> None:
    """The record: articles, claims, links and sources, every change a revision."""
    db.executescript(schema.RECORD)  # Not sqlite3's own, which would commit before it begins.
    # Words are indexed as they stand, not stemmed: a quoted phrase must find those words and no others.
    db.table("claims").enable_fts(["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_dates(db: Database) -> None:
    """Lists in the order of publication, to the moment, and of sources by how many claims they have."""
    db.executescript(schema.WORDS_FOLLOW)
    query = "SELECT number, json_extract(body, '$.published_at') FROM articles JOIN revisions USING (sequence)"
    timed = db.execute(f"{query} WHERE published IS NOT NULL").fetchall()
    moments = [(moment(published_at), number) for number, published_at in timed]
    db.conn.executemany("UPDATE articles SET published = ? WHERE number = ?", moments)
    db.conn.executemany("UPDATE claims SET published = ? WHERE article = ?", moments)
    db.executescript(schema.DATES)


@migrations()
def m003_bodies(db: Database) -> None:
    """The JSON of claims beside their numbers."""
    db.executescript(schema.BODIES)


@migrations()
def m004_keys(db: Database) -> None:
    """Keys, by the hash of their secrets."""
    db.executescript(schema.KEYS)


@migrations()
def m005_receipts(db: Database) -> None:
    """Receipts that are given again."""
    db.executescript(schema.RECEIPTS)


@migrations()
def m006_history(db: Database) -> None:
    """What was so once, beside what is so."""
    db.executescript(schema.HISTORY)
    query = "SELECT sequence, entity_id, body FROM revisions WHERE entity = 'source' ORDER BY sequence DESC"
    for sequence, id, body in db.execute(query).fetchall():
        source = msgspec.json.decode(body, type=Source)
        keys = [(sequence, fold(name), id) for name in (source.name, *source.aliases)]
        db.conn.executemany("UPDATE aliases SET sequence = ? WHERE key = ? AND source = ?", keys)


@migrations()
def m010_bands(db: Database) -> None:
    """Statements by the words that they have in common."""
    db.executescript(bands.TABLE)
    bands.sign_all(db.conn)


@migrations()
def m011_identities(db: Database) -> None:
    """What people say of sources, and which sources claims and articles were given."""
    db.executescript(identities.TABLES)


@migrations()
def m012_removals(db: Database) -> None:
    """What was removed for good; and what was read, given and judged before it was otherwise."""
    db.executescript(removals.TABLE)
    db.executescript(former.TABLES)


@migrations()
def m013_webhooks(db: Database) -> None:
    """Webhooks, and what is to be delivered to them."""
    db.executescript(deliveries.TABLES)


@migrations()
def m014_reviews(db: Database) -> None:
    """What third parties say of claims."""
    db.executescript(reviews.TABLES)


@migrations()
def m015_engines(db: Database) -> None:
    """Which engine has read each article last."""
    db.executescript(engines.TABLE)


@migrations()
def m016_pages(db: Database) -> None:
    """Pages of claims by the numbers of their revisions."""
    db.executescript(schema.PAGES)


@migrations()
def m017_numbers(db: Database) -> None:
    """What claims were, by their numbers alone."""
    db.executescript(schema.NUMBERS)


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
