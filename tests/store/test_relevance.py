"""Claims by how well they answer a search."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

from schemas.claims import Claim
from schemas.vocabularies import Level, Role
from service.errors import CursorInvalid, ParameterInvalid
from service.storage.filters import (
    RANKED,
    ClaimFilter,
    ClaimTerms,
    Order,
    Window,
)
from service.storage.port import ClaimStore
from service.storage.ranking import WEIGHED
from tests.records import AP, KCNA, NOON, attribution, claim, link, record
from tests.store.news import walk

BEST = Window(order=Order.RELEVANCE)


@pytest.fixture
def drilled(store: ClaimStore) -> ClaimStore:
    """A store with claims that say the same words more and less often, at length and in short."""
    said = (
        "The drills that everybody had waited for in the north began on Monday after a long delay.",
        "Drills and drills.",
        "No word of it here.",
        "Drills.",
        "The drills began on Monday.",
        "Drills.",
    )
    claims = [claim(text, attribution(link(KCNA), *[link(AP, Role.RELAY)] * (n % 2))) for n, text in enumerate(said)]
    store.put(
        record("n", *claims, sources=(AP, KCNA), publisher=AP, published_at="2026-02-08"), at=NOON, actor="tester"
    )
    return store


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (ClaimFilter(q="drills"), [1, 5, 3, 4, 0]),
        (ClaimFilter(q="monday"), [4, 0]),
        (ClaimFilter(q='"drills began" drills'), [4]),
        (ClaimFilter(q="dri* mon*"), [4, 0]),
        (ClaimFilter(q="drills", source=("AP",)), [1, 5, 3]),
        (ClaimFilter(q="drills", without=ClaimTerms(source=("AP",))), [4, 0]),
        (ClaimFilter(q="drills", level=(Level.LOW,)), []),
        (
            ClaimFilter(q="drills", publisher=("AP",), published_until=date(2026, 2, 8), role=(Role.ORIGIN,)),
            [1, 5, 3, 4, 0],
        ),
        (ClaimFilter(q="drills", published_until=date(2026, 2, 7)), []),
        (ClaimFilter(q="drills", ids=("clm_n_0", "clm_n_4")), [4, 0]),
    ],
    ids=str,
)
def test_order(drilled: ClaimStore, which: ClaimFilter, expected: list[int]) -> None:
    """What says the words oftener and little else comes first, of the like the last stored. Other fields must hold."""
    for limit in (1, 2, 50):
        assert numbers(walk(partial(drilled.claims, which), replace(BEST, limit=limit))) == expected
    assert drilled.claims(which, replace(BEST, counted=True)).total == len(expected)


def test_others_write(store: ClaimStore) -> None:
    """Going on, what was there at the first page comes once, though ranks have changed, and nothing else comes."""
    both = [claim("Drills drills rain.", attribution(link(KCNA))), claim("Drills rain rain.", attribution(link(KCNA)))]
    rain = [claim("Rain.", attribution(link(KCNA)))] * 3
    store.put(record("n", *both, *rain, sources=(KCNA,)), at=NOON, actor="tester")
    which = ClaimFilter(q="drills rain")
    first = store.claims(which, replace(BEST, limit=1))
    drills = [claim("Drills.", attribution(link(KCNA)))] * 30
    store.put(record("m", both[0], *drills, sources=(KCNA,)), at=NOON, actor="another")
    (foremost,) = store.claims(which, replace(BEST, limit=1)).items
    second = store.claims(which, replace(BEST, limit=1, after=first.next))
    assert numbers(first.items) == [0]
    assert numbers([foremost]) == numbers(second.items) == [1]
    assert second.next is None


def test_no_words(news: ClaimStore) -> None:
    """Without words nothing is more relevant than another."""
    with pytest.raises(ParameterInvalid, match="Give 'q' too"):
        news.claims(ClaimFilter(), BEST)


def test_best_of_many(store: ClaimStore) -> None:
    """The list ends after the best of them, of those that were stored last; its key stays short enough for a URL."""
    best = claim("Drills.", attribution(link(KCNA)))
    many = [claim("The drills began.", attribution(link(KCNA)))] * WEIGHED
    store.put(record("n", best, best, *many[1:], sources=(KCNA,)), at=NOON, actor="tester")
    window, seen, keys = replace(BEST, limit=150, counted=True), list[int](), list[int]()
    while True:
        page = store.claims(ClaimFilter(q="drills"), window)
        seen += numbers(page.items)
        assert page.total == WEIGHED + 1
        if page.next is None:
            break
        keys.append(len(page.next))
        window = replace(window, after=page.next)
    assert seen == [1, *range(WEIGHED, WEIGHED - RANKED + 1, -1)]
    assert max(keys) < 3 * RANKED


@pytest.mark.parametrize("key", ["", "7", "kQ==", "kgWRBg==", "kv+A", "é", "kgWSBQ", "kgDA", "gA=="])
def test_no_key(news: ClaimStore, key: str) -> None:
    """A key that no page gave is refused."""
    with pytest.raises(CursorInvalid):
        news.claims(ClaimFilter(q="drills"), replace(BEST, after=key))


def numbers(items: Sequence[bytes]) -> list[int]:
    """The places of the claims in their article."""
    return [msgspec.json.decode(item, type=Claim).position for item in items]
