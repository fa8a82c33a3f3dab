"""How many items a list has, as SQL.

A list that is counted is gone through whole, so its cost grows with what it holds, not with what it shows.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from service.storage import queries
from service.storage.narrowing import Narrowing
from service.storage.queries import EVERY, Query


def claims(which: Narrowing) -> Query:
    """How many claims are let through."""
    return _count(queries.claim_numbers(which, 0, EVERY))


def attributions(which: Narrowing) -> Query:
    """How many links are let through."""
    keys = queries.claim_numbers(which, 0, EVERY, of_links=True)
    tests = queries.every([Query("TRUE", ()), *queries.of_link(which)])
    return Query(
        f"WITH page (number) AS ({keys.sql})"
        f" SELECT count(*) FROM page CROSS JOIN links ON links.claim = page.number WHERE {tests.sql}",
        (*keys.values, *tests.values),
    )


def articles(which: Narrowing) -> Query:
    """How many articles are let through."""
    return _count(queries.article_numbers(which, 0, EVERY))


def sources(which: Narrowing) -> Query:
    """How many sources are let through."""
    return _count(queries.source_ids(which, "", EVERY))


def _count(keys: Query) -> Query:
    return Query(f"WITH page (key) AS ({keys.sql}) SELECT count(*) FROM page", keys.values)
