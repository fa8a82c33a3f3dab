"""The versions of an article, as they are read."""

import sqlite3
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec

from schemas.versions import ArticleVersion, Difference, Place
from service.storage.narrowing import NOW

VERSIONS = """
    SELECT version, versions.sequence, at, actor, length(text), text FROM versions
    JOIN revisions ON revisions.sequence = versions.sequence
    WHERE article IN (
        SELECT number FROM articles WHERE id = :id UNION ALL SELECT number FROM former_articles WHERE id = :id
    ) ORDER BY version
"""
PLACES = """
    WITH article (number) AS (
        SELECT number FROM articles WHERE id = :id UNION SELECT number FROM former_articles WHERE id = :id
    )
    SELECT id, position FROM claims WHERE article IN article AND sequence <= :as_of
    UNION ALL
    SELECT id, position FROM former_claims
    WHERE article IN article AND sequence <= :as_of AND until > :as_of AND status <> 'superseded'
    ORDER BY position
"""

Places = Mapping[str, int]
"""Where each claim stands, in the order in which they do."""


def every(db: sqlite3.Connection, id: str) -> list[ArticleVersion]:
    """The versions of the article, without their texts; none where it is not stored."""
    return [ArticleVersion(*row[:-1]) for row in db.execute(VERSIONS, {"id": id})]


def one(db: sqlite3.Connection, id: str, version: int) -> ArticleVersion | None:
    """The version with its text and what is other than in the one before; None where there is none."""
    rows = db.execute(VERSIONS, {"id": id}).fetchall()
    if not 1 <= version <= len(rows):
        return None
    # A version lasts until the revision that brought the next.
    ends = [row[1] - 1 for row in rows[1:]] + [NOW]
    found = ArticleVersion(*rows[version - 1])
    if version == 1:
        return found
    before, after = (_places(db, id, end) for end in ends[version - 2 : version])
    return msgspec.structs.replace(found, difference=_difference(before, after))


def _places(db: sqlite3.Connection, id: str, as_of: int) -> Places:
    return dict(db.execute(PLACES, {"id": id, "as_of": as_of}).fetchall())


def _difference(before: Places, after: Places) -> Difference:
    stayed = [id for id in after if id in before]
    kept = _rising([before[id] for id in stayed])
    return Difference(
        added=tuple(Place(id, place) for id, place in after.items() if id not in before),
        removed=tuple(Place(id, was=place) for id, place in before.items() if id not in after),
        moved=tuple(Place(id, after[id], before[id]) for place, id in enumerate(stayed) if place not in kept),
    )


def _rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising part of ``numbers``: of what has an order, as much as can have kept it."""
    ends: list[int] = []  # The place where the best part of each length ends.
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left([numbers[end] for end in ends], number)
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [place]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found
