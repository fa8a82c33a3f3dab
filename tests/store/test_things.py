"""One thing by its id, and the store at large."""

import msgspec
import pytest

from schemas.claims import Claim
from schemas.sources import CountedSource, SourceRef
from schemas.vocabularies import Level
from service.errors import ArticleUnknown, ClaimUnknown, SourceUnknown
from service.storage.port import ClaimStore
from tests.records import AP, KCNA, NOON, bulletin
from tests.store.news import BARE, CONGRESS, DRILLS


class TestOne:
    """One thing by its id."""

    def test_article(self, news: ClaimStore) -> None:
        """An article comes with its text."""
        article = news.article("art_congress")
        assert article.text == CONGRESS.text
        assert article.publisher == SourceRef(AP.id, AP.name)
        assert article.created_at == "2026-02-08T12:00:00.000Z"

    def test_claim(self, news: ClaimStore) -> None:
        """A claim comes as it was put."""
        for one in (*CONGRESS.claims, *DRILLS.claims):
            assert msgspec.json.decode(news.claim(one.id), type=Claim) == one

    def test_source(self, news: ClaimStore) -> None:
        """A source comes with how many claims name it anywhere, each counted once."""
        assert news.source(KCNA.id) == CountedSource(**msgspec.structs.asdict(KCNA), claims=3)
        assert news.source(AP.id).claims == 2
        assert news.source("analysts-congress").article_id == "art_congress"

    def test_unknown(self, news: ClaimStore) -> None:
        """Each thing that is not there is told by its own error, with the id that was asked for."""
        with pytest.raises(ArticleUnknown, match="no article 'art_none'"):
            news.article("art_none")
        with pytest.raises(ClaimUnknown, match="no claim 'clm_none'"):
            news.claim("clm_none")
        with pytest.raises(SourceUnknown, match="no source 'KCNA'"):
            news.source("KCNA")


class TestCounts:
    """The store at large."""

    def test_levels(self, store: ClaimStore) -> None:
        """Every level has a count, those without a claim too."""
        assert store.levels() == dict.fromkeys(Level, 0)
        for one in (CONGRESS, DRILLS, BARE):
            store.put(one, at=NOON, actor="tester")
        assert store.levels() == {Level.HIGH: 4, Level.MEDIUM: 1, Level.LOW: 1, Level.UNDETERMINED: 0}

    def test_size(self, store: ClaimStore) -> None:
        """Articles, claims and sources are counted, and the bytes grow with them."""
        empty = store.size()
        assert (empty.articles, empty.claims, empty.sources) == (0, 0, 0)
        for one in (CONGRESS, DRILLS, BARE):
            store.put(one, at=NOON, actor="tester")
        full = store.size()
        assert (full.articles, full.claims, full.sources) == (3, 6, 5)
        store.put(bulletin("long" * 100_000), at=NOON, actor="tester")
        assert store.size().bytes > full.bytes

    def test_lineage(self, store: ClaimStore) -> None:
        """The record is the same one for as long as it only goes on."""
        before = store.lineage()
        store.put(bulletin("later"), at=NOON, actor="tester")
        assert store.lineage() == before
