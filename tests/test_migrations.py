"""A database that an earlier version has written is brought up to date, with all that it holds."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlite_utils import Database

from schemas.articles import Article
from schemas.claims import Claim
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from service.storage.filters import ArticleFilter, ClaimFilter, Order, Window
from service.storage.migrations import migrations
from service.storage.sqlite import open_store
from tests.earlier import write
from tests.records import AP, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.soundness import stored_articles

RECORDS = [
    record(
        "late",
        claim("Drills ended.", attribution(link(KCNA), link(AP))),
        sources=(AP, KCNA),
        publisher=AP,
        published_at="2026-02-08T21:00:00Z",
    ),
    record(
        "day",
        claim("Drills began.", attribution(link(KCNA))),
        claim("Why?", attribution(link(AP))),
        sources=(AP, KCNA),
        publisher=AP,
        published_at="2026-02-08",
    ),
    record(
        "early",
        claim("Drills went on.", attribution(link(KCNA))),
        sources=(AP, KCNA),
        published_at="2026-02-08T18:30:00+09:00",
    ),
    record("bare", claim("Nobody knew of drills.", attribution(link(KCNA))), sources=(KCNA,)),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database as the first version left it."""
    path = tmp_path / "sayso.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        migrations.apply(Database(connection), stop_before="m002_dates")
        for one in RECORDS:
            write(connection, one)
    return path


def test_dates(path: Path) -> None:
    """Articles, claims and links are in the order of their times, of which the first version knew the days."""
    store = open_store(str(path))
    window = Window(order=Order.PUBLISHED)
    articles = [msgspec.json.decode(item, type=Article).id for item in store.articles(ArticleFilter(), window).items]
    assert articles == ["art_day", "art_early", "art_late", "art_bare"]
    for which in (ClaimFilter(), ClaimFilter(source=(KCNA.id,)), ClaimFilter(q="drills")):
        found = [msgspec.json.decode(item, type=Claim).article_id for item in store.claims(which, window).items]
        assert list(dict.fromkeys(found)) == articles
    store.close()


def test_bands(path: Path) -> None:
    """Statements that were stored before are found by their words."""
    first = "Drills began on the island of Torvik at dawn."
    with closing(sqlite3.connect(path)) as connection, connection:
        write(connection, record("drills", claim(first, attribution(link(KCNA))), sources=(KCNA,)))
    store = open_store(str(path))
    assert store.alike(first).items == [store.claim("clm_drills_0")]
    store.close()


def test_reviews(path: Path) -> None:
    """The record has each revision as it was, takes those of reviews too, and refuses any other kind of thing."""
    columns = "sequence, at, actor, action, reason, entity, entity_id, body"
    with closing(sqlite3.connect(path)) as connection, connection:
        migrations.apply(Database(connection), stop_before="m014_reviews")
        before = connection.execute(f"SELECT {columns} FROM revisions").fetchall()  # noqa: S608
    store = open_store(str(path))
    url = "https://facts.example/1"
    given = Review(
        "rev_1", "clm_late_0", Reviewer("Full Fact", ReviewerKind.ORGANISATION), url, Rating("False"), date(2026, 2, 9)
    )
    store.put_review(given, at=NOON, actor="tester")
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        after = connection.execute(f"SELECT {columns} FROM revisions").fetchall()  # noqa: S608
        assert after[:-1] == before
        assert after[-1][5:7] == ("review", "rev_1")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint"):
            connection.execute("UPDATE revisions SET entity = 'rumour'")
    assert stored_articles(path)


def test_all_is_kept(path: Path) -> None:
    """Nothing is lost or counted anew, the index of words is sound, and more can be stored."""
    store = open_store(str(path))
    assert store.put(bulletin("new"), at=NOON, actor="tester").article.id == "art_new"
    assert store.source(KCNA.id).claims == 4 + 12
    store.close()
    assert stored_articles(path) == {*(one.article.id for one in RECORDS), "art_new"}
