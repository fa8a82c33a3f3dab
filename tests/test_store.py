"""The contract of `service.storage.port`, held by every store."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Raw
from msgspec.structs import replace

from schemas.articles import Article, Outcome
from schemas.claims import AttributionRow, Claim
from schemas.facets import Facet, FacetCount, Facets
from schemas.records import Record
from schemas.sources import CountedSource, Source, SourceRef
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind
from service.errors import (
    ArticleChanged,
    ArticleUnknown,
    ClaimUnknown,
    CursorInvalid,
    ParameterInvalid,
    SourceUnknown,
)
from service.storage.port import (
    ArticleFilter,
    ArticleTerms,
    ClaimFilter,
    ClaimStore,
    ClaimTerms,
    Slice,
    SourceFilter,
    SourceTerms,
    State,
    Window,
)
from service.storage.sqlite import open_store
from tests.records import AP, GUARDIAN, KCNA, NOON, analysts, attribution, claim, link, record

STORES: dict[str, Callable[[Path], ClaimStore]] = {"sqlite": lambda folder: open_store(str(folder / "sayso.db"))}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClaimStore]:
    """An empty store."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def news(store: ClaimStore) -> ClaimStore:
    """A store that holds three articles."""
    for one in (CONGRESS, DRILLS, BARE):
        store.put(one, at=NOON, actor="tester")
    return store


CONGRESS = record(
    "congress",
    claim("Party congress", attribution(link(AP, Role.PUBLISHER)), kind=ClaimKind.HEADING),
    claim(
        "State media said the congress opens in late February.",
        attribution(
            link(KCNA), link(AP, Role.RELAY, Factuality.UNCOMMITTED), link(AP, Role.PUBLISHER, Factuality.UNCOMMITTED)
        ),
    ),
    claim(
        "Analysts expect a new policy line, but KCNA may deny it.",
        attribution(link(analysts("congress"), factuality=Factuality.PROBABLE), act=Act.BELIEF),
        attribution(link(KCNA, factuality=Factuality.POSSIBLE_NOT)),
        level=Level.MEDIUM,
    ),
    sources=(AP, KCNA, analysts("congress")),
    publisher=AP,
    published_at="2026-02-08",
)
DRILLS = record(
    "drills",
    claim(
        "Experts at the café said the drills could resume.",
        attribution(link(analysts("drills"), factuality=Factuality.POSSIBLE, extraction=Extraction.RESOLVED)),
        level=Level.LOW,
    ),
    claim("Will the drills resume?", attribution(link(GUARDIAN, Role.PUBLISHER)), kind=ClaimKind.QUESTION),
    sources=(GUARDIAN, analysts("drills")),
    publisher=GUARDIAN,
    published_at="2026-03-01T23:30:00-05:00",
)
BARE = record(
    "bare",
    claim("KCNA planned new drills.", attribution(link(KCNA), act=Act.INTENTION)),
    sources=(KCNA,),
)


def found(store: ClaimStore, which: ClaimFilter) -> list[str]:
    """The ids, without their prefix, of the claims that the filter lets through."""
    claims = [msgspec.json.decode(item, type=Claim) for item in store.claims(which, Window()).items]
    return [claim.id.removeprefix("clm_") for claim in claims]


def ids(store: ClaimStore, which: SourceFilter) -> list[str]:
    """The sources that the filter lets through."""
    return [msgspec.json.decode(item, type=CountedSource).id for item in store.sources(which, Window()).items]


def walk(read: Callable[[Window], Slice], limit: int) -> list[Raw]:
    """Every item, page by page."""
    items: list[Raw] = []
    window = Window(limit)
    while True:
        page = read(window)
        assert len(page.items) <= limit
        items += page.items
        if page.next is None:
            return items
        assert len(page.items) == limit
        window = Window(limit, page.next)


