"""Writing one record, inside a transaction that is open."""

import sqlite3
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET

from schemas.articles import Article
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import Source
from service.storage.names import fold
from service.storage.times import moment, stamp

Action = Literal["created", "updated"]


class Writer:
    """Writes for one ``actor`` at one time. Every change it makes is a revision."""

    def __init__(self, db: sqlite3.Connection, *, at: datetime, actor: str) -> None:
        self.db = db
        self.at = stamp(at)
        self.actor = actor

    def record(self, record: Record) -> Article:
        """The article, its claims, links and sources are written. The article was not stored before."""
        for source in record.sources:
            self.source(source, record.article)
        article = msgspec.structs.replace(record.article, created_at=self.at, text=UNSET)
        number = self.article(article, record.text)
        for claim in record.claims:
            self.claim(claim, article, number)
        return article

    def source(self, source: Source, article: Article) -> None:
        """The source is there, with every name that it has here. Nothing else of a known one is changed."""
        query = "SELECT revisions.body FROM sources JOIN revisions USING (sequence) WHERE sources.id = ?"
        row = self.db.execute(query, (source.id,)).fetchone()
        if row is None:
            sequence = self.revision("created", "source", source.id, source)
            self.insert(
                "sources", id=source.id, sequence=sequence, name=source.name, kind=source.kind, named=source.named
            )
            self.names(source.id, (source.name, *source.aliases))
        else:
            self.rename(msgspec.json.decode(row[0], type=Source), source, article)

    def rename(self, stored: Source, source: Source, article: Article) -> None:
        """The stored source goes by the names of ``source`` too."""
        known = {fold(name) for name in (stored.name, *stored.aliases)}
        new = {fold(name): name for name in (source.name, *source.aliases) if fold(name) not in known}
        if new:
            renamed = msgspec.structs.replace(stored, aliases=(*stored.aliases, *new.values()))
            sequence = self.revision("updated", "source", source.id, renamed, reason=f"named so in {article.id}")
            self.db.execute("UPDATE sources SET sequence = ? WHERE id = ?", (sequence, source.id))
            self.names(source.id, tuple(new.values()))

    def names(self, id: str, names: tuple[str, ...]) -> None:
        """The source is found by ``names``."""
        for key in {fold(name) for name in names}:
            self.insert("aliases", key=key, source=id)

    def article(self, article: Article, text: str) -> int:
        """The article is written; gives its number."""
        sequence = self.revision("created", "article", article.id, article)
        self.insert("texts", sequence=sequence, text=text)
        return self.insert("articles", id=article.id, sequence=sequence, **publication(article))

    def claim(self, claim: Claim, article: Article, number: int) -> None:
        """The claim and its links are written, and counted for each of its sources."""
        claimed = self.insert(
            "claims",
            id=claim.id,
            sequence=self.revision("created", "claim", claim.id, claim),
            article=number,
            kind=claim.kind,
            level=claim.confidence.level,
            text=claim.text,
            **publication(article),
        )
        self.insert("bodies", number=claimed, body=msgspec.json.encode(claim))
        self.links(claim, claimed, publication(article)["published"])
        sources = {link.source.id for attribution in claim.attributions for link in attribution.chain}
        self.db.executemany("UPDATE sources SET claims = claims + 1 WHERE id = ?", [(id,) for id in sources])

    def links(self, claim: Claim, number: int, published: str | None) -> None:
        """A row a link, numbered as it stands in the claim."""
        for place, attribution in enumerate(claim.attributions):
            for step, link in enumerate(attribution.chain):
                self.insert(
                    "links",
                    claim=number,
                    attribution=place,
                    link=step,
                    source=link.source.id,
                    role=link.role,
                    act=attribution.act,
                    factuality=link.factuality,
                    extraction=link.extraction,
                    probability=link.probability,
                    published=published,
                )

    def revision(
        self, action: Action, entity: str, id: str, body: Article | Claim | Source, reason: str | None = None
    ) -> int:
        """The change has its place in the record; gives its sequence number."""
        return self.insert(
            "revisions",
            at=self.at,
            actor=self.actor,
            action=action,
            reason=reason,
            entity=entity,
            entity_id=id,
            body=msgspec.json.encode(body).decode(),
        )

    def insert(self, table: str, **row: str | float | bytes | None) -> int:
        """The row is in the table; gives its number there."""
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of columns, no values
        return self.db.execute(statement, tuple(row.values())).lastrowid or 0


def publication(article: Article) -> dict[str, str | None]:
    """What an article's lists, its claims' and its links' are narrowed and ordered by: who published it, and when."""
    return {
        "publisher": article.publisher.id if article.publisher else None,
        "published": moment(article.published_at) if article.published_at else None,
    }
