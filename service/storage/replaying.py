"""The tables made anew from the record, as it was at a moment: `revisions`, and `versions`, which has the texts.

What lists are read from holds nothing that these do not say, but for what `former` keeps. Numbers of articles, claims
and reviews count those that were created, in their order, whatever became of them.
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
from schemas.reviews import Review
from schemas.sources import Source
from schemas.vocabularies import ClaimKind
from service.storage import bands, correcting, former, identities, reviews
from service.storage.narrowing import OPEN
from service.storage.references import T
from service.storage.withdrawing import RESTS
from service.storage.writing import ARTICLE_WAS, Publication, Writer, publication

MADE = (
    *("links", "claims", "former_links", "former_claims", "articles", "former_articles"),
    *("aliases", "former_aliases", "sources", "former_sources", "bands", "reviews", "former_reviews", "mentions"),
)
"""The tables that hold nothing but what the record says."""

RECORD = "SELECT sequence, action, entity, entity_id, body FROM revisions ORDER BY sequence"
PLACES = """
    SELECT CASE WHEN min(until) IS NULL THEN given.places ELSE former_given.places END FROM (SELECT 1)
    LEFT JOIN given ON given.entity = ?1 AND given.number = ?2
    LEFT JOIN former_given ON former_given.entity = ?1 AND former_given.number = ?2 AND until >= ?3
"""
DELIVERIES = """
    DELETE FROM deliveries WHERE after >= :last;
    UPDATE deliveries SET through = :last WHERE through > :last;
    UPDATE webhooks SET after = min(after, :last), delivered = min(delivered, :last);
"""


class Stored(NamedTuple):
    """An article, and by what its claims are found."""

    number: int
    publication: Publication


def cut(db: sqlite3.Connection, sequence: int) -> None:
    """The record ends with the revision, and the tables are what they were then. The transaction is open.

    Receipts are gone: what they answer may not have been. All articles are to be read anew: who has read them then is
    not known. Webhooks stay, and go on with what comes. Foreign keys are not looked at meanwhile.
    """
    kept = former.at(db, sequence)
    for table in ("revisions", "versions", "removals"):
        db.execute(f"DELETE FROM {table} WHERE sequence > ?", (sequence,))  # noqa: S608 - a table's name
    db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'revisions'", (sequence,))
    for table in ("receipts", "engines"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table's name
    for statement in DELIVERIES.split(";"):
        db.execute(statement, {"last": sequence} if statement.strip() else {})
    db.execute("INSERT INTO claims_fts (claims_fts) VALUES ('delete-all')")
    for table in MADE:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table's name
    former.stands(db, sequence, kept)
    Replay(db).run()
    corrected = set(_corrected(db))
    former.stands(db, sequence, {"readings": [row for row in kept["readings"] if row[0] in corrected]})


class Replay:
    """Writes into tables that are empty what each revision made, as it was written when it was made."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._writer = db, Writer(db, at=datetime.now(UTC), actor="")
        self._articles: dict[str, Stored] = {}
        self._claims = 0
        self._numbered = 0
        self._reviews: dict[str, int] = {}
        self._reviewed = 0

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
            elif entity == Entity.REVIEW:
                self._reviewed += created
                if body:
                    self._review(sequence, id, msgspec.json.decode(body, type=Review))
            elif body:
                self._writer.source_was(id, sequence)
                self._writer.source_is(msgspec.json.decode(body, type=Source), sequence)

    def _article(self, sequence: int, article: Article, *, created: bool) -> None:
        published = publication(article)
        number = self._numbered if created else self._articles[article.id].number
        self._articles[article.id] = Stored(number, published)
        self._mention(sequence, number, article)
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
        self._mention(sequence, number, claim)
        if created:
            self._writer.insert("claims_fts", rowid=number, text=claim.text)
        else:
            self._writer.leave(number, sequence)
        if claim.kind is ClaimKind.STATEMENT:
            bands.sign(self._db, [(number, claim.text)])
        keep = self._writer.stand if claim.status is UNSET else self._writer.rest
        keep(number, sequence, claim, article.number, article.publication)

    def _review(self, sequence: int, id: str, review: Review) -> None:
        reviews.place(self._writer, self._reviews.setdefault(id, self._reviewed), sequence, review)

    def _mention(self, sequence: int, number: int, shown: T) -> None:
        """The sources that no column tells are noted, as they were given then."""
        entity = identities.entity(shown)
        (places,) = self._db.execute(PLACES, (entity, number, sequence)).fetchone()
        self._writer.mention(number, identities.placed(shown, places), shown)


def _corrected(db: sqlite3.Connection) -> Iterator[int]:
    """The numbers of the claims that a person has corrected, whether they stand or not."""
    query = """
        SELECT number FROM (
            SELECT number, sequence FROM claims
            UNION ALL SELECT number, sequence FROM former_claims WHERE until = ?
        ) JOIN revisions USING (sequence) WHERE body ->> '$.correction' IS NOT NULL
    """
    return (number for (number,) in db.execute(query, (OPEN,)))
