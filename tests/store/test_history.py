"""What was so is for ever what it was: versions of articles, and lists as of a moment."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article, Outcome
from schemas.changes import Action, Change, Entity
from schemas.claims import Claim
from schemas.corrections import Corrected, NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.facets import Facet
from schemas.records import Record
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from schemas.sources import SourceRef
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind, Status
from service.errors import (
    ArticleBarred,
    ArticleRetracted,
    FieldInvalid,
    NotCorrected,
    NotFound,
    NotMerged,
    NotStanding,
    ParameterInvalid,
    SourceMerged,
)
from service.storage.filters import (
    ArticleFilter,
    ChangeFilter,
    ClaimFilter,
    ClaimTerms,
    Order,
    ReviewFilter,
    ReviewTerms,
    Slice,
    SourceFilter,
    SourceTerms,
    Window,
)
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA, NOON, analysts, attribution, claim, link, record
from tests.soundness import stored_articles
from tests.store.conftest import STORES
from tests.store.news import found, walk

SAID = claim("KCNA said the dam held.", attribution(link(KCNA)))
DOUBTED = claim(
    "Analysts doubt the dam, AP reported.",
    attribution(link(analysts("dam"), factuality=Factuality.POSSIBLE_NOT), link(AP, Role.RELAY)),
    level=Level.LOW,
)
EITHER = attribution(
    replace(
        link(KCNA, extraction=Extraction.AMBIGUOUS),
        candidates=tuple(SourceRef(one.id, one.name) for one in (KCNA, analysts("dam"), GUARDIAN)),
    ),
    link(AP, Role.PUBLISHER),
)
ASKED = claim("Will the dam hold?", attribution(link(AP, Role.PUBLISHER)), kind=ClaimKind.QUESTION)


def version(*claims: Claim, name: str = "dam", publisher: Any = AP, day: str = "2026-02-08") -> Record:
    """A version of the article ``name``: the id of each claim hangs on its words alone."""
    made = record(name, *claims, sources=(AP, KCNA, GUARDIAN, analysts("dam")), publisher=publisher, published_at=day)
    contributors = tuple(SourceRef(one.id, one.name) for one in (KCNA, GUARDIAN))
    made = replace(made, article=replace(made.article, contributors=contributors))
    ids = [f"clm_{name}_{'_'.join(one.text.split()[:3])}" for one in claims]
    return replace(made, claims=tuple(replace(one, id=id) for one, id in zip(made.claims, ids, strict=True)))


def put(store: ClaimStore, record: Record) -> Outcome:
    """The record is stored, a second after the one before."""
    at = NOON + timedelta(seconds=store.sequence())
    return store.put(record, at=at, actor="tester").outcome


def of(store: ClaimStore, id: str, as_of: int | None = None) -> Claim:
    """The claim."""
    return msgspec.json.decode(store.claim(id, as_of), type=Claim)


class TestVersions:
    """An article whose text changes."""

    def test_another_text(self, store: ClaimStore) -> None:
        """It is the next version; the sentence that stands keeps its id, the one that is gone is superseded."""
        assert put(store, version(SAID, DOUBTED)) is Outcome.CREATED
        assert put(store, version(ASKED, SAID)) is Outcome.UPDATED
        assert store.article("art_dam").version == 2
        assert store.article("art_dam").text == f"{ASKED.text}\n{SAID.text}"
        assert found(store, ClaimFilter()) == ["dam_KCNA_said_the", "dam_Will_the_dam"]
        assert found(store, ClaimFilter(status=(Status.SUPERSEDED,))) == ["dam_Analysts_doubt_the"]
        assert of(store, "clm_dam_KCNA_said_the").position == 1
        assert of(store, "clm_dam_Analysts_doubt_the").status is Status.SUPERSEDED

    def test_what_stands_is_left_alone(self, store: ClaimStore) -> None:
        """A claim that the next version has as it was has no new revision."""
        put(store, version(SAID))
        before = store.sequence()
        put(store, version(SAID, ASKED))
        assert store.sequence() == before + 2  # The article's, and the new claim's.

    def test_come_back(self, store: ClaimStore) -> None:
        """A sentence that comes back is the claim that it was, and has its place in the order of storing."""
        for claims in ((SAID, ASKED), (ASKED,), (SAID, ASKED)):
            put(store, version(*claims))
        assert found(store, ClaimFilter()) == ["dam_KCNA_said_the", "dam_Will_the_dam"]
        assert store.source(KCNA.id).claims == 1

    def test_numbers_are_not_given_again(self, store: ClaimStore) -> None:
        """The last claim's place is not given to another when it goes."""
        put(store, version(SAID, ASKED))
        put(store, version(SAID))
        put(store, version(DOUBTED, name="other"))
        put(store, version(SAID, ASKED))
        assert found(store, ClaimFilter()) == ["dam_KCNA_said_the", "dam_Will_the_dam", "other_Analysts_doubt_the"]

    def test_said_otherwise(self, store: ClaimStore) -> None:
        """What is said of the same text may change: that is no version, and its claims are found by it."""
        put(store, version(SAID))
        assert put(store, version(SAID, publisher=GUARDIAN, day="2026-03-01")) is Outcome.UPDATED
        assert store.article("art_dam").version == 1
        assert found(store, ClaimFilter(publisher=(GUARDIAN.id,), published_from=date(2026, 3, 1)))
        assert not found(store, ClaimFilter(publisher=(AP.id,)))

    def test_what_is_gone_moves_with_its_article(self, store: ClaimStore) -> None:
        """So that it too is found by the publisher and the day that the article tells."""
        put(store, version(SAID, DOUBTED))
        put(store, version(SAID))
        before = store.sequence()
        put(store, version(SAID, publisher=GUARDIAN, day="2026-03-01"))
        gone = ClaimFilter(publisher=(GUARDIAN.id,), published_from=date(2026, 3, 1), status=(Status.SUPERSEDED,))
        assert found(store, gone) == ["dam_Analysts_doubt_the"]
        assert not store.claims(gone, Window(1, as_of=before)).items

    def test_counts(self, store: ClaimStore) -> None:
        """A source's count is that of the claims that stand."""
        put(store, version(SAID, DOUBTED))
        put(store, version(DOUBTED))
        assert (store.source(KCNA.id).claims, store.source(AP.id).claims) == (0, 1)

    def test_positions(self, store: ClaimStore) -> None:
        """The claims of one article are read in its order, page by page as the first page found them."""
        put(store, version(SAID, DOUBTED))
        put(store, version(ASKED, DOUBTED, SAID))
        of_dam = ClaimFilter(article=("art_dam",))
        first = store.claims(of_dam, Window(2, order=Order.POSITION))
        put(store, version(SAID))
        rest = store.claims(of_dam, Window(2, first.next, order=Order.POSITION))
        texts = [msgspec.json.decode(item, type=Claim).text for item in (*first.items, *rest.items)]
        assert texts == [ASKED.text, DOUBTED.text, SAID.text]
        assert rest.next is None

    def test_words(self, store: ClaimStore) -> None:
        """Words are not found in what stands no more, unless that is asked for."""
        put(store, version(SAID, ASKED))
        put(store, version(ASKED))
        assert found(store, ClaimFilter(q="dam")) == ["dam_Will_the_dam"]
        everything = ClaimFilter(q="dam", status=(Status.ACTIVE, Status.SUPERSEDED))
        assert found(store, everything) == ["dam_KCNA_said_the", "dam_Will_the_dam"]


