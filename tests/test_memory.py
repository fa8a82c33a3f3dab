"""What is kept in memory of a record that goes on meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from schemas.changes import Entity
from schemas.vocabularies import ClaimKind, Level
from service.storage.bodies import Bodies
from service.storage.filters import ClaimFilter, Window
from service.storage.memory import FILTERS, Memory, View
from service.storage.sqlite import SqliteStore
from tests.records import NOON, bulletin

ALL, PAGE = ClaimFilter(), Window(5)

ONE_PAGE = 300 + 16 * 6
"""How many bytes are reckoned for what is kept of a list when its first page was read, and one claim behind it."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store that holds an article."""
    with closing(SqliteStore(tmp_path / "sayso.db")) as store:
        store.put(bulletin("one"), at=NOON, actor="tester")
        yield store


def view(store: SqliteStore, memory: Memory) -> View:
    """What is kept of the record as it is now."""
    with store.connections.snapshot() as (db, last):
        found = memory.at(db, last)
        found.narrowed(db, ALL, None)
        return found


def has_page(store: SqliteStore, view: View) -> bool:
    """Whether the view gives a page, by a connection that sees what was committed since."""
    with store.connections.reading() as db:
        return view.page(db, ALL, PAGE) is not None


def test_what_is_stored_meanwhile_is_not_taken_for_what_was(store: SqliteStore) -> None:
    """A page that would have to be read of the record as it was is not found, and one of it as it is now is."""
    memory = Memory()
    before = view(store, memory)
    store.put(bulletin("two"), at=NOON, actor="tester")
    assert not has_page(store, before)
    assert has_page(store, view(store, memory))


def test_what_others_have_read_since_is_not_taken_for_what_was(store: SqliteStore) -> None:
    """A later view keeps what is new where the earlier one looks too."""
    memory, all_of_it = Memory(), Window(20)
    before = view(store, memory)
    store.put(bulletin("two"), at=NOON, actor="tester")
    later = view(store, memory)
    with store.connections.reading() as db:
        for _ in range(2):
            assert later.page(db, ALL, all_of_it) is not None
        assert before.page(db, ALL, all_of_it) is None


def test_what_is_new_leaves_what_is_kept(store: SqliteStore) -> None:
    """Where claims are in a list needs not be read again, since nobody comes in between."""
    memory = Memory()
    has_page(store, view(store, memory))
    store.put(bulletin("two"), at=NOON, actor="tester")
    assert view(store, memory).standing.lists.size == ONE_PAGE


def test_searches_drive_out_no_list(store: SqliteStore) -> None:
    """Each has words of its own, and is found by no list."""
    memory = Memory()
    found = view(store, memory)
    assert has_page(store, found)
    with store.connections.reading() as db:
        for number in range(FILTERS):
            found.narrowed(db, ClaimFilter(q=f"word{number}"), None)
    assert has_page(store, found)
    assert found.standing.lists.size == ONE_PAGE


def test_fewer_filters_are_kept_where_their_values_are_long(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first make room for the last."""
    monkeypatch.setattr("service.storage.memory.VALUES", 300)
    found = view(store, Memory())
    filters = [ClaimFilter(source=("AP",), level=(level,), kind=(kind,)) for level in Level for kind in ClaimKind]
    with store.connections.reading() as db:
        for which in filters:
            found.narrowed(db, which, None)
        known = [found.page(db, which, PAGE) is not None for which in filters]
    assert known[-1]
    assert not known[0]


def test_what_is_removed_meanwhile_is_not_shown(store: SqliteStore) -> None:
    """Where it stood may still be kept; what it was is read no more."""
    memory = Memory()
    for _ in range(2):
        before = view(store, memory)
        assert has_page(store, before)
    after = store.last(Entity.CLAIM, "clm_one_0")
    store.remove(Entity.CLAIM, "clm_one_0", "A court says so.", after=after, at=NOON, actor="judge")
    before.bodies = Bodies()
    assert not has_page(store, before)


def test_an_earlier_snapshot_keeps_nothing(store: SqliteStore) -> None:
    """Another thread may have seen more by then, which stands in what all share."""
    memory = Memory()
    with store.connections.snapshot() as (db, last):
        store.put(bulletin("two"), at=NOON, actor="tester")
        later = view(store, memory)
        earlier = memory.at(db, last)
    assert earlier is not later
    assert memory.now(later.last) is later
    assert memory.now(last) is None
