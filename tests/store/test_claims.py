"""Lists of claims."""

from datetime import date

import msgspec
import pytest

from schemas.articles import Article
from schemas.claims import Claim
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role
from service.storage.filters import ArticleFilter, ClaimFilter, ClaimTerms, Window
from service.storage.port import ClaimStore
from tests.store.news import found


class TestClaims:
    """Lists of claims."""

    def test_all(self, news: ClaimStore) -> None:
        """Without a filter all claims come, in the order of storing and of the sentences."""
        everything = ["congress_0", "congress_1", "congress_2", "drills_0", "drills_1", "bare_0"]
        assert found(news, ClaimFilter()) == everything

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            (ClaimFilter(source=("KCNA",)), ["congress_1", "congress_2", "bare_0"]),
            (ClaimFilter(source=("korean-central-news-agency",)), ["congress_1", "congress_2", "bare_0"]),
            (ClaimFilter(source=("  korean central NEWS agency",)), ["congress_1", "congress_2", "bare_0"]),
            (ClaimFilter(source=("guardian",)), ["drills_1"]),
            (ClaimFilter(source=("Analysts",)), ["congress_2", "drills_0"]),
            (ClaimFilter(source=("analysts-drills",)), ["drills_0"]),
            (ClaimFilter(source=("KCNA", "The Guardian")), ["congress_1", "congress_2", "drills_1", "bare_0"]),
            (ClaimFilter(source=("nobody",)), []),
            (ClaimFilter(source=("nobody", "AP")), ["congress_0", "congress_1"]),
            (ClaimFilter(source=("AP",), role=(Role.RELAY,)), ["congress_1"]),
            (ClaimFilter(role=(Role.RELAY, Role.PUBLISHER)), ["congress_0", "congress_1", "drills_1"]),
            (ClaimFilter(act=(Act.BELIEF,)), ["congress_2"]),
            (ClaimFilter(factuality=(Factuality.POSSIBLE, Factuality.POSSIBLE_NOT)), ["congress_2", "drills_0"]),
            (ClaimFilter(extraction=(Extraction.RESOLVED,)), ["drills_0"]),
            (ClaimFilter(level=(Level.MEDIUM,)), ["congress_2"]),
            (ClaimFilter(level=(Level.LOW, Level.MEDIUM)), ["congress_2", "drills_0"]),
            (ClaimFilter(kind=(ClaimKind.QUESTION, ClaimKind.HEADING)), ["congress_0", "drills_1"]),
            (ClaimFilter(article=("art_drills",)), ["drills_0", "drills_1"]),
            (ClaimFilter(article=("art_drills", "art_bare")), ["drills_0", "drills_1", "bare_0"]),
            (ClaimFilter(article=("art_none",)), []),
            (ClaimFilter(publisher=("AP",)), ["congress_0", "congress_1", "congress_2"]),
            (ClaimFilter(publisher=("KCNA",)), []),
            (ClaimFilter(publisher=("AP",), level=(Level.MEDIUM,), source=("KCNA",)), ["congress_2"]),
        ],
        ids=str,
    )
    def test_filter(self, news: ClaimStore, which: ClaimFilter, expected: list[str]) -> None:
        """A filter lets through the claims for which all of its fields hold."""
        assert found(news, which) == expected

    def test_one_link(self, news: ClaimStore) -> None:
        """What is asked of a link must hold of one and the same link, not here of one and there of another."""
        assert found(news, ClaimFilter(source=("KCNA",), factuality=(Factuality.PROBABLE,))) == []
        assert found(news, ClaimFilter(source=("KCNA",), act=(Act.BELIEF,))) == []
        assert found(news, ClaimFilter(source=("KCNA",), factuality=(Factuality.POSSIBLE_NOT,))) == ["congress_2"]

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            (ClaimFilter(without=ClaimTerms(source=("KCNA",))), ["congress_0", "drills_0", "drills_1"]),
            (ClaimFilter(without=ClaimTerms(source=("KCNA", "AP"))), ["drills_0", "drills_1"]),
            (ClaimFilter(without=ClaimTerms(source=("nobody",)), level=(Level.MEDIUM,)), ["congress_2"]),
            (ClaimFilter(source=("KCNA",), without=ClaimTerms(source=("AP",))), ["congress_2", "bare_0"]),
            (ClaimFilter(source=("KCNA",), without=ClaimTerms(source=("kcna",))), []),
            (ClaimFilter(source=("AP",), without=ClaimTerms(role=(Role.RELAY,))), ["congress_0"]),
            (ClaimFilter(role=(Role.ORIGIN,), without=ClaimTerms(source=("analysts",))), ["congress_1", "bare_0"]),
            (
                ClaimFilter(role=(Role.ORIGIN,), without=ClaimTerms(source=("AP",))),
                ["congress_1", "congress_2", "drills_0", "bare_0"],
            ),
            (ClaimFilter(without=ClaimTerms(act=(Act.STATEMENT,))), ["bare_0"]),
            (
                ClaimFilter(without=ClaimTerms(act=(Act.INTENTION,), factuality=(Factuality.UNCOMMITTED,)), q="the"),
                ["drills_0", "drills_1"],
            ),
            (ClaimFilter(without=ClaimTerms(level=(Level.HIGH,))), ["congress_2", "drills_0"]),
            (ClaimFilter(level=(Level.HIGH, Level.LOW), without=ClaimTerms(level=(Level.HIGH,))), ["drills_0"]),
            (ClaimFilter(without=ClaimTerms(level=tuple(Level))), []),
            (ClaimFilter(without=ClaimTerms(kind=(ClaimKind.STATEMENT,))), ["congress_0", "drills_1"]),
            (ClaimFilter(without=ClaimTerms(publisher=("AP",))), ["drills_0", "drills_1", "bare_0"]),
            (ClaimFilter(without=ClaimTerms(article=("art_congress", "art_none"))), ["drills_0", "drills_1", "bare_0"]),
            (ClaimFilter(article=("art_drills",), without=ClaimTerms(source=("Guardian",))), ["drills_0"]),
        ],
        ids=str,
    )
    def test_without(self, news: ClaimStore, which: ClaimFilter, expected: list[str]) -> None:
        """What must not be keeps out a claim with any link that has it, of those the other fields of links ask for."""
        assert found(news, which) == expected

    def test_ids(self, news: ClaimStore) -> None:
        """Claims asked for by id come in the order of the list, each once, without those that are not stored."""
        some = ("clm_drills_1", "clm_congress_1", "clm_none", "clm_drills_1", "drills_0")
        assert found(news, ClaimFilter(ids=some)) == ["congress_1", "drills_1"]
        assert found(news, ClaimFilter(ids=some, source=("KCNA",))) == ["congress_1"]
        assert found(news, ClaimFilter(ids=some, q="drills")) == ["drills_1"]
        assert found(news, ClaimFilter(ids=some, without=ClaimTerms(kind=(ClaimKind.QUESTION,)))) == ["congress_1"]
        assert found(news, ClaimFilter(ids=("clm_none",))) == []

    @pytest.mark.parametrize(
        ("first", "last", "expected"),
        [
            ("2026-02-08", "2026-02-08", {"congress"}),
            ("2026-02-09", None, {"drills"}),
            (None, "2026-03-01", {"congress"}),
            ("2026-03-02", "2026-03-02", {"drills"}),  # Half past eleven at night in New York is the next day in UTC.
            ("2026-03-03", None, set()),
        ],
    )
    def test_published(self, news: ClaimStore, first: str | None, last: str | None, expected: set[str]) -> None:
        """A range takes in both of its days, in UTC; an article without a date is in none."""
        days = [date.fromisoformat(day) if day else None for day in (first, last)]
        claims = found(news, ClaimFilter(published_from=days[0], published_until=days[1]))
        assert {id.partition("_")[0] for id in claims} == expected
        articles = news.articles(ArticleFilter(published_from=days[0], published_until=days[1]), Window()).items
        assert {msgspec.json.decode(item, type=Article).id.removeprefix("art_") for item in articles} == expected

    def test_article_order(self, news: ClaimStore) -> None:
        """The claims of an article come in the order of its sentences."""
        page = news.claims(ClaimFilter(article=("art_congress",)), Window())
        assert [msgspec.json.decode(item, type=Claim).position for item in page.items] == [0, 1, 2]
