"""Storing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from schemas.articles import Outcome
from schemas.sources import Source
from schemas.vocabularies import SourceKind
from service.errors import ArticleUnknown
from service.storage.filters import ClaimFilter
from service.storage.port import ClaimStore, State
from tests.records import AP, GUARDIAN, KCNA, NOON, attribution, claim, link, record
from tests.store.news import BARE, CONGRESS, DRILLS, found


class TestPut:
    """Storing."""

    def test_receipt(self, store: ClaimStore) -> None:
        """The receipt of a new article says so, and carries the article with the time it was stored."""
        receipt = store.put(CONGRESS, at=NOON, actor="tester")
        assert receipt.outcome is Outcome.CREATED
        assert receipt.article == msgspec.structs.replace(CONGRESS.article, created_at="2026-02-08T12:00:00.000Z")

    def test_time_zone(self, store: ClaimStore) -> None:
        """Times are kept in UTC, whatever zone they were given in."""
        at = datetime(2026, 2, 8, 21, 0, 0, 500, tzinfo=timezone(timedelta(hours=9)))
        assert store.put(BARE, at=at, actor="tester").article.created_at == "2026-02-08T12:00:00.000Z"

    def test_twice(self, news: ClaimStore) -> None:
        """An article that is there already adds nothing, and its receipt carries the stored one."""
        before = news.sequence(), news.source(KCNA.id).claims
        receipt = news.put(CONGRESS, at=NOON + timedelta(days=1), actor="another")
        assert receipt.outcome is Outcome.UNCHANGED
        assert receipt.article.created_at == "2026-02-08T12:00:00.000Z"
        assert (news.sequence(), news.source(KCNA.id).claims) == before

    def test_all_or_nothing(self, news: ClaimStore) -> None:
        """A record that cannot be stored whole leaves no trace, and the store takes the next one."""
        before = news.sequence()
        unnamed = record("half", claim("So he said.", attribution(link(KCNA))), claim("Who?"), sources=(AP,))
        stranger = Source("stranger", "Stranger", SourceKind.PERSON, named=True)
        broken = record("half", *unnamed.claims, claim("Who?", attribution(link(stranger))), sources=(GUARDIAN,))
        with pytest.raises(LookupError, match="stranger"):
            news.put(broken, at=NOON, actor="tester")
        with pytest.raises(ArticleUnknown):
            news.article("art_half")
        assert news.sequence() == before
        assert news.put(unnamed, at=NOON, actor="tester").outcome is Outcome.CREATED

    def test_known_source_gains_names(self, news: ClaimStore) -> None:
        """A known source is found by the names that a later article gives it, and keeps the ones it had."""
        again = msgspec.structs.replace(
            KCNA, name="Korean Central News Agency (KCNA)", aliases=("the KCNA", "North's KCNA")
        )
        later = record("later", claim("KCNA said so.", attribution(link(again))), sources=(again,))
        news.put(later, at=NOON, actor="tester")
        stored = news.source(KCNA.id)
        assert stored.name == KCNA.name
        assert stored.aliases == ("KCNA", "Korean Central News Agency (KCNA)", "North's KCNA")
        for name in ("KCNA", "north’s kcna", "korean central news agency (kcna)"):
            assert found(news, ClaimFilter(source=(name,)))[-1] == "later_0"

    def test_sequence(self, store: ClaimStore) -> None:
        """Every change has a number, and an empty store has none."""
        assert store.sequence() == 0
        store.put(BARE, at=NOON, actor="tester")
        assert store.sequence() == 3  # A source, an article, a claim.

    def test_state(self, store: ClaimStore) -> None:
        """The number and the time of the last change, whichever thread made it; what changes nothing is none."""
        assert store.state() == State(0, None)
        for one, at in ((BARE, NOON), (DRILLS, NOON + timedelta(seconds=1)), (DRILLS, NOON + timedelta(days=1))):
            with ThreadPoolExecutor(1) as thread:
                thread.submit(store.put, one, at=at, actor="tester").result()
        assert store.state() == State(store.sequence(), NOON + timedelta(seconds=1))
