"""Many articles at once: short ones do not wait for long ones, and no more wait than can soon be read."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import anyio
import httpx
import pytest

from service.attribution.pipeline import Engine
from service.errors import ReaderBusy
from service.web.desks import PACE, PATIENCE, SHORT, Desk
from service.web.metrics import Meter
from tests.contract import check, problem
from tests.serving import APART, Server, serving

LONG = "The mayor said on Monday that bridge {n} would stay closed. "


def long(length: int) -> str:
    """A text of about so many characters."""
    return "".join(LONG.format(n=n) for n in range(length // len(LONG)))


def test_a_short_article_does_not_wait_for_a_long_one(server: Server, client: httpx.Client) -> None:
    """It is answered while the long one is read."""
    with ThreadPoolExecutor(1) as other, httpx.Client(base_url=server.url, timeout=120) as http:
        slow = other.submit(http.post, "/v1/extract", json={"text": long(SHORT * 2)})
        while not slow.running():
            pass
        for n in range(3):
            assert client.post("/v1/extract", json={"text": f"It rained for {n} days, police said."}).status_code == 200
        assert not slow.done()
        assert slow.result().status_code == 200


def test_a_desk_takes_no_more_than_it_can_soon_read(engine: Engine) -> None:
    """Where those before it take too long, an article is refused; when they are read, the next is taken."""
    read = Event()

    async def send() -> None:
        desk = Desk("short", lambda: engine, Meter())
        async with anyio.create_task_group() as senders:
            senders.start_soon(desk.read, PATIENCE * PACE, lambda _: read.wait(20))
            senders.start_soon(desk.read, PACE, lambda _: read.wait(20))
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(ReaderBusy) as refusal:
                await desk.read(1, lambda _: None)
            assert refusal.value.seconds == PATIENCE + 1
            read.set()
        assert await desk.read(1, lambda found: found) is engine

    anyio.run(send)


def test_one_too_many_is_told_when_to_come_again(tmp_path: Path) -> None:
    """503 with Retry-After, while short articles are still read."""
    with (
        serving(tmp_path / "sayso.db") as server,
        httpx.Client(
            base_url=server.url, headers=server.authorization, event_hooks={"response": [check]}, timeout=60
        ) as http,
        ThreadPoolExecutor(1) as other,
    ):
        text = long(PATIENCE * PACE * 3 // 2)
        slow = other.submit(APART.post, f"{server.url}/v1/extract", json={"text": text}, timeout=120)
        time.sleep(1)  # So that the long one comes first; where it does not, the next try is refused.
        answer = http.post("/v1/articles", json={"text": long(SHORT * 2)})
        while answer.status_code != 503 and not slow.done():
            answer = http.post("/v1/articles", json={"text": long(SHORT * 2)})
        found = problem(answer, 503, "too-busy")
        assert PATIENCE <= int(answer.headers["retry-after"]) <= PATIENCE * 2
        assert answer.headers["retry-after"] in found.detail
        assert http.post("/v1/articles", json={"text": "It rained, police said."}).status_code == 201
        os.killpg(server.process.pid, signal.SIGKILL)  # To end as it should, it would read the long one to its end.