def rows(record: Record) -> list[AttributionRow]:
    """The links of a record, flat."""
    return [
        AttributionRow(
            claim.id,
            claim.article_id,
            place,
            step,
            link.role,
            link.source,
            attribution.act,
            link.factuality,
            link.extraction,
            link.probability,
            claim.kind,
            claim.confidence.level,
            claim.text,
        )
        for claim in record.claims
        for place, attribution in enumerate(claim.attributions)
        for step, link in enumerate(attribution.chain)
    ]


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

    def test_changed(self, news: ClaimStore) -> None:
        """An article's id with another text is refused, and what is stored stays."""
        before = news.sequence()
        with pytest.raises(ArticleChanged) as refusal:
            news.put(msgspec.structs.replace(CONGRESS, text="Another text."), at=NOON, actor="tester")
        assert refusal.value.id == "art_congress"
        assert news.article("art_congress").text == CONGRESS.text
        assert news.sequence() == before

    def test_all_or_nothing(self, news: ClaimStore) -> None:
        """A record that cannot be stored whole leaves no trace, and the store takes the next one."""
        before = news.sequence()
        unnamed = record("half", claim("So he said.", attribution(link(KCNA))), claim("Who?"), sources=(AP,))
        stranger = Source("stranger", "Stranger", SourceKind.PERSON, named=True)
        broken = record("half", *unnamed.claims, claim("Who?", attribution(link(stranger))), sources=(GUARDIAN,))
        with pytest.raises(Exception, match="FOREIGN KEY"):
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
            (
                ClaimFilter(role=(Role.ORIGIN,), without=ClaimTerms(source=("analysts",))),
                ["congress_1", "bare_0"],
            ),
            (
                ClaimFilter(role=(Role.ORIGIN,), without=ClaimTerms(source=("AP",))),
                ["congress_1", "congress_2", "drills_0", "bare_0"],
            ),
            (
                ClaimFilter(without=ClaimTerms(act=(Act.STATEMENT,))),
                ["bare_0"],
            ),
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


class TestFullText:
    """Words in claims."""

    @pytest.mark.parametrize(
        ("q", "expected"),
        [
            ("drills", ["drills_0", "drills_1", "bare_0"]),
            ("DRILLS resume", ["drills_0", "drills_1"]),
            ("resume drills", ["drills_0", "drills_1"]),
            ('"the drills"', ["drills_0", "drills_1"]),
            ("“new drills”", ["bare_0"]),
            ('"drills new"', []),
            ("cafe", ["drills_0"]),
            ("drill", []),
            ("AND", []),
            ("drills NOT new", []),
            ("dri*", ["drills_0", "drills_1", "bare_0"]),
            ("DRI* exper*", ["drills_0"]),
            ("caf*", ["drills_0"]),
            ("d*", ["congress_2", "drills_0", "drills_1", "bare_0"]),
            ("state-med*", ["congress_1"]),
            ("dr*lls", []),
            ("*rills", []),
            ("dri *", []),
            ("dri.*", []),
            ('"the dri*"', []),
            ('"new"* drills', ["bare_0"]),
            ("new -drills", ["bare_0"]),
            ('text:drills "', []),
        ],
    )
    def test_words(self, news: ClaimStore, q: str, expected: list[str]) -> None:
        """All words must stand in the sentence, a phrase side by side, and begin so where a star says it.

        Nothing else in ``q`` is an operator.
        """
        assert found(news, ClaimFilter(q=q)) == expected

    def test_with_other_fields(self, news: ClaimStore) -> None:
        """Words and the other fields must all hold."""
        assert found(news, ClaimFilter(q="drills", source=("KCNA",))) == ["bare_0"]
        assert found(news, ClaimFilter(q="drills", kind=(ClaimKind.QUESTION,))) == ["drills_1"]

    @pytest.mark.parametrize("q", ["", "  ", '""', "?!", "\0"])
    def test_no_word(self, news: ClaimStore, q: str) -> None:
        """A ``q`` without a word is refused: it would find nothing, or everything."""
        with pytest.raises(ParameterInvalid, match="no word"):
            found(news, ClaimFilter(q=q))

    def test_many_words(self, news: ClaimStore) -> None:
        """A ``q`` may be as long as its caller likes."""
        assert found(news, ClaimFilter(q="drills " * 5000)) == ["drills_0", "drills_1", "bare_0"]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(q=st.text() | st.text(alphabet='ab"*()^:-+{}“” \0ANDORT'))
    def test_any_text(self, news: ClaimStore, q: str) -> None:
        """Any text at all either finds claims or is refused as one without words."""
        with contextlib.suppress(ParameterInvalid):
            found(news, ClaimFilter(q=q))


