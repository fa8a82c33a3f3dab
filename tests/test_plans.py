"""How SQLite reads a list. One that is sorted, or searched from its start, gets slower with every article."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from schemas.claims import Claim
from schemas.facets import Facet
from schemas.vocabularies import ClaimKind, Level, Role, SourceKind
from service.storage import counting, facets, narrowing, queries, ranking
from service.storage.filters import (
    ArticleFilter,
    ClaimFilter,
    ClaimTerms,
    Order,
    ReviewFilter,
    ReviewTerms,
    SourceFilter,
    SourceTerms,
    Window,
)
from service.storage.narrowing import ARMS, Narrowing, Value
from service.storage.queries import Run
from service.storage.sqlite import SqliteStore
from tests.empty import empty_store
from tests.records import AP, KCNA, NOON, analysts, attribution, bulletin, claim, link, record

PLACE: dict[str, Value] = {"after": 5, "at": "2026-02-08", "limit": 51}
"""Where a page goes on."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store that holds one bulletin."""
    opened = empty_store(tmp_path / "sayso.db")
    opened.put(bulletin("first"), at=NOON, actor="tester")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "which",
    [
        ClaimFilter(),
        ClaimFilter(source=("KCNA",)),
        ClaimFilter(source=("KCNA", "AP"), role=(Role.RELAY,), level=(Level.HIGH, Level.LOW)),
        ClaimFilter(level=(Level.HIGH, Level.MEDIUM), kind=(ClaimKind.STATEMENT,)),
        ClaimFilter(kind=(ClaimKind.STATEMENT, ClaimKind.QUESTION)),
        ClaimFilter(article=("art_first",), source=("AP",)),
        ClaimFilter(publisher=("AP",), published_from=date(2026, 1, 1)),
        ClaimFilter(role=(Role.RELAY,)),
        ClaimFilter(q="drills", source=("AP",)),
        ClaimFilter(q="dri* sen*", level=(Level.HIGH,), without=ClaimTerms(publisher=("KCNA",))),
        ClaimFilter(ids=tuple(f"clm_first_{number}" for number in range(40)), source=("AP",)),
        ClaimFilter(without=ClaimTerms(source=("AP",), role=(Role.RELAY,))),
        ClaimFilter(role=(Role.RELAY,), without=ClaimTerms(level=(Level.HIGH,), publisher=("KCNA",))),
    ],
    ids=str,
)
@pytest.mark.parametrize("backwards", [False, True])
def test_claims(store: SqliteStore, which: ClaimFilter, backwards: bool) -> None:
    """A page of claims is read in the order of an index, either way, from where the last one ended."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, which)
        check(db, narrowed, queries.claims(narrowed.form, Run.NUMBERED, backwards))


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ClaimFilter(), "claims_published"),
        (ClaimFilter(source=("KCNA",)), "links_published"),
        (ClaimFilter(source=("KCNA", "AP"), role=(Role.RELAY,), level=(Level.HIGH,)), "links_published"),
        (ClaimFilter(level=(Level.HIGH, Level.MEDIUM), kind=(ClaimKind.STATEMENT,)), "claims_level_published"),
        (ClaimFilter(kind=(ClaimKind.STATEMENT, ClaimKind.QUESTION)), "claims_kind_published"),
        (ClaimFilter(publisher=("AP", "KCNA")), "claims_publisher_published"),
        (ClaimFilter(role=(Role.RELAY,), without=ClaimTerms(source=("KCNA",))), "claims_published"),
    ],
    ids=str,
)
@pytest.mark.parametrize("bounds", [{}, {"published_from": date(2026, 1, 1), "published_until": date(2026, 3, 1)}])
@pytest.mark.parametrize("backwards", [False, True])
def test_claims_by_date(
    store: SqliteStore, which: ClaimFilter, index: str, bounds: dict[str, date], backwards: bool
) -> None:
    """So are pages in the order of dates, with those that have none behind; in a range SQLite stops at its end."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, msgspec.structs.replace(which, **bounds))
        dated = check(db, narrowed, queries.claims(narrowed.form, Run.DATED, backwards))
        seeks = [step for step in dated if f" {index} " in step]
        assert seeks
        if bounds:
            stop = "published>" if backwards else "published<"
            assert all(stop in step for step in seeks if "published=?" not in step)
        check(db, narrowed, queries.claims(narrowed.form, Run.UNDATED, backwards))


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ClaimFilter(), "claims_published"),
        (ClaimFilter(source=("KCNA", "AP"), role=(Role.RELAY,)), "links_published"),
        (ClaimFilter(level=(Level.HIGH, Level.MEDIUM)), "claims_level_published"),
    ],
    ids=str,
)
@pytest.mark.parametrize("backwards", [False, True])
def test_links(store: SqliteStore, which: ClaimFilter, index: str, backwards: bool) -> None:
    """The claims of a page of links are read likewise, and only the links of those few are sorted."""
    place: dict[str, Value] = {"claim": 6, "attribution": 0, "link": 1}
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, which)
        for run in (Run.NUMBERED, Run.DATED, Run.UNDATED):
            steps = explain(db, narrowed, queries.attributions(narrowed.form, run, backwards), **place)
            claims, links = steps[: steps.index("SCAN page")], steps[steps.index("SCAN page") + 1 :]
            assert not [step for step in claims if "TEMP B-TREE" in step], steps
            assert run is not Run.DATED or [step for step in claims if f" {index} " in step]
            assert not [step for step in [*claims, *links] if step.startswith("SCAN") and "json_each" not in step]


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ClaimFilter(article=("art_first",)), "(article=?"),
        (ClaimFilter(ids=("clm_first_1", "clm_first_2")), "PRIMARY KEY"),
    ],
    ids=str,
)
def test_few_claims_by_date(store: SqliteStore, which: ClaimFilter, index: str) -> None:
    """The claims of some articles, and those asked for by id, are found by that and then sorted."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, which)
        for run in (Run.DATED, Run.UNDATED):
            steps = explain(db, narrowed, queries.claims(narrowed.form, run, True))
            assert [step for step in steps if step.startswith("SEARCH claims") and index in step]
            assert not [step for step in steps if step.startswith("SCAN claims")]


@pytest.mark.parametrize(
    "which",
    [
        ClaimFilter(q="drills"),
        ClaimFilter(q="dri*", level=(Level.HIGH,), source=("KCNA",), published_from=date(2026, 1, 1)),
        ClaimFilter(q="drills", without=ClaimTerms(source=("KCNA",), publisher=("KCNA",))),
    ],
    ids=str,
)
def test_claims_by_relevance(store: SqliteStore, which: ClaimFilter) -> None:
    """Claims to be ranked are read from the last back, so that no more are than may be; only those are sorted."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, which)
        steps = explain(db, narrowed, ranking.claims(narrowed.form), newest=5, shown="[]")
    assert [step for step in steps if step.startswith("SCAN claims_fts") and step.endswith("<")]
    sorts = [place for place, step in enumerate(steps) if "TEMP B-TREE" in step]
    assert len(sorts) == 1
    assert sorts[0] > steps.index("SCAN found")


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ArticleFilter(), "articles_published"),
        (ArticleFilter(publisher=("AP", "KCNA")), "articles_publisher_published"),
    ],
    ids=str,
)
@pytest.mark.parametrize("backwards", [False, True])
def test_articles(store: SqliteStore, which: ArticleFilter, index: str, backwards: bool) -> None:
    """So is a page of articles, in either order."""
    with store.connections.reading() as db:
        narrowed = narrowing.articles(db, which)
        check(db, narrowed, queries.articles(narrowed.form, Run.NUMBERED, backwards))
        for run in (Run.DATED, Run.UNDATED):
            steps = check(db, narrowed, queries.articles(narrowed.form, run, backwards))
            assert [step for step in steps if f" {index} " in step]


