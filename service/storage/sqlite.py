"""The store that keeps everything in one SQLite file."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from schemas.articles import Article, Outcome, Receipt
from schemas.claims import AttributionRow
from schemas.records import Record
from schemas.sources import CountedSource, SourceRef
from schemas.vocabularies import Level
from service.errors import (
    ArticleChanged,
    ArticleUnknown,
    ClaimUnknown,
    CursorInvalid,
    SourceUnknown,
    StoreUnsupported,
)
from service.storage import narrowing, queries
from service.storage.connections import Connections
from service.storage.port import ArticleFilter, ClaimFilter, Slice, SourceFilter, Window
from service.storage.writing import Writer


def open_store(database: str) -> "SqliteStore":
    """The store in the file that ``database`` names, made or brought up to date.

    ``database`` is a path, or ``sqlite:///path`` with a path as it stands after the third slash. Raises
    `StoreUnsupported` for anything else, and `StoreForeign`, `StoreTooNew`, `StoreCorrupt`, `StoreUnwritable`
    or `StoreBusy`; the file is then as it was.
    """
    path = database.removeprefix("sqlite:///")
    if not path or "://" in path or path == ":memory:":
        raise StoreUnsupported(database)
    return SqliteStore(Path(path))


class SqliteStore:
    """A `ClaimStore` in the file at ``path``. Several processes may have it open."""

    def __init__(self, path: Path) -> None:
        self.connections = Connections(path)

    def put(self, record: Record, *, at: datetime, actor: str) -> Receipt:
        """See `ClaimStore.put`."""
        with self.connections.writing() as db:
            stored = db.execute(ARTICLE, (record.article.id,)).fetchone()
            if stored is None:
                return Receipt(Outcome.CREATED, Writer(db, at=at, actor=actor).record(record))
        body, text = stored
        if text != record.text:
            raise ArticleChanged(record.article.id)
        return Receipt(Outcome.UNCHANGED, msgspec.json.decode(body, type=Article))

    def article(self, id: str) -> Article:
        """See `ClaimStore.article`."""
        row = self._row(ARTICLE, id)
        if row is None:
            raise ArticleUnknown(id)
        body, text = row
        return msgspec.structs.replace(msgspec.json.decode(body, type=Article), text=text)

    def articles(self, which: ArticleFilter, window: Window) -> Slice:
        """See `ClaimStore.articles`."""
        after = number(window.after)
        with self.connections.reading() as db:
            rows = db.execute(*queries.articles(narrowing.articles(db, which), after, window.limit + 1)).fetchall()
        return cut(rows, window.limit)

    def claim(self, id: str) -> Raw:
        """See `ClaimStore.claim`."""
        row = self._row(CLAIM, id)
        if row is None:
            raise ClaimUnknown(id)
        return Raw(row[0])

    def claims(self, which: ClaimFilter, window: Window) -> Slice:
        """See `ClaimStore.claims`."""
        after = number(window.after)
        with self.connections.reading() as db:
            rows = db.execute(*queries.claims(narrowing.claims(db, which), after, window.limit + 1)).fetchall()
        return cut(rows, window.limit)

    def attributions(self, which: ClaimFilter, window: Window) -> Slice:
        """See `ClaimStore.attributions`."""
        after = place(window.after)
        with self.connections.reading() as db:
            rows = db.execute(*queries.attributions(narrowing.claims(db, which), after, window.limit + 1)).fetchall()
        keyed = [("{}.{}.{}".format(*row), msgspec.json.encode(attribution_row(row))) for row in rows]
        return cut(keyed, window.limit)

    def source(self, id: str) -> CountedSource:
        """See `ClaimStore.source`."""
        row = self._row(SOURCE, id)
        if row is None:
            raise SourceUnknown(id)
        return msgspec.json.decode(row[0], type=CountedSource)

    def sources(self, which: SourceFilter, window: Window) -> Slice:
        """See `ClaimStore.sources`."""
        narrowed = narrowing.sources(which)
        with self.connections.reading() as db:
            rows = db.execute(*queries.sources(narrowed, window.after or "", window.limit + 1)).fetchall()
        return cut(rows, window.limit)

    def levels(self) -> dict[Level, int]:
        """See `ClaimStore.levels`."""
        with self.connections.reading() as db:
            counts = dict(db.execute("SELECT level, count(*) FROM claims GROUP BY level").fetchall())
        return {level: counts.get(level, 0) for level in Level}

    def sequence(self) -> int:
        """See `ClaimStore.sequence`."""
        with self.connections.reading() as db:
            last: int = db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()[0]
        return last

    def check(self) -> None:
        """See `ClaimStore.check`."""
        self.sequence()

    def close(self) -> None:
        """See `ClaimStore.close`."""
        self.connections.close()

    def _row(self, sql: str, id: str) -> Any:
        with self.connections.reading() as db:
            return db.execute(sql, (id,)).fetchone()


ARTICLE = """
    SELECT CAST(revisions.body AS BLOB), texts.text FROM articles JOIN revisions USING (sequence)
    JOIN texts USING (sequence) WHERE articles.id = ?
"""
CLAIM = "SELECT CAST(revisions.body AS BLOB) FROM claims JOIN revisions USING (sequence) WHERE claims.id = ?"
SOURCE = f"SELECT {queries.COUNTED} FROM sources JOIN revisions USING (sequence) WHERE sources.id = ?"  # noqa: S608


def attribution_row(row: tuple[Any, ...]) -> AttributionRow:
    """The link that `queries.attributions` gives."""
    _, attribution, link, id, article, role, source, name, act, factuality, extraction, probability, *claim = row
    kind, level, text = claim
    return AttributionRow(
        claim_id=id,
        article_id=article,
        attribution=attribution,
        link=link,
        role=role,
        source=SourceRef(source, name),
        act=act,
        factuality=factuality,
        extraction=extraction,
        probability=probability,
        kind=kind,
        level=level,
        text=text,
    )


def cut(rows: Sequence[tuple[Any, bytes]], limit: int) -> Slice:
    """The first ``limit`` of keys and JSON; the key to go on from where there are more."""
    shown = rows[:limit]
    return Slice([Raw(body) for _, body in shown], str(shown[-1][0]) if len(rows) > limit else None)


def number(key: str | None) -> int:
    """The number that a window goes on from. Raises `CursorInvalid` where ``key`` is none."""
    if key is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,18}", key):
        raise CursorInvalid
    return int(key)


def place(key: str | None) -> tuple[int, int, int]:
    """As `number`, for a link: its claim, its attribution in the claim, its step in the chain."""
    if key is None:
        return (0, 0, 0)
    parts = key.split(".")
    if len(parts) != len(("claim", "attribution", "link")):
        raise CursorInvalid
    claim, attribution, link = map(number, parts)
    return (claim, attribution, link)
