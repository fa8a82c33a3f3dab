"""The command, run as its users run it."""

import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import time
from contextlib import closing
from importlib import resources
from pathlib import Path

import httpx
import pytest

from service import ingest
from tests.serving import APART, SAYSO, free_port, serving
from tests.soundness import stored_articles

TEXT = "The café will open on Friday, the mayor said. Analysts doubt it.\n"


def sayso(folder: Path, *words: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """The command has run in ``folder``, with ``settings`` as its whole ``SAYSO_`` environment."""
    return subprocess.run(
        [SAYSO, *words], cwd=folder, env=environ(settings), input=stdin, capture_output=True, text=True, timeout=60
    )


def environ(settings: dict[str, str]) -> dict[str, str]:
    """The environment of these tests, with ``settings`` as all that is sayso's in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")} | settings


def told(result: subprocess.CompletedProcess[str]) -> str:
    """What a command that failed in a foreseen way said: one line on stderr."""
    assert result.returncode == 1, result
    assert result.stderr.startswith("sayso: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


class TestCommand:
    """Every command."""

    def test_help(self, tmp_path: Path) -> None:
        """Help names the commands; a word that is none is click's usage error."""
        help = sayso(tmp_path, "--help").stdout
        assert all(command in help for command in ("serve", "ingest", "extract", "evaluate", "openapi"))
        assert sayso(tmp_path, "sing").returncode == 2
        assert sayso(tmp_path, "--version").stdout.startswith("sayso 0.")

    @pytest.mark.parametrize("words", [("serve",), ("ingest", "x"), ("extract", "x")], ids=" ".join)
    def test_unknown_setting(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        """A setting that is none is told, with those there are, before anything is done."""
        message = told(sayso(tmp_path, *words, SAYSO_DATABSE="x.db"))
        assert "SAYSO_DATABSE is not a setting" in message
        assert "SAYSO_DATABASE" in message
        assert list(tmp_path.iterdir()) == []

    def test_foreign_database(self, tmp_path: Path) -> None:
        """Another program's database is refused by every command that would use it."""
        with closing(sqlite3.connect(tmp_path / "other.db")) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        for command in (("serve", "--port", str(free_port())), ("ingest", "-")):
            result = sayso(tmp_path, *command, "--database", "other.db", stdin=TEXT)
            assert "other.db is not a sayso database" in told(result)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
    def test_full_output(self, tmp_path: Path) -> None:
        """Where the output takes no more, that is told in a sentence."""
        (tmp_path / "x.txt").write_text(TEXT)
        for words in (("--help",), ("openapi",), ("extract", "x.txt"), ("ingest", "x.txt")):
            with Path("/dev/full").open("w") as full:
                result = subprocess.run(
                    [SAYSO, *words], cwd=tmp_path, env=environ({}), stdout=full, stderr=subprocess.PIPE, text=True
                )
            assert "The output cannot be written (No space left on device)" in told(result)

    def test_no_input(self, tmp_path: Path) -> None:
        """Where standard input is closed, that is told in a sentence."""
        for command in ("ingest", "extract"):
            result = subprocess.run(
                ["sh", "-c", f"{SAYSO} {command} - <&-"], cwd=tmp_path, env=environ({}), capture_output=True, text=True
            )
            assert result.returncode == 1
            assert "The file cannot be read (standard input is closed)." in result.stderr
            assert "Traceback" not in result.stderr


class TestExtract:
    """``sayso extract``."""

    def test_claims(self, tmp_path: Path) -> None:
        """A file and stdin give the same claims, as JSON that can be read, and no database is made."""
        (tmp_path / "x.txt").write_text(TEXT)
        result = sayso(tmp_path, "extract", "x.txt")
        assert result.returncode == 0
        assert result.stdout == sayso(tmp_path, "extract", "-", stdin=TEXT).stdout
        assert result.stdout.endswith("}\n")
        assert '"text": "The café will open on Friday, the mayor said."' in result.stdout
        assert set(json.loads(result.stdout)) == {"article", "claims"}
        assert [file.name for file in tmp_path.iterdir()] == ["x.txt"]

    def test_refused(self, tmp_path: Path) -> None:
        """What cannot be read is told in a sentence."""
        (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
        (tmp_path / "blank.txt").write_text(" \n")
        (tmp_path / "long.txt").write_text("So he said. " * 10)
        assert "not UTF-8 at byte 3" in told(sayso(tmp_path, "extract", "latin.txt"))
        assert "no word" in told(sayso(tmp_path, "extract", "blank.txt"))
        assert "over the limit of 50 bytes" in told(sayso(tmp_path, "extract", "long.txt", SAYSO_MAX_BODY="50"))
        assert "No such file" in told(sayso(tmp_path, "extract", "none.txt"))
        assert "Is a directory" in told(sayso(tmp_path, "extract", "."))


class TestIngest:
    """``sayso ingest``."""

    def test_folder(self, tmp_path: Path) -> None:
        """Good articles are stored, each bad one is told by name and reason, and the exit status tells of them."""
        folder = tmp_path / "news"
        folder.mkdir()
        (folder / "a.txt").write_text(TEXT)
        (folder / "b.json").write_text('{"text": "It rained, police said.", "publisher": "AP"}')
        (folder / "b.expected.json").write_text("[]")
        (folder / "c.json").write_text('{"text": "It rained.", "colour": "grey"}')
        (folder / "d.txt").write_bytes(b"\xff")
        result = sayso(tmp_path, "ingest", "news", "none.txt", "--database", "x.db")
        assert result.returncode == 1
        assert result.stdout == "2 stored, 0 already there, 3 failed\n"
        assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == [
            "news/c.json",
            "news/d.txt",
            "none.txt",
        ]
        assert "/colour: there is no such field. There are: text, title," in result.stderr
        again = sayso(
            tmp_path, "ingest", "news/a.txt", "news/b.json", "-", "--database", "x.db", stdin="Hail, he said."
        )
        assert (again.returncode, again.stdout) == (0, "1 stored, 2 already there, 0 failed\n")
        assert again.stderr == ""
        assert len(stored_articles(tmp_path / "x.db")) == 3

    def test_progress(self, tmp_path: Path) -> None:
        """Somebody who looks on is shown how far many files are, and what is wrong with one on a line of its own."""
        for number in range(5):
            (tmp_path / f"{number}.txt").write_text(f"It rained for {number} days, police said.")
        (tmp_path / "blank.txt").write_text(" ")
        shown, terminal = pty.openpty()
        command: list[str | Path] = [SAYSO, "ingest", ".", "--database", "x.db"]
        result = subprocess.run(
            command, cwd=tmp_path, env=environ({}), stdout=subprocess.PIPE, stderr=terminal, timeout=60
        )
        os.close(terminal)
        assert result.stdout == b"5 stored, 0 already there, 1 failed\n"
        bar = os.read(shown, 100_000)
        assert b"Reading" in bar
        assert b"\x1b[2Ksayso: blank.txt: The text holds no word" in bar  # Behind the code that clears the line.
        os.close(shown)


class TestServe:
    """``sayso serve``."""

    def test_port_in_use(self, tmp_path: Path) -> None:
        """A port that is in use is told, with what to do, before a database is made."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            message = told(sayso(tmp_path, "serve", "--port", str(port)))
        assert f"Port {port} on 127.0.0.1" in message
        assert "already in use" in message
        assert "SAYSO_PORT" in message
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("flags", "words"),
        [
            (("--host", "no.such.host.invalid"), "no.such.host.invalid"),
            (("--host", "203.0.113.1"), "Cannot assign"),
            (("--host", "x" * 70), "it is no host's name"),
            (("--port", "70000"), "--port: '70000'"),
            (("--workers", "0"), "--workers: '0'"),
            (("--database", "postgresql://x/y"), "postgresql://x/y"),
            (("--database", "none/x.db"), "cannot be written"),
        ],
        ids=str,
    )
    def test_unusable(self, tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
        """What cannot be used is told by name, with no traceback."""
        assert words in told(sayso(tmp_path, "serve", *flags, SAYSO_PORT=str(free_port())))

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_ends(self, tmp_path: Path, number: signal.Signals) -> None:
        """Ctrl-C, which reaches all its processes, and SIGTERM end it with status 0, and nothing is left open."""
        with serving(tmp_path / "sayso.db", SAYSO_WORKERS="2") as server:
            answer = APART.post(
                f"{server.url}/v1/articles", json={"text": TEXT}, headers=server.authorization, timeout=30
            )
            os.killpg(server.process.pid, number)
            assert server.process.wait(timeout=20) == 0
            log = server.log.read_text()
        assert "Traceback" not in log
        assert f"Sayso answers at {server.url}" in log
        assert {file.name for file in tmp_path.iterdir()} == {"sayso.db", "sayso.log"}
        assert stored_articles(tmp_path / "sayso.db") == {answer.json()["article"]["id"]}

    @pytest.mark.parametrize("seconds", [0.3, 0.8, 1.3])
    def test_ends_while_it_starts(self, tmp_path: Path, seconds: float) -> None:
        """A server that is not ready yet ends too, whether it opens the database or loads the model."""
        command: list[str | Path] = [SAYSO, "serve", "--port", str(free_port())]
        with subprocess.Popen(command, cwd=tmp_path, env=environ({}), stdout=subprocess.PIPE, text=True) as server:
            time.sleep(seconds)
            server.terminate()
            assert server.wait(timeout=20) in (0, -signal.SIGTERM)

    @pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to tell a process's children")
    def test_worker_dies(self, tmp_path: Path) -> None:
        """A worker that dies ends the whole with a status that tells, so that whoever started it can start it anew."""
        with serving(tmp_path / "sayso.db") as server:
            pid = server.process.pid
            (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            os.kill(int(worker), signal.SIGKILL)
            assert server.process.wait(timeout=20) == 1

    def test_welcome(self, tmp_path: Path) -> None:
        """Where to look is told once, by the first of the workers that answers."""
        with serving(tmp_path / "sayso.db", SAYSO_WORKERS="2", SAYSO_LOG="text") as server:
            time.sleep(2)  # So that the second has had its turn too.
            log = server.log.read_text()
        assert log.count(f"Sayso answers at {server.url}") == 1
        assert f"{server.url}/docs" in log

    def test_parent_dies(self, tmp_path: Path) -> None:
        """Workers whose parent is killed end too, and leave the port to the next server."""
        with serving(tmp_path / "sayso.db", SAYSO_WORKERS="2") as server:
            server.process.kill()
            deadline = time.monotonic() + 20
            while answers(server.url):
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def test_seeds(self, tmp_path: Path) -> None:
        """Seeds fill a database that is empty, and leave one alone that is not."""
        with resources.as_file(resources.files("seeds") / "articles") as folder:
            expected = len(list(ingest.files(folder)))
        for _ in range(2):
            with serving(tmp_path / "sayso.db", "--seeds") as server:
                articles = APART.get(f"{server.url}/v1/articles").json()["items"]
                log = server.log.read_text()
            assert len(articles) == expected
        assert "Seeds:" not in log


class TestOpenapi:
    """``sayso openapi``."""

    def test_document(self, tmp_path: Path) -> None:
        """The document is JSON, a member a line, and ends with its line."""
        document = sayso(tmp_path, "openapi").stdout
        assert json.loads(document)["openapi"].startswith("3.1")
        assert document.startswith('{\n  "openapi"')
        assert document.endswith("}\n")


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    try:
        APART.get(f"{url}/healthz")
    except httpx.ConnectError:
        return False
    except httpx.TransportError:
        pass  # Somebody took the call and ended in the middle of it; another worker may still listen.
    return True
