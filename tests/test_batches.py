"""Batches: many articles in one request, each answered as it is stored."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from service.errors import ReaderBusy
from service.web.batches import Batch, lines
from service.web.problems import TYPES
from tests.contract import problem
from tests.serving import Server, serving
from tests.soundness import stored_articles

HEADERS = {"content-type": "application/x-ndjson"}


def article(text: str) -> bytes:
    """A line of a batch."""
    return json.dumps({"text": f"{text}, the harbour master said."}).encode()


def send(client: httpx.Client, *batch: bytes) -> list[dict[str, Any]]:
    """What the batch is answered, a line each."""
    response = client.post("/v1/articles", content=b"\n".join(batch), headers=HEADERS)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


@contextmanager
def batch(server: Server, key: str = "") -> Iterator[tuple[socket.socket, Iterator[dict[str, Any]]]]:
    """A batch that has begun: the socket to send chunks to, and the answers as they come."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=30) as raw:
        raw.sendall(b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n")
        raw.sendall(f"Authorization: Bearer {key or server.key}\r\n".encode())
        raw.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        with raw.makefile("rb") as answers:
            yield raw, (json.loads(line) for line in answers if line.startswith(b'{"line"'))


def chunk(body: bytes) -> bytes:
    """A piece of a body whose length nobody knows."""
    return b"%x\r\n%s\r\n" % (len(body), body)


def test_each_line_is_answered_in_order(client: httpx.Client) -> None:
    """With what it alone would be: created, unchanged, or a problem; one that is bad keeps no other from it."""
    good, again = article("A first batch came in"), article("A first batch came in")
    other = json.dumps({"text": "Alles ist trocken, sagte er.", "language": "de"}).encode()
    answers = send(client, good, b"{", b"", b" \r", again + b"\r", b'{"text": 1}', other, article("A last one came"))
    assert [(answer["line"], answer["status"]) for answer in answers] == [
        (1, 201),
        (2, 400),
        (5, 200),
        (6, 422),
        (7, 422),
        (8, 201),
    ]
    assert answers[2]["receipt"] == answers[0]["receipt"] | {"outcome": "unchanged"}
    assert answers[1]["problem"]["type"] == "/problems/malformed-body"
    assert answers[3]["problem"]["errors"][0]["pointer"] == "/text"
    assert all("request_id" in answer["problem"] for answer in answers if "problem" in answer)
    id = answers[5]["receipt"]["article"]["id"]
    assert client.get(f"/v1/articles/{id}").status_code == 200


def test_no_line_is_no_answer(client: httpx.Client) -> None:
    """A batch of nothing is answered with nothing."""
    assert send(client, b"", b"") == []


def test_a_line_may_be_as_long_as_a_body_and_a_batch_longer(client: httpx.Client) -> None:
    """A line over the limit is refused alone, wherever the pieces end in which it comes."""
    long = b'{"text": "' + b"word " * 100_000 + b'"}'
    answers = send(
        client, long, article("Between two long ones a short one came"), long, b"x" * 200_001, b"x" * 200_000
    )
    assert [answer["status"] for answer in answers] == [413, 201, 413, 413, 400]


def test_the_first_answer_comes_before_the_last_line(server: Server) -> None:
    """Whoever sends one line at a time reads one answer at a time."""
    with batch(server) as (raw, answers):
        for number in (1, 2, 3):
            raw.sendall(chunk(article(f"Ship {number} came in") + b"\n"))
            assert next(answers)["line"] == number
        raw.sendall(chunk(article("Ship 4 came in")) + b"0\r\n\r\n")
        assert next(answers)["line"] == 4


def test_answers_may_be_compressed(client: httpx.Client) -> None:
    """They are the same in any coding."""
    batch = b"\n".join(article(f"Barge {number} came in") for number in (1, 2, 3))
    response = client.post("/v1/articles", content=batch, headers={**HEADERS, "accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert [json.loads(line)["line"] for line in response.text.splitlines()] == [1, 2, 3]


def test_what_was_acknowledged_stays_when_the_caller_goes(server: Server, client: httpx.Client) -> None:
    """And half of a line is none."""
    with batch(server) as (raw, answers):
        raw.sendall(chunk(article("The pilot boat went out") + b"\n" + article("The tug went nowhere")))
        kept = next(answers)["receipt"]["article"]["id"]
    assert client.get(f"/v1/articles/{kept}").status_code == 200
    time.sleep(0.5)
    assert client.get("/v1/claims?q=tug").json()["items"] == []


def test_bodies_that_are_not_lines_of_articles_are_refused(client: httpx.Client) -> None:
    """A batch is not compressed, has no query, and is not for extracting."""
    problem(client.post("/v1/articles", headers={**HEADERS, "content-encoding": "gzip"}), 415, "unsupported-media-type")
    problem(client.post("/v1/articles?x=1", headers=HEADERS), 400, "invalid-parameter")
    problem(client.post("/v1/extract", headers=HEADERS), 415, "unsupported-media-type")


def test_lines_are_told_from_any_pieces() -> None:
    """However the body is cut, its lines are the same; of one that is too long no more is held than tells so."""
    body = b"ab\n\ncdef" + b"x" * 50 + b"\ngh"
    expected = [(1, b"ab"), (2, b""), (3, b"cdef" + b"x" * 50), (4, b"gh")]

    async def split(size: int) -> list[tuple[int, bytes]]:
        pieces = [body[at : at + size] for at in range(0, len(body), size)]

        async def receive() -> Any:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        return [line async for line in lines(receive, 10)]

    for size in range(1, len(body) + 1):
        found = anyio.run(split, size)
        assert [number for number, _ in found] == [1, 2, 3, 4]
        for (_, line), (_, whole) in zip(found, expected, strict=True):
            assert line == whole or (len(whole) > 10 < len(line) <= 11 + size and whole.startswith(line[:11]))


def test_a_batch_waits_where_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too busy for one article is no answer to its line, and a fault of the service is one."""
    monkeypatch.setattr("service.web.batches.PAUSE", 0)
    busy = [ReaderBusy(40), ReaderBusy(40), RuntimeError("secret")]

    async def store(new: object) -> Any:
        raise busy.pop(0)

    async def receive() -> Any:
        return {"type": "http.request", "body": article("It waits"), "more_body": False}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "path": "/v1/articles"}
    anyio.run(lambda: Batch(store, 1000, anyio.Event())(scope, receive, send))
    answer = json.loads(b"".join(message.get("body", b"") for message in sent))
    assert busy == []
    assert answer["status"] == 500
    assert answer["problem"]["detail"] == TYPES["/problems/internal-error"].description


def test_memory_is_bounded(tmp_path: Path) -> None:
    """Many megabytes go through, in lines and in one, and little of them stays: nobody reads the answers meanwhile."""
    with serving(tmp_path / "sayso.db") as server:
        pid = server.process.pid
        (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        before = resident(worker)
        with batch(server) as (raw, _):
            for _ in range(100):
                raw.sendall(chunk(b"x" * 1_000_000))
            assert resident(worker) - before < 20_000_000
            raw.settimeout(2)
            with pytest.raises(TimeoutError):
                send_for_ever(raw, chunk(b"{\n" * 1000))
            assert resident(worker) - before < 40_000_000
        os.kill(pid, signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert stored_articles(tmp_path / "sayso.db") == set()


def send_for_ever(raw: socket.socket, piece: bytes) -> None:
    """The piece is sent again and again, until it is not taken."""
    while True:
        raw.sendall(piece)


def resident(process: str) -> int:
    """The bytes of memory that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_key_that_is_revoked_stores_no_more(server: Server) -> None:
    """Of a batch that has begun, from its next line on."""
    with httpx.Client(base_url=server.url, headers=server.authorization) as boss:
        made = boss.post("/v1/keys", json={"name": "batch", "scopes": ["write"]}).json()
        with batch(server, made["secret"]) as (raw, answers):
            raw.sendall(chunk(article("While the key was good, it rained") + b"\n"))
            assert next(answers)["status"] == 201
            boss.delete(f"/v1/keys/{made['key']['id']}").raise_for_status()
            raw.sendall(chunk(article("When the key was revoked, it snowed") + b"\n"))
            refused = next(answers)
            raw.sendall(b"0\r\n\r\n")
        assert (refused["status"], refused["problem"]["type"]) == (401, "/problems/invalid-key")
        assert boss.get("/v1/claims", params={"q": "revoked snowed"}).json()["items"] == []
