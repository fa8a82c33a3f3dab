"""What third parties say of claims: kept apart from them, found by who says what, and never lost."""

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from schemas.articles import Outcome
from schemas.changes import Action, Change, Entity
from schemas.claims import Claim
from schemas.corrections import Retraction, RetractionKind
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from schemas.vocabularies import Level, Status
from service.errors import ClaimUnknown, NotRetracted, NotStanding, Overtaken, ReviewUnknown
from service.storage.filters import (
    ChangeFilter,
    ClaimFilter,
    ClaimTerms,
    Order,
    ReviewFilter,
    Window,
)
from service.storage.filters import ReviewTerms as Terms
from service.storage.port import ClaimStore
from tests.records import NOON
from tests.store.news import found, walk

OPENS, EXPECTED, RESUME = "clm_congress_1", "clm_congress_2", "clm_drills_0"
FALSE, HALF = Rating("False", 1, 1, 5), Rating("Half true", 3, 1, 5)
RETRACTION = Retraction(RetractionKind.ERRONEOUS, "It was of another claim.")


def review(claim: str = OPENS, author: str = "Full Fact", rating: Rating = FALSE, day: int = 10) -> Review:
    """What the author says of the claim."""
    url = f"https://facts.example/{author.split()[0]}/{claim}"
    return Review(
        f"rev_{author.split()[0]}_{claim}",
        claim,
        Reviewer(author, ReviewerKind.ORGANISATION),
        url,
        rating,
        date(2026, 2, day),
    )


ALL = ReviewFilter()

FULL, OTHER = review(), review(EXPECTED, "The Fact Desk", HALF, day=9)


def put(store: ClaimStore, *reviews: Review) -> list[Outcome]:
    """They are stored, each as a change of its own."""
    return [store.put_review(one, at=NOON, actor="tester") for one in reviews]


def withdraw(store: ClaimStore, one: Review, retraction: Retraction | None = RETRACTION) -> Review:
    """The review is taken back, or given again."""
    after = store.last(Entity.REVIEW, one.id)
    return store.withdraw_review(one.id, retraction, after=after, at=NOON, actor="tester")


def of(store: ClaimStore, id: str, as_of: int | None = None) -> Review:
    """The review."""
    return msgspec.json.decode(store.review(id, as_of), type=Review)


def listed(store: ClaimStore, which: ReviewFilter = ALL, **window: object) -> list[Review]:
    """The reviews that the filter lets through, read one at a time."""
    items = walk(lambda one: store.reviews(which, one), Window(1, **window))  # type: ignore[arg-type]
    return [msgspec.json.decode(item, type=Review) for item in items]


class TestPut:
    """A review that comes."""

    def test_new(self, news: ClaimStore) -> None:
        """It is there as it was given, by its id and in the list."""
        assert put(news, FULL) == [Outcome.CREATED]
        assert of(news, FULL.id) == FULL
        assert listed(news) == [FULL]

    def test_again(self, news: ClaimStore) -> None:
        """The same again adds nothing."""
        put(news, FULL)
        before = news.sequence()
        assert put(news, FULL) == [Outcome.UNCHANGED]
        assert news.sequence() == before

    def test_another_rating(self, news: ClaimStore) -> None:
        """Who says otherwise of the same claim has changed their mind: it is one review, and what it was is kept."""
        put(news, FULL, OTHER)
        before = news.sequence()
        changed = replace(FULL, rating=HALF)
        assert put(news, changed) == [Outcome.UPDATED]
        assert listed(news) == [changed, OTHER]
        assert of(news, FULL.id, before) == FULL
        assert listed(news, as_of=before) == [FULL, OTHER]

    def test_the_claim_is_left_alone(self, news: ClaimStore) -> None:
        """Neither the claim nor any level is another for it, nor is there a revision of it."""
        claim, levels, last = news.claim(OPENS), news.levels(), news.last(Entity.CLAIM, OPENS)
        put(news, FULL)
        withdraw(news, FULL)
        assert (news.claim(OPENS), news.levels(), news.last(Entity.CLAIM, OPENS)) == (claim, levels, last)

    def test_of_no_claim(self, news: ClaimStore) -> None:
        """A claim that is not there cannot be reviewed, and one that stands no more can."""
        with pytest.raises(ClaimUnknown, match="clm_none"):
            put(news, review("clm_none"))
        held = news.held(OPENS)
        gone = replace(held.claim, status=Status.RETRACTED, retraction=RETRACTION)
        news.revise(gone, Action.RETRACTED, after=held.sequence, at=NOON, actor="tester", reason="So.")
        assert put(news, FULL) == [Outcome.CREATED]
        assert found(news, ClaimFilter(reviewed=True, status=(Status.RETRACTED,))) == ["congress_1"]
        assert found(news, ClaimFilter(reviewed=True)) == []

    def test_changes(self, news: ClaimStore) -> None:
        """Each change is in the record, with what the review was from then on, and who made it."""
        before = news.sequence()
        put(news, FULL, replace(FULL, rating=HALF))
        gone = withdraw(news, FULL)
        back = withdraw(news, FULL, None)
        items = news.changes(ChangeFilter(before), Window()).items
        changes = [msgspec.json.decode(item, type=Change) for item in items]
        assert [change.action for change in changes] == ["created", "updated", "retracted", "restored"]
        assert [change.review for change in changes] == [FULL, back, gone, back]
        assert {(change.entity, change.id, change.by) for change in changes} == {(Entity.REVIEW, FULL.id, "tester")}
        assert changes[2].reason == "erroneous: It was of another claim."
        assert len(news.changes(ChangeFilter(0, Entity.REVIEW, FULL.id), Window()).items) == 4


