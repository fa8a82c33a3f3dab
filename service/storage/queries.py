"""From a filter to SQL.

A list is read in the order of its key and costs what it shows, however deep: one column *drives*, and
each of its values is an arm of a UNION that SQLite merges in the order of the arms' indexes. The other
conditions are tried on each row; a `+` before their column keeps SQLite from driving by them and sorting.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from service.errors import ParameterInvalid
from service.storage.narrowing import Columns, Narrowing, Value

EVERY = -1
"""The limit that is none."""

ARMS = 16
"""The most values that are merged. Behind more of them, a name that many articles' sources bear, rows are sorted."""

KEYS = ("claims.number", "articles.number", "sources.id")
"""The columns that lists are ordered by. Many values of one are found in its order without being merged."""

DRIVERS = ("claims.number", "claims.article", "links.source", "claims.publisher", "claims.level", "claims.kind")
"""The columns that can drive a list of claims or links, the narrowest first."""

NUMBER = {"claims": "claims.number", "links": "links.claim", "claims_fts": "claims_fts.rowid"}
"""The column of each table that holds the claim's number."""


class Query(NamedTuple):
    """SQL and the values of its parameters."""

    sql: str
    values: tuple[Value, ...]


def claims(which: Narrowing, after: int, limit: int, *, backwards: bool = False) -> Query:
    """The number and JSON of each claim behind ``after``."""
    return _page("claims.number", BODY, claim_numbers(which, after, limit, backwards=backwards))


def attributions(which: Narrowing, after: tuple[int, ...], limit: int) -> Query:
    """The key and JSON of each link whose key is over ``after``."""
    # Each claim but the first, whose links may all have been shown, has a link to show: one claim more will do.
    page = claim_numbers(which, after[0] - 1, limit + 1, of_links=True)
    tests = every([Query("(links.claim, links.attribution, links.link) > (?, ?, ?)", after), *of_link(which)])
    return Query(
        f"WITH page (number) AS ({page.sql})"
        f" SELECT links.claim || '.' || links.attribution || '.' || links.link, {ATTRIBUTION} FROM page"
        " CROSS JOIN links ON links.claim = page.number"
        " CROSS JOIN claims ON claims.number = page.number"
        " CROSS JOIN articles ON articles.number = claims.article"
        " CROSS JOIN sources ON sources.id = links.source"
        f" WHERE {tests.sql} ORDER BY links.claim, links.attribution, links.link LIMIT ?",
        (*page.values, *tests.values, limit),
    )


def articles(which: Narrowing, after: int, limit: int, *, backwards: bool = False) -> Query:
    """The number and JSON of each article behind ``after``."""
    return _page("articles.number", BODY, article_numbers(which, after, limit, backwards=backwards))


def article_numbers(which: Narrowing, after: int, limit: int, *, backwards: bool = False) -> Query:
    """The first ``limit`` numbers behind ``after`` of the articles that are let through."""
    tests = [_behind("articles.number", after, backwards), *_published("articles", which), *_barred("articles", which)]
    drive = _drive(which, ("articles.number", "articles.publisher"))
    tests += _others(which, drive)
    return _keys(tests, _arms(which, drive), limit, "articles.number", backwards=backwards)


def sources(which: Narrowing, after: str, limit: int) -> Query:
    """The id and JSON of each source whose id is over ``after``."""
    return _page("sources.id", COUNTED, source_ids(which, after, limit))


def source_ids(which: Narrowing, after: str, limit: int) -> Query:
    """The first ``limit`` ids over ``after`` of the sources that are let through; ``q`` is a folded part of a name."""
    drive = _drive(which, ("sources.id", "sources.kind"))
    tests = [Query("sources.id > ?", (after,)), *_others(which, drive)]
    if which.q is not None:
        bears = "EXISTS (SELECT 1 FROM aliases WHERE aliases.source = sources.id AND instr(aliases.key, ?))"
        tests.append(Query(bears, (which.q,)))
    return _keys(tests, _arms(which, drive), limit, "sources.id")


BODY = "CAST(revisions.body AS BLOB)"
"""The JSON of an article or a claim, as an expression."""

ATTRIBUTION = """
    CAST(json_object(
        'claim_id', claims.id, 'article_id', articles.id, 'attribution', links.attribution, 'link', links.link,
        'role', links.role, 'source', json_object('id', sources.id, 'name', sources.name), 'act', links.act,
        'factuality', links.factuality, 'extraction', links.extraction, 'probability', links.probability,
        'kind', claims.kind, 'level', claims.level, 'text', claims.text
    ) AS BLOB)
"""
"""The JSON of a link, an `AttributionRow`, as an expression."""

COUNTED = "CAST(json_insert(revisions.body, '$.claims', sources.claims) AS BLOB)"
"""The JSON of a source with its count, as an expression."""


def match(q: str) -> str:
    """``q`` in FTS5's language: each word and "phrase" a string, so that nothing in it is an operator.

    A star behind a word, which finds what begins with it, is written behind its string. Raises `ParameterInvalid`
    where ``q`` holds no word.
    """
    parts = re.findall(r'"[^"]*"|[^\s"]+', re.sub("[“”]", '"', q.replace("\0", " ")))
    strings = [_string(part) for part in parts if any(map(str.isalnum, part))]
    if not strings:
        raise ParameterInvalid("q", "it holds no word to look for.")
    return " ".join(strings)


def _string(part: str) -> str:
    # Behind anything but a letter or a digit a star would belong to no word, or to one further off.
    star = "*" if len(part) > 1 and part[-1] == "*" and part[-2].isalnum() else ""
    return '"' + part.strip('"') + '"' + star


