"""How many items a list has, as SQL.

A list that is counted is gone through whole, so its cost grows with what it holds, not with what it shows.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from functools import lru_cache

from service.storage import conditions, queries
from service.storage.narrowing import Form
from service.storage.queries import KEPT, Run


@lru_cache(KEPT)
def claims(form: Form) -> str:
    """How many claims are let through."""
    return _count(queries.claim_keys(form, Run.NUMBERED))


@lru_cache(KEPT)
def attributions(form: Form) -> str:
    """How many links are let through."""
    tests = conditions.every(conditions.of_link(form))
    keys = queries.claim_keys(form, Run.NUMBERED, of_links=True)
    if form.is_now:
        return f"WITH page (number) AS ({keys}) SELECT count(*) FROM {queries.LINKS} WHERE {tests}"
    counts = " + ".join(
        f"(SELECT count(*) FROM page CROSS JOIN {conditions.table('links', world)}"
        f" ON links.claim = page.number AND links.sequence = page.sequence WHERE {tests})"
        for world in form.worlds
    )
    return f"WITH page (number, sequence) AS MATERIALIZED ({keys}) SELECT {counts}"


@lru_cache(KEPT)
def articles(form: Form) -> str:
    """How many articles are let through."""
    return _count(queries.publication_keys(form, "articles", Run.NUMBERED))


@lru_cache(KEPT)
def reviews(form: Form) -> str:
    """How many reviews are let through."""
    return _count(queries.publication_keys(form, "reviews", Run.NUMBERED))


@lru_cache(KEPT)
def sources(form: Form) -> str:
    """How many sources are let through."""
    return _count(queries.source_keys(form, Run.NUMBERED))


def _count(keys: str) -> str:
    return f"WITH page AS ({keys}) SELECT count(*) FROM page"
