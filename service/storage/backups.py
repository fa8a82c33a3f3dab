"""Copies of a database that is in use, and how one takes its place again."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, lockf
from pathlib import Path
from secrets import randbits

from msgspec import Struct
from sqlite_utils import Database

from service.errors import (
    OutputUnwritable,
    StoreBusy,
    StoreCorrupt,
    StoreForeign,
    StoreInUse,
    StoreMissing,
    StoreTooNew,
)
from service.storage import files
from service.storage.connections import connect, fault, reader, translated
from service.storage.migrations import APPLICATION_ID, inspect

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


def restore(path: Path, database: Path, kept: Path) -> Contents:
    """The database is a copy of the backup at ``path``, verified; what it was is at ``kept``.

    Raises `StoreInUse` where another process has it open, or any other `StoreError` or `OutputUnwritable`; the database
    is then as it was.
    """
    with opened(path) as original, unused(database), _replacing(database) as partial:
        contents = copy(original, partial, lineage=randbits(31))
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
def unused(database: Path) -> Iterator[None]:
    """While inside, nobody has the database open or can open it, and all of it is in its one file.

    Raises `StoreInUse` or `StoreForeign`. One that is damaged, or that a later version has written, may be why another
    is restored.
    """
    if not database.exists():
        yield
        return
    try:
        held = _alone(database)
    except StoreCorrupt:
        with _locked(database):
            yield
        return
    with closing(held):
        yield


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
