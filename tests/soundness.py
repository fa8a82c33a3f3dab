"""Whether a database file holds whole articles and nothing else, asked of SQLite itself."""

# ruff: noqa: S608 - what is put together here are names of tables.

import json
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from schemas.articles import Article
from schemas.claims import Claim
from schemas.sources import Source
from service.storage import identities, references
from service.storage.narrowing import OPEN
from service.storage.redacting import BLOCK

T = TypeVar("T", Source, Claim, Article)


def stored_articles(path: Path) -> set[str]:
    """The ids of the articles in the file, each of which is there whole: text, claims, links, revisions, counts."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO claims_fts (claims_fts) VALUES ('integrity-check')")
        for number, body in db.execute("SELECT number, body FROM articles JOIN revisions USING (sequence)").fetchall():
            query = "SELECT version, text FROM versions WHERE article = ? ORDER BY version"
            texts = db.execute(query, (number,)).fetchall()
            article = json.loads(body)
            assert [version for version, _ in texts] == list(range(1, article["version"] + 1))
            check_article(db, number, article, texts[-1][1])
        check_counts(db)
        check_words(db)
        check_sources(db)
        return {id for (id,) in db.execute("SELECT id FROM articles")}


def check_article(db: sqlite3.Connection, number: int, article: dict[str, Any], text: str) -> None:
    """The article has exactly its claims, each a stretch of its text, with exactly their links."""
    assert len(text) == article["length"]
    query = "SELECT number, sequence, body FROM claims JOIN revisions USING (sequence) WHERE article = ?"
    rows = db.execute(query, (number,)).fetchall()
    claims = [(place, json.loads(body)) for place, _, body in rows]
    since = {place: sequence for place, sequence, _ in rows}
    rest = """
        SELECT body FROM former_claims JOIN revisions USING (sequence)
        WHERE article = ? AND status = 'retracted' AND until = ?
    """
    retracted = [json.loads(body) for (body,) in db.execute(rest, (number, OPEN))]
    there = [claim for claim in retracted if text[claim["start"] : claim["end"]] == claim["text"]]
    positions = sorted(claim["position"] for claim in (*(claim for _, claim in claims), *there))
    missing = set(range(article["claims"])) - set(positions)
    assert positions == sorted(set(range(article["claims"])) - missing)
    (removed,) = db.execute("SELECT count(*) FROM removals WHERE entity = 'claim'").fetchone()
    assert len(missing) <= (removed if BLOCK in text else 0)
    for place, claim in claims:
        assert text[claim["start"] : claim["end"]] == claim["text"]
        query = "SELECT attribution, link, source, role, sequence FROM links WHERE claim = ?"
        assert db.execute(query, (place,)).fetchall() == [
            (index, step, link["source"]["id"], link["role"], since[place])
            for index, attribution in enumerate(claim["attributions"])
            for step, link in enumerate(attribution["chain"])
        ]


def check_counts(db: sqlite3.Connection) -> None:
    """Revisions are those of what is there, and each source's count is that of its claims."""
    things = (("article", "articles"), ("claim", "claims"), ("source", "sources"), ("review", "reviews"))
    kinds = " UNION ".join(
        f"SELECT '{kind}', id FROM {table} UNION SELECT '{kind}', id FROM former_{table}" for kind, table in things
    )
    removed = set(db.execute("SELECT entity, id FROM removals"))
    assert set(db.execute("SELECT entity, entity_id FROM revisions")) == set(db.execute(kinds)) | removed
    assert set(db.execute("SELECT entity, entity_id FROM revisions WHERE body = ''")) == removed
    counted = "SELECT source, count(DISTINCT claim) FROM links GROUP BY source"
    assert dict(db.execute("SELECT id, claims FROM sources WHERE claims")) == dict(db.execute(counted))


def check_words(db: sqlite3.Connection) -> None:
    """Every claim that there ever was is found by its words, and stands once or is what it was without a gap."""
    numbers = "SELECT number FROM claims UNION SELECT number FROM former_claims"
    assert set(db.execute("SELECT rowid FROM claims_fts")) == set(db.execute(numbers))
    for table, key in (("claims", "number"), ("links", "claim"), ("reviews", "number")):
        spans = (
            f"SELECT DISTINCT {key}, sequence, until FROM former_{table} UNION SELECT {key}, sequence, 0 FROM {table}"
        )
        found = db.execute(f"{spans} ORDER BY 1, 2").fetchall()
        for (one, _, until), (other, since, _) in pairwise(found):
            assert one != other or until == since


def check_sources(db: sqlite3.Connection) -> None:
    """Everything shows what is now known of sources, whether it stands or not."""
    of = identities.Identities(db).of
    for _, source in _current(db, "sources", "id", Source):
        assert source == identities.shown(db, source.id)
    for number, claim in _current(db, "claims", "number", Claim):
        given = identities.given(db, number, claim)
        assert claim == references.referring(given, references.places(given), of)
    for number, article in _current(db, "articles", "number", Article):
        given_article = identities.given(db, number, article)
        assert article == references.referring(given_article, references.places(given_article), of)


def _current(db: sqlite3.Connection, table: str, key: str, type: type[T]) -> list[tuple[Any, T]]:
    """All that stands in the table, or was taken out of it for good, by its key."""
    query = f"""
        SELECT {key}, body FROM {table} JOIN revisions USING (sequence)
        UNION ALL SELECT {key}, body FROM former_{table} JOIN revisions USING (sequence) WHERE until = {OPEN}
    """
    return [(key, msgspec.json.decode(body, type=type)) for key, body in db.execute(query)]
