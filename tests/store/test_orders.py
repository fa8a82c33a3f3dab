"""Lists in the order of publication, and of sources by how many claims they have."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from schemas.sources import CountedSource
from schemas.vocabularies import ClaimKind, Level, Role, SourceKind
from service.errors import CursorInvalid, ParameterInvalid
from service.storage.filters import (
    ArticleFilter,
    ArticleTerms,
    ClaimFilter,
    ClaimTerms,
    Order,
    Slice,
    SourceFilter,
    SourceTerms,
    Window,
)
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA, NOON, analysts, attribution, claim, link, record
from tests.store.news import walk

STORED: dict[str, str | UnsetType] = {
    "evening": "2026-02-08T21:00:00+00:00",
    "bare": UNSET,
    "day": "2026-02-08",
    "night": "2026-02-08T01:00:00+09:00",  # The day before in UTC.
    "half": "2026-02-08T09:30:00.500000Z",
    "eve": "2026-02-07",
    "morning": "2026-02-08T09:30:00Z",
    "another": "2026-02-08",
    "old": "0987-01-01",
    "void": UNSET,
}
"""The articles as they are stored, with when they were published."""

DATED = ["old", "eve", "night", "day", "another", "morning", "half", "evening"]
UNDATED = ["bare", "void"]


@pytest.fixture
def dated(store: ClaimStore) -> ClaimStore:
    """A store that holds articles of many times."""
    for number, (name, published_at) in enumerate(STORED.items()):
        claims = (
            claim(f"Drills began on day {number}.", attribution(link(KCNA), link(AP, Role.RELAY))),
            claim("They said so.", attribution(link(analysts(name))), level=Level.LOW),
            claim("Were they?", attribution(link(AP, Role.PUBLISHER)), kind=ClaimKind.QUESTION),
        )
        sources = (AP, KCNA, GUARDIAN, analysts(name))
        publisher = GUARDIAN if number % 3 else AP
        one = record(name, *claims, sources=sources, publisher=publisher, published_at=published_at)
        store.put(one, at=NOON, actor="tester")
    return store


CLAIM_FILTERS = [
    ClaimFilter(),
    ClaimFilter(source=("KCNA",)),
    ClaimFilter(source=("KCNA", "analysts"), level=(Level.HIGH, Level.LOW)),
    ClaimFilter(source=("AP",), role=(Role.RELAY,)),
    ClaimFilter(level=(Level.HIGH, Level.MEDIUM)),
    ClaimFilter(kind=(ClaimKind.STATEMENT, ClaimKind.QUESTION), without=ClaimTerms(source=("KCNA",))),
    ClaimFilter(publisher=("AP", "guardian"), role=(Role.ORIGIN,)),
    ClaimFilter(article=("art_void", "art_day", "art_eve")),
    ClaimFilter(ids=("clm_void_1", "clm_evening_0", "clm_night_2", "clm_day_1")),
    ClaimFilter(q="drills"),
    ClaimFilter(q="they", source=("analysts",)),
    ClaimFilter(published_from=date(2026, 2, 8), published_until=date(2026, 2, 8)),
    ClaimFilter(published_from=date(2026, 2, 7), source=("KCNA",)),
    ClaimFilter(published_until=date(2026, 2, 7), level=(Level.LOW,)),
]

ARTICLE_FILTERS = [
    ArticleFilter(),
    ArticleFilter(publisher=("AP", "guardian")),
    ArticleFilter(without=ArticleTerms(publisher=("AP",))),
    ArticleFilter(ids=("art_void", "art_evening", "art_old")),
    ArticleFilter(published_from=date(2026, 2, 8), published_until=date(2026, 2, 8)),
]


@pytest.mark.parametrize("which", CLAIM_FILTERS, ids=str)
def test_claims_by_date(dated: ClaimStore, which: ClaimFilter) -> None:
    """The claims of a list come by when their articles were published: the first at first, or the last.

    Those of articles without a date come behind them either way, and those of one moment as they were stored.
    """
    check(partial(dated.claims, which))


@pytest.mark.parametrize("which", ARTICLE_FILTERS, ids=str)
def test_articles_by_date(dated: ClaimStore, which: ArticleFilter) -> None:
    """So do articles."""
    check(partial(dated.articles, which))


@pytest.mark.parametrize("which", CLAIM_FILTERS, ids=str)
def test_links_by_date(dated: ClaimStore, which: ClaimFilter) -> None:
    """So do the links of claims, which stay together: turned round, the last link of a claim comes first."""
    check(partial(dated.attributions, which))


@pytest.mark.parametrize("which", CLAIM_FILTERS, ids=str)
def test_links_turned_round(dated: ClaimStore, which: ClaimFilter) -> None:
    """From the last that was stored back."""
    read = partial(dated.attributions, which)
    stored = ids(read(Window(100)).items)
    for limit in (1, 2, 7, 100):
        assert ids(walk(read, Window(limit, backwards=True))) == stored[::-1]


def check(read: Callable[[Window], Slice]) -> None:
    """Pages of any size in the order of publication, either way, hold together what the list holds."""
    stored = ids(read(Window(100)).items)
    first = [id for name in DATED for id in stored if id.split("_")[1] == name]
    last = [id for id in stored if id.split("_")[1] in UNDATED]
    assert len(first + last) == len(stored) > 0
    for limit in (1, 2, 7, 100):
        assert ids(walk(read, Window(limit, order=Order.PUBLISHED))) == first + last
        assert ids(walk(read, Window(limit, order=Order.PUBLISHED, backwards=True))) == first[::-1] + last[::-1]
    assert read(Window(1, order=Order.PUBLISHED, counted=True)).total == len(stored)


@pytest.mark.parametrize(
    "which",
    [
        SourceFilter(),
        SourceFilter(named=True),
        SourceFilter(kind=(SourceKind.NEWS_AGENCY, SourceKind.UNNAMED_GROUP)),
        SourceFilter(without=SourceTerms(kind=(SourceKind.STATE_MEDIA,))),
        SourceFilter(ids=(AP.id, KCNA.id, "analysts-day")),
        SourceFilter(q="a"),
    ],
    ids=str,
)
def test_sources_by_claims(dated: ClaimStore, which: SourceFilter) -> None:
    """Sources come by how many claims they have, and of as many by id; or turned round."""
    extra = record("extra", claim("So it said.", attribution(link(KCNA))), sources=(KCNA,))
    dated.put(extra, at=NOON, actor="tester")
    stored = [msgspec.json.decode(item, type=CountedSource) for item in dated.sources(which, Window(100)).items]
    expected = [source.id for source in sorted(stored, key=lambda source: (source.claims, source.id))]
    read = partial(dated.sources, which)
    for limit in (1, 2, 100):
        assert ids(walk(read, Window(limit, order=Order.CLAIMS))) == expected
        assert ids(walk(read, Window(limit, order=Order.CLAIMS, backwards=True))) == expected[::-1] != expected


def test_no_such_order(news: ClaimStore) -> None:
    """An order that a list does not have is refused."""
    by_claims, by_date = Window(order=Order.CLAIMS), Window(order=Order.PUBLISHED)
    for refused in (
        partial(news.claims, ClaimFilter(), by_claims),
        partial(news.articles, ArticleFilter(), by_claims),
        partial(news.sources, SourceFilter(), by_date),
        partial(news.attributions, ClaimFilter(), by_claims),
    ):
        with pytest.raises(ParameterInvalid, match="no order by"):
            refused()


@pytest.mark.parametrize("key", ["", "7", "/", "x/7", "2026-02-08/", "2026-02-08/x", "2026-02-08/1/2", "/" + "9" * 30])
def test_no_key(news: ClaimStore, key: str) -> None:
    """A key that no page in the order gave is refused."""
    with pytest.raises(CursorInvalid):
        news.claims(ClaimFilter(), Window(after=key, order=Order.PUBLISHED))
    with pytest.raises(CursorInvalid):
        news.attributions(ClaimFilter(), Window(after=key, order=Order.PUBLISHED))
    with pytest.raises(CursorInvalid):
        news.sources(SourceFilter(), Window(after=f"x{key}", order=Order.CLAIMS))


def ids(items: Sequence[bytes]) -> list[str]:
    """The ids of claims, articles or sources, and the places of links."""
    found = map(msgspec.json.decode, items)
    return [one["id"] if "id" in one else f"{one['claim_id']}/{one['attribution']}/{one['link']}" for one in found]
