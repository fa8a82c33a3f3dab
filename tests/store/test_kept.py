"""What a store keeps in memory is what stands: a change is in the next answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from threading import Event

import msgspec
import pytest
from msgspec.structs import replace

from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.corrections import NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.vocabularies import ClaimKind, Level, Status
from service.errors import ClaimRemoved
from service.storage.filters import ClaimFilter, Slice, Window
from service.storage.port import ClaimStore
from tests.records import AP, KCNA, NOON, bulletin
from tests.store.conftest import STORES

LEGAL = Retraction(RetractionKind.LEGAL, "A court says so.")

FIRST, MIDDLE = "clm_one_0", "clm_two_3"

WHOSE = (
    ClaimFilter(),
    ClaimFilter(status=(Status.RETRACTED,)),
    ClaimFilter(source=("kcna",)),
    ClaimFilter(source=("ap",), level=(Level.HIGH,)),
)


def correct(store: ClaimStore) -> None:
    """Another kind is given to a claim."""
    held = store.held(MIDDLE)
    changed = replace(held.claim, kind=ClaimKind.QUESTION)
    store.revise(changed, Action.UPDATED, after=held.sequence, at=NOON, actor="person", reason="It asks.")


def withdraw(store: ClaimStore) -> None:
    """An article is taken back."""
    store.withdraw("art_two", LEGAL, after=store.last(Entity.ARTICLE, "art_two"), at=NOON, actor="person")


def give_again(store: ClaimStore) -> None:
    """One that was taken back before is given again."""
    withdraw(store)
    pages(store)
    store.withdraw("art_two", None, after=store.last(Entity.ARTICLE, "art_two"), at=NOON, actor="person")


def rename(store: ClaimStore) -> None:
    """A source has another name."""
    given = NewSourceCorrection("So it calls itself.", name="The Agency")
    store.correct(KCNA.id, given, after=store.last(Entity.SOURCE, KCNA.id), at=NOON, actor="person")


def merge(store: ClaimStore) -> None:
    """A source is another."""
    given = NewMerge(AP.id, "They are one.")
    store.merge(KCNA.id, given, after=store.last(Entity.SOURCE, KCNA.id), at=NOON, actor="person")


def remove(store: ClaimStore) -> None:
    """A claim is removed for good."""
    after = store.last(Entity.CLAIM, FIRST)
    store.remove(Entity.CLAIM, FIRST, "A court says so.", after=after, at=NOON, actor="judge")


def renew(store: ClaimStore) -> None:
    """An article comes with fewer sentences."""
    store.put(bulletin("two", 5), at=NOON, actor="tester")


def add(store: ClaimStore) -> None:
    """An article more is stored."""
    store.put(bulletin("four"), at=NOON, actor="tester")


CHANGES = (correct, withdraw, give_again, rename, merge, remove, renew, add)


def pages(store: ClaimStore, *, passing: bool = False, as_of: int | None = None) -> list[Slice]:
    """Every list in pages of five, wherever they may begin, as they are kept or as who is ``passing`` reads them."""
    begins = [None, *map(str, range(1, 60))]
    windows = [Window(5, after, passing=passing, as_of=as_of) for after in begins]
    found = [store.claims(which, window) for which in WHOSE for window in windows]
    assert all(page.shared is not passing for page in found)
    return [replace(page, shared=False) for page in found]


def known(store: ClaimStore) -> None:
    """Three articles are stored, and all that can be kept of them is."""
    for name in ("one", "two", "three"):
        store.put(bulletin(name), at=NOON, actor="tester")
    for _ in range(3):
        pages(store)
        store.claim(FIRST)
        store.claim(MIDDLE)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(store: ClaimStore, change: Callable[[ClaimStore], None]) -> None:
    """In every page of every list."""
    known(store)
    assert pages(store) == pages(store, passing=True)
    before = store.sequence()
    change(store)
    assert store.sequence() > before
    for _ in range(3):
        assert pages(store) == pages(store, passing=True)


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_so_stays(store: ClaimStore, change: Callable[[ClaimStore], None]) -> None:
    """In every page of every list as of a moment, but for what was removed; each claim is what it was then."""
    known(store)
    moments = (10, 30, store.sequence())
    before = {moment: store.claim(FIRST, moment) for moment in moments}
    for moment in moments * 3:
        assert pages(store, as_of=moment) == pages(store, passing=True, as_of=moment)
    change(store)
    for moment in moments * 3:
        assert pages(store, as_of=moment) == pages(store, passing=True, as_of=moment)
        if change is not remove:
            assert store.claim(FIRST, moment) == before[moment]
            continue
        with pytest.raises(ClaimRemoved):
            store.claim(FIRST, moment)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", STORES)
def test_what_another_changes_is_seen_as_well(name: str, change: Callable[[ClaimStore], None], tmp_path: Path) -> None:
    """By who has the same record open in another process, or as here by another connection."""
    with closing(STORES[name](tmp_path)) as one, closing(STORES[name](tmp_path)) as other:
        known(one)
        change(other)
        assert pages(one) == pages(other, passing=True)


def test_a_claim_is_what_it_now_is(store: ClaimStore) -> None:
    """Asked for by its id, whether it was asked for before or not."""
    known(store)
    correct(store)
    for _ in range(2):
        assert msgspec.json.decode(store.claim(MIDDLE), type=Claim).kind is ClaimKind.QUESTION
        assert msgspec.json.decode(store.claim("clm_two_4"), type=Claim).kind is ClaimKind.STATEMENT


def test_pages_are_right_while_others_write(store: ClaimStore) -> None:
    """Each is what the list was as of the revision that it tells, whoever asks and whatever is written meanwhile."""
    known(store)
    ended, chances = Event(), map(Random, count())

    def ask() -> int:
        chance, asked = next(chances), 0
        while not ended.is_set():
            which, window = chance.choice(WHOSE), Window(chance.randrange(1, 9), str(chance.randrange(60)))
            page = store.claims(which, window)
            then = replace(window, as_of=page.sequence, passing=True)
            assert replace(page, shared=False) == store.claims(which, then)
            asked += 1
        return asked

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        try:
            for number in range(25):
                store.put(bulletin(f"more-{number}", 3), at=NOON, actor="tester")
                (correct if number % 3 else give_again)(store)
        finally:
            ended.set()
        assert all(one.result() for one in asking)
