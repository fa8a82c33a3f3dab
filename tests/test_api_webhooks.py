"""Webhooks over HTTP: made, looked at, changed, removed; and what real servers deliver."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from tests.contract import check, problem
from tests.receivers import OK, Receiver, receiving
from tests.serving import Server, serving
from tests.test_changes import article, last
from tests.test_kill import post_until_refused
from tests.test_metrics import scrape

LOOPBACK = {"SAYSO_WEBHOOK_NETWORKS": "127.0.0.0/8"}
PATH = "/v1/webhooks"


@pytest.fixture(scope="module")
def reaching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers whose webhooks reach loopback."""
    with serving(tmp_path_factory.mktemp("webhooks") / "sayso.db", SAYSO_WORKERS="2", **LOOPBACK) as running:
        yield running


@pytest.fixture
def admin(reaching: Server) -> Iterator[httpx.Client]:
    """A client of that server."""
    with asking(reaching) as http:
        yield http


def asking(server: Server) -> httpx.Client:
    """A client that may do all, every answer to which is held against the document."""
    hooks = {"response": [check]}
    return httpx.Client(base_url=server.url, headers=server.authorization, event_hooks=hooks, timeout=60)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver."""
    with receiving() as found:
        yield found


def make(admin: httpx.Client, url: str, **fields: Any) -> Any:
    """A webhook more, as it was shown when it was made."""
    answer = admin.post(PATH, json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def until(receiver: Receiver, sequence: int) -> None:
    """Returns when the change has come."""
    receiver.wait(lambda: sequence in receiver.sequences)


def test_a_webhook_is_made_looked_at_and_removed(admin: httpx.Client, receiver: Receiver) -> None:
    """Its secret is shown when it is made, and in no answer after that."""
    made = make(admin, receiver.url, description="The desk", entities=["claim", "claim"], after=0)
    webhook, secret = made["webhook"], made["secret"]
    path = f"{PATH}/{webhook['id']}"
    assert (webhook["description"], webhook["entities"], webhook["after"]) == ("The desk", ["claim"], 0)
    assert "actions" not in webhook
    listed = admin.get(f"{PATH}?count=exact&limit=200")
    assert webhook["id"] in [one["id"] for one in listed.json()["items"]]
    assert secret not in listed.text + admin.get(path).text + admin.patch(path, json={}).text
    assert admin.delete(path).json()["id"] == webhook["id"]
    for answer in (admin.get(path), admin.delete(path), admin.post(f"{path}/ping"), admin.get(f"{path}/deliveries")):
        problem(answer, 404, "not-found")


def test_changes_are_delivered(admin: httpx.Client, receiver: Receiver) -> None:
    """Those that are made from now on, or behind ``after``, once, by whichever worker they came."""
    admin.post("/v1/articles", json=article(901))
    before = last(admin)
    made = make(admin, receiver.url)
    with receiving() as second:
        make(admin, second.url, after=before - 2)
        for number in range(902, 907):
            admin.post("/v1/articles", json=article(number), headers={"connection": "close"})
        for one, after in ((receiver, before), (second, before - 2)):
            until(one, last(admin))
            assert one.sequences == list(range(after + 1, last(admin) + 1))
    assert all(taken.is_signed_by(made["secret"]) for taken in receiver.taken)
    changes = admin.get(f"/v1/changes?after={before}&limit=1").json()["items"]
    assert receiver.taken[0].body.find(httpx.Response(200, json=changes[0]).content[:200]) > 0


def test_only_what_was_asked_for(admin: httpx.Client, receiver: Receiver) -> None:
    """Of entities and actions."""
    make(admin, receiver.url, entities=["article"], actions=["updated"])
    admin.post("/v1/articles", json=article(910))
    admin.post("/v1/articles", json=article(910, "It was mended."))
    receiver.wait(lambda: bool(receiver.taken))
    changes = admin.get(f"/v1/changes?after={last(admin) - 20}").json()["items"]
    updated = [one["sequence"] for one in changes if (one["entity"], one["action"]) == ("article", "updated")]
    assert receiver.sequences == updated[-1:]


def test_it_is_disabled_and_enabled(admin: httpx.Client, receiver: Receiver) -> None:
    """Meanwhile nothing is sent, and then all of it, to the new URL."""
    path = f"{PATH}/{make(admin, 'http://127.0.0.1:1/')['webhook']['id']}"
    assert admin.patch(path, json={"enabled": False}).json()["disabled"]["because"] == "asked"
    before = last(admin)
    admin.post("/v1/articles", json=article(920))
    enabled = admin.patch(path, json={"enabled": True, "url": receiver.url}).json()
    assert "disabled" not in enabled
    until(receiver, last(admin))
    assert receiver.sequences == list(range(before + 1, last(admin) + 1))


def test_another_secret(admin: httpx.Client, receiver: Receiver) -> None:
    """Both sign for a day."""
    made = make(admin, receiver.url)
    again = admin.post(f"{PATH}/{made['webhook']['id']}/secret").json()
    assert again["secret"] != made["secret"]
    assert "former_secret_until" in again["webhook"]
    admin.post("/v1/articles", json=article(930))
    until(receiver, last(admin))
    assert [receiver.taken[0].is_signed_by(one["secret"]) for one in (made, again)] == [True, True]


def test_a_ping(admin: httpx.Client, receiver: Receiver) -> None:
    """It tells the status, or why there is none."""
    path = f"{PATH}/{make(admin, receiver.url)['webhook']['id']}"
    assert admin.post(f"{path}/ping").json()["status"] == 204
    admin.patch(path, json={"url": "https://nobody.invalid/"})
    assert admin.post(f"{path}/ping").json()["fault"] == "nobody.invalid has no address"


def test_what_failed_is_listed_and_delivered_again(admin: httpx.Client, receiver: Receiver) -> None:
    """By its status, with what came of it; asked for, it is delivered at once."""
    receiver.answer = lambda _, __: (500, {}, b"")
    path = f"{PATH}/{make(admin, receiver.url)['webhook']['id']}"
    admin.post("/v1/articles", json=article(940))
    receiver.wait(lambda: bool(receiver.taken) and "failing_since" in admin.get(path).json())
    (waiting,) = admin.get(f"{path}/deliveries?status=waiting&count=exact").json()["items"]
    assert waiting["last_attempt"]["status"] == 500
    assert waiting["id"] == receiver.ids[0]
    receiver.answer = lambda _, __: OK
    retried = admin.post(f"{path}/deliveries/{waiting['id']}/retry").json()
    assert (retried["status"], retried["attempts"]) == ("waiting", 0)
    until(receiver, last(admin))
    receiver.wait(lambda: "failing_since" not in admin.get(path).json())
    assert admin.get(f"{path}/deliveries?status=waiting,dead").json()["items"] == []
    (delivered,) = admin.get(f"{path}/deliveries?status=delivered").json()["items"]
    assert delivered["id"] == waiting["id"]
    problem(admin.post(f"{path}/deliveries/msg_none/retry"), 404, "not-found")
    problem(admin.get(f"{path}/deliveries?status=lost"), 400, "invalid-parameter")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "http://8.8.8.8/"}, "/url"),
        ({"url": "https://10.0.0.1/"}, "/url"),
        ({"url": "https://desk.example", "after": 10**12}, "/after"),
        ({"url": "https://desk.example", "entities": []}, "/entities"),
        ({"url": "https://desk.example", "actions": ["sold"]}, "/actions/0"),
        ({"url": "https://desk.example", "secret": "x"}, "/secret"),
        ({"url": "https://desk.example", "description": "x" * 201}, "/description"),
    ],
)
def test_what_cannot_be_made(admin: httpx.Client, body: dict[str, Any], pointer: str) -> None:
    """It is refused, with the member at fault, and nothing is kept."""
    before = admin.get(f"{PATH}?count=exact").json()["total"]
    errors = problem(admin.post(PATH, json=body), 422, "invalid-body").errors
    assert [error.pointer for error in errors or ()] == [pointer]
    assert admin.get(f"{PATH}?count=exact").json()["total"] == before


def test_without_a_setting_loopback_is_not_reached(client: httpx.Client, server: Server, receiver: Receiver) -> None:
    """By plain HTTP no webhook is made, and what `localhost` leads to is found out when it is tried."""
    problem(client.post(PATH, json={"url": receiver.url}), 422, "invalid-body")
    path = f"{PATH}/{make(client, receiver.url.replace('http:', 'https:'))['webhook']['id']}"
    assert "127.0.0.1" in client.post(f"{path}/ping").json()["fault"]
    client.delete(path)
    assert receiver.taken == []


def test_what_is_told_of_deliveries(admin: httpx.Client, reaching: Server, receiver: Receiver) -> None:
    """They are counted by what came of them. Neither a secret nor a URL, which may hold one, is in the log."""
    counted = ("sayso_webhook_deliveries_total", "delivered")
    before = scrape(admin).get(counted, 0)
    receiver.answer = lambda _, before: (500, {}, b"") if before == 0 else OK
    made = make(admin, f"{receiver.url}?token=hush")
    for number in (950, 951):
        admin.post("/v1/articles", json=article(number))
        until(receiver, last(admin))
    receiver.wait(lambda: scrape(admin).get(counted, 0) > before)
    log = reaching.log.read_text()
    assert f"to webhook {made['webhook']['id']} failed: 500" in log
    assert "hush" not in log
    assert made["secret"].removeprefix("whsec_") not in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_no_more_loses_none(tmp_path: Path, number: int) -> None:
    """Ended or killed amid deliveries: each change is in one delivery, and the next server makes each that was not."""
    path, begun = tmp_path / "sayso.db", Event()
    with receiving() as receiver:
        with serving(path, SAYSO_WORKERS="2", **LOOPBACK) as server, ThreadPoolExecutor(1) as pool:
            with asking(server) as http:
                make(http, receiver.url)
            posting = pool.submit(post_until_refused, server, count(100), begun)
            receiver.wait(lambda: len(receiver.taken) > 2)
            os.killpg(server.process.pid, number)
            assert posting.result()
        with closing(sqlite3.connect(path)) as db:
            (reached,) = db.execute("SELECT max(sequence) FROM revisions").fetchone()
        with serving(path, **LOOPBACK):
            until(receiver, reached)
    assert receiver.delivered == list(range(1, reached + 1))
