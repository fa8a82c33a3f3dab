"""What stood once beside the record, where no revision tells of it, up to the revision after which it was otherwise.

What the engine read of claims that people correct, what was given where others are shown, what people say of sources.
"""

import sqlite3
from collections.abc import Mapping, Sequence

TABLES = """
    -- What the engine had read of a claim before it read it anew, or before a correction was undone: so it was up to
    -- the revision `until`. Triggers, so that no way of writing a reading can forget it.
    CREATE TABLE former_readings (
        number INTEGER NOT NULL,
        until INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (number, until)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER readings_replaced BEFORE INSERT ON readings BEGIN
        INSERT OR IGNORE INTO former_readings
            SELECT number, (SELECT max(sequence) FROM revisions), body FROM readings WHERE number = new.number;
    END;
    CREATE TRIGGER readings_deleted BEFORE DELETE ON readings BEGIN
        INSERT OR IGNORE INTO former_readings
            SELECT old.number, (SELECT max(sequence) FROM revisions), old.body;
    END;

    -- What was given, and what was judged, up to the revision `until`: NULL where nothing was. What is written of them
    -- is written before the revision that tells of it. Triggers, so that no way of writing can forget it.
    CREATE TABLE former_given (
        entity TEXT NOT NULL,
        number INTEGER NOT NULL,
        until INTEGER NOT NULL,
        places TEXT,
        PRIMARY KEY (entity, number, until)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER given_replaced BEFORE INSERT ON given
    WHEN NOT EXISTS (SELECT 1 FROM given WHERE entity = new.entity AND number = new.number AND places = new.places)
    BEGIN
        INSERT OR IGNORE INTO former_given VALUES (
            new.entity, new.number, (SELECT coalesce(max(sequence), 0) FROM revisions),
            (SELECT places FROM given WHERE entity = new.entity AND number = new.number)
        );
    END;
    CREATE TRIGGER given_deleted BEFORE DELETE ON given BEGIN
        INSERT OR IGNORE INTO former_given
            SELECT old.entity, old.number, coalesce(max(sequence), 0), old.places FROM revisions;
    END;

    CREATE TABLE former_judged (
        id TEXT NOT NULL,
        until INTEGER NOT NULL,
        read TEXT,
        judgement TEXT,
        PRIMARY KEY (id, until)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER judged_replaced BEFORE INSERT ON judged
    WHEN NOT EXISTS (
        SELECT 1 FROM judged WHERE id = new.id AND read = new.read AND judgement = new.judgement
    )
    BEGIN
        INSERT OR IGNORE INTO former_judged VALUES (
            new.id, (SELECT coalesce(max(sequence), 0) FROM revisions),
            (SELECT read FROM judged WHERE id = new.id), (SELECT judgement FROM judged WHERE id = new.id)
        );
    END;
    CREATE TRIGGER judged_deleted BEFORE DELETE ON judged BEGIN
        INSERT OR IGNORE INTO former_judged
            SELECT old.id, coalesce(max(sequence), 0), old.read, old.judgement FROM revisions;
    END;
"""

READ = """
    SELECT number, coalesce(
        (SELECT body FROM former_readings WHERE number = every.number AND until >= ?1 ORDER BY until LIMIT 1),
        (SELECT body FROM readings WHERE number = every.number)
    ) FROM (SELECT number FROM readings UNION SELECT number FROM former_readings) AS every
"""
"""What the engine had last read of each claim that a person has corrected."""


GIVEN = """
    SELECT entity, number, CASE WHEN until IS NULL THEN places ELSE was END FROM (
        SELECT every.entity, every.number, given.places, min(until) AS until, former_given.places AS was
        FROM (SELECT entity, number FROM given UNION SELECT entity, number FROM former_given) AS every
        LEFT JOIN given ON given.entity = every.entity AND given.number = every.number
        LEFT JOIN former_given
            ON former_given.entity = every.entity AND former_given.number = every.number AND until >= ?1
        GROUP BY every.entity, every.number
    )
"""
JUDGED = """
    SELECT id, CASE WHEN until IS NULL THEN read ELSE read_was END,
        CASE WHEN until IS NULL THEN judgement ELSE judgement_was END
    FROM (
        SELECT every.id, judged.read, judged.judgement, min(until) AS until,
            former_judged.read AS read_was, former_judged.judgement AS judgement_was
        FROM (SELECT id FROM judged UNION SELECT id FROM former_judged) AS every
        LEFT JOIN judged ON judged.id = every.id
        LEFT JOIN former_judged ON former_judged.id = every.id AND until >= ?1
        GROUP BY every.id
    )
"""
"""What was so when the revision was written. Beside the least of its group SQLite gives the columns of its row."""

KEPT = {
    "readings": (READ, "INSERT INTO readings (number, body) VALUES (?, ?)"),
    "given": (GIVEN, "INSERT INTO given (entity, number, places) VALUES (?, ?, ?)"),
    "judged": (JUDGED, "INSERT INTO judged (id, read, judgement) VALUES (?, ?, ?)"),
}
"""What is found by the number of the revision, and put back, each beside the table that has what was so before."""


Rows = Sequence[tuple[str | int | None, ...]]


def at(db: sqlite3.Connection, sequence: int) -> dict[str, Rows]:
    """What stood when the revision was written, as rows by the table that has what stands."""
    return {table: db.execute(query, (sequence,)).fetchall() for table, (query, _) in KEPT.items()}


def stands(db: sqlite3.Connection, sequence: int, kept: Mapping[str, Rows]) -> None:
    """What was ``kept`` of these tables stands again, with nothing that stood later than the revision, the last."""
    for table, rows in kept.items():
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table's name
        db.executemany(KEPT[table][1], [row for row in rows if row[-1] is not None])
        db.execute(f"DELETE FROM former_{table} WHERE until >= ?", (sequence,))  # noqa: S608 - a table's name