class TestAttributions:
    """Lists of links."""

    def test_all(self, news: ClaimStore) -> None:
        """Each link is a row, in the order of claims, attributions and chains."""
        items = news.attributions(ClaimFilter(), Window()).items
        stored = [msgspec.json.decode(item, type=AttributionRow) for item in items]
        assert stored == [row for one in (CONGRESS, DRILLS, BARE) for row in rows(one)]

    @pytest.mark.parametrize(
        "which",
        [
            ClaimFilter(source=("KCNA",)),
            ClaimFilter(source=("KCNA", "analysts")),
            ClaimFilter(role=(Role.PUBLISHER,), factuality=(Factuality.UNCOMMITTED,)),
            ClaimFilter(q="the"),
            ClaimFilter(level=(Level.MEDIUM,)),
            ClaimFilter(article=("art_congress",), act=(Act.STATEMENT,)),
            ClaimFilter(published_from=date(2026, 3, 1)),
            ClaimFilter(without=ClaimTerms(source=("KCNA",))),
            ClaimFilter(without=ClaimTerms(role=(Role.ORIGIN, Role.RELAY), act=(Act.BELIEF,))),
            ClaimFilter(source=("KCNA", "analysts"), without=ClaimTerms(source=("KCNA",))),
            ClaimFilter(q="the", without=ClaimTerms(factuality=(Factuality.UNCOMMITTED,))),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("limit", [1, 2, 50])
    def test_filter(self, news: ClaimStore, which: ClaimFilter, limit: int) -> None:
        """The links are those of the claims that the filter lets through for which the filter's own words hold."""
        claims = found(news, msgspec.structs.replace(which, without=ClaimTerms()))
        expected = [
            row
            for one in (CONGRESS, DRILLS, BARE)
            for row in rows(one)
            if row.claim_id.removeprefix("clm_") in claims and holds(which, row)
        ]
        items = walk(lambda window: news.attributions(which, window), limit)
        assert [msgspec.json.decode(item, type=AttributionRow) for item in items] == expected != []


def holds(which: ClaimFilter, row: AttributionRow) -> bool:
    """Whether the link is one that the filter asks for."""
    bears = {"KCNA": row.source.id == KCNA.id, "analysts": row.source.name == "analysts"}
    without = which.without
    return (
        (not which.source or any(bears[name] for name in which.source))
        and (not which.role or row.role in which.role)
        and (not which.act or row.act in which.act)
        and (not which.factuality or row.factuality in which.factuality)
        and not any(bears[name] for name in without.source)
        and row.role not in without.role
        and row.act not in without.act
        and row.factuality not in without.factuality
    )


class TestSources:
    """Lists of sources."""

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            (
                SourceFilter(),
                ["analysts-congress", "analysts-drills", AP.id, KCNA.id, "the-guardian"],
            ),
            (SourceFilter(kind=(SourceKind.STATE_MEDIA,)), [KCNA.id]),
            (SourceFilter(kind=(SourceKind.STATE_MEDIA, SourceKind.OUTLET)), [KCNA.id, "the-guardian"]),
            (SourceFilter(named=False), ["analysts-congress", "analysts-drills"]),
            (
                SourceFilter(without=SourceTerms(kind=(SourceKind.UNNAMED_GROUP, SourceKind.OUTLET))),
                [AP.id, KCNA.id],
            ),
            (SourceFilter(named=True, kind=(SourceKind.UNNAMED_GROUP,)), []),
            (SourceFilter(ids=(KCNA.id, "nobody", AP.id)), [AP.id, KCNA.id]),
            (SourceFilter(ids=(KCNA.id, AP.id), kind=(SourceKind.STATE_MEDIA,)), [KCNA.id]),
            (SourceFilter(ids=("AP", "KCNA")), []),
            (SourceFilter(q="PRESS"), [AP.id]),
            (SourceFilter(q="kcn"), [KCNA.id]),
            (SourceFilter(q="The Guard"), ["the-guardian"]),
            (SourceFilter(q="%"), []),
            (SourceFilter(q="a", named=True), [AP.id, KCNA.id, "the-guardian"]),
        ],
        ids=str,
    )
    def test_filter(self, news: ClaimStore, which: SourceFilter, expected: list[str]) -> None:
        """Sources come by id, narrowed by kind, by being named, by a part of a name."""
        assert ids(news, which) == expected


