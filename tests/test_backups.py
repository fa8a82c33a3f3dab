"""``sayso backup`` and ``sayso restore``, of databases that are in use."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from service.storage import backups
from service.storage.sqlite import open_store
from tests.records import NOON, bulletin
from tests.serving import APART, SAYSO, serving
from tests.soundness import stored_articles
from tests.test_cli import environ, sayso, told

ROOT = Path(__file__).parents[1]


def filled(path: Path, *names: str) -> Path:
    """A database of these articles, and of those it had."""
    with closing(open_store(str(path))) as store:
        for name in names:
            store.put(bulletin(name), at=NOON, actor="tester")
    return path


def revision(path: Path) -> tuple[int, int]:
    """The number of the last revision, and how many keys there are."""
    with closing(sqlite3.connect(path)) as db:
        found: tuple[int, int] = db.execute(
            "SELECT (SELECT max(sequence) FROM revisions), (SELECT count(*) FROM keys)"
        ).fetchone()
        return found


@contextmanager
def writing(path: Path) -> Iterator[set[str]]:
    """While inside, a process stores one article after another; what it acknowledged comes in."""
    command = [sys.executable, "-m", "tests.writer", str(path), "busy", "100000"]
    acknowledged: set[str] = set()
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer,
        ThreadPoolExecutor(1) as reader,
    ):
        assert writer.stdout is not None
        acknowledged.add(writer.stdout.readline().strip())
        reader.submit(lambda: acknowledged.update(line.strip() for line in writer.stdout or () if line.endswith("\n")))
        try:
            yield acknowledged
        finally:
            writer.kill()


class TestBackup:
    """``sayso backup``."""

    def test_while_others_write(self, tmp_path: Path) -> None:
        """Each copy has all that was acknowledged before it began, whole articles alone, and is one file."""
        path, copy = filled(tmp_path / "sayso.db", "first"), tmp_path / "copy.db"
        with writing(path) as acknowledged:
            begun = len(acknowledged)
            for _ in range(5):
                before = set(acknowledged)
                contents = backups.backup(path, copy)
                own = {path.name, *(f"{path.name}-{part}" for part in ("wal", "shm", "commits"))}
                assert {file.name for file in tmp_path.iterdir()} - own == {"copy.db"}
                assert before <= stored_articles(copy)
                assert contents.sequence == revision(copy)[0]
                assert contents.rows["articles"] == len(stored_articles(copy))
            assert len(acknowledged) > begun

    def test_what_is_told(self, tmp_path: Path) -> None:
        """The last revision and how much there is; the copy is for its owner alone, who holds keys' digests."""
        filled(tmp_path / "sayso.db", "a", "b")
        done = sayso(tmp_path, "backup", "copy.db")
        sequence, _ = revision(tmp_path / "sayso.db")
        assert (
            f"copy.db is whole: revision {sequence} of 2026-02-08T12:00:00.000Z, 2 articles, 24 claims" in done.stdout
        )
        assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600

    def test_an_older_database_is_left_as_it_is(self, tmp_path: Path) -> None:
        """It is not brought up to date, so that the version that wrote it can have it again."""
        path = filled(tmp_path / "sayso.db", "a")
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm006%'")
        backups.backup(path, tmp_path / "copy.db")
        for file in (path, tmp_path / "copy.db"):
            with closing(sqlite3.connect(file)) as db:
                assert db.execute("SELECT count(*) FROM _sqlite_migrations WHERE name LIKE 'm006%'").fetchone() == (0,)

    @pytest.mark.parametrize(
        ("words", "fault"),
        [
            (("copy.db", "--database", "none.db"), "There is no database none.db"),
            (("sayso.db",), "it is the database itself"),
            (("no/copy.db",), "no/copy.db cannot be written (No such file or directory)"),
            (("old.db", "--database", "other.db"), "other.db is not a sayso database"),
            (("old.db", "--database", "garbage.db"), "garbage.db is not a sound database"),
            (("old.db", "--database", "damaged.db"), "is not a sound database"),
        ],
        ids=str,
    )
    def test_what_cannot_be(self, tmp_path: Path, words: tuple[str, ...], fault: str) -> None:
        """It is told in a line; an earlier backup of the name is as it was, and nothing else is there."""
        filled(tmp_path / "sayso.db", "a")
        damaged(filled(tmp_path / "damaged.db", "a", "b"))
        (tmp_path / "old.db").write_text("an earlier backup")
        (tmp_path / "garbage.db").write_bytes(b"garbage!" * 1000)
        with closing(sqlite3.connect(tmp_path / "other.db")) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        there = set(os.listdir(tmp_path))
        assert fault in told(sayso(tmp_path, "backup", *words))
        assert set(os.listdir(tmp_path)) == there
        assert (tmp_path / "old.db").read_text() == "an earlier backup"