def test_articles_by_id(store: SqliteStore) -> None:
    """Articles asked for by id are found by it."""
    with store.connections.reading() as db:
        narrowed = narrowing.articles(db, ArticleFilter(ids=("art_first",)))
        check(db, narrowed, queries.articles(narrowed.form, Run.NUMBERED, False))


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (ReviewFilter(), "reviews_published"),
        (ReviewFilter(author=("Full Fact", "The Fact Desk"), rating=("False",)), "reviews_author_published"),
        (ReviewFilter(claim=("clm_first_1",), without=ReviewTerms(author=("Full Fact",))), "reviews_claim_published"),
    ],
    ids=str,
)
@pytest.mark.parametrize("backwards", [False, True])
def test_reviews(store: SqliteStore, which: ReviewFilter, index: str, backwards: bool) -> None:
    """So is a page of reviews, in either order."""
    with store.connections.reading() as db:
        narrowed = narrowing.reviews(db, which)
        check(db, narrowed, queries.reviews(narrowed.form, Run.NUMBERED, backwards))
        dated = check(db, narrowed, queries.reviews(narrowed.form, Run.DATED, backwards))
        assert [step for step in dated if f" {index} " in step]


@pytest.mark.parametrize(
    "which",
    [
        SourceFilter(),
        SourceFilter(ids=(AP.id, KCNA.id)),
        SourceFilter(kind=(SourceKind.OUTLET, SourceKind.PERSON)),
        SourceFilter(q="kc"),
        SourceFilter(named=True, without=SourceTerms((SourceKind.PERSON,))),
    ],
    ids=str,
)
def test_sources(store: SqliteStore, which: SourceFilter) -> None:
    """So is a page of sources, by id or by how many claims they have."""
    with store.connections.reading() as db:
        narrowed = narrowing.sources(which)
        check(db, narrowed, queries.sources(narrowed.form, Run.NUMBERED, False), after="b")
        if not which.ids:
            check(db, narrowed, queries.sources(narrowed.form, Run.COUNTED, True), at=7, after="b")