class TestArticles:
    """Lists of articles."""

    def test_all(self, news: ClaimStore) -> None:
        """Articles come in the order of storing, without their text."""
        items = news.articles(ArticleFilter(), Window()).items
        articles = [msgspec.json.decode(item, type=Article) for item in items]
        assert [article.id for article in articles] == ["art_congress", "art_drills", "art_bare"]
        assert not any(article.text for article in articles)
        assert [article.claims for article in articles] == [3, 2, 1]

    def test_publisher(self, news: ClaimStore) -> None:
        """A publisher is asked for by any of its names."""
        items = news.articles(ArticleFilter(publisher=("the guardian", "ap")), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_congress", "art_drills"]
        items = news.articles(ArticleFilter(ids=("art_drills", "art_bare"), publisher=("guardian",)), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_drills"]
        items = news.articles(ArticleFilter(without=ArticleTerms(publisher=("the guardian",))), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_congress", "art_bare"]


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
            assert walk(read, limit) == everything

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
            back = walk(lambda window, read=read: read(replace(window, backwards=True)), limit)  # type: ignore[misc]
            assert back == everything[::-1] != everything

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


SOURCES = (AP.id, KCNA.id, GUARDIAN.id, "analysts-congress", "analysts-drills")

VALUES: dict[Facet, tuple[str, ...]] = {
    Facet.SOURCE: SOURCES,
    Facet.LEVEL: tuple(Level),
    Facet.KIND: tuple(ClaimKind),
    Facet.ACT: tuple(Act),
    Facet.FACTUALITY: tuple(Factuality),
    Facet.EXTRACTION: tuple(Extraction),
    Facet.PUBLISHER: SOURCES,
}


class TestFacets:
    """How the claims of a list are spread."""

    @pytest.mark.parametrize(
        "which",
        [
            ClaimFilter(),
            ClaimFilter(source=("KCNA", "analysts")),
            ClaimFilter(role=(Role.ORIGIN,), level=(Level.HIGH, Level.MEDIUM)),
            ClaimFilter(q="drills"),
            ClaimFilter(publisher=("AP", "guardian"), without=ClaimTerms(kind=(ClaimKind.HEADING,))),
        ],
        ids=str,
    )
    def test_as_narrowed(self, news: ClaimStore, which: ClaimFilter) -> None:
        """Each count is the length of the list narrowed to its value, the most first; other values have no claim."""
        facets = msgspec.structs.asdict(news.facets(which, tuple(Facet)))
        for facet in set(Facet) - {name for name in Facet if getattr(which, name)}:
            lengths = {value: len(found(news, replace(which, **{facet: (value,)}))) for value in VALUES[facet]}
            assert {count.value: count.claims for count in facets[facet]} == {v: n for v, n in lengths.items() if n}
            counts = [count.claims for count in facets[facet]]
            assert counts == sorted(counts, reverse=True)

    def test_own_links(self, news: ClaimStore) -> None:
        """A list of one source's claims counts only that source, and what its own links say."""
        facets = news.facets(ClaimFilter(source=("KCNA",)), (Facet.SOURCE, Facet.FACTUALITY))
        assert facets.source == (FacetCount(KCNA.id, 3, KCNA.name),)
        assert facets.factuality == (FacetCount("CT+", 2), FacetCount("PS-", 1))
        assert facets.level is UNSET

    def test_none(self, store: ClaimStore) -> None:
        """A facet of no claims is there and empty."""
        assert store.facets(ClaimFilter(), (Facet.LEVEL, Facet.PUBLISHER)) == Facets(level=(), publisher=())


class TestCounts:
    """The store at large."""

    def test_levels(self, store: ClaimStore) -> None:
        """Every level has a count, those without a claim too."""
        assert store.levels() == dict.fromkeys(Level, 0)
        for one in (CONGRESS, DRILLS, BARE):
            store.put(one, at=NOON, actor="tester")
        assert store.levels() == {Level.HIGH: 4, Level.MEDIUM: 1, Level.LOW: 1, Level.UNDETERMINED: 0}