class TestWithdraw:
    """A review that is taken back."""

    def test_it_leaves_the_lists(self, news: ClaimStore) -> None:
        """It is in none unless that is asked for, is there by its id, and comes back in its place."""
        put(news, FULL, OTHER)
        before = news.sequence()
        gone = withdraw(news, FULL)
        assert (gone.status, gone.retraction) == (Status.RETRACTED, RETRACTION)
        assert listed(news) == [OTHER]
        assert listed(news, ReviewFilter(status=(Status.RETRACTED,))) == [gone]
        assert of(news, FULL.id) == gone
        assert listed(news, as_of=before) == [FULL, OTHER]
        assert found(news, ClaimFilter(reviewer=("Full Fact",))) == []
        assert withdraw(news, FULL, None) == FULL
        assert listed(news) == [FULL, OTHER]
        assert found(news, ClaimFilter(reviewer=("Full Fact",))) == ["congress_1"]

    def test_refused(self, news: ClaimStore) -> None:
        """What is taken back is not taken back again, nor changed; what stands is not given again."""
        put(news, FULL)
        with pytest.raises(NotRetracted):
            withdraw(news, FULL, None)
        withdraw(news, FULL)
        with pytest.raises(NotStanding, match="retracted already"):
            withdraw(news, FULL)
        with pytest.raises(NotStanding):
            put(news, replace(FULL, rating=HALF))

    def test_overtaken(self, news: ClaimStore) -> None:
        """Who has not read what is there now changes nothing."""
        put(news, FULL)
        with pytest.raises(Overtaken):
            news.withdraw_review(FULL.id, RETRACTION, after=1, at=NOON, actor="tester")
        with pytest.raises(ReviewUnknown, match="rev_none"):
            news.withdraw_review("rev_none", RETRACTION, after=0, at=NOON, actor="tester")
        with pytest.raises(ReviewUnknown):
            news.review("rev_none")


class TestLists:
    """Reviews, and claims by who reviews them."""

    @pytest.mark.parametrize(
        ("which", "wanted"),
        [
            (ReviewFilter(author=("the full FACT",)), [FULL]),
            (ReviewFilter(author=("Full Fact", "Fact Desk")), [FULL, OTHER]),
            (ReviewFilter(claim=(EXPECTED,)), [OTHER]),
            (ReviewFilter(claim=("clm_none",)), []),
            (ReviewFilter(rating=("half TRUE",)), [OTHER]),
            (ReviewFilter(without=Terms(rating=("False",))), [OTHER]),
            (ReviewFilter(without=Terms(author=("Fact Desk",))), [FULL]),
            (ReviewFilter(published_from=date(2026, 2, 10)), [FULL]),
            (ReviewFilter(published_until=date(2026, 2, 9), author=("Full Fact", "Fact Desk")), [OTHER]),
            (ReviewFilter(ids=(OTHER.id, "rev_none")), [OTHER]),
        ],
        ids=str,
    )
    def test_filters(self, news: ClaimStore, which: ReviewFilter, wanted: list[Review]) -> None:
        """A review is found by who says what of which claim, and when."""
        put(news, FULL, OTHER)
        assert listed(news, which) == wanted
        assert news.reviews(which, Window(counted=True)).total == len(wanted)

    def test_orders(self, news: ClaimStore) -> None:
        """They come as they were stored, or by their days, either way."""
        put(news, FULL, OTHER)
        assert listed(news, backwards=True) == [OTHER, FULL]
        assert listed(news, order=Order.PUBLISHED) == [OTHER, FULL]
        assert listed(news, order=Order.PUBLISHED, backwards=True) == [FULL, OTHER]

    @pytest.mark.parametrize(
        ("which", "wanted"),
        [
            (ClaimFilter(reviewed=True), ["congress_1", "congress_2"]),
            (ClaimFilter(reviewed=False), ["congress_0", "drills_0", "drills_1", "bare_0"]),
            (ClaimFilter(reviewer=("fact desk",)), ["congress_2"]),
            (ClaimFilter(reviewer=("nobody",)), []),
            (ClaimFilter(reviewed=True, without=ClaimTerms(reviewer=("Fact Desk",))), ["congress_1"]),
            (ClaimFilter(reviewed=True, level=(Level.MEDIUM,)), ["congress_2"]),
            (ClaimFilter(reviewer=("Full Fact",), ids=(OPENS, RESUME)), ["congress_1"]),
            (ClaimFilter(reviewer=("Full Fact",), q="congress", source=("KCNA",)), ["congress_1"]),
            (ClaimFilter(without=ClaimTerms(reviewer=("Full Fact",)), source=("KCNA",)), ["congress_2", "bare_0"]),
        ],
        ids=str,
    )
    def test_claims(self, news: ClaimStore, which: ClaimFilter, wanted: list[str]) -> None:
        """A claim is found by who reviews it, and as of a moment by who did then."""
        before = news.sequence()
        put(news, FULL, OTHER)
        assert found(news, which) == wanted
        moment = news.sequence()
        withdraw(news, FULL)
        withdraw(news, OTHER)
        put(news, review(RESUME))
        then = news.claims(which, Window(as_of=moment, counted=True))
        assert [msgspec.json.decode(item, type=Claim).id for item in then.items] == [f"clm_{id}" for id in wanted]
        assert then.total == len(wanted)
        reviewed = news.claims(replace(which, reviewed=True), Window(as_of=before))
        assert not reviewed.items
