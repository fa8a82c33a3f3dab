"""Numbers of articles, claims and reviews: in the order of storing, none given twice, whatever became of its bearer."""

import sqlite3
from typing import Literal

Numbered = Literal["articles", "claims", "reviews"]

LAST: dict[Numbered, str] = {
    "articles": "SELECT max(coalesce((SELECT max(number) FROM articles), 0),"
    " coalesce((SELECT max(number) FROM former_articles), 0),"
    " coalesce((SELECT max(number) FROM removals WHERE entity = 'article'), 0))",
    "claims": "SELECT max(coalesce((SELECT max(number) FROM claims), 0),"
    " coalesce((SELECT max(number) FROM former_claims), 0),"
    " coalesce((SELECT max(number) FROM removals WHERE entity = 'claim'), 0))",
    "reviews": "SELECT max(coalesce((SELECT max(number) FROM reviews), 0),"
    " coalesce((SELECT max(number) FROM former_reviews), 0),"
    " coalesce((SELECT max(number) FROM removals WHERE entity = 'review'), 0))",
}
"""The last number that was given, as SQL."""


def following(db: sqlite3.Connection, table: Numbered) -> int:
    """The number of the next of them."""
    last: int = db.execute(LAST[table]).fetchone()[0]
    return last + 1
