"""Statements by the bands of their signatures: those that share one with a text have mostly its words."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from service.matching import signatures
from service.storage.filters import Json
from service.storage.narrowing import Value
from service.storage.port import COMPARED

TABLE = """
    -- The bands of every statement that there ever was, by its number. What stands, its own tables say.
    CREATE TABLE bands (
        band INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (band, number)
    ) STRICT, WITHOUT ROWID;
"""

FULL = 100
"""How many claims of one band are looked at: the first that were stored, so that as of a moment they are the same."""

_SIGNED = f"SELECT number FROM bands WHERE band = ? ORDER BY number LIMIT {FULL + 1}"  # noqa: S608

_STANDING = """
    WITH likely (number) AS (SELECT value FROM json_each(:numbers))
    SELECT number, sequence FROM likely CROSS JOIN claims USING (number)
    WHERE kind = 'statement' AND article IS NOT :article AND sequence <= :as_of
    UNION ALL
    SELECT number, sequence FROM likely CROSS JOIN former_claims USING (number)
    WHERE kind = 'statement' AND article IS NOT :article AND sequence <= :as_of AND until > :as_of
        AND status = 'active'
"""

_CREATED = """
    SELECT EXISTS (
        SELECT 1 FROM json_each(:numbers) AS one CROSS JOIN claims ON number = one.value WHERE sequence <= :as_of
        UNION ALL
        SELECT 1 FROM json_each(:numbers) AS one CROSS JOIN former_claims ON number = one.value
        WHERE sequence <= :as_of
    )
"""

_BODIES = """
    SELECT CAST(body AS BLOB) FROM json_each(?) AS page CROSS JOIN revisions ON sequence = page.value
    ORDER BY page.key
"""


def sign(db: sqlite3.Connection, statements: Iterable[tuple[int, str]]) -> None:
    """The statements, each a number and a text, are found by their bands."""
    for number, text in statements:
        rows = [(band, number) for band in signatures.bands(text)]
        db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)


def sign_all(db: sqlite3.Connection) -> None:
    """Every statement that there ever was is found by its bands."""
    query = "SELECT number, text FROM {} WHERE kind = 'statement'"
    for table in ("claims", "former_claims"):
        sign(db, db.execute(query.format(table)))


def alike(db: sqlite3.Connection, text: str, article: int | None, as_of: int) -> tuple[Sequence[Json], bool]:
    """The statements that stood at the moment and share most bands with the text, none of the article's.

    They are `COMPARED` at most; tells besides whether these are all that share one.
    """
    shared, beyond = _sharing(db, signatures.bands(text))
    values: dict[str, Value | None] = {"numbers": _list(shared), "article": article, "as_of": as_of}
    standing = db.execute(_STANDING, values).fetchall()
    standing.sort(key=lambda row: (-shared[row[0]], row[0]))
    rows = db.execute(_BODIES, (_list(sequence for _, sequence in standing[:COMPARED]),))
    passed_over = db.execute(_CREATED, {"numbers": _list(beyond), "as_of": as_of}).fetchone()[0]
    return [body for (body,) in rows], not passed_over and len(standing) <= COMPARED


def _sharing(db: sqlite3.Connection, bands: Sequence[int]) -> tuple[Counter[int], list[int]]:
    """How many of the bands each claim has, of the first in each, and of each the one behind these."""
    shared: Counter[int] = Counter()
    beyond: list[int] = []
    for band in bands:
        numbers = [number for (number,) in db.execute(_SIGNED, (band,))]
        shared.update(numbers[:FULL])
        beyond += numbers[FULL:]
    return shared, beyond


def _list(numbers: Iterable[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()
