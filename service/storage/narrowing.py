"""A filter with its names resolved: the values that each column may have."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from service.storage.names import fold
from service.storage.port import ArticleFilter, ClaimFilter, SourceFilter

Value = str | int


class Narrowing(NamedTuple):
    """What each named column may hold, where an empty list lets nothing through, and what is no list of values."""

    columns: Mapping[str, Sequence[Value]]
    published_from: date | None = None
    published_until: date | None = None
    q: str | None = None


def claims(db: sqlite3.Connection, which: ClaimFilter) -> Narrowing:
    """The narrowing of claims, or of links."""
    columns: dict[str, Sequence[Value]] = {
        "links.role": which.role,
        "links.act": which.act,
        "links.factuality": which.factuality,
        "links.extraction": which.extraction,
        "claims.level": which.level,
        "claims.kind": which.kind,
    }
    asked = {column: values for column, values in columns.items() if values}
    if which.source:
        asked["links.source"] = bearers(db, which.source)
    if which.publisher:
        asked["claims.publisher"] = bearers(db, which.publisher)
    if which.article:
        asked["claims.article"] = numbers(db, which.article)
    return Narrowing(asked, which.published_from, which.published_until, which.q)


def articles(db: sqlite3.Connection, which: ArticleFilter) -> Narrowing:
    """The narrowing of articles."""
    columns = {"articles.publisher": bearers(db, which.publisher)} if which.publisher else {}
    return Narrowing(columns, which.published_from, which.published_until)


def sources(which: SourceFilter) -> Narrowing:
    """The narrowing of sources. ``q`` is folded as their names are."""
    columns: dict[str, Sequence[Value]] = {}
    if which.kind:
        columns["sources.kind"] = which.kind
    if which.named is not None:
        columns["sources.named"] = (int(which.named),)
    return Narrowing(columns, q=None if which.q is None else fold(which.q))


def bearers(db: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """The ids of all sources that have one of ``names`` as id, name or alias."""
    query = """
        SELECT id FROM sources WHERE id IN (SELECT value FROM json_each(?))
        UNION SELECT source FROM aliases WHERE key IN (SELECT value FROM json_each(?))
    """
    keys = [fold(name) for name in names]
    ids = [*names, *(name.casefold() for name in names)]
    return [id for (id,) in db.execute(query, (json.dumps(ids), json.dumps(keys)))]


def numbers(db: sqlite3.Connection, ids: Sequence[str]) -> list[int]:
    """The numbers of those articles that are stored."""
    query = "SELECT number FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    return [number for (number,) in db.execute(query, (json.dumps(ids),))]
