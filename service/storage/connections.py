"""Connections to one SQLite file: opened with care, kept, and every error of theirs made one of ours."""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.errors import StoreBusy, StoreCorrupt, StoreError, StoreUnwritable
from service.storage.commits import Commits, Kept
from service.storage.migrations import migrate, transaction

PATIENCE = 5.0
"""How many seconds to wait for another process's lock."""

FAULTS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_READONLY: StoreUnwritable,
    sqlite3.SQLITE_FULL: StoreUnwritable,
    sqlite3.SQLITE_CANTOPEN: StoreUnwritable,
    sqlite3.SQLITE_PERM: StoreUnwritable,
    sqlite3.SQLITE_IOERR: StoreUnwritable,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: StoreCorrupt,
}
"""What an error of SQLite's says of the database. One that is not here is a bug of ours."""


@contextmanager
def translated(where: str) -> Iterator[None]:
    """An error of SQLite's that is the database's state leaves as a `StoreError`; one that is a bug leaves as it is."""
    try:
        yield
    except sqlite3.Error as error:
        if kind := fault(error):
            raise kind(where, str(error)) from error
        raise


def fault(error: sqlite3.Error) -> type[StoreError] | None:
    """What the error says of the database, if anything."""
    return FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # The low byte is the kind, the rest is detail.


class Connections:
    """One writer and any number of readers, each used by one thread at a time and kept for the next.

    Opening a connection costs 165 µs, more than reading a page of claims.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with translated(str(path)):
            self._writer = prepared(path)
            self._glance = reader(path)
        self.commits = Commits(path)
        self._version = Kept(self.commits, lambda: int(self.glance("PRAGMA data_version")[0]))
        self._turn, self._glancing = threading.Lock(), threading.Lock()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False

    def reading(self) -> "Reading":
        """A connection that cannot write. Each statement on it sees what was committed when it began."""
        return Reading(self)

    def take(self) -> sqlite3.Connection:
        """A connection that nobody else uses."""
        try:
            return self._idle.pop()
        except IndexError:
            with translated(str(self.path)):
                return reader(self.path)

    def give_back(self, connection: sqlite3.Connection) -> None:
        """The connection is kept for who reads next."""
        self._idle.append(connection)
        if self._closed:
            self._drop_idle()

    @contextmanager
    def snapshot(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """As `reading`, but all statements see one moment of the record, whose last revision's number comes along."""
        with self.reading() as db:
            db.execute("BEGIN")
            try:
                last = db.execute("SELECT sequence FROM revisions ORDER BY sequence DESC LIMIT 1").fetchone()
                yield db, last[0] if last else 0
            finally:
                db.execute("COMMIT")

    def glance(self, query: str) -> tuple[Any, ...]:
        """The first row that the query gives, () for none, in half the time of `reading`: its connection is kept."""
        try:
            with self._glancing:
                row: tuple[Any, ...] = self._glance.execute(query).fetchone() or ()
        except sqlite3.Error:
            with translated(str(self.path)):
                raise
        return row

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk when the block ends, undone whole if it raises."""
        with self._turn, translated(str(self.path)):
            with transaction(self._writer):
                yield self._writer
                end = self.commits.begin()
            end()

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection]:
        """The connection that writes, in no transaction: for what SQLite does to the file as a whole."""
        with self._turn, translated(str(self.path)):
            yield self._writer

    def version(self) -> int:
        """Another number after any change was committed, by whichever process, and the same until then."""
        return self._version.get()

    def close(self) -> None:
        """Every connection is closed, those now reading as soon as they are done."""
        self._closed = True
        self._drop_idle()
        with self._glancing:
            self._glance.close()
        with self._turn:
            self._writer.close()
        self.commits.close()

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


class Reading:
    """A connection that is lent. It is no generator: to enter and leave one would take longer than all else here."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._connections.take()
        return self._connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._connections.give_back(self._connection)
        if isinstance(error, sqlite3.Error):
            with translated(str(self._connections.path)):
                raise error


def connect(address: str) -> sqlite3.Connection:
    """A connection in autocommit that any thread may use, one at a time."""
    connection = sqlite3.connect(
        address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute("PRAGMA foreign_keys = ON")
    # A commit returns when it is on the disk: what was acknowledged outlives a loss of power.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def reader(path: Path) -> sqlite3.Connection:
    """A connection on which nothing can be written."""
    # Not mode=ro: the last connection to close must be able to fold the write-ahead log into the file.
    connection = connect(f"{path.absolute().as_uri()}?mode=rw")
    connection.execute("PRAGMA query_only = ON")
    # Pages are read where the system keeps them and not copied, for as much of the file as SQLite maps: 2 GB mostly.
    connection.execute(f"PRAGMA mmap_size = {2**40}")
    return connection


def prepared(path: Path) -> sqlite3.Connection:
    """A writer on the file at ``path``, which was made or brought up to date."""
    deadline = time.monotonic() + PATIENCE
    while True:
        before = _inode(path)
        writer = connect(path.absolute().as_uri())
        try:
            migrate(writer, str(path))
            if not _replaced(path, before):
                return writer
            writer.close()
        except BaseException as error:
            writer.close()
            # SQLite does not wait, as it does elsewhere, where two processes turn one new file to WAL.
            busy = isinstance(error, sqlite3.Error) and fault(error) is StoreBusy
            if not (busy or _replaced(path, before)) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _replaced(path: Path, before: int | None) -> bool:
    """Whether another database was restored in the place of the one that was there before, and waited for."""
    return before is not None and _inode(path) != before


def _inode(path: Path) -> int | None:
    """Which file has the name, if any."""
    try:
        return path.stat().st_ino
    except OSError:
        return None
