"""Claims as a SQLite file of their own: tables with foreign keys, and full text, as Datasette finds them."""

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from sqlite_utils import Database

from schemas.articles import Article
from schemas.claims import Claim
from schemas.sources import Source
from schemas.vocabularies import Status
from service.exports.moments import Moment, decoded
from service.exports.rows import given, words
from service.storage.connections import translated
from service.storage.migrations import transaction

TABLES = """
    CREATE TABLE export (sequence INTEGER PRIMARY KEY, claims INTEGER NOT NULL);
    CREATE TABLE sources (
        id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, named INTEGER NOT NULL, country TEXT,
        wikidata TEXT
    );
    CREATE TABLE articles (
        id TEXT PRIMARY KEY NOT NULL, title TEXT, url TEXT, publisher TEXT REFERENCES sources (id), published_at TEXT,
        language TEXT NOT NULL
    );
    CREATE TABLE claims (
        id TEXT PRIMARY KEY NOT NULL, article TEXT NOT NULL REFERENCES articles (id), position INTEGER NOT NULL,
        kind TEXT NOT NULL, level TEXT NOT NULL, status TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL,
        "end" INTEGER NOT NULL
    );
    CREATE TABLE links (
        claim TEXT NOT NULL REFERENCES claims (id), attribution INTEGER NOT NULL, link INTEGER NOT NULL,
        role TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources (id), act TEXT NOT NULL, manner TEXT,
        factuality TEXT NOT NULL, extraction TEXT NOT NULL, probability REAL NOT NULL, mention TEXT,
        cue TEXT NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (claim, attribution, link)
    );
"""
# Not STRICT: whoever gets the file may read it with an older SQLite than ours.

INDEXES = (
    "CREATE INDEX articles_publisher ON articles (publisher)",
    "CREATE INDEX claims_article ON claims (article)",
    "CREATE INDEX claims_level ON claims (level)",
    "CREATE INDEX links_source ON links (source)",
)
"""Made last, which takes less time than to keep them in order all along."""

Cells = tuple[str | int | float | None, ...]


def steps(moment: Moment, path: Path) -> Generator[int]:
    """The file at ``path``, which is empty before, is made step by step. Gives how many claims each step added."""
    # Nobody reads it before it is whole, so it needs no journal. The steps may be taken by one thread after another.
    with (
        translated(str(path)),
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection,
    ):
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + TABLES)
        db, count = Database(connection, execute_plugins=False), 0
        db.table("claims").enable_fts(["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
        for stretch in moment.stretches():
            claims = decoded(stretch)
            with transaction(connection):
                _add(connection, moment, claims)
            count += len(claims)
            yield len(claims)
        connection.execute("INSERT INTO export VALUES (?, ?)", (moment.sequence, count))
        for index in INDEXES:
            connection.execute(index)
            yield 0


def _add(db: sqlite3.Connection, moment: Moment, claims: list[Claim]) -> None:
    articles = list(moment.articles(_missing(db, "articles", (claim.article_id for claim in claims))).values())
    named = {link.source.id for claim in claims for attribution in claim.attributions for link in attribution.chain}
    named |= {article.publisher.id for article in articles if article.publisher}
    _insert(db, "sources", map(_source, moment.sources(_missing(db, "sources", named))))
    _insert(db, "articles", map(_article, articles))
    gone = _missing(db, "articles", (claim.article_id for claim in claims))  # They were removed for good, a moment ago.
    claims = [claim for claim in claims if claim.article_id not in gone]
    _insert(db, "claims", map(_claim, claims))
    _insert(db, "links", (link for claim in claims for link in _links(claim)))


def _missing(db: sqlite3.Connection, table: str, ids: Iterable[str]) -> list[str]:
    """Those of ``ids`` that the table does not have yet. To remember them all would take ever more memory."""
    query = f"SELECT DISTINCT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM {table}) ORDER BY 1"  # noqa: S608
    return [id for (id,) in db.execute(query, (msgspec.json.encode(list(ids)).decode(),))]


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[Cells]) -> None:
    rows = list(rows)
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608


def _source(source: Source) -> Cells:
    return source.id, source.name, source.kind, source.named, given(source.country), given(source.wikidata)


def _article(article: Article) -> Cells:
    publisher = article.publisher.id if article.publisher else None
    published_at, language = given(article.published_at), article.language
    return article.id, given(article.title), given(article.url), publisher, published_at, language


def _claim(claim: Claim) -> Cells:
    kind, level, status = claim.kind, claim.confidence.level, claim.status or Status.ACTIVE
    return claim.id, claim.article_id, claim.position, kind, level, status, claim.text, claim.start, claim.end


def _links(claim: Claim) -> Iterator[Cells]:
    for place, attribution in enumerate(claim.attributions):
        act, manner = attribution.act, given(attribution.manner)
        cue, content = words(attribution.cue), words(attribution.content)
        for step, link in enumerate(attribution.chain):
            mention = link.mention.text if link.mention else None
            sure = link.factuality, link.extraction, link.probability
            yield claim.id, place, step, link.role, link.source.id, act, manner, *sure, mention, cue, content
