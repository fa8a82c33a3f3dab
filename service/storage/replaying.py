"""The tables made anew from the record, as it was at a moment: `revisions`, and `versions`, which has the texts.

What lists are read from holds nothing that these do not say. Numbers of articles and claims count those that were
created, in their order, whatever became of them.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from schemas.articles import Article
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.sources import Source
from schemas.vocabularies import ClaimKind
from service.storage import bands, correcting
from service.storage.names import fold
from service.storage.narrowing import OPEN
from service.storage.recording import Row
from service.storage.sourcing import WAS as SOURCE_WAS
from service.storage.withdrawing import RESTS
from service.storage.writing import ARTICLE_WAS, Publication, Writer, publication

MADE = (
    *("links", "claims", "former_links", "former_claims", "articles", "former_articles"),
    *("aliases", "former_aliases", "sources", "former_sources", "bands"),
)
"""The tables that hold nothing but what the record says."""

RECORD = "SELECT sequence, action, entity, entity_id, body FROM revisions ORDER BY sequence"
READ = """
    SELECT number, coalesce(
        (SELECT body FROM former_readings WHERE number = every.number AND until >= ?1 ORDER BY until LIMIT 1),
        (SELECT body FROM readings WHERE number = every.number)
    ) FROM (SELECT number FROM readings UNION SELECT number FROM former_readings) AS every
"""
"""What the engine had last read of each claim that a person has corrected."""


class Stored(NamedTuple):
    """An article, and by what its claims are found."""

    number: int
    publication: Publication


def cut(db: sqlite3.Connection, sequence: int) -> None:
    """The record ends with the revision, and the tables are what they were then. The transaction is open.

    Receipts are gone: what they answer may not have been. Foreign keys are not looked at meanwhile.
    """
    readings = [row for row in db.execute(READ, (sequence,)) if row[1] is not None]
    for table in ("revisions", "versions", "removals"):
        db.execute(f"DELETE FROM {table} WHERE sequence > ?", (sequence,))  # noqa: S608 - a table's name
    db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'revisions'", (sequence,))
    db.execute("DELETE FROM readings")
    db.execute("DELETE FROM former_readings WHERE until >= ?", (sequence,))
    db.execute("DELETE FROM receipts")
    db.execute("INSERT INTO claims_fts (claims_fts) VALUES ('delete-all')")
    for table in MADE:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table's name
    Replay(db).run()
    corrected = set(_corrected(db))
    db.executemany("INSERT INTO readings VALUES (?, ?)", [row for row in readings if row[0] in corrected])


class Replay:
    """Writes into tables that are empty what each revision made, as it was written when it was made."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._writer = db, Writer(db, at=datetime.now(UTC), actor="")
        self._articles: dict[str, Stored] = {}
        self._claims = 0
        self._numbered = 0

    def run(self) -> None:
        """Every revision was written."""
        for sequence, action, entity, id, body in self._db.execute(RECORD):
            created = action == Action.CREATED
            if entity == Entity.ARTICLE:
                self._numbered += created
                if body:
                    self._article(sequence, msgspec.json.decode(body, type=Article), created=created)
            elif entity == Entity.CLAIM:
                self._claims += created
                if body:
                    self._claim(sequence, msgspec.json.decode(body, type=Claim), created=created)
            elif body:
                self._source(sequence, id, msgspec.json.decode(body, type=Source), created=created)

    def _article(self, sequence: int, article: Article, *, created: bool) -> None:
        published = publication(article)
        number = self._numbered if created else self._articles[article.id].number
        self._articles[article.id] = Stored(number, published)
        self._db.execute(ARTICLE_WAS, (sequence, number))
        self._db.execute("DELETE FROM articles WHERE number = ?", (number,))
        close = "UPDATE former_articles SET until = ? WHERE number = ? AND until = ?"
        self._db.execute(close, (sequence, number, OPEN))
        self._writer.insert("articles", number=number, id=article.id, sequence=sequence, **published)
        if article.status is not UNSET:
            self._db.execute(RESTS, (sequence, OPEN, number))
            self._db.execute("DELETE FROM articles WHERE number = ?", (number,))

    def _claim(self, sequence: int, claim: Claim, *, created: bool) -> None:
        article = self._articles[claim.article_id]
        number = self._claims if created else correcting.find(self._writer, claim.id).number
        if created:
            self._writer.insert("claims_fts", rowid=number, text=claim.text)
        else:
            self._writer.leave(number, sequence)
        if claim.kind is ClaimKind.STATEMENT:
            bands.sign(self._db, [(number, claim.text)])
        keep = self._writer.stand if claim.status is UNSET else self._writer.rest
        keep(number, sequence, claim, article.number, article.publication)

    def _source(self, sequence: int, id: str, source: Source, *, created: bool) -> None:
        row: Row = {"name": source.name, "kind": source.kind, "named": source.named}
        if created:
            self._writer.insert("sources", id=id, sequence=sequence, **row)
        else:
            self._db.execute(SOURCE_WAS, (sequence, id))
            update = "UPDATE sources SET sequence = ?, name = ?, kind = ?, named = ? WHERE id = ?"
            self._db.execute(update, (sequence, *row.values(), id))
        self._names(sequence, id, {fold(name) for name in (source.name, *source.aliases)})

    def _names(self, sequence: int, id: str, names: set[str]) -> None:
        """The source is found by these names and by no others."""
        known = {key for (key,) in self._db.execute("SELECT key FROM aliases WHERE source = ?", (id,))}
        for key in known - names:
            was = "INSERT INTO former_aliases SELECT key, source, sequence, ? FROM aliases WHERE key = ? AND source = ?"
            self._db.execute(was, (sequence, key, id))
            self._db.execute("DELETE FROM aliases WHERE key = ? AND source = ?", (key, id))
        for key in names - known:
            self._writer.insert("aliases", key=key, source=id, sequence=sequence)


def _corrected(db: sqlite3.Connection) -> Iterator[int]:
    """The numbers of the claims that a person has corrected, whether they stand or not."""
    query = """
        SELECT number FROM (
            SELECT number, sequence FROM claims
            UNION ALL SELECT number, sequence FROM former_claims WHERE until = ?
        ) JOIN revisions USING (sequence) WHERE body ->> '$.correction' IS NOT NULL
    """
    return (number for (number,) in db.execute(query, (OPEN,)))
