"""How a server ends: what it has taken it answers, and takes no more."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.serving import APART, serving
from tests.soundness import stored_articles
from tests.test_batches import article, batch, chunk

LONG = "".join(f"The mayor said on Monday that bridge {n} would stay closed. " for n in range(1500))
"""Seconds of reading."""


def test_what_was_taken_is_answered(tmp_path: Path) -> None:
    """A long article is read to its end and stored, while nobody else gets in and the idle are sent away."""
    patient = serving(tmp_path / "sayso.db", SAYSO_GRACE="120")
    with patient as server, httpx.Client(base_url=server.url, timeout=60) as idle:
        idle.get("/readyz").raise_for_status()
        with ThreadPoolExecutor(1) as caller:
            taken = caller.submit(
                APART.post, f"{server.url}/v1/articles", json={"text": LONG}, headers=server.authorization, timeout=120
            )
            while "sayso_reading_ahead_characters{" not in idle.get("/metrics").text:
                time.sleep(0.01)
            server.process.terminate()
            with pytest.raises(httpx.TransportError):
                ask_for_ever(server.url)
            with pytest.raises(httpx.TransportError):
                idle.get("/readyz")
            assert not taken.done()
            assert taken.result().status_code == 201
        assert server.process.wait(20) == 0
    assert stored_articles(tmp_path / "sayso.db") == {taken.result().json()["article"]["id"]}


def ask_for_ever(url: str) -> None:
    """The server is asked by one connection after another, until one is refused."""
    while True:
        APART.get(f"{url}/readyz")
        time.sleep(0.01)


@pytest.mark.parametrize("patience", ["25", "1"])
def test_no_longer_than_allowed(tmp_path: Path, patience: str) -> None:
    """A second signal ends it at once, with a status that tells so; and so does the end of its patience, as planned."""
    with serving(tmp_path / "sayso.db", SAYSO_GRACE=patience) as server, ThreadPoolExecutor(1) as caller:
        taken = caller.submit(
            APART.post, f"{server.url}/v1/articles", json={"text": LONG * 10}, headers=server.authorization, timeout=60
        )
        time.sleep(1)
        server.process.terminate()
        if patience == "25":
            time.sleep(0.5)
            os.killpg(server.process.pid, signal.SIGINT)  # As Ctrl-C does.
        began = time.monotonic()
        assert server.process.wait(20) == (1 if patience == "25" else 0)
        assert time.monotonic() - began < 5
        with pytest.raises(httpx.TransportError):
            taken.result()
        assert ("cut off" if patience == "25" else "Killing worker-1") in server.log.read_text()
    assert stored_articles(tmp_path / "sayso.db") == set()


def test_a_batch_is_no_reason_to_stay(tmp_path: Path) -> None:
    """It is ended, whole lines answered, also where its caller keeps it open and sends nothing."""
    with serving(tmp_path / "sayso.db", SAYSO_GRACE="60") as server, batch(server) as (raw, answers):
        raw.sendall(chunk(article("The ferry came in") + b"\n"))
        stored = next(answers)["receipt"]["article"]["id"]
        server.process.terminate()
        assert next(answers, None) is None
        assert server.process.wait(20) == 0
    assert stored_articles(tmp_path / "sayso.db") == {stored}