def damaged(path: Path) -> Path:
    """The database, an index of which says something else than its table."""
    with closing(sqlite3.connect(path)) as db, db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'claims_level'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        content = file.read(size)
        file.seek((page - 1) * size)
        file.write(content.replace(b"high", b"high"[::-1]))
    return path


class TestRestore:
    """``sayso restore``."""

    def test_the_record_is_what_it_was(self, tmp_path: Path) -> None:
        """What came later is not there any more, but in the file that was kept."""
        path = filled(tmp_path / "sayso.db", "a")
        backups.backup(path, tmp_path / "copy.db")
        path.chmod(0o640)
        filled(path, "b")
        done = sayso(tmp_path, "restore", "copy.db")
        (kept,) = tmp_path.glob("sayso.db-until-*")
        assert kept.name in done.stdout
        assert "1 articles, 12 claims" in done.stdout
        assert stored_articles(path) == stored_articles(tmp_path / "copy.db") == {"art_a"}
        assert stored_articles(kept) == {"art_a", "art_b"}
        assert path.stat().st_mode & 0o777 == 0o640
        filled(path, "c")
        assert stored_articles(path) == {"art_a", "art_c"}
        assert stored_articles(kept) == {"art_a", "art_b"}

    def test_where_there_was_none(self, tmp_path: Path) -> None:
        """The database is there, and nothing is kept."""
        filled(tmp_path / "copy.db", "a")
        assert "What it was" not in sayso(tmp_path, "restore", "copy.db").stdout
        assert stored_articles(tmp_path / "sayso.db") == {"art_a"}

    def test_not_while_a_server_runs(self, tmp_path: Path) -> None:
        """It is refused, and the server goes on; when it has ended, and also when it was killed, it is done.

        What was not folded into the file by then is in what was kept.
        """
        path = tmp_path / "sayso.db"
        filled(tmp_path / "copy.db", "a")
        with serving(path) as server:
            assert "is open in another process" in told(sayso(tmp_path, "restore", "copy.db"))
            article = {"text": "It rained, AP said."}
            stored = APART.post(f"{server.url}/v1/articles", json=article, headers=server.authorization)
            assert stored.status_code == 201
            server.process.kill()
            server.process.wait()
            until_free(path)
        assert sayso(tmp_path, "restore", "copy.db").returncode == 0
        (kept,) = tmp_path.glob("sayso.db-until-*Z")
        assert stored_articles(path) == {"art_a"}
        assert stored_articles(kept) == {stored.json()["article"]["id"]}

    def test_one_moment_is_another_afterwards(self, tmp_path: Path) -> None:
        """What has the same number in the record, and is something else, does not have the same tag."""
        path = filled(tmp_path / "sayso.db", "a")
        backups.backup(path, tmp_path / "copy.db")
        tags = []
        for name in ("b", "c"):
            filled(path, name)
            with serving(path) as server:
                answer = APART.get(f"{server.url}/v1/exports/claims.ndjson")
            tags.append((answer.headers["content-location"], answer.headers["etag"]))
            backups.restore(tmp_path / "copy.db", path, tmp_path / name)
        assert tags[0][0] == tags[1][0]
        assert tags[0][1] != tags[1][1]

    def test_what_is_damaged_is_replaced(self, tmp_path: Path) -> None:
        """That may be why; what is left of it is kept. It is found to be open also then."""
        path = tmp_path / "sayso.db"
        filled(tmp_path / "copy.db", "a")
        path.write_bytes(b"garbage!" * 1000)
        Path(f"{path}-wal").write_text("the rest")
        lock = "import fcntl, sys; f = open('sayso.db', 'r+b'); fcntl.lockf(f, fcntl.LOCK_SH, 1, 0x40000100); print(flush=True); sys.stdin.read()"  # noqa: E501
        command = [sys.executable, "-c", lock]
        with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            assert "is open in another process" in told(sayso(tmp_path, "restore", "copy.db"))
            other.kill()
        assert sayso(tmp_path, "restore", "copy.db").returncode == 0
        assert stored_articles(path) == {"art_a"}
        assert not Path(f"{path}-wal").exists()
        (kept,), (rest,) = (list(tmp_path.glob(f"sayso.db-until-*{end}")) for end in ("Z", "Z-wal"))
        assert (kept.read_bytes(), rest.read_text()) == (b"garbage!" * 1000, "the rest")

    @pytest.mark.parametrize("backup", ["none.db", "garbage.db", "other.db", "empty.db", "newer.db", "damaged.db"])
    def test_what_is_no_sound_backup_is_refused(self, tmp_path: Path, backup: str) -> None:
        """The database is as it was, and nothing else is there."""
        path = filled(tmp_path / "sayso.db", "a")
        (tmp_path / "garbage.db").write_bytes(b"garbage!" * 1000)
        (tmp_path / "empty.db").touch()
        damaged(filled(tmp_path / "damaged.db", "a", "b"))
        with closing(sqlite3.connect(tmp_path / "other.db")) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        with closing(sqlite3.connect(filled(tmp_path / "newer.db", "a"))) as db, db:
            db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('sayso', 'm999', '')")
        there = set(os.listdir(tmp_path))
        message = told(sayso(tmp_path, "restore", backup))
        assert backup in message or "not a sound database" in message
        assert set(os.listdir(tmp_path)) == there
        assert stored_articles(path) == {"art_a"}

    def test_another_program_s_database_is_left(self, tmp_path: Path) -> None:
        """Nothing takes the place of what is not ours."""
        filled(tmp_path / "copy.db", "a")
        with closing(sqlite3.connect(tmp_path / "sayso.db")) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        assert "is not a sayso database" in told(sayso(tmp_path, "restore", "copy.db"))

    def test_whoever_waits_for_it_gets_what_was_restored(self, tmp_path: Path) -> None:
        """And not what had the name when it began to wait."""
        path = filled(tmp_path / "sayso.db", "a")
        filled(tmp_path / "copy.db", "b")
        with ThreadPoolExecutor(1) as other:
            with backups.unused(path):
                opened = other.submit(open_store, str(path))
                time.sleep(0.5)
                (tmp_path / "copy.db").replace(path)
            with closing(opened.result()) as store:
                assert store.article("art_b").id == "art_b"
                store.put(bulletin("c"), at=NOON, actor="tester")
        assert stored_articles(path) == {"art_b", "art_c"}


