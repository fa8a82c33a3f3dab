"""Keeping in step with the record: changes, revisions and versions, over HTTP."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from service.storage.filters import ChangeFilter, Slice, Window
from service.storage.port import State
from service.web import live
from tests.contract import problem
from tests.serving import Server, serving

STREAM = {"accept": "text/event-stream"}


@pytest.fixture
def listener(server: Server) -> Iterator[httpx.Client]:
    """A client of the same server that may wait for what is yet to come."""
    with httpx.Client(base_url=server.url, timeout=20) as http:
        yield http


def article(number: int, *sentences: str) -> dict[str, Any]:
    """An article of its own URL."""
    text = " ".join(sentences) or f"Bridge {number} is closed, the mayor said. It rained."
    return {"url": f"https://news.example/changes/{number}", "text": text}


def follow(client: httpx.Client, after: int) -> list[dict[str, Any]]:
    """Every change behind ``after``, page by page."""
    found, url = [], f"/v1/changes?after={after}&limit=7"
    while True:
        page = client.get(url)
        found += page.json()["items"]
        if "next" not in page.links:
            return found
        url = page.links["next"]["url"]


def copied(client: httpx.Client) -> dict[str, Any]:
    """The claims of who takes in all changes. What was removed for good has nothing in them, and is dropped."""
    held: dict[str, Any] = {}
    for change in follow(client, 0):
        if change["entity"] == "claim":
            held[change["id"]] = change.get("claim")
    return {id: claim for id, claim in held.items() if claim}


def last(client: httpx.Client) -> int:
    """The number of the last revision."""
    return int(client.get("/v1/claims?limit=1").headers["sayso-sequence"])


@contextmanager
def stream(client: httpx.Client, after: int, **headers: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Changes as they are made."""
    with client.stream("GET", f"/v1/changes?after={after}", headers={**STREAM, **headers}, timeout=20) as response:
        assert response.headers["content-type"] == "text/event-stream"
        yield _events(response.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    id = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            id = value
        if name == "data":
            change = json.loads(value)
            assert str(change["sequence"]) == id
            yield change


def test_none_is_skipped(client: httpx.Client) -> None:
    """Changes come in the order of their numbers, each once, with what they made."""
    before = last(client)
    created = client.post("/v1/articles", json=article(1)).json()["article"]
    found = follow(client, before)
    assert [change["sequence"] for change in found] == list(range(before + 1, last(client) + 1))
    by_kind = {(change["action"], change["entity"]): change for change in found}
    assert by_kind["created", "article"]["article"] == created
    claim = by_kind["created", "claim"]["claim"]
    assert client.get(f"/v1/claims/{claim['id']}").json() == claim
    assert "via key_" in by_kind["created", "claim"]["by"]


def test_a_follower_has_what_the_service_has(client: httpx.Client) -> None:
    """Who takes in all changes has every claim as it stands, whatever became of it."""
    for sentences in (("The dam held, Lund said.", "It rained."), ("It rained.",), ("The dam held, Lund said.",)):
        client.post("/v1/articles", json=article(2, *sentences))
    held = copied(client)
    standing = {id: claim for id, claim in held.items() if "status" not in claim}
    found = client.get(f"/v1/claims?limit=100&ids={','.join(list(standing)[:100])}").json()
    assert {claim["id"]: claim for claim in found["items"]} == dict(list(standing.items())[:100])
    assert client.get("/v1/claims?count=exact&limit=1").json()["total"] == len(standing)


def test_a_copy_is_the_export(client: httpx.Client) -> None:
    """Kept by changes alone, the claims that stand are, in the order they first came, the export to the byte."""
    for sentences in (
        ("Ice broke, Lund said.", "It snowed."),
        ("It snowed.",),
        ("It snowed.", "Ice broke, Lund said."),
    ):
        client.post("/v1/articles", json=article(7, *sentences))
    id = client.get("/v1/claims?q=snowed").json()["items"][0]["id"]
    match = {"if-match": "*"}
    client.put(f"/v1/claims/{id}/correction", json={"reason": "So.", "kind": "heading"}, headers=match)
    retraction = {"kind": "erroneous", "reason": "So."}
    gone = client.get("/v1/claims?limit=1").json()["items"][0]["id"]
    client.put(f"/v1/claims/{gone}/retraction", json=retraction, headers=match)
    for one in ("Merged Courier", "Kept Courier"):
        client.post("/v1/articles", json={"text": f"It hailed on the {one}.", "publisher": one})
    merge = {"into": "kept-courier", "reason": "So."}
    assert client.put("/v1/sources/merged-courier/merge", json=merge, headers=match).status_code == 200
    held = copied(client)
    copy = [
        json.dumps(claim, ensure_ascii=False, separators=(",", ":")) for claim in held.values() if "status" not in claim
    ]
    export = client.get(f"/v1/exports/claims.ndjson?as_of={last(client)}")
    assert export.text.splitlines() == copy
    client.delete(f"/v1/claims/{gone}/retraction", headers=match)
    client.delete("/v1/sources/merged-courier/merge", headers=match)


def test_revisions(client: httpx.Client) -> None:
    """A claim's history tells each change with what it was from then on, and no other claim's."""
    id = client.post("/v1/articles", json=article(3, "Lund left.", "It rained.")).json()["article"]["id"]
    claim = client.get(f"/v1/articles/{id}/claims").json()["items"][0]["id"]
    client.post("/v1/articles", json=article(3, "It rained."))
    client.post("/v1/articles", json=article(3, "It rained.", "Lund left."))
    found = client.get(f"/v1/claims/{claim}/revisions").json()["items"]
    assert [change["action"] for change in found] == ["created", "superseded", "restored"]
    assert [change["claim"].get("status") for change in found] == [None, "superseded", None]
    assert [change["claim"]["position"] for change in found] == [0, 0, 1]
    assert found[1]["reason"] == "not in version 2"
    texts = [change["article"]["version"] for change in client.get(f"/v1/articles/{id}/revisions").json()["items"]]
    assert texts == [1, 2, 3]
    problem(client.get("/v1/claims/clm_none/revisions"), 404, "not-found")


def test_versions(client: httpx.Client) -> None:
    """An edit is seen: which sentences came, went, and changed places."""
    one, two, three = "Ada Lund left.", "It rained all day.", "The dam held."
    id = client.post("/v1/articles", json=article(4, one, two, three)).json()["article"]["id"]
    ids = {claim["text"]: claim["id"] for claim in client.get(f"/v1/articles/{id}/claims").json()["items"]}
    client.post("/v1/articles", json=article(4, "A new sentence came.", three, one))
    listed = client.get(f"/v1/articles/{id}/versions").json()["items"]
    assert [version["version"] for version in listed] == [1, 2]
    assert "difference" not in client.get(f"/v1/articles/{id}/versions/1").json()
    second = client.get(f"/v1/articles/{id}/versions/2").json()
    assert second["text"] == f"A new sentence came. {three} {one}"
    difference = second["difference"]
    assert [place["position"] for place in difference["added"]] == [0]
    assert difference["removed"] == [{"id": ids[two], "was": 1}]
    assert difference["moved"] in (
        [{"id": ids[one], "position": 2, "was": 0}],
        [{"id": ids[three], "position": 1, "was": 2}],
    )
    for number in (0, 3):
        assert "1 to 2" in problem(client.get(f"/v1/articles/{id}/versions/{number}"), 404, "not-found").detail


def test_a_stream_goes_on(client: httpx.Client, listener: httpx.Client) -> None:
    """What was changed comes at once, and what is changed meanwhile as it is; the last id is where it goes on."""
    before = last(client)
    client.post("/v1/articles", json=article(5))
    made = last(client)
    with stream(listener, before) as events:
        assert [next(events)["sequence"] for _ in range(made - before)] == list(range(before + 1, made + 1))
        client.post("/v1/articles", json=article(6))
        assert next(events)["sequence"] == made + 1
    with stream(listener, 0, **{"last-event-id": str(made + 1)}) as events:
        assert next(events)["sequence"] == made + 2


def test_a_stream_that_cannot_begin(client: httpx.Client) -> None:
    """An id that no event has had is refused. Pages, which begin where `after` says, go by none."""
    for id in ("x", str(last(client) + 9)):
        odd = client.get("/v1/changes", headers={**STREAM, "last-event-id": id})
        assert problem(odd, 400, "invalid-header").detail.startswith("Last-Event-ID: ")
        assert client.get("/v1/changes?limit=1", headers={"last-event-id": id}).json()["items"][0]["sequence"] == 1
    ahead = client.get(f"/v1/changes?after={last(client) + 9}", headers=STREAM)
    assert problem(ahead, 400, "invalid-parameter").detail.startswith("after: ")


def test_who_takes_json_as_gladly_gets_pages(client: httpx.Client) -> None:
    """Which end, with a tag to ask again by."""
    answer = client.get("/v1/changes?limit=1", headers={"accept": "application/json, text/event-stream"})
    assert answer.headers["content-type"] == "application/json"
    assert "etag" in answer.headers


def test_too_many_streams(tmp_path: Path) -> None:
    """One more than there may be is told when to come again; one that ends makes room."""
    unlimited = httpx.Limits(max_connections=None)
    with (
        serving(tmp_path / "sayso.db") as server,
        httpx.Client(base_url=server.url, limits=unlimited, timeout=20) as http,
        ExitStack() as streams,
    ):
        asked = ("GET", "/v1/changes")
        for _ in range(live.MOST - 1):
            streams.enter_context(http.stream(*asked, headers=STREAM))
        with http.stream(*asked, headers=STREAM):
            refused = problem(http.get("/v1/changes", headers=STREAM), 503, "too-many-streams")
            assert str(live.MOST) in refused.detail
        statuses = [0]
        while statuses[-1] != 200 and len(statuses) < 500:  # The server hears a moment later that one is gone.
            with http.stream(*asked, headers=STREAM) as again:
                statuses.append(again.status_code)
        assert statuses[-1] == 200


def test_a_stream_ends_with_its_key(tmp_path: Path) -> None:
    """Nothing that is stored once it was revoked goes to it."""
    with (
        serving(tmp_path / "sayso.db", SAYSO_READS="closed") as server,
        httpx.Client(base_url=server.url, headers=server.authorization, timeout=20) as boss,
    ):
        made = boss.post("/v1/keys", json={"name": "desk", "scopes": ["read"]}).json()
        reader = {**STREAM, "authorization": f"Bearer {made['secret']}"}
        with httpx.stream("GET", f"{server.url}/v1/changes", headers=reader, timeout=20) as response:
            boss.delete(f"/v1/keys/{made['key']['id']}").raise_for_status()
            boss.post("/v1/articles", json=article(8)).raise_for_status()
            assert list(response.iter_lines()) == [":", ""]


def test_a_stream_whose_caller_left_keeps_nobody_waiting() -> None:
    """However much there is to send: to send to nobody takes no time."""
    rounds = 0

    class Endless:
        """A store that always has one change more."""

        def state(self) -> State:
            return State(10**9, None)

        def changes(self, which: ChangeFilter, _: Window) -> Slice:
            nonlocal rounds
            rounds += 1
            assert rounds < 1_000
            return Slice([b'{"sequence":%d}' % (which.after + 1)], None)

    class Parts:
        """What a stream asks of the house."""

        store, ending = Endless(), anyio.Event()

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        pass

    async def ask() -> None:
        stream: Any = live.Live(Parts(), 0)  # type: ignore[arg-type]
        await stream({"type": "http", "method": "GET"}, gone, send)

    anyio.run(ask)
    assert rounds < 10


def test_a_stream_ends_with_the_service(tmp_path: Path) -> None:
    """A service that is told to end does not wait for who follows it."""
    with serving(tmp_path / "sayso.db") as server, httpx.Client(base_url=server.url, timeout=20) as http:
        with http.stream("GET", "/v1/changes", headers=STREAM) as response:
            server.process.terminate()
            assert list(response.iter_lines()) == [":", ""]
        assert server.process.wait(20) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_none_is_skipped_while_others_write(tmp_path: Path, workers: str) -> None:
    """Four write at once, one of them to another worker, and a follower that is cut off again and again misses none."""
    with serving(tmp_path / "sayso.db", "--workers", workers) as server:
        writers = [threading.Thread(target=write, args=(server, range(n * 10, n * 10 + 10))) for n in range(4)]
        for writer in writers:
            writer.start()
        seen: list[int] = []
        with httpx.Client(base_url=server.url) as http:
            while any(writer.is_alive() for writer in writers) or seen[-1] < last(http):
                behind = seen[-1] if seen else 0
                with stream(http, behind) as events:
                    seen += [next(events)["sequence"] for _ in range(min(5, last(http) - behind))]
            assert seen == list(range(1, last(http) + 1))


def write(server: Server, numbers: range) -> None:
    """An article each is stored."""
    with httpx.Client(base_url=server.url, headers=server.authorization, timeout=60) as http:
        for number in numbers:
            http.post("/v1/articles", json=article(number)).raise_for_status()


def cut_off(server: Server) -> None:
    """Articles are stored until the service is there no more."""
    with pytest.raises(httpx.TransportError):
        write(server, range(1000))


def test_a_killed_service_has_what_it_told(tmp_path: Path) -> None:
    """A change that was sent is there after the process was killed at that moment."""
    database = tmp_path / "sayso.db"
    with serving(database) as server, httpx.Client(base_url=server.url, timeout=20) as http:
        writer = threading.Thread(target=cut_off, args=(server,))
        writer.start()
        with stream(http, 0) as events:
            told = next(events)
            os.killpg(server.process.pid, signal.SIGKILL)
        writer.join()
    with serving(database) as server, httpx.Client(base_url=server.url) as http:
        assert follow(http, 0)[0] == told
