"""Which engine has read an article last."""

import sqlite3
from typing import Any

from service.storage.filters import Window

TABLE = """
    -- The engine that has read each article's text last, by the article's number. It was an earlier one where none is.
    CREATE TABLE engines (
        article INTEGER PRIMARY KEY,
        engine TEXT NOT NULL
    ) STRICT;
"""

UNREAD = """
    FROM articles LEFT JOIN engines ON engines.article = articles.number
    WHERE engine IS NOT :engine AND articles.number > :after
"""
PAGE = f"""
    WITH page (number, sequence) AS (SELECT number, sequence {UNREAD} ORDER BY number LIMIT :limit)
    SELECT number, CAST(body AS BLOB) FROM page CROSS JOIN revisions USING (sequence)
"""  # noqa: S608
COUNT = f"SELECT count(*) {UNREAD}"


def note(db: sqlite3.Connection, article: int, engine: str) -> None:
    """The engine has read the article last."""
    db.execute("INSERT OR REPLACE INTO engines (article, engine) VALUES (?, ?)", (article, engine))


def unread(db: sqlite3.Connection, engine: str, after: int, window: Window) -> tuple[list[tuple[Any, ...]], int | None]:
    """The number and JSON of the articles that another engine has read last, and one more where there is more.

    Tells besides how many they are, where that is asked.
    """
    values = {"engine": engine, "after": after, "limit": window.limit + 1}
    count = db.execute(COUNT, values | {"after": 0}).fetchone()[0] if window.counted else None
    return db.execute(PAGE, values).fetchall(), count
