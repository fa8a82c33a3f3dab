"""Going through a list, and how long it is."""

from datetime import date
from functools import partial

import pytest

from schemas.vocabularies import ClaimKind, Factuality, Level, Role, SourceKind
from service.errors import CursorInvalid
from service.storage.filters import (
    ArticleFilter,
    ClaimFilter,
    ClaimTerms,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore
from tests.records import AP, KCNA
from tests.store.news import walk


class TestWindows:
    """Going through a list."""

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_each_once(self, news: ClaimStore, limit: int) -> None:
        """Pages of any size together hold each item once, in order."""
        some = ClaimFilter(source=("KCNA", "AP", "analysts"))
        few = tuple(f"clm_{name}" for name in ("drills_1", "none", "congress_2", "bare_0", "congress_0"))
        for read, count in (
            (partial(news.claims, ClaimFilter()), 6),
            (partial(news.claims, some), 5),
            (partial(news.claims, ClaimFilter(ids=few)), 4),
            (partial(news.sources, SourceFilter(ids=(KCNA.id, AP.id, "the-guardian"))), 3),
            (partial(news.attributions, ClaimFilter()), 9),
            (partial(news.articles, ArticleFilter()), 3),
            (partial(news.sources, SourceFilter()), 5),
        ):
            everything = list(read(Window(100)).items)
            assert len(everything) == count
            assert walk(read, Window(limit)) == everything

    @pytest.mark.parametrize("limit", [1, 2, 100])
    def test_backwards(self, news: ClaimStore, limit: int) -> None:
        """Claims and articles can be gone through from the last stored to the first, narrowed or not."""
        some = ClaimFilter(source=("KCNA", "analysts"), level=(Level.HIGH, Level.MEDIUM))
        for read in (
            partial(news.claims, ClaimFilter()),
            partial(news.claims, some),
            partial(news.claims, ClaimFilter(q="drills")),
            partial(news.claims, ClaimFilter(ids=("clm_drills_0", "clm_congress_1"))),
            partial(news.articles, ArticleFilter()),
            partial(news.articles, ArticleFilter(publisher=("AP", "guardian"))),
        ):
            everything = list(read(Window(100)).items)
            assert walk(read, Window(limit, backwards=True)) == everything[::-1] != everything

    @pytest.mark.parametrize("key", ["", "x", "-1", "1.5", "1 ", "9" * 30, "٣"])
    def test_no_key(self, news: ClaimStore, key: str) -> None:
        """A key that no page gave is refused."""
        window = Window(after=key)
        for read in (news.claims, news.attributions):
            with pytest.raises(CursorInvalid):
                read(ClaimFilter(), window)
        with pytest.raises(CursorInvalid):
            news.articles(ArticleFilter(), window)


class TestTotals:
    """How long a list is."""

    @pytest.mark.parametrize(
        "which",
        [
            ClaimFilter(),
            ClaimFilter(source=("KCNA", "analysts")),
            ClaimFilter(source=("KCNA",), role=(Role.ORIGIN,), without=ClaimTerms(level=(Level.MEDIUM,))),
            ClaimFilter(without=ClaimTerms(source=("AP",), factuality=(Factuality.POSSIBLE,))),
            ClaimFilter(kind=(ClaimKind.STATEMENT, ClaimKind.QUESTION)),
            ClaimFilter(ids=("clm_drills_0", "clm_none", "clm_bare_0")),
            ClaimFilter(q="drills", published_from=date(2026, 1, 1)),
            ClaimFilter(source=("nobody",)),
        ],
        ids=str,
    )
    def test_claims(self, news: ClaimStore, which: ClaimFilter) -> None:
        """Any page of a list that is counted tells how many claims or links all of its pages hold."""
        for read in (partial(news.claims, which), partial(news.attributions, which)):
            everything = read(Window(100)).items
            page = read(Window(1, counted=True))
            assert page.total == len(everything)
            if page.next:
                assert read(Window(1, page.next, counted=True)).total == page.total

    def test_others(self, news: ClaimStore) -> None:
        """So do sources and articles."""
        window = Window(1, counted=True)
        assert news.sources(SourceFilter(), window).total == 5
        assert news.sources(SourceFilter(q="a", kind=(SourceKind.OUTLET, SourceKind.STATE_MEDIA)), window).total == 2
        assert news.articles(ArticleFilter(), window).total == 3
        assert news.articles(ArticleFilter(publisher=("AP", "guardian")), window).total == 2

    def test_unasked(self, news: ClaimStore) -> None:
        """A list that nobody asked to count has no total."""
        assert news.claims(ClaimFilter(), Window()).total is None
