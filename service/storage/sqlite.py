"""The store that keeps everything in one SQLite file."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
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
    CursorInvalid,
    NotFound,
    SourceUnknown,
    StoreUnsupported,
)
from service.storage import counting, facets, narrowing, queries, receipts
from service.storage.connections import Connections
from service.storage.keys import SqliteKeys
from service.storage.port import ArticleFilter, ClaimFilter, Once, Slice, SourceFilter, Window
from service.storage.turns import Turns
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
        self._turns = Turns(path.with_name(f"{path.name}-turns"))

    def put(self, record: Record, *, at: datetime, actor: str, once: Once | None = None) -> Receipt:
        with self.connections.writing() as db:
            if once and (kept := receipts.kept(db, once, at)):
                return kept
            receipt = put(db, record, at, actor)
            if once:
                receipts.keep(db, once, at, receipt)
            return receipt

    def receipt(self, once: Once, *, at: datetime) -> Receipt | None:
        with self.connections.reading() as db:
            return receipts.kept(db, once, at)

    def alone(self, once: Once) -> AbstractContextManager[None]:
        return self._turns.alone(f"{once.sender} {once.key}".encode())

    def article(self, id: str) -> Article:
        body, text = self._row(ARTICLE, id, ArticleUnknown)
        return msgspec.structs.replace(msgspec.json.decode(body, type=Article), text=text)

    def articles(self, which: ArticleFilter, window: Window) -> Slice:
        after = number(window)
        with self.connections.reading() as db:
            narrowed = narrowing.articles(db, which)
            shown = queries.articles(narrowed, after, window.limit + 1, backwards=window.backwards)
            return page(db, shown, window, partial(counting.articles, narrowed))

    def claim(self, id: str) -> Raw:
        return Raw(*self._row(CLAIM, id, ClaimUnknown))

    def claims(self, which: ClaimFilter, window: Window) -> Slice:
        after = number(window)
        with self.connections.reading() as db:
            narrowed = narrowing.claims(db, which)
            shown = queries.claims(narrowed, after, window.limit + 1, backwards=window.backwards)
            return page(db, shown, window, partial(counting.claims, narrowed))

    def facets(self, which: ClaimFilter, wanted: Sequence[Facet]) -> Facets:
        found: dict[str, tuple[FacetCount, ...]] = {facet.value: () for facet in wanted}
        with self.connections.reading() as db:
            for facet, value, name, claims in db.execute(*facets.facets(narrowing.claims(db, which), wanted)):
                found[facet] += (FacetCount(value, claims, name or UNSET),)
        return Facets(**found)

    def attributions(self, which: ClaimFilter, window: Window) -> Slice:
        after = numbers(window.after, 3)
        with self.connections.reading() as db:
            narrowed = narrowing.claims(db, which)
            links = queries.attributions(narrowed, after, window.limit + 1)
            return page(db, links, window, partial(counting.attributions, narrowed))

    def source(self, id: str) -> CountedSource:
        (body,) = self._row(SOURCE, id, SourceUnknown)
        return msgspec.json.decode(body, type=CountedSource)

    def sources(self, which: SourceFilter, window: Window) -> Slice:
        with self.connections.reading() as db:
            narrowed, after = narrowing.sources(which), window.after or ""
            return page(
                db, queries.sources(narrowed, after, window.limit + 1), window, partial(counting.sources, narrowed)
            )

    def levels(self) -> dict[Level, int]:
        with self.connections.reading() as db:
            counts = dict(db.execute("SELECT level, count(*) FROM claims GROUP BY level").fetchall())
        return {level: counts.get(level, 0) for level in Level}

    def sequence(self) -> int:
        with self.connections.reading() as db:
            last: int = db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()[0]
        return last

    def close(self) -> None:
        self.connections.close()
        self._turns.close()

    def _row(self, sql: str, id: str, unknown: type[NotFound]) -> tuple[Any, ...]:
        with self.connections.reading() as db:
            row: tuple[Any, ...] | None = db.execute(sql, (id,)).fetchone()
        if row is None:
            raise unknown(id)
        return row


KEY = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})*")

LAST = 2**63 - 1
"""The greatest number that SQLite keeps."""

ARTICLE = """
    SELECT CAST(revisions.body AS BLOB), texts.text FROM articles JOIN revisions USING (sequence)
    JOIN texts USING (sequence) WHERE articles.id = ?
"""
CLAIM = "SELECT CAST(revisions.body AS BLOB) FROM claims JOIN revisions USING (sequence) WHERE claims.id = ?"
SOURCE = f"SELECT {queries.COUNTED} FROM sources JOIN revisions USING (sequence) WHERE sources.id = ?"  # noqa: S608


def put(db: sqlite3.Connection, record: Record, at: datetime, actor: str) -> Receipt:
    """The record is stored, or was before. Raises `ArticleChanged`."""
    stored = db.execute(ARTICLE, (record.article.id,)).fetchone()
    if stored is None:
        return Receipt(Outcome.CREATED, Writer(db, at=at, actor=actor).record(record))
    body, text = stored
    if text != record.text:
        raise ArticleChanged(record.article.id)
    return Receipt(Outcome.UNCHANGED, msgspec.json.decode(body, type=Article))


def page(db: sqlite3.Connection, query: queries.Query, window: Window, count: Callable[[], queries.Query]) -> Slice:
    """The first of the keys and JSON that ``query`` gives; the key to go on from where there are more.

    ``count`` makes the query that counts the whole list, which is asked where the window wants it.
    """
    rows = db.execute(*query).fetchall()
    shown = rows[: window.limit]
    total: int | None = db.execute(*count()).fetchone()[0] if window.counted else None
    return Slice([Raw(body) for _, body in shown], str(shown[-1][0]) if len(rows) > window.limit else None, total)


def number(window: Window) -> int:
    """The number behind which the window begins. Raises `CursorInvalid`."""
    if window.after is None and window.backwards:
        return LAST
    return numbers(window.after, 1)[0]


def numbers(key: str | None, count: int) -> tuple[int, ...]:
    """The ``count`` numbers of the key that a window goes on from. Raises `CursorInvalid` where it is none."""
    if key is None:
        return (0,) * count
    if not KEY.fullmatch(key) or key.count(".") != count - 1:
        raise CursorInvalid
    return tuple(map(int, key.split(".")))
