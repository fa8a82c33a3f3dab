"""The record, read by its sequence."""

import sqlite3

AT = "SELECT at FROM revisions WHERE sequence = ?"


def sequence_at(db: sqlite3.Connection, at: str) -> int:
    """The number of the last revision that was made at the time or before, 0 where there is none.

    No revision is earlier than the one before it, so that this takes some twenty steps and no index.
    """
    low, high = 0, db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()[0]
    while low < high:
        middle = (low + high + 1) // 2
        if db.execute(AT, (middle,)).fetchone()[0] <= at:
            low = middle
        else:
            high = middle - 1
    return low
