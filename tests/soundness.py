"""Whether a database file holds whole articles and nothing else, asked of SQLite itself."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def stored_articles(path: Path) -> set[str]:
    """The ids of the articles in the file, each of which is there whole: text, claims, links, revisions, counts."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        # FTS5 raises where its index and the claims differ.
        db.execute("INSERT INTO claims_fts (claims_fts, rank) VALUES ('integrity-check', 1)")
        articles = db.execute(
            "SELECT number, body, text FROM articles JOIN revisions USING (sequence) JOIN texts USING (sequence)"
        )
        for number, body, text in articles.fetchall():
            check_article(db, number, json.loads(body), text)
        check_counts(db)
        return {id for (id,) in db.execute("SELECT id FROM articles")}


def check_article(db: sqlite3.Connection, number: int, article: dict[str, Any], text: str) -> None:
    """The article has exactly its claims, each a stretch of its text, with exactly their links."""
    assert len(text) == article["length"]
    query = """
        SELECT number, revisions.body, bodies.body FROM claims JOIN revisions USING (sequence)
        LEFT JOIN bodies USING (number) WHERE article = ? ORDER BY number
    """
    rows = db.execute(query, (number,)).fetchall()
    assert [body.encode() for _, body, _ in rows] == [shown for _, _, shown in rows]
    claims = [(place, json.loads(body)) for place, body, _ in rows]
    assert [claim["position"] for _, claim in claims] == list(range(article["claims"]))
    for place, claim in claims:
        assert text[claim["start"] : claim["end"]] == claim["text"]
        links = db.execute("SELECT attribution, link, source, role FROM links WHERE claim = ?", (place,)).fetchall()
        assert links == [
            (index, step, link["source"]["id"], link["role"])
            for index, attribution in enumerate(claim["attributions"])
            for step, link in enumerate(attribution["chain"])
        ]


def check_counts(db: sqlite3.Connection) -> None:
    """Revisions are those of what is there, and each source's count is that of its claims."""
    kinds = (
        "SELECT 'article', id FROM articles UNION SELECT 'claim', id FROM claims UNION SELECT 'source', id FROM sources"
    )
    assert set(db.execute("SELECT entity, entity_id FROM revisions")) == set(db.execute(kinds))
    counted = "SELECT source, count(DISTINCT claim) FROM links GROUP BY source"
    assert dict(db.execute("SELECT id, claims FROM sources WHERE claims")) == dict(db.execute(counted))
