"""Writing, inside a transaction that is open. Every change is a revision, and nothing that was so is lost.

What stands is in the tables that lists are read from. What changes or goes is first copied to those of what was so.
"""

import sqlite3
from datetime import datetime

import msgspec
from msgspec import UNSET

from schemas.articles import Article
from schemas.changes import Action
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import Source
from schemas.vocabularies import ClaimKind
from service.storage import bands
from service.storage.names import fold
from service.storage.narrowing import OPEN
from service.storage.numbering import following
from service.storage.times import moment, stamp

Row = dict[str, str | float | None]
"""Values by the names of their columns."""

Publication = dict[str, str | None]
"""What an article's lists, its claims' and its links' are narrowed and ordered by: who published it, and when."""


class Writer:
    """Writes for one ``actor`` at one time, which is no earlier than that of any change before."""

    def __init__(self, db: sqlite3.Connection, *, at: datetime, actor: str) -> None:
        self.db = db
        last = db.execute("SELECT at FROM revisions ORDER BY sequence DESC LIMIT 1").fetchone()
        self.at = max(stamp(at), *last or ("",))
        self.actor = actor

    def record(self, record: Record) -> Article:
        """The article, its claims, links and sources are written. The article was not stored before."""
        self.sources(record)
        article = msgspec.structs.replace(record.article, created_at=self.at, text=UNSET)
        number = self.article(article, record.text)
        for claim in record.claims:
            self.claim(claim, number, publication(article))
        return article

    def sources(self, record: Record) -> None:
        """Every source of the record is there, with every name that it has there."""
        for source in record.sources:
            self.source(source, record.article)

    def source(self, source: Source, article: Article) -> None:
        """The source is there, with every name that it has here. Nothing else of a known one is changed."""
        query = "SELECT revisions.body FROM sources JOIN revisions USING (sequence) WHERE sources.id = ?"
        row = self.db.execute(query, (source.id,)).fetchone()
        if row is None:
            sequence = self.revision(Action.CREATED, "source", source.id, source)
            self.insert(
                "sources", id=source.id, sequence=sequence, name=source.name, kind=source.kind, named=source.named
            )
            self.names(source.id, sequence, (source.name, *source.aliases))
        else:
            self.rename(msgspec.json.decode(row[0], type=Source), source, article)

    def rename(self, stored: Source, source: Source, article: Article) -> None:
        """The stored source goes by the names of ``source`` too."""
        known = {fold(name) for name in (stored.name, *stored.aliases)}
        new = {fold(name): name for name in (source.name, *source.aliases) if fold(name) not in known}
        if new:
            renamed = msgspec.structs.replace(stored, aliases=(*stored.aliases, *new.values()))
            sequence = self.revision(Action.UPDATED, "source", source.id, renamed, reason=f"named so in {article.id}")
            self.db.execute(SOURCE_WAS, (sequence, source.id))
            self.db.execute("UPDATE sources SET sequence = ? WHERE id = ?", (sequence, source.id))
            self.names(source.id, sequence, tuple(new.values()))

    def names(self, id: str, sequence: int, names: tuple[str, ...]) -> None:
        """The source is found by ``names``, since the revision ``sequence``."""
        for key in {fold(name) for name in names}:
            self.insert("aliases", key=key, source=id, sequence=sequence)

    def article(self, article: Article, text: str) -> int:
        """The article is written; gives its number."""
        sequence, number = self.revision(Action.CREATED, "article", article.id, article), following(self.db, "articles")
        self.insert("articles", number=number, id=article.id, sequence=sequence, **publication(article))
        self.version(number, article, sequence, text)
        return number

    def version(self, number: int, article: Article, sequence: int, text: str) -> None:
        """The text is that of the article's version, which the revision ``sequence`` brought."""
        self.insert("versions", article=number, version=article.version, sequence=sequence, text=text)

    def changed_article(self, number: int, article: Article) -> int:
        """The article is another, and what it was is kept; gives the revision's number."""
        sequence = self.revision(Action.UPDATED, "article", article.id, article)
        self.article_was(number, sequence)
        row = {"number": number, "sequence": sequence, **publication(article)}
        self.db.execute(ARTICLE_IS, row)
        return sequence

    def article_was(self, number: int, until: int) -> None:
        """What the article was until then is kept."""
        self.db.execute(ARTICLE_WAS, (until, number))

    def claim(self, claim: Claim, article: int, published: Publication) -> None:
        """The claim of the article with this number is written, and found by its words."""
        number = following(self.db, "claims")
        self.stand(number, self.revision(Action.CREATED, "claim", claim.id, claim), claim, article, published)
        self.insert("claims_fts", rowid=number, text=claim.text)
        if claim.kind is ClaimKind.STATEMENT:
            bands.sign(self.db, [(number, claim.text)])

    def stand(self, number: int, sequence: int, claim: Claim, article: int, published: Publication) -> None:
        """The claim is in lists, as the revision ``sequence`` made it, and counted for each of its sources."""
        row = _row(claim, article, published)
        self.insert("claims", number=number, sequence=sequence, **row)
        for link in _links(claim):
            self.insert("links", claim=number, sequence=sequence, published=published["published"], **link)
        self.db.execute(COUNT, (1, number))

    def rest(self, number: int, sequence: int, claim: Claim, article: int, published: Publication) -> None:
        """The claim is in no list but where its status is asked for, as the revision ``sequence`` made it."""
        own: Row = {"sequence": sequence, "until": OPEN, "status": claim.status or None}
        self.insert("former_claims", number=number, **own, **_row(claim, article, published))
        for link in _links(claim):
            self.insert("former_links", claim=number, published=published["published"], **own, **link)

    def leave(self, number: int, until: int) -> None:
        """The claim stands no more as it did, since the revision ``until``, and what it was is kept."""
        self.db.execute(CLAIM_WAS, (until, number))
        if self.db.execute("SELECT changes()").fetchone()[0] == 0:
            self.db.execute(
                "UPDATE former_claims SET until = ?1 WHERE number = ?2 AND until = ?3", (until, number, OPEN)
            )
            self.db.execute("UPDATE former_links SET until = ?1 WHERE claim = ?2 AND until = ?3", (until, number, OPEN))
            return
        self.db.execute(LINKS_WERE, (until, number))
        self.db.execute(COUNT, (-1, number))
        for statement in ("links WHERE claim", "claims WHERE number"):
            self.db.execute(f"DELETE FROM {statement} = ?", (number,))  # noqa: S608

    def revise(
        self, number: int, action: Action, claim: Claim, article: int, published: Publication, reason: str | None = None
    ) -> None:
        """The claim is another, or has another status, and what it was is kept."""
        sequence = self.revision(action, "claim", claim.id, claim, reason)
        self.leave(number, sequence)
        keep = self.stand if claim.status is UNSET else self.rest
        keep(number, sequence, claim, article, published)

    def revision(
        self, action: Action, entity: str, id: str, body: Article | Claim | Source | None, reason: str | None = None
    ) -> int:
        """The change has its place in the record; gives its sequence number. There is no body of what is removed."""
        return self.insert(
            "revisions",
            at=self.at,
            actor=self.actor,
            action=action,
            reason=reason,
            entity=entity,
            entity_id=id,
            body="" if body is None else msgspec.json.encode(body).decode(),
        )

    def insert(self, table: str, **row: str | float | bytes | None) -> int:
        """The row is in the table; gives its number there."""
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of columns, no values
        return self.db.execute(statement, tuple(row.values())).lastrowid or 0


