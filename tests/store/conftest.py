"""The stores that the suite is held against."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.storage.port import ClaimStore
from tests.empty import empty_store
from tests.records import NOON
from tests.store.news import BARE, CONGRESS, DRILLS

STORES: dict[str, Callable[[Path], ClaimStore]] = {"sqlite": lambda folder: empty_store(folder / "sayso.db")}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClaimStore]:
    """An empty store."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def news(store: ClaimStore) -> ClaimStore:
    """A store that holds three articles."""
    for one in (CONGRESS, DRILLS, BARE):
        store.put(one, at=NOON, actor="tester")
    return store