def of_link(which: Narrowing) -> list[Query]:
    """What is asked of one link alone."""
    return [*asked_of_link(which), *_barred("links", which)]


def asked_of_link(which: Narrowing) -> list[Query]:
    """What one link must be."""
    return [_among(f"+links.{name}", values) for name, values in _of("links", which.columns)]


def claim_numbers(
    which: Narrowing, after: int, limit: int, *, of_links: bool = False, backwards: bool = False
) -> Query:
    """The first numbers behind ``after`` of the claims that are let through, or whose links are, ``of_links``."""
    drive = "" if which.q is not None else _drive(which, DRIVERS)
    first = "claims_fts" if which.q is not None else drive.partition(".")[0] or "claims"
    tests = [_behind(NUMBER[first], after, backwards), *_others(which, drive), *_published("claims", which)]
    tests += _barred("claims", which)
    tests += _barred("links", which) if of_links else _nowhere(which, NUMBER[first])
    if which.q is not None:
        tests.append(Query("claims_fts MATCH ?", (match(which.q),)))
    tables = _tables(which, of_links=of_links)
    joined = (f" CROSS JOIN {table} ON {NUMBER[table]} = {NUMBER[first]}" for table in sorted(tables - {first}))
    return _keys(tests, _arms(which, drive), limit, NUMBER[first], "".join(joined), backwards=backwards)


def _tables(which: Narrowing, *, of_links: bool) -> set[str]:
    """The tables that the tests name."""
    asked = [*which.columns, *(column for column in which.without if of_links or not column.startswith("links."))]
    tables = {column.partition(".")[0] for column in asked}
    return tables | {"claims"} if which.published_from or which.published_until else tables


def _published(table: str, which: Narrowing) -> list[Query]:
    bounds = ((">=", which.published_from), ("<=", which.published_until))
    return [Query(f"+{table}.published {sign} ?", (day.isoformat(),)) for sign, day in bounds if day]


def _drive(which: Narrowing, columns: Sequence[str]) -> str:
    """The first of ``columns`` that is asked for, or nothing."""
    return next((column for column in columns if column in which.columns), "")


def _others(which: Narrowing, drive: str) -> list[Query]:
    """What is asked of each row besides the driving column."""
    return [_among(f"+{column}", values) for column, values in which.columns.items() if column != drive]


def _barred(table: str, which: Narrowing) -> list[Query]:
    """What the columns of ``table`` may not hold. NULL is never among it."""
    barred = (_among(f"+{table}.{name}", values) for name, values in _of(table, which.without))
    return [Query(f"({test.sql}) IS NOT TRUE", test.values) for test in barred]


def _nowhere(which: Narrowing, number: str) -> list[Query]:
    """That no link of the claim, among those for which the other columns' tests hold, holds what it may not."""
    links = _of("links", which.columns)
    there = f"SELECT 1 FROM links AS others WHERE others.claim = {number} AND "
    barred = []
    for name, values in _of("links", which.without):
        asked = [_among(f"+others.{other}", wanted) for other, wanted in links if other != name]
        test = every([_among(f"+others.{name}", values), *asked])
        barred.append(Query(f"NOT EXISTS ({there}{test.sql})", test.values))
    return barred


def _of(table: str, columns: Columns) -> list[tuple[str, Sequence[Value]]]:
    """The columns of one table, by their name in it."""
    named = ((column.partition("."), values) for column, values in columns.items())
    return [(name, values) for (its, _, name), values in named if its == table]


def _arms(which: Narrowing, drive: str) -> list[Query]:
    """What is asked of the driving column: each of its values apart, or all at once where they are many or none."""
    if drive not in which.columns:
        return [Query("TRUE", ())]
    values = which.columns[drive]
    if 0 < len(values) <= ARMS and drive not in KEYS:
        return [Query(f"{drive} = ?", (value,)) for value in values]
    return [_among(drive, values)]


def _among(column: str, values: Sequence[Value]) -> Query:
    return Query(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),))


def _behind(key: str, after: int, backwards: bool) -> Query:
    return Query(f"{key} {'<' if backwards else '>'} ?", (after,))


def _keys(
    tests: Sequence[Query],
    arms: Sequence[Query],
    limit: int,
    key: str,
    joined: str = "",
    *,
    backwards: bool = False,
) -> Query:
    """The first ``limit`` keys, in order and each once, for which all tests and one arm hold."""
    wheres = [every([arm, *tests]) for arm in arms]
    select = f"SELECT DISTINCT {key} FROM {key.partition('.')[0]}{joined} WHERE "
    selects = " UNION ".join(select + where.sql for where in wheres)
    order = "DESC" if backwards else "ASC"
    return Query(
        f"{selects} ORDER BY 1 {order} LIMIT ?", (*(value for where in wheres for value in where.values), limit)
    )


def _page(key: str, json: str, keys: Query) -> Query:
    """The key and the JSON of all that ``keys`` gives."""
    table = key.partition(".")[0]
    return Query(
        f"WITH page (key) AS ({keys.sql}) SELECT page.key, {json} FROM page CROSS JOIN {table} ON {key} = page.key"
        f" CROSS JOIN revisions ON revisions.sequence = {table}.sequence",
        keys.values,
    )


def every(tests: Sequence[Query]) -> Query:
    """That all tests hold, of which there is one at least."""
    return Query(" AND ".join(test.sql for test in tests), tuple(value for test in tests for value in test.values))