class TestAsOf:
    """Reading as of a moment."""

    def test_before_there_was_any(self, store: ClaimStore) -> None:
        """As of 0 there is nothing."""
        put(store, version(SAID))
        assert not store.claims(ClaimFilter(), Window(as_of=0)).items
        for get in (store.claim, store.article, store.source):
            with pytest.raises(NotFound):
                get("clm_dam_KCNA_said_the", 0)

    def test_times(self, store: ClaimStore) -> None:
        """A time means the last revision that was made by then."""
        put(store, version(SAID))
        first = store.sequence()
        put(store, version(ASKED))
        assert store.as_of(NOON - timedelta(seconds=1)) == 0
        assert store.as_of(NOON) == first
        assert store.as_of(NOON + timedelta(seconds=first - 1)) == first
        assert store.as_of(NOON + timedelta(days=1)) == store.sequence()

    def test_no_revision_is_earlier(self, store: ClaimStore) -> None:
        """A clock that was put back does not put a change before one that is there."""
        store.put(version(SAID), at=NOON, actor="tester")
        store.put(version(ASKED), at=NOON - timedelta(hours=1), actor="tester")
        assert store.state().at == NOON

    def test_relevance(self, store: ClaimStore) -> None:
        """Relevance is of now, and refused as of a moment."""
        put(store, version(SAID))
        window = Window(order=Order.RELEVANCE, as_of=store.sequence())
        with pytest.raises(ParameterInvalid, match="as_of"):
            store.claims(ClaimFilter(q="dam"), window)

    def test_slices_tell_their_moment(self, store: ClaimStore) -> None:
        """A list says as of which revision it is."""
        put(store, version(SAID))
        first = store.sequence()
        assert store.claims(ClaimFilter(), Window()).sequence == first
        put(store, version(ASKED))
        assert store.sources(SourceFilter(), Window(as_of=first)).sequence == first