def until_free(path: Path) -> None:
    """Returns when no process of a server that was killed has the database open any more."""
    deadline = time.monotonic() + 30
    while True:
        with closing(sqlite3.connect(path, timeout=0)) as db:
            try:
                db.execute("PRAGMA locking_mode = EXCLUSIVE")
                db.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                assert time.monotonic() < deadline
            else:
                return
        time.sleep(0.05)


class TestKilled:
    """Both commands, killed at any moment of their work."""

    ROUNDS = 12

    def test_backup(self, tmp_path: Path) -> None:
        """The earlier backup is as it was, or the new one is whole; the database goes on, written all along."""
        path, copy = filled(tmp_path / "sayso.db", *map(str, range(100))), tmp_path / "copy.db"
        backups.backup(path, copy)
        random, found = Random(3), stored_articles(copy)
        with writing(path) as acknowledged:
            for _ in range(self.ROUNDS):
                killed(tmp_path, "backup", random.uniform(0, 0.2))
                before, found = found, stored_articles(copy)
                assert before <= found
        assert acknowledged <= stored_articles(path)

    def test_restore(self, tmp_path: Path) -> None:
        """The database is as it was, or as the backup; what it was is somewhere, whole, and so is the backup."""
        path, copy = tmp_path / "sayso.db", filled(tmp_path / "copy.db", *map(str, range(100)))
        old, found = stored_articles(filled(path, "old")), []
        new, before = stored_articles(copy), path.read_bytes()
        for number in range(self.ROUNDS):
            for left in tmp_path.glob("sayso.db*"):
                left.unlink()
            path.write_bytes(before)  # Once restored, it could not be what it was any more.
            killed(tmp_path, "restore", number * 0.01)
            found.append(stored_articles(path))
            assert found[-1] in (old, new)
            assert stored_articles(copy) == new
            for kept in tmp_path.glob("sayso.db-until-*Z"):
                assert stored_articles(kept) in (old, new)
        assert old in found


def killed(folder: Path, command: str, delay: float) -> None:
    """The command has begun its work, and was killed ``delay`` seconds later, unless it was done before."""
    for left in folder.glob(".*.partial*"):
        left.unlink()
    with subprocess.Popen(
        [SAYSO, command, "copy.db"], cwd=folder, env=environ({}), stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and not any(folder.glob(".*.partial")):
            time.sleep(0.001)
        time.sleep(delay)
        process.kill()
