"""What processes that deliver to webhooks do among each other, and what one that is killed leaves behind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from schemas.webhooks import NewWebhook
from service.storage.sqlite import open_store
from service.webhooks import making
from tests.receivers import Receiver, receiving
from tests.records import NOON
from tests.test_webhooks import LOOPBACK

ROOT = Path(__file__).parent.parent
ROUNDS = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "sayso.db"


@pytest.fixture
def receiver(path: Path) -> Iterator[Receiver]:
    """The receiver of the one webhook."""
    with receiving() as found:
        with closing(open_store(str(path))) as store:
            making.make(NewWebhook(found.url), store=store, networks=LOOPBACK, at=NOON, by="tester")
        yield found


@contextmanager
def delivering(path: Path, name: str, articles: int) -> Iterator["subprocess.Popen[str]"]:
    """While inside, a process delivers, which has written an article or has none to write."""
    command = [sys.executable, "-m", "tests.delivering", str(path), name, str(articles)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if articles:
            assert process.stdout is not None
            assert process.stdout.readline() == "0\n"
        yield process
        process.kill()


def reached(path: Path) -> int:
    """The number of the last change."""
    with closing(open_store(str(path))) as store:
        return store.sequence()


def test_a_process_is_killed(path: Path, receiver: Receiver) -> None:
    """At any moment: each change is in one delivery, and each delivery comes, the same if it comes again."""
    random = Random(3)
    for number in range(ROUNDS):
        with delivering(path, f"round-{number}-", 100_000) as process:
            before = len(receiver.taken)
            receiver.wait(lambda before=before: len(receiver.taken) > before)  # type: ignore[misc]
            time.sleep(random.uniform(0, 0.1))
            process.kill()
    last = reached(path)
    with delivering(path, "none", 0):
        receiver.wait(lambda: last in receiver.sequences and len(receiver.delivered) >= last)
    assert receiver.delivered == list(range(1, last + 1))
    assert len(receiver.taken) > ROUNDS


def test_two_deliver_by_turns(path: Path, receiver: Receiver) -> None:
    """Each change comes once while both write; when the one that delivers is killed the other goes on."""
    with delivering(path, "one-", 30) as one:
        receiver.wait(lambda: bool(receiver.taken))  # So that this one has the turn.
        with delivering(path, "other-", 30) as other:
            receiver.wait(lambda: len(receiver.sequences) >= 60 * 13 + 2)  # Of each its claims, and two sources in all.
            assert receiver.sequences == list(range(1, reached(path) + 1))
            one.kill()
            one.wait()
            with delivering(path, "third-", 1):
                receiver.wait(lambda: len(receiver.sequences) >= reached(path))
            assert receiver.delivered == list(range(1, reached(path) + 1))
            assert other.poll() is None
