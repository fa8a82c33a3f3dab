"""What a process that is killed at any moment leaves behind: whole articles, every acknowledged one among them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from threading import Event

import httpx

from service.storage.sqlite import open_store
from tests.records import NOON, bulletin
from tests.serving import Server, serving
from tests.soundness import stored_articles

ROOT = Path(__file__).parent.parent
WRITER_ROUNDS = 30
SERVER_ROUNDS = 10
REMOVER_ROUNDS = 6


def test_writer_is_killed(tmp_path: Path) -> None:
    """A process killed while it stores one article after another leaves every acknowledged one, and no part of one."""
    path, random = tmp_path / "sayso.db", Random(1)
    acknowledged: set[str] = set()
    for number in range(WRITER_ROUNDS):
        acknowledged |= killed_writer(path, f"round-{number}", random.uniform(0, 0.1))
        assert acknowledged <= stored_articles(path)
    assert len(acknowledged) > WRITER_ROUNDS


def killed_writer(path: Path, name: str, delay: float) -> set[str]:
    """What a writer acknowledged before it was killed, ``delay`` seconds behind the first article."""
    command = [sys.executable, "-m", "tests.writer", str(path), name, "100000"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(delay)
        writer.kill()
        lines = [first, *writer.stdout.read().splitlines(keepends=True)]
    return {line.strip() for line in lines if line.endswith("\n")}


def test_remover_is_killed(tmp_path: Path) -> None:
    """A process killed amid removals leaves each article whole or removed; who opens the database next wipes the rest.

    What is whole then is so also where its removal had begun, and of what was removed no byte is left.
    """
    path, random = tmp_path / "sayso.db", Random(4)
    interrupted = 0
    for number in range(REMOVER_ROUNDS):
        names = [f"{word}-{number}" for word in ("osprey", "heron", "plover")]
        with closing(open_store(str(path))) as store:
            for name in names:
                store.put(bulletin(name), at=NOON, actor="tester")
        begun, done = killed_remover(path, [f"art_{name}" for name in names], random.uniform(0, 0.1))
        interrupted += begun > done
        stored = stored_articles(path)
        open_store(str(path)).close()
        assert stored_articles(path) == stored
        assert done <= {f"art_{name}" for name in names} - stored
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert {name for name in names if f"of {name} speaks".encode() in left} == {
            name for name in names if f"art_{name}" in stored
        }
    assert interrupted


def killed_remover(path: Path, ids: list[str], delay: float) -> tuple[set[str], set[str]]:
    """Which removals had begun, and which were done, ``delay`` seconds behind the first's beginning."""
    command = [sys.executable, "-m", "tests.remover", str(path), *ids]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as remover:
        assert remover.stdout is not None
        first = remover.stdout.readline()
        time.sleep(delay)
        remover.kill()
        lines = [first, *remover.stdout.read().splitlines(keepends=True)]
    told = [line.split() for line in lines if line.endswith("\n")]
    return {id for word, id in told if word == "begun"}, {id for word, id in told if word == "done"}


def test_server_is_killed(tmp_path: Path) -> None:
    """The same of a server, all its processes killed while four clients post, and started again on the same file."""
    path, random = tmp_path / "sayso.db", Random(2)
    numbers = count()
    acknowledged: set[str] = set()
    for _ in range(SERVER_ROUNDS):
        with serving(path) as server, ThreadPoolExecutor(4) as pool:
            begun = Event()
            posting = [pool.submit(post_until_refused, server, numbers, begun) for _ in range(4)]
            assert begun.wait(60)
            time.sleep(random.uniform(0, 0.5))
            os.killpg(server.process.pid, signal.SIGKILL)
            acknowledged |= {id for posted in posting for id in posted.result()}
        assert acknowledged <= stored_articles(path)
    assert len(acknowledged) > SERVER_ROUNDS


def post_until_refused(server: Server, numbers: Iterator[int], begun: Event) -> list[str]:
    """The ids of those articles that the server said it had stored, the first of which sets ``begun``."""
    stored: list[str] = []
    with httpx.Client(base_url=server.url, headers=server.authorization, timeout=20) as client:
        while True:
            try:
                answer = client.post("/v1/articles", json={"text": report(next(numbers))})
            except httpx.HTTPError:
                return stored
            assert answer.status_code == httpx.codes.CREATED, answer.text
            stored.append(answer.json()["article"]["id"])
            begun.set()


def report(number: int) -> str:
    """A short article that is like no other."""
    return (
        f"Minister {number} said on Monday that the harbour would open, KCNA reported. Analysts doubt it. "
        f'"We have {number} ships," the mayor told reporters. The Associated Press could not confirm the number.'
    )