CLAIMS = [
    ClaimFilter(),
    ClaimFilter(source=("KCNA",)),
    ClaimFilter(source=("AP", "analysts"), role=(Role.RELAY, Role.ORIGIN)),
    ClaimFilter(source=("the KCNA",), level=(Level.HIGH,)),
    ClaimFilter(act=(Act.STATEMENT,), publisher=("AP",)),
    ClaimFilter(publisher=("Guardian",), published_from=date(2026, 2, 8), published_until=date(2026, 2, 9)),
    ClaimFilter(kind=(ClaimKind.STATEMENT,), without=ClaimTerms(source=("AP",))),
    ClaimFilter(level=(Level.LOW, Level.MEDIUM), factuality=(Factuality.POSSIBLE_NOT,)),
    ClaimFilter(article=("art_dam",)),
    ClaimFilter(q="dam held"),
    ClaimFilter(q="dam", source=("AP",), without=ClaimTerms(level=(Level.LOW,), publisher=("KCNA",))),
    ClaimFilter(status=(Status.SUPERSEDED,), source=("KCNA",)),
    ClaimFilter(status=(Status.SUPERSEDED, Status.ACTIVE), kind=(ClaimKind.QUESTION, ClaimKind.STATEMENT)),
    ClaimFilter(ids=("clm_dam_KCNA_said_the", "clm_levee_Will_the_dam")),
    ClaimFilter(reviewed=True),
    ClaimFilter(reviewer=("Full Fact",), without=ClaimTerms(source=("AP",))),
    ClaimFilter(reviewed=False, status=(Status.SUPERSEDED, Status.ACTIVE)),
    ClaimFilter(status=(Status.RETRACTED,)),
    ClaimFilter(source=("N. Korean radio", "the-guardian"), without=ClaimTerms(publisher=("AP",))),
]
REVIEWS = [
    ReviewFilter(),
    ReviewFilter(author=("Full Fact",), rating=("false",)),
    ReviewFilter(claim=("clm_dam_KCNA_said_the",), published_from=date(2026, 2, 9)),
    ReviewFilter(status=(Status.RETRACTED,), without=ReviewTerms(author=("Full Fact",))),
]
LISTS: list[ClaimFilter | ReviewFilter] = [*CLAIMS, *REVIEWS]
ARTICLES = [ArticleFilter(), ArticleFilter(publisher=("AP",)), ArticleFilter(ids=("art_dam",))]
SOURCES = [
    SourceFilter(),
    SourceFilter(kind=(SourceKind.STATE_MEDIA, SourceKind.OUTLET)),
    SourceFilter(q="kcna"),
    SourceFilter(named=False),
    SourceFilter(without=SourceTerms(kind=(SourceKind.NEWS_AGENCY,))),
    SourceFilter(status=(Status.MERGED,)),
    SourceFilter(status=(Status.MERGED, Status.ACTIVE), q="kcna"),
]
WORDS = ("KCNA_said_the", "Will_the_dam", "Analysts_doubt_the", "State_media,_the")
IDS = (KCNA.id, AP.id, GUARDIAN.id)
NAMES = ("KCNA", "the KCNA", "N. Korean radio", AP.id, KCNA.id, GUARDIAN.id, "Radio of the North", "Guardian")
ORDERS = [
    (Order.POSITION, False),
    (Order.STORED, False),
    (Order.STORED, True),
    (Order.PUBLISHED, False),
    (Order.PUBLISHED, True),
]


