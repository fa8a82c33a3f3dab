"""A database that an earlier version has written is brought up to date, with all that it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlite_utils import Database

from schemas.articles import Article
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import Source
from service.storage.migrations import migrations
from service.storage.port import ArticleFilter, ClaimFilter, Order, Window
from service.storage.sqlite import open_store
from tests.records import AP, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.soundness import stored_articles

DAYS = {"late": "2026-02-08", "day": "2026-02-08", "early": "2026-02-08", "bare": None}
"""The day, in UTC, that the first version kept of each article."""

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


def test_all_is_kept(path: Path) -> None:
    """Nothing is lost or counted anew, the index of words is sound, and more can be stored."""
    store = open_store(str(path))
    assert store.put(bulletin("new"), at=NOON, actor="tester").article.id == "art_new"
    assert store.source(KCNA.id).claims == 4 + 12
    store.close()
    assert stored_articles(path) == {*(one.article.id for one in RECORDS), "art_new"}


def write(db: sqlite3.Connection, one: Record) -> None:
    """The record is stored as the first version stored it."""
    for source in one.sources:
        if not db.execute("SELECT 1 FROM sources WHERE id = ?", (source.id,)).fetchone():
            own = (source.id, revision(db, "source", source), source.name, source.kind, source.named)
            db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, 0)", own)
    article = one.article
    sequence = revision(db, "article", article)
    publication = (article.publisher.id if article.publisher else None, DAYS[article.id.removeprefix("art_")])
    db.execute("INSERT INTO texts VALUES (?, ?)", (sequence, one.text))
    number = db.execute(
        "INSERT INTO articles VALUES (NULL, ?, ?, ?, ?)", (article.id, sequence, *publication)
    ).lastrowid
    for claimed in one.claims:
        row = (claimed.id, revision(db, "claim", claimed), number, claimed.kind, claimed.confidence.level)
        statement = "INSERT INTO claims VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
        write_links(db, claimed, db.execute(statement, (*row, *publication, claimed.text)).lastrowid or 0)


def write_links(db: sqlite3.Connection, one: Claim, number: int) -> None:
    """The claim's links are stored and counted, as the first version did."""
    for place, attributed in enumerate(one.attributions):
        for step, to in enumerate(attributed.chain):
            row = (to.source.id, to.role, attributed.act, to.factuality, to.extraction, to.probability)
            db.execute("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, place, step, *row))
    for id in {to.source.id for attributed in one.attributions for to in attributed.chain}:
        db.execute("UPDATE sources SET claims = claims + 1 WHERE id = ?", (id,))


def revision(db: sqlite3.Connection, entity: str, thing: Article | Claim | Source) -> int:
    """The thing has its place in the record; gives its number."""
    row = ("2026-02-08T12:00:00.000Z", "tester", entity, thing.id, msgspec.json.encode(thing).decode())
    statement = "INSERT INTO revisions VALUES (NULL, ?, ?, 'created', NULL, ?, ?, ?)"
    return db.execute(statement, row).lastrowid or 0
