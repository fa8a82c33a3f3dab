"""What a process keeps of the database between commits: never older than the last one, whichever process made it."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import msgspec
import pytest

from service.storage.commits import PERIOD
from service.storage.filters import ClaimFilter, Window
from service.storage.sqlite import SqliteStore, open_store
from tests.records import GUARDIAN, KCNA, NOON, attribution, bulletin, claim, link, record

ROOT = Path(__file__).parent.parent
ROUNDS = 20
RENAMED = msgspec.structs.replace(KCNA, aliases=("Pyongyang's agency",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "sayso.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """A store that holds one bulletin, and whose state was asked for."""
    opened = open_store(str(path))
    opened.put(bulletin("first"), at=NOON, actor="tester")
    opened.state()
    yield opened
    opened.close()


def last(path: Path) -> int:
    """The number of the last revision, asked of SQLite itself."""
    with closing(sqlite3.connect(path)) as db:
        found: int = db.execute("SELECT max(sequence) FROM revisions").fetchone()[0]
    return found


@contextmanager
def writing(path: Path, name: str, count: int) -> Iterator[Iterator[str]]:
    """Another process stores bulletins; the ids of those that were acknowledged. At the end of the block it is dead."""
    command = [sys.executable, "-m", "tests.writer", str(path), name, str(count)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        try:
            yield iter(writer.stdout)
        finally:
            writer.kill()


def forked(work: Callable[[], None]) -> None:
    """Another process has done the work and was gone at once, nothing of it closed."""
    if (child := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def test_what_two_others_write_is_seen_at_once(store: SqliteStore, path: Path) -> None:
    """The state is that of each commit as soon as it is made, while two processes write by turns."""
    with writing(path, "one", 60) as ones, writing(path, "two", 60) as others:
        for _ in zip(ones, others, strict=True):
            committed = last(path)
            assert store.state().sequence >= committed
    assert store.state().sequence == last(path)
    store.put(bulletin("more"), at=NOON, actor="tester")
    assert (store.state().sequence, store.connections.commits.count() is None) == (last(path), False)


def test_a_writer_killed_at_any_moment_hides_nothing(store: SqliteStore, path: Path) -> None:
    """What it committed is seen, and what it did not is not."""
    random, sequences = Random(1), set()
    for number in range(ROUNDS):
        with writing(path, f"round-{number}", 100_000) as acknowledged:
            next(acknowledged)
            time.sleep(random.uniform(0, 0.02))
        assert store.state().sequence == last(path)
        sequences.add(store.state().sequence)
    assert len(sequences) == ROUNDS


def test_killed_between_telling_and_committing(store: SqliteStore, path: Path) -> None:
    """Until the next commit nothing is taken to be as it was, and the state is right all the time."""
    commits = store.connections.commits

    def die() -> None:
        with open_store(str(path)).connections.writing() as db:
            db.execute("UPDATE revisions SET actor = 'nobody'")
            open_store(str(path)).connections.commits.begin()
            os._exit(0)

    forked(die)
    assert (commits.count(), store.state().sequence) == (None, last(path))
    with writing(path, "after", 1) as acknowledged:
        next(acknowledged)
        store.state()
    assert store.state().sequence == last(path)
    store.put(bulletin("third"), at=NOON, actor="tester")
    assert (commits.count() is None, store.state().sequence) == (False, last(path))


def test_one_that_fails_is_no_commit(store: SqliteStore) -> None:
    """What was kept is kept on."""
    before = store.connections.commits.count()
    with pytest.raises(LookupError):
        store.put(record("a", claim("So.", attribution(link(GUARDIAN))), sources=()), at=NOON, actor="x")
    assert store.connections.commits.count() == before is not None


def test_by_a_link(store: SqliteStore, path: Path) -> None:
    """Who comes to the database by a link counts its commits with the others."""
    other = path.with_name("link.db")
    other.symlink_to(path)
    with closing(open_store(str(other))) as linked:
        linked.put(bulletin("second"), at=NOON, actor="tester")
        assert store.state().sequence == last(path)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: (file.unlink(), file.write_bytes(b"")), Path.touch])
def test_the_file_is_a_strangers_prey(store: SqliteStore, path: Path, spoil: Callable[[Path], None]) -> None:
    """What is written after that is seen within a second, and a while later at once."""
    spoil(path.with_name("sayso.db-commits"))
    for number in range(2):
        with closing(open_store(str(path))) as other:
            other.put(bulletin(f"more-{number}"), at=NOON, actor="tester")
            time.sleep(0 if number else PERIOD)
            assert store.state().sequence == last(path)
            store.connections.commits.renew()


def test_where_there_can_be_no_file(path: Path) -> None:
    """Nothing is kept, and all is seen at once."""
    path.with_name("sayso.db-commits").mkdir()
    with closing(open_store(str(path))) as store, closing(open_store(str(path))) as other:
        for number in range(3):
            other.put(bulletin(f"more-{number}"), at=NOON, actor="tester")
            assert store.state().sequence == last(path)
        assert store.connections.commits.count() is None


def test_another_program_writes(store: SqliteStore, path: Path) -> None:
    """It counts no commits, and is seen within a second."""
    with closing(sqlite3.connect(path)) as db, db:
        columns = "at, actor, action, entity, entity_id, body"
        db.execute(f"INSERT INTO revisions ({columns}) SELECT {columns} FROM revisions WHERE sequence = 1")  # noqa: S608
    time.sleep(PERIOD)
    assert store.state().sequence == last(path)


def test_the_last_to_close_removes_the_file(store: SqliteStore, path: Path) -> None:
    """Others that still have the database open go on counting in it."""
    file = path.with_name("sayso.db-commits")
    open_store(str(path)).close()
    assert file.stat().st_size == 16
    with closing(open_store(str(path))) as other:
        store.close()
        assert file.exists()
        other.put(bulletin("second"), at=NOON, actor="tester")
        assert other.connections.commits.count() == 2
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_new_name_finds_at_once(store: SqliteStore, path: Path) -> None:
    """Who bears a name is remembered until another process stores a source that bears it too."""
    which = ClaimFilter(source=("Pyongyang's agency",))
    assert store.claims(which, Window(limit=5)).items == []
    with closing(open_store(str(path))) as other:
        renamed = record("renamed", claim("So.", attribution(link(KCNA))), sources=(RENAMED,))
        other.put(renamed, at=NOON, actor="tester")
    assert len(store.claims(which, Window(limit=50)).items) == 13