def publication(article: Article) -> Publication:
    """Who published the article, and when."""
    return {
        "publisher": article.publisher.id if article.publisher else None,
        "published": moment(article.published_at) if article.published_at else None,
    }


def _row(claim: Claim, article: int, published: Publication) -> Row:
    return {
        "id": claim.id,
        "article": article,
        "position": claim.position,
        "kind": claim.kind,
        "level": claim.confidence.level,
        "text": claim.text,
        **published,
    }


def _links(claim: Claim) -> list[Row]:
    """A row a link, numbered as it stands in the claim."""
    return [
        {
            "attribution": place,
            "link": step,
            "source": link.source.id,
            "role": link.role,
            "act": attribution.act,
            "factuality": link.factuality,
            "extraction": link.extraction,
            "probability": link.probability,
        }
        for place, attribution in enumerate(claim.attributions)
        for step, link in enumerate(attribution.chain)
    ]


_CLAIM = "number, sequence, id, article, position, kind, level, publisher, published, text"
_LINK = "claim, sequence, attribution, link, source, role, act, factuality, extraction, probability, published"
# What is put together here are names of columns.
CLAIM_WAS = f"""
    INSERT INTO former_claims ({_CLAIM}, until, status) SELECT {_CLAIM}, ?, 'active' FROM claims WHERE number = ?
"""  # noqa: S608
LINKS_WERE = f"""
    INSERT INTO former_links ({_LINK}, until, status) SELECT {_LINK}, ?, 'active' FROM links WHERE claim = ?
"""  # noqa: S608
ARTICLE_WAS = """
    INSERT INTO former_articles (number, sequence, id, publisher, published, until, status)
    SELECT number, sequence, id, publisher, published, ?, 'active' FROM articles WHERE number = ?
"""
ARTICLE_IS = """
    UPDATE articles SET sequence = :sequence, publisher = :publisher, published = :published WHERE number = :number
"""
SOURCE_WAS = """
    INSERT INTO former_sources (id, sequence, name, kind, named, until, status)
    SELECT id, sequence, name, kind, named, ?, 'active' FROM sources WHERE id = ?
"""
COUNT = "UPDATE sources SET claims = claims + ? WHERE id IN (SELECT source FROM links WHERE claim = ?)"
