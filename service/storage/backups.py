"""Copies of a database that is in use, and how one takes its place again."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from fcntl import LOCK_EX, LOCK_NB, lockf
from pathlib import Path
from secrets import randbits

from msgspec import Struct
from sqlite_utils import Database

from service.errors import (
    OutputUnwritable,
    ParameterInvalid,
    StoreBusy,
    StoreCorrupt,
    StoreForeign,
    StoreInUse,
    StoreMissing,
    StoreTooNew,
)
from service.storage import files, history, removals, removing, replaying, wiping
from service.storage.connections import connect, fault, reader, translated
from service.storage.migrations import APPLICATION_ID, inspect, migrate, transaction
from service.storage.removals import Gone
from service.storage.times import stamp

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a database for as long as it is open, and leaves there when it is killed."""

SHARED = (510, 0x40000002)
"""How many bytes everybody locks who has a database open, or some of them, and from where on (SQLite's `os.h`)."""


class Contents(Struct, frozen=True):
    """What a database holds: the number and time of its last revision, 0 and "" without any, and rows by table."""

    sequence: int
    at: str
    rows: dict[str, int]


def backup(database: Path, path: Path) -> Contents:
    """A copy of the database is at ``path``, of one moment, verified, in one file, in place of what was there.

    Others write meanwhile and wait for nothing. Raises `StoreError` or `OutputUnwritable`; what was at ``path`` is
    then as it was.
    """
    if path.exists() and database.exists() and path.samefile(database):
        raise OutputUnwritable(str(path), "it is the database itself")
    with opened(database) as original, _replacing(path) as partial:
        return copy(original, partial)


def restore(path: Path, database: Path, kept: Path, as_of: int | datetime | None = None) -> Contents:
    """The database is a copy of the backup at ``path``, verified; what it was is at ``kept``.

    ``as_of`` a revision or a time the record ends there, and all is made anew from it as it was then; keys stay. What
    was removed for good stays so, also where the backup has it still and the database that is replaced has not.

    Raises `ParameterInvalid` where the backup ends before the revision, `StoreInUse` where another process has the
    database open, or any other `StoreError` or `OutputUnwritable`; the database is then as it was.
    """
    with opened(path) as original, unused(database) as replaced, _replacing(database) as partial:
        contents = copy(original, partial, lineage=randbits(31))
        gone = _removed(replaced)
        if gone or as_of is not None:
            contents = _amended(partial, gone, as_of)
        if database.exists():
            _make_alike(partial, database)
            os.link(database, kept)  # Not moved: whoever is killed now leaves the database where it was.
        for beside in BESIDE:
            with suppress(FileNotFoundError):
                Path(f"{database}{beside}").replace(f"{kept}{beside}")
        return contents


def copy(original: sqlite3.Connection, path: Path, lineage: int | None = None) -> Contents:
    """The empty file at ``path`` is a sound copy of the database, of another ``lineage`` where that is given."""
    with translated(str(path)), closing(connect(path.absolute().as_uri())) as copied:
        # One moment, copied at one go: in several, SQLite begins anew whenever somebody else has written.
        original.execute("BEGIN")
        contents = _contents(original)
        original.backup(copied)
        original.execute("COMMIT")
        copied.execute("PRAGMA journal_mode = DELETE")  # So that the file is all there is.
        if lineage is not None:
            copied.execute(f"PRAGMA user_version = {lineage}")
        verify(copied, str(path))
        if _contents(copied) != contents:
            raise StoreCorrupt(str(path), "the copy does not hold what was copied")
    return contents


def _removed(replaced: sqlite3.Connection | None) -> list[Gone]:
    """What was removed for good from the database that is replaced, as far as it can be read."""
    if replaced is not None:
        with suppress(sqlite3.Error):  # It may be damaged, or know of no removals yet.
            return removals.every(replaced)
    return []