def everything(store: ClaimStore, as_of: int | None = None) -> Iterator[Any]:
    """What the store answers to many questions, in small pages."""

    def told(list: Callable[[Any, Window], Slice], which: Any, order: Order, backwards: bool) -> Any:
        window = Window(2, None, counted=True, order=order, backwards=backwards, as_of=as_of)
        return walk(partial(list, which), window), list(which, window).total

    for which in CLAIMS:
        for order, backwards in ORDERS:
            yield told(store.claims, which, order, backwards)
        for order, backwards in ORDERS[1:]:
            yield told(store.attributions, which, order, backwards)
        yield store.facets(which, tuple(Facet), as_of)
    for some in ARTICLES:
        for order, backwards in ORDERS[1:]:
            yield told(store.articles, some, order, backwards)
    for reviews in REVIEWS:
        for order, backwards in ORDERS[1:]:
            yield told(store.reviews, reviews, order, backwards)
    for sources in SOURCES:
        for order in (Order.STORED, Order.CLAIMS):
            yield told(store.sources, sources, order, True)
    yield store.levels(as_of)
    yield [store.bearers(name, as_of) for name in NAMES]
    for get, ids in ((store.article, ("art_dam", "art_levee")), (store.source, (*IDS, "analysts-dam"))):
        yield [_or_none(get, id, as_of) for id in ids]
    yield [
        _or_none(store.review, id, as_of) for id in ("rev_clm_dam_KCNA_said_the", "rev_clm_levee_Analysts_doubt_the")
    ]
    yield [_or_none(store.claim, id, as_of) for id in ("clm_dam_KCNA_said_the", "clm_levee_Analysts_doubt_the")]


def _or_none(get: Callable[[str, int | None], Any], id: str, as_of: int | None) -> Any:
    try:
        return get(id, as_of)
    except NotFound:
        return None


VERSIONS = st.builds(
    version,
    st.sampled_from([SAID, replace(SAID, confidence=DOUBTED.confidence), ASKED]),
    st.sampled_from([DOUBTED, claim("State media, the KCNA, denied it.", EITHER)]),
    name=st.sampled_from(["dam", "levee"]),
    publisher=st.sampled_from([AP, GUARDIAN, None]),
    day=st.sampled_from(["2026-02-08", "2026-02-09T10:00:00Z"]),
)


def renamed(record: Record) -> Record:
    """The record, by which KCNA goes by more names."""
    other = replace(KCNA, aliases=("the KCNA", "N. Korean radio"))
    return replace(record, sources=tuple(other if one == KCNA else one for one in record.sources))


class Step(NamedTuple):
    """Something that is ``done`` to a store at a time, and whether it ``joins`` sources, or parts them again."""

    done: Callable[[ClaimStore, datetime], object]
    joins: bool = False


def stored(record: Record) -> Step:
    """The record is stored."""
    return Step(lambda store, at: store.put(record, at=at, actor="tester"))


def anew(record: Record) -> Step:
    """The article, where it is there with the record's text, is read anew as the record is."""

    def done(store: ClaimStore, at: datetime) -> None:
        after, article = store.given(record.article.id)
        if article.text == record.text:
            store.reread(record, after=after, at=at, actor="engine")

    return Step(done)


def merged(id: str, merge: NewMerge | None) -> Step:
    """The source is another, or itself again."""

    def merge_it(store: ClaimStore, at: datetime) -> object:
        return store.merge(id, merge, after=store.last(Entity.SOURCE, id), at=at, actor="person")

    return Step(merge_it, joins=True)


def corrected(id: str, correction: NewSourceCorrection | None) -> Step:
    """The source is what a person says, or what articles say again."""

    def correct(store: ClaimStore, at: datetime) -> object:
        return store.correct(id, correction, after=store.last(Entity.SOURCE, id), at=at, actor="person")

    return Step(correct)


def withdrawn(id: str) -> Step:
    """The article is taken back, or given again where it was."""

    def withdraw(store: ClaimStore, at: datetime) -> object:
        retraction = None if store.article(id).retraction else Retraction(RetractionKind.LEGAL, "A court said so.")
        return store.withdraw(id, retraction, after=store.last(Entity.ARTICLE, id), at=at, actor="person")

    return Step(withdraw)


