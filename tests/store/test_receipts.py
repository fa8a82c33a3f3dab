"""Receipts that are given again."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.articles import Outcome
from service.errors import RequestChanged, RequestRunning
from service.storage.port import ClaimStore, Once
from service.storage.sqlite import open_store
from tests.records import AP, NOON, attribution, bulletin, claim, link, record

ONE = Once("key_1", "one", b"digest")


class TestStore:
    """The promises of the store."""

    def test_a_receipt_is_given_again(self, store: ClaimStore) -> None:
        """As it was, though the article is there by now, and for as long as a day."""
        assert store.receipt(ONE, at=NOON) is None
        receipt = store.put(bulletin("a"), at=NOON, actor="x", once=ONE)
        assert receipt.outcome is Outcome.CREATED
        later = NOON + timedelta(hours=23)
        assert store.put(bulletin("a"), at=later, actor="x", once=ONE) == receipt == store.receipt(ONE, at=later)
        assert store.put(bulletin("a"), at=later, actor="x").outcome is Outcome.UNCHANGED

    def test_nothing_is_stored_again(self, store: ClaimStore) -> None:
        """Whatever record comes with the same request."""
        store.put(bulletin("a"), at=NOON, actor="x", once=ONE)
        sequence = store.sequence()
        assert store.put(bulletin("b"), at=NOON, actor="x", once=ONE).article.id == "art_a"
        assert store.sequence() == sequence

    def test_another_request_under_the_key_is_refused(self, store: ClaimStore) -> None:
        """Nothing of it is stored. Another sender's key is another key."""
        store.put(bulletin("a"), at=NOON, actor="x", once=ONE)
        other = ONE._replace(digest=b"other")
        with pytest.raises(RequestChanged):
            store.receipt(other, at=NOON)
        with pytest.raises(RequestChanged):
            store.put(bulletin("b"), at=NOON, actor="x", once=other)
        assert store.put(bulletin("b"), at=NOON, actor="x", once=ONE._replace(sender="key_2")).article.id == "art_b"

    def test_a_receipt_is_kept_for_a_day(self, store: ClaimStore) -> None:
        """Then its key is free, and the next receipt sweeps it away."""
        store.put(bulletin("a"), at=NOON, actor="x", once=ONE)
        day = NOON + timedelta(days=1)
        assert store.receipt(ONE, at=day) is None
        other = ONE._replace(digest=b"other")
        assert store.put(bulletin("b"), at=day, actor="x", once=other).article.id == "art_b"
        store.put(bulletin("c"), at=day + timedelta(days=1), actor="x", once=ONE._replace(key="two"))
        assert store.receipt(ONE, at=NOON) is None

    def test_what_is_refused_leaves_no_receipt(self, store: ClaimStore) -> None:
        """So that it may be sent again, put right, under its key."""
        broken = record("a", claim("AP said so.", attribution(link(AP))), sources=())
        with pytest.raises(LookupError, match="associated-press"):
            store.put(broken, at=NOON, actor="x", once=ONE)
        assert store.receipt(ONE._replace(digest=b"other"), at=NOON) is None

    def test_one_at_a_time(self, store: ClaimStore) -> None:
        """While one is inside, the same is refused at once, in this thread too; afterwards, and another, is not."""
        with store.alone(ONE), pytest.raises(RequestRunning), store.alone(ONE._replace(digest=b"other")):
            pass
        with store.alone(ONE), store.alone(ONE._replace(key="two")), store.alone(ONE._replace(sender="key_2")):
            pass

    def test_one_at_a_time_among_processes(self, tmp_path: Path) -> None:
        """One that is killed is inside no more."""
        database = str(tmp_path / "sayso.db")
        open_store(database).close()
        inside, told = os.pipe()
        if (child := os.fork()) == 0:
            with open_store(database).alone(ONE):
                os.write(told, b"!")
                time.sleep(60)
            os._exit(0)
        os.read(inside, 1)
        here = open_store(database)
        with pytest.raises(RequestRunning), here.alone(ONE):
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with here.alone(ONE):
            pass
        here.close()
        assert {file.name for file in tmp_path.iterdir()} <= {"sayso.db", "sayso.db-shm", "sayso.db-wal"}