def _amended(path: Path, gone: Sequence[Gone], as_of: int | datetime | None) -> Contents:
    """The copy at the path is what it was at the moment, and has nothing of what is ``gone``."""
    with translated(str(path)), closing(connect(path.absolute().as_uri())) as db:
        migrate(db, str(path))
        db.execute(wiping.SECURE)
        db.execute("PRAGMA foreign_keys = OFF")
        with transaction(db):
            own = removals.every(db)
            if as_of is not None:
                replaying.cut(db, _sequence(db, as_of))
            for one in (*own, *gone):
                removing.again(db, one)
        wiping.wipe(db, path)
        db.execute("PRAGMA journal_mode = DELETE")
        verify(db, str(path))
        return _contents(db)


def _sequence(db: sqlite3.Connection, as_of: int | datetime) -> int:
    if isinstance(as_of, datetime):
        return history.sequence_at(db, stamp(as_of))
    (last,) = db.execute("SELECT coalesce(max(sequence), 0) FROM revisions").fetchone()
    if as_of > last:
        raise ParameterInvalid("as_of", f"the backup has {last} revisions. Give a number from 0 to that.")
    return as_of


def verify(db: sqlite3.Connection, where: str) -> None:
    """Returns where SQLite finds the database sound, its foreign keys and full text too. Raises `StoreCorrupt`."""
    faults = [fault for (fault,) in db.execute("PRAGMA integrity_check(3)") if fault != "ok"]
    faults += [f"a row of {table} refers to nothing" for table, *_ in db.execute("PRAGMA foreign_key_check")]
    if faults:
        raise StoreCorrupt(where, "; ".join(faults[:3]))
    db.execute("INSERT INTO claims_fts (claims_fts, rank) VALUES ('integrity-check', 0)")


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, which is there and ours. Raises `StoreMissing`, `StoreForeign`, `StoreTooNew` or `StoreCorrupt`."""
    if not path.exists():
        raise StoreMissing(str(path))
    with translated(str(path)), closing(reader(path)) as db:
        inspect(Database(db, execute_plugins=False), str(path))
        if db.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise StoreForeign(str(path))  # It is empty.
        yield db


@contextmanager
def unused(database: Path) -> Iterator[sqlite3.Connection | None]:
    """While inside, nobody else has the database open or can open it, and all of it is in its one file.

    Gives the only connection to it, none where there is no database or SQLite will not open it.

    Raises `StoreInUse` or `StoreForeign`. One that is damaged, or that a later version has written, may be why another
    is restored.
    """
    if not database.exists():
        yield None
        return
    try:
        held = _alone(database)
    except StoreCorrupt:
        with _locked(database):
            yield None
        return
    with closing(held):
        yield held


def _alone(database: Path) -> sqlite3.Connection:
    """The only connection to the database.

    Every other one, of whichever process, has the database in WAL mode, which SQLite leaves for the last alone.
    """
    with translated(str(database)):
        db = connect(f"{database.absolute().as_uri()}?mode=rw")
        try:
            with suppress(StoreTooNew):
                inspect(Database(db, execute_plugins=False), str(database))
            db.execute("PRAGMA busy_timeout = 1000")
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN EXCLUSIVE")
        except BaseException as error:
            db.close()
            if isinstance(error, sqlite3.Error) and fault(error) is StoreBusy:
                raise StoreInUse(str(database)) from error
            raise
        return db


@contextmanager
def _locked(database: Path) -> Iterator[None]:
    """The same of a file that SQLite will not open, by the lock that it would take."""
    with database.open("r+b") as file:
        try:
            lockf(file, LOCK_EX | LOCK_NB, *SHARED)
        except OSError as error:
            raise StoreInUse(str(database)) from error
        yield


def _contents(db: sqlite3.Connection) -> Contents:
    sequence, at = db.execute("SELECT sequence, at FROM revisions ORDER BY sequence DESC LIMIT 1").fetchone() or (0, "")
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    rows = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    return Contents(sequence, at, rows)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    try:
        with files.whole(path, 0o600) as partial:
            yield partial
    except OSError as error:
        raise OutputUnwritable(str(path), error.strerror or str(error)) from error


def _make_alike(path: Path, model: Path) -> None:
    """Whoever could use the one file can use the other."""
    shutil.copymode(model, path)
    stat = model.stat()
    with suppress(PermissionError):  # The owner alone can restore it then, who has restored it.
        os.chown(path, stat.st_uid, stat.st_gid)