def retold(id: str) -> Step:
    """A person says that the Guardian said what the claim says, and nobody else; or takes that back."""

    def retell(store: ClaimStore, at: datetime) -> object:
        held = store.held(id)
        claim = replace(held.claim, attributions=(attribution(link(GUARDIAN)),), correction=Corrected("So.", ("x",)))
        if held.claim.correction:
            claim = replace(store.reading(id), status=held.claim.status, retraction=held.claim.retraction)
        return store.revise(claim, Action.UPDATED, after=held.sequence, at=at, actor="person", reason="So.")

    return Step(retell)


def reviewed(claim: str, author: str, rating: str, day: int) -> Step:
    """Something is said of the claim, or what was said the same way is taken back, or given again."""
    by, url = Reviewer(author, ReviewerKind.ORGANISATION), "https://facts.example/"
    made = Review(f"rev_{claim}", claim, by, url, Rating(rating), date(2026, 2, day))

    def review(store: ClaimStore, at: datetime) -> None:
        after = store.last(Entity.REVIEW, made.id)
        withdraw = partial(store.withdraw_review, made.id, after=after, at=at, actor="tester")
        try:
            if store.put_review(made, at=at, actor="tester") is Outcome.UNCHANGED:
                withdraw(Retraction(RetractionKind.DUPLICATE, "So."))
        except NotStanding:
            withdraw(None)

    return Step(review)


PUTS = st.one_of(VERSIONS, VERSIONS.map(renamed)).map(stored)
REREADS = st.one_of(VERSIONS, VERSIONS.map(renamed)).map(anew)
INTO = st.builds(NewMerge, st.sampled_from(IDS), st.just("They are one."))
MERGES = st.builds(merged, st.sampled_from(IDS), st.one_of(INTO, INTO, st.none()))
SAYINGS = st.builds(
    reviewed,
    st.sampled_from(["clm_dam_KCNA_said_the", "clm_levee_Analysts_doubt_the"]),
    st.sampled_from(["Full Fact", "The Fact Desk"]),
    st.sampled_from(["False", "Half true"]),
    st.sampled_from([8, 9]),
)
RETOLD = st.one_of(
    SAYINGS,
    st.builds(withdrawn, st.sampled_from(["art_dam", "art_levee"])),
    st.builds(retold, st.sampled_from(["clm_dam_KCNA_said_the", "clm_levee_Will_the_dam"])),
)
NAMINGS = st.builds(
    NewSourceCorrection,
    st.just("So it is."),
    st.sampled_from([UNSET, "Radio of the North", "The Guardian"]),
    st.sampled_from([UNSET, SourceKind.OUTLET]),
    st.sampled_from([UNSET, (), ("N. Korean radio",), ("the KCNA", "Radio of the North"), ("KCNA", "Guardian")]),
    st.sampled_from([UNSET, "", *IDS]),
)
CORRECTIONS = st.builds(corrected, st.sampled_from(IDS), st.one_of(NAMINGS, NAMINGS, st.none()))


def do(store: ClaimStore, steps: Sequence[Step]) -> Iterator[None]:
    """The steps are done one after another, each a second after the one before. What is refused changes nothing."""
    for second, step in enumerate(steps):
        with suppress(NotFound, FieldInvalid, ArticleBarred, ArticleRetracted, SourceMerged, NotMerged, NotCorrected):
            step.done(store, NOON + timedelta(seconds=second))
        yield


@contextmanager
def opened(kind: str) -> Iterator[ClaimStore]:
    """An empty store, whose file is sound when it is closed."""
    with tempfile.TemporaryDirectory() as folder:
        with closing(STORES[kind](Path(folder))) as store:
            yield store
            articles = {item_id(item) for item in store.articles(ArticleFilter(), Window(200)).items}
        assert stored_articles(Path(folder) / "sayso.db") == articles


def item_id(item: bytes) -> str:
    """The id of an article in a list."""
    return msgspec.json.decode(item, type=Article).id


