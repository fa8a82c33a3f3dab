"""Going through a list by its cursors while others write."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from schemas.claims import Claim
from schemas.vocabularies import Level, Role
from service.storage.filters import Window
from service.storage.sqlite import SqliteStore
from service.web.lists import ARTICLES, CLAIMS
from tests.empty import empty_store
from tests.records import AP, KCNA, NOON, attribution, claim, link, record

QUERIES = ["", "source=kcna", "source=!kcna", "level=high,low", "level=!low", "role=relay", "publisher=ap", "q=drills"]

DATES = st.sampled_from([UNSET, "2026-02-08", "2026-02-08T09:30:00Z", "2026-02-09"])

CLAIM = st.builds(
    lambda text, source, relayed, level: claim(
        text, attribution(link(source), *([link(AP, Role.RELAY)] if relayed else [])), level=level
    ),
    st.sampled_from(["Drills began.", "Drills, drills and drills.", "It began with drills, and it began to rain."]),
    st.sampled_from([AP, KCNA]),
    st.booleans(),
    st.sampled_from(Level),
)

WRITES = st.lists(st.tuples(st.lists(CLAIM, min_size=1, max_size=4), DATES), max_size=2)
"""The articles that others store at one time, each as its claims and when it was published."""

PAGES = st.lists(st.tuples(WRITES, st.integers(1, 5)), max_size=8)
"""What is stored behind each page, and how many items the page may hold; further pages are of two."""


Written = list[tuple[list[Claim], str | UnsetType]]


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=15, deadline=None)
@given(before=WRITES, pages=PAGES)
def test_claims(query: str, before: Written, pages: list[tuple[Written, int]]) -> None:
    """Each claim that is let through, there at first or stored on the way, comes exactly once, in the list's order."""
    with TemporaryDirectory() as folder:
        store = empty_store(Path(folder) / "sayso.db")
        put(store, before)
        seen = walk(store, query, pages)
        # The last page is read before anything more is stored.
        everything = ids(store.claims(CLAIMS.read(query.encode()).which, Window(1000)).items)
        store.close()
    assert seen == everything
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=15, deadline=None)
@given(before=WRITES, pages=PAGES)
def test_backwards(query: str, before: Written, pages: list[tuple[Written, int]]) -> None:
    """From the last back, each claim that was there comes exactly once, and none that is stored meanwhile."""
    there, seen = gone_through(before, query, "-stored", pages)
    assert seen == there[::-1]


def gone_through(
    before: Written, query: str, sort: str, pages: list[tuple[Written, int]]
) -> tuple[list[str], list[str]]:
    """The claims that were there, as they were stored, and those that were seen page by page."""
    with TemporaryDirectory() as folder:
        store = empty_store(Path(folder) / "sayso.db")
        put(store, before)
        there = ids(store.claims(CLAIMS.read(query.encode()).which, Window(1000)).items)
        seen = walk(store, f"{query}&sort={sort}", pages)
        store.close()
    return there, seen


@pytest.mark.parametrize("sort", ["published_at", "-published_at"])
@pytest.mark.parametrize("query", [*QUERIES, "published_from=2026-02-08&published_until=2026-02-08"])
@settings(max_examples=10, deadline=None)
@given(before=WRITES, pages=PAGES)
def test_by_date(query: str, sort: str, before: Written, pages: list[tuple[Written, int]]) -> None:
    """By date, each claim that was there comes exactly once and in order, and none that is stored meanwhile twice."""
    query = f"{query}&sort={sort}".lstrip("&")
    asked = CLAIMS.read(query.encode())
    with TemporaryDirectory() as folder:
        store = empty_store(Path(folder) / "sayso.db")
        put(store, before)
        there = ids(store.claims(asked.which, replace(asked.window, limit=1000)).items)
        seen = walk(store, query, pages)
        everything = ids(store.claims(asked.which, replace(asked.window, limit=1000)).items)
        store.close()
    assert [id for id in seen if id in there] == there
    assert [id for id in everything if id in seen] == seen


@pytest.mark.parametrize("query", ["q=drills", "q=dri*+began&source=kcna"])
@settings(max_examples=15, deadline=None)
@given(before=WRITES, pages=PAGES)
def test_by_relevance(query: str, before: Written, pages: list[tuple[Written, int]]) -> None:
    """By relevance, each claim that was there comes exactly once, and none that is stored meanwhile."""
    there, seen = gone_through(before, query, "relevance", pages)
    assert sorted(seen) == sorted(there)


def walk(store: SqliteStore, query: str, pages: list[tuple[Written, int]]) -> list[str]:
    """The ids of all claims of the query, page by page."""
    seen, cursor, steps = list[str](), "", iter(pages)
    while True:
        writes, limit = next(steps, ([], 2))
        asked = CLAIMS.read(f"{query}&limit={limit}{cursor}".lstrip("&").encode())
        page = store.claims(asked.which, asked.window)
        seen += ids(page.items)
        if page.next is None:
            return seen
        cursor = f"&cursor={CLAIMS.cursor(asked, page.next)}"
        put(store, writes)


def ids(items: Sequence[bytes]) -> list[str]:
    """The ids of the claims."""
    return [msgspec.json.decode(item, type=Claim).id for item in items]


def put(store: SqliteStore, articles: Written) -> None:
    """The claims of each article are stored."""
    for claims, published_at in articles:
        count = len(store.articles(ARTICLES.read(b"").which, Window(1000)).items)
        one = record(f"n{count}", *claims, sources=(AP, KCNA), publisher=AP, published_at=published_at)
        store.put(one, at=NOON, actor="another")
