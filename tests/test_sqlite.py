"""What is particular to the SQLite store: its file, its locks, its indexes."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest
from sqlite_utils import Database

from schemas.articles import Outcome
from schemas.claims import Claim
from service.errors import (
    ArticleUnknown,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreForeign,
    StoreTooNew,
    StoreUnsupported,
    StoreUnwritable,
)
from service.storage.filters import ClaimFilter, Window
from service.storage.migrations import migrations
from service.storage.sqlite import SqliteStore, open_store
from tests.earlier import write
from tests.records import AP, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.soundness import stored_articles

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be."""
    return tmp_path / "sayso.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store that holds one bulletin."""
    opened = open_store(str(path))
    opened.put(bulletin("first"), at=NOON, actor="tester")
    yield opened
    opened.close()


class TestOpening:
    """The file."""

    def test_addresses(self, path: Path) -> None:
        """A path and ``sqlite:///`` with the same path are one database, whatever characters the path has."""
        odd = path.with_name("a b?c#d%20é.db")
        for address in (f"sqlite:///{odd}", str(odd)):
            store = open_store(address)
            outcome = store.put(bulletin("one"), at=NOON, actor="tester").outcome
            store.close()
        assert outcome is Outcome.UNCHANGED
        assert stored_articles(odd) == {"art_one"}

    @pytest.mark.parametrize(
        "address", ["postgresql://host/db", "sqlite://host/x", ":memory:", "sqlite:///:memory:", ""]
    )
    def test_unsupported(self, address: str) -> None:
        """What is no file is refused, an in-memory database too: each connection would have another one."""
        with pytest.raises(StoreUnsupported):
            open_store(address)

    def test_safe_settings(self, store: SqliteStore) -> None:
        """The file is in WAL, and a commit is on the disk when it is acknowledged."""
        with store.connections.writing() as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA synchronous").fetchone() == (2,)
            assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
            strict = db.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
            lax = {name for name, is_strict in strict if not is_strict}
        assert lax <= {"_sqlite_migrations", "sqlite_schema", "sqlite_sequence"}

    def test_reopened(self, store: SqliteStore, path: Path) -> None:
        """What was stored is there after closing and opening."""
        before = store.article("art_first"), store.sequence()
        store.close()
        again = open_store(str(path))
        assert (again.article("art_first"), again.sequence()) == before
        again.close()

    def test_before_keys(self, path: Path) -> None:
        """A database that the version before keys has written opens with all that it had."""
        with closing(sqlite3.connect(path)) as old:
            migrations.apply(Database(old), stop_before="m002_dates")
            write(old, bulletin("first"))
            old.commit()
            migrations.apply(Database(old), stop_before="m004_keys")
        store = open_store(str(path))
        assert store.keys.list(Window()).items == []
        store.close()
        assert stored_articles(path) == {"art_first"}

    def test_opened_at_once(self, path: Path) -> None:
        """Processes that open a new file at the same moment all succeed, and each one's articles are there."""
        writers = [start_writer(path, f"w{number}", 3) for number in range(4)]
        acknowledged = {id for writer in writers for id in writer.communicate(timeout=60)[0].split()}
        assert [writer.returncode for writer in writers] == [0] * 4
        assert len(acknowledged) == 12
        assert stored_articles(path) == acknowledged


class TestRefusal:
    """Files that are not ours to use."""

    def test_foreign(self, path: Path) -> None:
        """Another program's database is refused and left as it is, to the byte."""
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        self.refused(path, StoreForeign, "is not a sayso database")

    def test_foreign_and_empty(self, path: Path) -> None:
        """A database that another program has marked as its own is refused, even if it holds no table."""
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA application_id = 1196444487")
        self.refused(path, StoreForeign, "is not a sayso database")

    def test_newer(self, store: SqliteStore, path: Path) -> None:
        """A database that a later version has changed is refused by the name of the change, and left as it is."""
        store.close()
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('sayso', 'm999_flying_cars', '2030-01-01')"
            )
        self.refused(path, StoreTooNew, "m999_flying_cars")

    @pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\0" * 8192, bytes(range(256)) * 64])
    def test_no_database(self, path: Path, content: bytes) -> None:
        """A file of anything else is refused and left as it is."""
        path.write_bytes(content)
        self.refused(path, StoreCorrupt, "is not a sound database")

    def refused(self, path: Path, error: type[StoreError], words: str) -> None:
        """Opening raises and the file does not change."""
        before = path.read_bytes()
        with pytest.raises(error, match=words):
            open_store(str(path))
        assert path.read_bytes() == before
        assert [file.name for file in path.parent.iterdir()] == [path.name]


