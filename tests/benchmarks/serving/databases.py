"""The databases that are served: Sayso's, and one with the same claims in tables as others would lay them out."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import UNSET
from msgspec.json import encode

from schemas.claims import Claim
from service.storage.sqlite import open_store
from tests.benchmarks.serving.copies import multiply
from tests.benchmarks.serving.rows import records
from tests.records import NOON

FOLDER = Path("build/bench")

WRITTEN = 100_000
"""How many claims are written by the store itself, in two minutes."""

TABLES = """
    CREATE TABLE sources (id TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE claims (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
        position INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL,
        "end" INTEGER NOT NULL, confidence TEXT NOT NULL);
    CREATE TABLE attributions (number INTEGER PRIMARY KEY, claim_number INTEGER NOT NULL REFERENCES claims,
        act TEXT NOT NULL, manner TEXT NOT NULL, cue TEXT NOT NULL, content TEXT NOT NULL);
    CREATE INDEX attributions_claim ON attributions (claim_number);
    CREATE TABLE links (number INTEGER PRIMARY KEY, claim_number INTEGER NOT NULL REFERENCES claims,
        attribution_number INTEGER NOT NULL REFERENCES attributions, source_id TEXT NOT NULL REFERENCES sources,
        role TEXT NOT NULL, factuality TEXT NOT NULL, extraction TEXT NOT NULL, probability REAL NOT NULL,
        mention TEXT);
    CREATE INDEX links_source ON links (source_id, claim_number);
    CREATE INDEX links_attribution ON links (attribution_number);

    -- One table for all, as one would import it into Datasette: a row for each source of a claim.
    CREATE TABLE sourced (number INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, article_id TEXT NOT NULL,
        position INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL,
        "end" INTEGER NOT NULL, confidence TEXT NOT NULL, attributions TEXT NOT NULL);
    CREATE INDEX sourced_source ON sourced (source);
"""


def sayso(claims: int) -> Path:
    """Sayso's database of so many claims, made where it is not there."""
    return _made(FOLDER / f"sayso-{claims}.db", lambda path: store(path, claims))


def tables(claims: int) -> Path:
    """The others' database of the same claims, made where it is not there."""
    return _made(FOLDER / f"tables-{claims}.db", lambda path: _lay_out(path, claims))


def _made(path: Path, make: Callable[[Path], None]) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        make(part)
        part.rename(path)  # So that one that was not finished is not taken for one that was.
    return path


def store(path: Path, claims: int) -> None:
    """A database is at the path with so many claims: a hundred thousand that the store has written, and copies."""
    written = min(claims, WRITTEN)
    with closing(open_store(str(path))) as store:
        for record in records(written):
            store.put(record, at=NOON, actor="benchmark")
    if claims > written:
        multiply(path, claims)


def _lay_out(path: Path, claims: int) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(TABLES)
        numbers = count(1)
        for record in records(claims):
            _insert(db, "sources", ((one.id, one.name) for one in record.sources))
            for claim in record.claims:
                _lay_out_claim(db, next(numbers), claim)


def _lay_out_claim(db: sqlite3.Connection, number: int, claim: Claim) -> None:
    row = (claim.id, claim.article_id, claim.position, claim.kind, claim.text, claim.start, claim.end)
    (attribution,) = claim.attributions
    confidence = _json(claim.confidence)
    _insert(db, "claims", [(number, *row, confidence)])
    spans = _json(attribution.cue), _json(attribution.content)
    _insert(db, "attributions", [(number, number, attribution.act, attribution.manner, *spans)])
    for link in attribution.chain:
        mention = None if link.mention is UNSET else _json(link.mention)
        graded = link.role, link.factuality, link.extraction, link.probability
        _insert(db, "links", [(None, number, number, link.source.id, *graded, mention)])
        _insert(db, "sourced", [(None, link.source.id, *row, confidence, _json(claim.attributions))])


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - no values


def _json(value: object) -> str:
    return encode(value).decode()
