"""A filter with its names resolved: the values that each column may have."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from schemas.vocabularies import ClaimKind, Level, SourceKind
from service.storage.names import fold
from service.storage.port import (
    ArticleFilter,
    ArticleTerms,
    ClaimFilter,
    ClaimTerms,
    SourceFilter,
)

Value = str | int

Columns = Mapping[str, Sequence[Value]]

VOCABULARIES: Columns = {
    "claims.level": tuple(Level),
    "claims.kind": tuple(ClaimKind),
    "sources.kind": tuple(SourceKind),
}
"""The columns that can drive a list and hold one word of a closed vocabulary."""


class Narrowing(NamedTuple):
    """What each named column may hold, where an empty list lets nothing through, and what is no list of values.

    ``without`` says what each named column may not hold.
    """

    columns: Columns
    published_from: date | None = None
    published_until: date | None = None
    q: str | None = None
    without: Columns = MappingProxyType({})


def claims(db: sqlite3.Connection, which: ClaimFilter) -> Narrowing:
    """The narrowing of claims, or of links."""
    columns, without = _turned(_of_claims(db, which), _of_claims(db, which.without))
    if which.ids:
        columns["claims.number"] = numbers(db, "claims", which.ids)
    return Narrowing(columns, which.published_from, which.published_until, which.q, without)


def articles(db: sqlite3.Connection, which: ArticleFilter) -> Narrowing:
    """The narrowing of articles."""
    columns, without = _of_articles(db, which), _of_articles(db, which.without)
    if which.ids:
        columns["articles.number"] = numbers(db, "articles", which.ids)
    return Narrowing(columns, which.published_from, which.published_until, without=without)


def sources(which: SourceFilter) -> Narrowing:
    """The narrowing of sources. ``q`` is folded as their names are."""
    columns, _ = _turned(_filled({"sources.kind": which.kind}), _filled({"sources.kind": which.without.kind}))
    if which.ids:
        columns["sources.id"] = which.ids
    if which.named is not None:
        columns["sources.named"] = (int(which.named),)
    return Narrowing(columns, q=None if which.q is None else fold(which.q))


def _of_claims(db: sqlite3.Connection, terms: ClaimTerms) -> dict[str, Sequence[Value]]:
    asked = _filled(
        {
            "links.role": terms.role,
            "links.act": terms.act,
            "links.factuality": terms.factuality,
            "links.extraction": terms.extraction,
            "claims.level": terms.level,
            "claims.kind": terms.kind,
        }
    )
    if terms.source:
        asked["links.source"] = bearers(db, terms.source)
    if terms.publisher:
        asked["claims.publisher"] = bearers(db, terms.publisher)
    if terms.article:
        asked["claims.article"] = numbers(db, "articles", terms.article)
    return asked


def _of_articles(db: sqlite3.Connection, terms: ArticleTerms) -> dict[str, Sequence[Value]]:
    return {"articles.publisher": bearers(db, terms.publisher)} if terms.publisher else {}


def _filled(columns: Columns) -> dict[str, Sequence[Value]]:
    return {column: values for column, values in columns.items() if values}


def _turned(columns: Columns, without: Columns) -> tuple[dict[str, Sequence[Value]], Columns]:
    """The same, where a column of a closed vocabulary is asked for the words that are left, which an index finds."""
    wanted = dict(columns)
    for column, words in VOCABULARIES.items():
        if column in without:
            wanted[column] = [word for word in columns.get(column, words) if word not in without[column]]
    return wanted, {column: values for column, values in without.items() if column not in VOCABULARIES}


def bearers(db: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """The ids of all sources that have one of ``names`` as id, name or alias."""
    query = """
        SELECT id FROM sources WHERE id IN (SELECT value FROM json_each(?))
        UNION SELECT source FROM aliases WHERE key IN (SELECT value FROM json_each(?))
    """
    keys = [fold(name) for name in names]
    ids = [*names, *(name.casefold() for name in names)]
    return [id for (id,) in db.execute(query, (json.dumps(ids), json.dumps(keys)))]


def numbers(db: sqlite3.Connection, table: Literal["articles", "claims"], ids: Sequence[str]) -> list[int]:
    """The numbers of those articles or claims that are stored."""
    query = f"SELECT number FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a table's name
    return [number for (number,) in db.execute(query, (json.dumps(ids),))]