class TestDamage:
    """A file that was ours and is damaged."""

    @pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
    def test_truncated(self, store: SqliteStore, path: Path, kept: float) -> None:
        """A file that lost its end is told as damaged."""
        fill(store, path)
        os.truncate(path, int(path.stat().st_size * kept) // 4096 * 4096)
        with pytest.raises(StoreCorrupt):
            read_everything(path)

    def test_flipped_pages(self, store: SqliteStore, path: Path) -> None:
        """Whichever page is overwritten, reading gives `StoreCorrupt` or what other pages hold, never a crash."""
        fill(store, path)
        whole = path.read_bytes()
        told = 0
        for page in range(0, len(whole), 4096 * 7):
            damaged = bytearray(whole)
            damaged[page : page + 4096] = Random(page).randbytes(4096)
            path.write_bytes(damaged)
            try:
                read_everything(path)
            except StoreCorrupt:
                told += 1
        assert told


class TestUnwritable:
    """A disk that takes no more."""

    def test_full(self, store: SqliteStore, path: Path) -> None:
        """On a full disk nothing of an article is stored, reading goes on, and writing does when there is room."""
        with store.connections.writing() as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(StoreUnwritable, match="full"):
            store.put(bulletin("second", size=200), at=NOON, actor="tester")
        with pytest.raises(ArticleUnknown):
            store.article("art_second")
        assert len(store.claims(ClaimFilter(article=("art_first",)), Window()).items) == 12
        with store.connections.writing() as db:
            db.execute("PRAGMA max_page_count = 1000000")
        assert store.put(bulletin("second", size=200), at=NOON, actor="tester").outcome is Outcome.CREATED
        assert stored_articles(path) == {"art_first", "art_second"}

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there, and a folder in the file's place, are told."""
        for place in (tmp_path / "none" / "sayso.db", tmp_path):
            with pytest.raises(StoreUnwritable):
                open_store(str(place))

    @pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o777, 0o444), (0o555, 0o444)])
    def test_read_only(self, folder_mode: int, file_mode: int) -> None:
        """Where this user may not write, that is told when something is to be written, and the file stays as it is."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "sayso.db")
            open_store(str(path)).close()
            path.chmod(file_mode)
            path.parent.chmod(folder_mode)
            before = path.read_bytes()
            assert put_as_another_user(path) == "StoreUnwritable"
            assert path.read_bytes() == before


class TestLocks:
    """Several that read and write at once."""

    def test_busy(self, store: SqliteStore, path: Path) -> None:
        """Where another process keeps the lock, writing is told as busy, reading goes on, and later writes work."""
        with store.connections.writing() as db:
            db.execute("PRAGMA busy_timeout = 50")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                store.put(bulletin("second"), at=NOON, actor="tester")
            assert store.article("art_first").claims == 12
        assert store.put(bulletin("second"), at=NOON, actor="tester").outcome is Outcome.CREATED

    def test_readers_see_whole_articles(self, store: SqliteStore) -> None:
        """While articles are written, a reader finds each with all of its claims or not at all."""
        names = [f"b{number}" for number in range(60)]
        done = threading.Event()

        def look() -> int:
            looks = 0
            while not done.is_set():
                for name in names:
                    page = store.claims(ClaimFilter(article=(f"art_{name}",)), Window())
                    assert len(page.items) in (0, 12)
                    looks += 1
            return looks

        with ThreadPoolExecutor() as pool:
            readers = [pool.submit(look) for _ in range(3)]
            for name in names:
                store.put(bulletin(name), at=NOON, actor="tester")
            done.set()
            assert all(reader.result() for reader in readers)

    @pytest.mark.parametrize("seed", range(3))
    def test_paging_while_writing(self, store: SqliteStore, seed: int) -> None:
        """Whatever is stored meanwhile, pages hold each item that was there once, in order, and none twice."""
        random = Random(seed)
        for number in range(10):
            store.put(bulletin(f"before-{number}"), at=NOON, actor="tester")
        which = random.choice((ClaimFilter(), ClaimFilter(source=("KCNA",)), ClaimFilter(q="drills")))
        there = claim_ids(store, which, Window(limit=1000))
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(lambda: [store.put(bulletin(f"n{n}"), at=NOON, actor="tester") for n in range(40)])
            seen, window = list[str](), Window(limit=random.randint(1, 9))
            while True:
                page = store.claims(which, window)
                seen += [msgspec.json.decode(item, type=Claim).id for item in page.items]
                if page.next is None:
                    break
                window = Window(limit=random.randint(1, 9), after=page.next)
            writing.result()
        assert seen[: len(there)] == there
        assert len(seen) == len(set(seen))

    def test_two_processes(self, store: SqliteStore, path: Path) -> None:
        """Two processes write at once; nothing is lost, and this one reads what they stored."""
        writers = [start_writer(path, name, 40) for name in ("north", "south")]
        acknowledged = {id for writer in writers for id in writer.communicate(timeout=60)[0].split()}
        assert len(acknowledged) == 80
        assert stored_articles(path) == acknowledged | {"art_first"}
        assert store.source(AP.id).claims == 81 * 12 - 80  # Each writer has taken back one claim of each article.

    def test_closed_while_reading(self, path: Path) -> None:
        """Closing waits for no reader, and leaves one file behind."""
        store = open_store(str(path))
        with store.connections.reading() as db:
            store.close()
            assert db.execute("SELECT count(*) FROM claims").fetchone() == (0,)
        assert [file.name for file in path.parent.iterdir()] == [path.name]


class TestRecord:
    """The revisions."""

    def test_revisions(self, store: SqliteStore) -> None:
        """Every change is there with its time, who made it, what it made, and where it needs one, a reason."""
        other = msgspec.structs.replace(KCNA, aliases=("Chosun Central",))
        news = record("later", claim("So it is.", attribution(link(other))), sources=(other,))
        before = store.sequence()
        store.put(news, at=NOON, actor="tester")
        with store.connections.reading() as db:
            query = "SELECT at, actor, action, reason, entity, entity_id FROM revisions WHERE sequence > ?"
            revisions = db.execute(query, (before,)).fetchall()
        made = ("2026-02-08T12:00:00.000Z", "tester")
        assert revisions == [
            (*made, "updated", "named so in art_later", "source", KCNA.id),
            (*made, "created", None, "article", "art_later"),
            (*made, "created", None, "claim", "clm_later_0"),
        ]


def claim_ids(store: SqliteStore, which: ClaimFilter, window: Window) -> list[str]:
    """The ids of the claims on a page."""
    return [msgspec.json.decode(item, type=Claim).id for item in store.claims(which, window).items]


def fill(store: SqliteStore, path: Path) -> None:
    """The store holds a few hundred claims, all of them in the one file, and is closed."""
    for number in range(20):
        store.put(bulletin(f"more-{number}"), at=NOON, actor="tester")
    store.close()


def read_everything(path: Path) -> None:
    """Every article, claim and link has been read. Raises `StoreError`."""
    store = open_store(str(path))
    try:
        for number in range(20):
            store.article(f"art_more-{number}")
        store.claims(ClaimFilter(), Window(limit=1000))
        store.claims(ClaimFilter(q="drills"), Window(limit=1000))
        store.attributions(ClaimFilter(), Window(limit=1000))
    finally:
        store.close()


def start_writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    """A process that runs `tests.writer`."""
    command = [sys.executable, "-m", "tests.writer", str(path), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def put_as_another_user(path: Path) -> str:
    """The error that a user without rights gets who opens the store and puts an article.

    A fork and no new program, since that user may not be able to read the interpreter.
    """
    readable, writable = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writable, "w") as answer:
            answer.write(put_without_rights(path))
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as answer:
        outcome = answer.read()
    os.wait()
    return outcome


def put_without_rights(path: Path) -> str:
    """As `put_as_another_user`, for good."""
    if os.getuid() == 0:  # Root may write anywhere.
        os.setuid(65534)
    try:
        open_store(str(path)).put(bulletin("one"), at=NOON, actor="tester")
    except StoreError as error:
        return type(error).__name__
    return "stored"
