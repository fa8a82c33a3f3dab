"""The store that keeps everything in one SQLite file."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from schemas.articles import Article, Outcome, Receipt
from schemas.facets import Facet, FacetCount, Facets
from schemas.records import Record
from schemas.sources import CountedSource
from schemas.vocabularies import Level
from service.errors import (
    ArticleChanged,
    ArticleUnknown,
    ClaimUnknown,
    NotFound,
    SourceUnknown,
    StoreUnsupported,
)
from service.storage import counting, facets, narrowing, queries, windows, words
from service.storage.connections import Connections
from service.storage.keys import SqliteKeys
from service.storage.narrowing import Form, Narrowing, Value
from service.storage.port import ArticleFilter, ClaimFilter, Size, Slice, SourceFilter, State, Window
from service.storage.queries import EVERY
from service.storage.windows import cut, page
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
    """A `ClaimStore`, which says what each method does, in the file at ``path``. Several processes may have it open."""

    def __init__(self, path: Path) -> None:
        self.connections = Connections(path)
        self.keys = SqliteKeys(self.connections)

    def put(self, record: Record, *, at: datetime, actor: str) -> Receipt:
        with self.connections.writing() as db:
            stored = db.execute(ARTICLE, (record.article.id,)).fetchone()
            if stored is None:
                return Receipt(Outcome.CREATED, Writer(db, at=at, actor=actor).record(record))
        body, text = stored
        if text != record.text:
            raise ArticleChanged(record.article.id)
        return Receipt(Outcome.UNCHANGED, msgspec.json.decode(body, type=Article))

    def article(self, id: str) -> Article:
        body, text = self._row(ARTICLE, id, ArticleUnknown)
        return msgspec.structs.replace(msgspec.json.decode(body, type=Article), text=text)

    def articles(self, which: ArticleFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            narrowed = narrowing.articles(db, which)
            rows = page(db, queries.articles, narrowed, window, windows.of_publications(window, narrowed))
            return cut(rows, window, total(db, window, counting.articles, narrowed))

    def claim(self, id: str) -> Raw:
        return Raw(*self._row(CLAIM, id, ClaimUnknown))

    def claims(self, which: ClaimFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            narrowed = narrowing.claims(db, which)
            rows = page(db, queries.claims, narrowed, window, windows.of_publications(window, narrowed))
            return cut(rows, window, total(db, window, counting.claims, narrowed))

    def stretches(self, q: str, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return words.stretches(q, texts)

    def facets(self, which: ClaimFilter, wanted: Sequence[Facet]) -> Facets:
        found: dict[str, tuple[FacetCount, ...]] = {facet.value: () for facet in wanted}
        with self.connections.reading() as db:
            form, values = narrowing.claims(db, which)
            values |= {"after": 0, "limit": EVERY}
            for facet, value, name, claims in db.execute(facets.facets(form, wanted), values):
                found[facet] += (FacetCount(value, claims, name or UNSET),)
        return Facets(**found)

    def attributions(self, which: ClaimFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            narrowed = narrowing.claims(db, which)
            values = narrowed.values | windows.of_links(window)
            rows = db.execute(queries.attributions(narrowed.form), values).fetchall()
            return cut(rows, window, total(db, window, counting.attributions, narrowed))

    def source(self, id: str) -> CountedSource:
        (body,) = self._row(SOURCE, id, SourceUnknown)
        return msgspec.json.decode(body, type=CountedSource)

    def sources(self, which: SourceFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            narrowed = narrowing.sources(which)
            rows = page(db, queries.sources, narrowed, window, windows.of_sources(window))
            return cut(rows, window, total(db, window, counting.sources, narrowed, ""))

    def levels(self) -> dict[Level, int]:
        with self.connections.reading() as db:
            counts = dict(db.execute("SELECT level, count(*) FROM claims GROUP BY level").fetchall())
        return {level: counts.get(level, 0) for level in Level}

    def state(self) -> State:
        row = self.connections.glance("SELECT sequence, at FROM revisions ORDER BY sequence DESC LIMIT 1")
        return State(row[0], datetime.fromisoformat(row[1])) if row else State(0, None)

    def sequence(self) -> int:
        return self.state().sequence

    def size(self) -> Size:
        with self.connections.reading() as db:
            return Size(*db.execute(SIZE).fetchone())

    def close(self) -> None:
        self.connections.close()

    def _row(self, sql: str, id: str, unknown: type[NotFound]) -> tuple[Any, ...]:
        with self.connections.reading() as db:
            row: tuple[Any, ...] | None = db.execute(sql, (id,)).fetchone()
        if row is None:
            raise unknown(id)
        return row


# Articles and claims are numbered from 1 and never deleted, so that their last number is how many there are.
SIZE = """
    SELECT (SELECT coalesce(max(number), 0) FROM articles), (SELECT coalesce(max(number), 0) FROM claims),
        (SELECT count(*) FROM sources), page_count * page_size
    FROM pragma_page_count, pragma_page_size
"""
ARTICLE = """
    SELECT CAST(revisions.body AS BLOB), texts.text FROM articles JOIN revisions USING (sequence)
    JOIN texts USING (sequence) WHERE articles.id = ?
"""
CLAIM = "SELECT bodies.body FROM claims JOIN bodies USING (number) WHERE claims.id = ?"
SOURCE = f"SELECT {queries.COUNTED} FROM sources JOIN revisions USING (sequence) WHERE sources.id = ?"  # noqa: S608


def total(
    db: sqlite3.Connection, window: Window, count: Callable[[Form], str], narrowed: Narrowing, start: Value = 0
) -> int | None:
    """How many items the whole list has, from ``start``; it is counted only where the window asks."""
    if not window.counted:
        return None
    values = narrowed.values | {"after": start, "limit": EVERY}
    found: int = db.execute(count(narrowed.form), values).fetchone()[0]
    return found
