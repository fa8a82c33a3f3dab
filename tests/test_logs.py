"""The log, and the request ids that tie it to answers."""

import asyncio
import json
import logging
import os
import pty
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from select import PIPE_BUF
from typing import Any

import httpx
import pytest

from service.settings import LogFormat
from service.web.logs import PERIOD, TOGETHER, Access, Answered, JsonLines, TextLines, chosen
from service.web.request_ids import CURRENT
from tests.serving import APART, Server, serving


def lines(server: Server) -> list[dict[str, Any]]:
    """All that the server has logged. Each line is an object of JSON."""
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def line(server: Server, id: str) -> dict[str, Any]:
    """The one line of a request that was answered. It is written as soon as the answer is out."""
    deadline = time.monotonic() + 20
    while not (found := [one for one in lines(server) if one.get("request_id") == id]):
        assert time.monotonic() < deadline
    (only,) = found
    return only


@pytest.mark.parametrize("id", ["a", "req_01.K:7+/=@-", "x" * 128])
def test_a_callers_id_is_kept(client: httpx.Client, id: str) -> None:
    """A well-formed X-Request-Id comes back."""
    assert client.get("/healthz", headers={"x-request-id": id}).headers["x-request-id"] == id


@pytest.mark.parametrize("id", ["", "x" * 129, "a b", 'a"b', "a;b", "a\tb", "é"])
def test_an_id_that_is_not_well_formed_is_replaced(client: httpx.Client, id: str) -> None:
    """Another comes back, which no other request has."""
    made = [client.get("/nope", headers={b"x-request-id": id.encode()}).json()["request_id"] for _ in range(2)]
    assert len({id, *made}) == 3
    assert all(len(one) == 32 for one in made)


def test_a_request_is_a_line(server: Server, client: httpx.Client) -> None:
    """It tells what was asked and what came of it, with the route's template."""
    response = client.get("/v1/sources/korean-central-news-agency", headers={"x-request-id": "line-1"})
    found = line(server, "line-1")
    assert found.pop("ms") > 0
    assert found.pop("time").endswith("Z")
    assert found == {
        "level": "info",
        "message": "answered",
        "request_id": "line-1",
        "method": "GET",
        "route": "/v1/sources/{id}",
        "path": "/v1/sources/korean-central-news-agency",
        "status": 200,
        "bytes": len(response.content),
        "caller": f"key_{server.key[6:16]}",
    }


def test_nothing_secret_is_logged(server: Server, client: httpx.Client) -> None:
    """Neither a key nor what is looked for stands in the log."""
    client.get("/v1/claims?q=whistleblower", headers={"authorization": "Bearer hushhush"})
    client.get("/v1/claims?key=hushhush", headers={"x-request-id": "secret-1"})
    assert line(server, "secret-1")["path"] == "/v1/claims"
    log = server.log.read_text()
    assert "hushhush" not in log
    assert "whistleblower" not in log


def test_a_line_cannot_be_forged(server: Server) -> None:
    """Whatever bytes a path and a method hold, the request is one line of JSON, and none too long."""
    path = b'/%0a{"level":"info"}' + b"\xc2\x85" + b"x" * 9000
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=20) as raw:
        raw.sendall(b"BREW " + path + b" HTTP/1.1\r\nHost: x\r\nX-Request-Id: forger\r\nConnection: close\r\n\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 404 ")
    found = line(server, "forger")
    assert (found["method"], found["route"], found["status"]) == ("other", "other", 404)
    assert found["path"].startswith('/%0a{"level":"info"}\\xc2\\x85xxx')
    assert max(map(len, server.log.read_bytes().splitlines())) < 4096


def test_start_seeds_and_end_are_lines(tmp_path: Path) -> None:
    """What the service tells of itself is in the same form as all else."""
    with serving(tmp_path / "sayso.db", "--seeds") as server:
        pass
    messages = [line["message"] for line in lines(server) if line["message"] != "answered"]
    assert messages == [
        "Seeds: 8 stored, 0 already there, 0 failed",
        f"Sayso answers at {server.url} from {tmp_path / 'sayso.db'}.",
        "Sayso has ended.",
    ]


def record(message: str, error: Exception | None = None) -> logging.LogRecord:
    """What a logger hands on."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("service.x", logging.ERROR, "x.py", 1, message, (), exc_info)


def test_an_error_is_one_line_with_its_traceback() -> None:
    """Line ends and halves of characters are told in JSON's way, and the request that met it by its id."""
    token = CURRENT.set("met-it")
    try:
        raise ValueError("a\nb")
    except ValueError as error:
        line = JsonLines().format(record("It\nfailed: \ud800", error))
    finally:
        CURRENT.reset(token)
    assert "\n" not in line
    event = json.loads(line)
    assert (event["level"], event["message"], event["request_id"]) == ("error", "It\nfailed: \\ud800", "met-it")
    assert event["error"].startswith("Traceback")
    assert event["error"].endswith("ValueError: a\nb")


def test_text_cannot_be_forged_either() -> None:
    """What would move the cursor is written out, and only the first line begins at the margin."""
    try:
        raise ValueError("a\nb\x1b[2J")
    except ValueError as error:
        first, *rest = TextLines().format(record("It\r\nfailed", error)).split("\n")
    assert first.endswith("error It\\r\\nfailed")
    assert rest[-2:] == ["  ValueError: a", "  b\\x1b[2J"]
    assert all(line.startswith("  ") for line in rest)


def test_a_terminal_gets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless told otherwise; what is no terminal gets JSON."""
    assert chosen(LogFormat.AUTO) is LogFormat.JSON
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        assert chosen(LogFormat.AUTO) is LogFormat.TEXT
        assert chosen(LogFormat.JSON) is LogFormat.JSON
        monkeypatch.undo()
    os.close(ours)


def test_lines_are_written_together_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that are soon behind one another, up to so many, in pieces that a pipe takes at once."""
    written: list[bytes] = []
    monkeypatch.setattr(os, "write", lambda _, piece: written.append(piece))
    ids = [f"{number:0128}" for number in range(450)]

    async def answer() -> None:
        log = Access(LogFormat.JSON)
        for id in ids:
            log(Answered(datetime.now(UTC), "info", id, "GET", "/", "/" + "x" * 500, 200, 1.0, 10))
        assert len(b"".join(written).splitlines()) == 2 * TOGETHER
        await asyncio.sleep(5 * PERIOD)

    asyncio.run(answer())
    assert all(len(piece) <= PIPE_BUF and piece.endswith(b"}\n") for piece in written)
    assert len(written) < len(ids) / 3
    assert [json.loads(line)["request_id"] for line in b"".join(written).splitlines()] == ids


def test_the_last_request_is_logged_when_the_service_ends(tmp_path: Path) -> None:
    """Who ends it just then loses no line."""
    with serving(tmp_path / "sayso.db") as server:
        for number in range(20):
            APART.get(f"{server.url}/v1/claims", headers={"x-request-id": f"last-{number}"})
    assert [one["request_id"] for one in lines(server) if one.get("request_id", "").startswith("last")] == [
        f"last-{number}" for number in range(20)
    ]
