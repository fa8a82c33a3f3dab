"""Wiping the bytes of what was removed out of the files: the database, what SQLite keeps beside it, and exports.

SQLite overwrites what is deleted, but not the copies that it left in pages which it split or joined before: of twenty
thousand rows deleted in a test, three could be read in the file. So the file is written anew.
"""

import sqlite3
from pathlib import Path

from service.storage import files, removals

SECURE = "PRAGMA secure_delete = ON"
"""What is deleted on a connection is overwritten."""

MERGE = "INSERT INTO claims_fts (claims_fts) VALUES ('optimize')"
"""The index of words is merged into one part, which alone drops the words of what was deleted from it."""

FOLD = "PRAGMA wal_checkpoint(TRUNCATE)"
DONE = "UPDATE removals SET wiped = 1 WHERE NOT wiped"


def wipe(db: sqlite3.Connection, database: Path) -> None:
    """What was removed is in no file of the database any more, where nobody holds on to an earlier state of it.

    The connection is in no transaction. It takes as long as to copy the database, and as much room on the disk.
    """
    if not removals.unwiped(db):
        return
    clear(files.exports(database))
    db.execute(MERGE)
    db.execute("VACUUM")
    if _folded(db):
        db.execute(DONE)


def clear(folder: Path) -> None:
    """No export is kept there any more. One that is being made is made anew."""
    for file in folder.iterdir() if folder.is_dir() else ():
        file.unlink(missing_ok=True)


def _folded(db: sqlite3.Connection) -> bool:
    """Whether the log was folded into the file and is empty. Who reads what was before, as a backup, prevents it."""
    busy: int = db.execute(FOLD).fetchone()[0]
    return not busy
