"""Going through a list by its cursors while others write."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.claims import Claim
from schemas.vocabularies import Level, Role
from service.storage.port import Window
from service.storage.sqlite import SqliteStore, open_store
from service.web.queries import ARTICLES, CLAIMS
from tests.records import AP, KCNA, NOON, attribution, claim, link, record

QUERIES = ["", "source=kcna", "source=!kcna", "level=high,low", "level=!low", "role=relay", "publisher=ap", "q=drills"]

CLAIM = st.builds(
    lambda source, relayed, level: claim(
        "Drills begin.", attribution(link(source), *([link(AP, Role.RELAY)] if relayed else [])), level=level
    ),
    st.sampled_from([AP, KCNA]),
    st.booleans(),
    st.sampled_from(Level),
)

WRITES = st.lists(st.lists(CLAIM, min_size=1, max_size=4), max_size=2)
"""The articles that others store at one time, each as its claims."""

PAGES = st.lists(st.tuples(WRITES, st.integers(1, 5)), max_size=8)
"""What is stored before each page, and how many items the page may hold; further pages are of two."""


@pytest.mark.parametrize("query", QUERIES)
@settings(max_examples=15, deadline=None)
@given(before=WRITES, pages=PAGES)
def test_claims(query: str, before: list[list[Claim]], pages: list[tuple[list[list[Claim]], int]]) -> None:
    """Each claim that is let through, there at first or stored on the way, comes exactly once, in the list's order."""
    with TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "sayso.db"))
        put(store, before)
        seen, cursor, steps = list[str](), "", iter(pages)
        while True:
            writes, limit = next(steps, ([], 2))
            put(store, writes)
            asked = CLAIMS.read(f"{query}&limit={limit}{cursor}".lstrip("&").encode())
            page = store.claims(asked.which, asked.window)
            seen += [msgspec.json.decode(item, type=Claim).id for item in page.items]
            if page.next is None:
                break
            cursor = f"&cursor={CLAIMS.cursor(asked.which, page.next)}"
        everything = store.claims(asked.which, Window(1000)).items
        store.close()
    assert seen == [msgspec.json.decode(item, type=Claim).id for item in everything]
    assert len(seen) == len(set(seen))


def put(store: SqliteStore, articles: list[list[Claim]]) -> None:
    """The claims of each article are stored."""
    for claims in articles:
        count = len(store.articles(ARTICLES.read(b"").which, Window(1000)).items)
        store.put(record(f"n{count}", *claims, sources=(AP, KCNA), publisher=AP), at=NOON, actor="another")