def test_uncounted(store: SqliteStore) -> None:
    """Nothing is counted unasked."""
    asked: list[str] = []
    with store.connections.reading() as db:
        db.set_trace_callback(asked.append)
    store.claims(ClaimFilter(source=("AP",)), Window(1))
    assert not [sql for sql in asked if "count(" in sql]
    store.claims(ClaimFilter(source=("AP",)), Window(1, counted=True))
    assert len([sql for sql in asked if "count(" in sql]) == 1


@pytest.mark.parametrize(
    "which",
    [ClaimFilter(), ClaimFilter(source=("KCNA", "AP")), ClaimFilter(kind=(ClaimKind.QUESTION,), role=(Role.RELAY,))],
    ids=str,
)
def test_totals(store: SqliteStore, which: ClaimFilter) -> None:
    """What is counted is read in the order of an index too, and not collected first."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, which)
        check(db, narrowed, counting.claims(narrowed.form))
        check(db, narrowed, counting.attributions(narrowed.form))


def test_facets(store: SqliteStore) -> None:
    """The list is found once for all facets, and no table is gone through."""
    with store.connections.reading() as db:
        narrowed = narrowing.claims(db, ClaimFilter(source=("KCNA", "AP")))
        steps = explain(db, narrowed, facets.facets(narrowed.form, tuple(Facet)))
    assert steps.count("MATERIALIZE page") == 1
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
    assert "page" in scanned
    assert not scanned & {"claims", "links", "sources", "articles", "revisions"}


@pytest.mark.parametrize("order", [Order.STORED, Order.PUBLISHED])
@pytest.mark.parametrize("names", [1, ARMS, ARMS + 1, 500])
def test_many_sources(store: SqliteStore, names: int, order: Order) -> None:
    """However many sources a name means, merged or sorted, all of their claims come in order."""
    some = [analysts(f"n{number}") for number in range(names)]
    claims = [claim("So they say.", attribution(link(one), link(one, Role.RELAY))) for one in some]
    store.put(record("many", *claims, sources=some, published_at="2026-02-08"), at=NOON, actor="tester")
    window, found = Window(limit=200, order=order), list[str]()
    while True:
        page = store.claims(ClaimFilter(source=("analysts",)), window)
        found += [msgspec.json.decode(item, type=Claim).id for item in page.items]
        if page.next is None:
            break
        window = msgspec.structs.replace(window, after=page.next)
    assert found == [f"clm_many_{number}" for number in range(names)]


def check(db: sqlite3.Connection, narrowed: Narrowing, sql: str, **place: Value) -> list[str]:
    """The steps of the plan, in which nothing is sorted and each table is searched.

    Only a page itself, or a list of values, is gone through, and what has no condition is in the order of an index.
    """
    steps = explain(db, narrowed, sql, **place)
    assert not [step for step in steps if "TEMP B-TREE" in step], steps
    scans = [step for step in steps if step.startswith("SCAN")]
    assert all(step.split()[1] in ("page", "json_each", "claims_fts") for step in scans), steps
    return steps


def explain(db: sqlite3.Connection, narrowed: Narrowing, sql: str, **place: Value) -> list[str]:
    """The steps of the plan of a page that goes on at `PLACE`."""
    rows = db.execute(f"EXPLAIN QUERY PLAN {sql}", {**narrowed.values, **PLACE, **place})
    return [detail for *_, detail in rows]
