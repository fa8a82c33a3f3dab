"""How the first version of the store kept a record."""

import sqlite3

import msgspec

from schemas.articles import Article
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import Source
from service.storage.times import moment


def write(db: sqlite3.Connection, one: Record) -> None:
    """The record is stored as the first version stored it."""
    for source in one.sources:
        if not db.execute("SELECT 1 FROM sources WHERE id = ?", (source.id,)).fetchone():
            own = (source.id, revision(db, "source", source), source.name, source.kind, source.named)
            db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, 0)", own)
    article = one.article
    sequence = revision(db, "article", article)
    day = moment(article.published_at)[:10] if article.published_at else None
    publication = (article.publisher.id if article.publisher else None, day)
    db.execute("INSERT INTO texts VALUES (?, ?)", (sequence, one.text))
    number = db.execute(
        "INSERT INTO articles VALUES (NULL, ?, ?, ?, ?)", (article.id, sequence, *publication)
    ).lastrowid
    for claimed in one.claims:
        row = (claimed.id, revision(db, "claim", claimed), number, claimed.kind, claimed.confidence.level)
        statement = "INSERT INTO claims VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
        write_links(db, claimed, db.execute(statement, (*row, *publication, claimed.text)).lastrowid or 0)


def write_links(db: sqlite3.Connection, one: Claim, number: int) -> None:
    """The claim's links are stored and counted, as the first version did."""
    for place, attributed in enumerate(one.attributions):
        for step, to in enumerate(attributed.chain):
            row = (to.source.id, to.role, attributed.act, to.factuality, to.extraction, to.probability)
            db.execute("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, place, step, *row))
    for id in {to.source.id for attributed in one.attributions for to in attributed.chain}:
        db.execute("UPDATE sources SET claims = claims + 1 WHERE id = ?", (id,))


def revision(db: sqlite3.Connection, entity: str, thing: Article | Claim | Source) -> int:
    """The thing has its place in the record; gives its number."""
    row = ("2026-02-08T12:00:00.000Z", "tester", entity, thing.id, msgspec.json.encode(thing).decode())
    statement = "INSERT INTO revisions VALUES (NULL, ?, ?, 'created', NULL, ?, ?, ?)"
    return db.execute(statement, row).lastrowid or 0