few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Each history takes long."""


@pytest.mark.parametrize("kind", STORES)
@given(st.lists(st.one_of(PUTS, PUTS, REREADS, MERGES, RETOLD, CORRECTIONS), min_size=1, max_size=9))
@few
def test_any_history(kind: str, history: list[Step]) -> None:
    """As of any moment, every list, count and thing is what it was then."""
    with opened(kind) as store:
        snapshots: dict[int, list[Any]] = {}
        for _ in do(store, history):
            snapshots[store.sequence()] = list(everything(store))
        for sequence, snapshot in snapshots.items():
            assert list(everything(store, sequence)) == snapshot


def removed(entity: Entity, id: str) -> Step:
    """The article or the claim is removed for good."""

    def remove(store: ClaimStore, at: datetime) -> object:
        return store.remove(entity, id, "So.", after=store.last(entity, id), at=at, actor="judge")

    return Step(remove)


REMOVALS = st.one_of(
    st.builds(removed, st.just(Entity.ARTICLE), st.sampled_from(["art_dam", "art_levee"])),
    st.builds(
        removed,
        st.just(Entity.CLAIM),
        st.sampled_from([f"clm_{name}_{words}" for name in ("dam", "levee") for words in WORDS]),
    ),
)


def gone(store: ClaimStore) -> set[str]:
    """The ids of all that was removed."""
    changes = walk(partial(store.changes, ChangeFilter()), Window(200))
    return {change.id for item in changes if (change := decode(item)).action is Action.REMOVED}


def decode(item: bytes) -> Change:
    """A change of the record."""
    return msgspec.json.decode(item, type=Change)


def listed(store: ClaimStore, as_of: int | None = None) -> Iterator[list[Any]]:
    """Many lists of claims and reviews."""
    for which in CLAIMS:
        items = walk(partial(store.claims, which), Window(3, as_of=as_of))
        yield [msgspec.json.decode(item, type=Claim) for item in items]
    for reviews in REVIEWS:
        items = walk(partial(store.reviews, reviews), Window(3, as_of=as_of))
        yield [msgspec.json.decode(item, type=Review) for item in items]


@pytest.mark.parametrize("kind", STORES)
@given(st.lists(st.one_of(PUTS, PUTS, MERGES, RETOLD, CORRECTIONS, REMOVALS), min_size=2, max_size=9), REMOVALS)
@few
def test_any_history_with_removals(kind: str, history: list[Step], last: Step) -> None:
    """A removal takes what it removes out of each moment's lists, and nothing else; from then on all stays as it is.

    A source that is named nowhere else is gone with it, so that who asks by its name is answered as if it never was.
    """
    with opened(kind) as store:
        lists: dict[int, list[list[Any]]] = {}
        meant: dict[int, dict[str, tuple[str, ...]]] = {}
        snapshots: dict[int, list[Any]] = {}
        removals: set[str] = set()
        for _ in do(store, [*history, last]):
            if gone(store) != removals:
                removals = gone(store)
                for moment, told in lists.items():
                    now = means(store, moment)
                    forgotten = {name for name, ids in now.items() if ids != meant[moment][name]}
                    lists[moment] = [
                        others if forgotten & names(which) else [one for one in items if one.id not in removals]
                        for which, items, others in zip(LISTS, told, listed(store, moment), strict=True)
                    ]
                    meant[moment] = now
                snapshots = {moment: list(everything(store, moment)) for moment in snapshots}
            for moment, told in lists.items():
                assert list(listed(store, moment)) == told
            moment = store.sequence()
            lists[moment], snapshots[moment] = list(listed(store)), list(everything(store))
            meant[moment] = means(store)
        for moment, snapshot in snapshots.items():
            assert list(everything(store, moment)) == snapshot


def means(store: ClaimStore, as_of: int | None = None) -> dict[str, tuple[str, ...]]:
    """Whom each name means that the lists ask by."""
    return {name: store.bearers(name, as_of) for name in set().union(*map(names, LISTS))}


def names(which: ClaimFilter | ReviewFilter) -> set[str]:
    """The names of sources that the filter asks by."""
    if isinstance(which, ReviewFilter):
        return set()
    return {*which.source, *which.publisher, *which.without.source, *which.without.publisher}


@pytest.mark.parametrize("kind", STORES)
@given(st.lists(PUTS, min_size=1, max_size=3), st.lists(st.one_of(PUTS, REREADS, MERGES, MERGES, RETOLD), max_size=7))
@few
def test_any_split(kind: str, before: list[Step], after: list[Step]) -> None:
    """When all that were merged are split again, all is as if none had been."""
    steps = [*before, *after]
    with opened(kind) as store, opened(kind) as other:
        list(do(store, [*steps, *(merged(id, None) for id in IDS)]))
        list(do(other, [Step(lambda *_: None) if step.joins else step for step in steps]))
        assert list(everything(store)) == list(everything(other))
