"""Exports of much, on the way: of one moment, in little memory, and no further than somebody takes them."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from schemas.exports import Format
from service.storage.sqlite import open_store
from service.web.presses import MOST
from tests.contract import problem
from tests.records import AP, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.serving import APART, Server, serving

PATH = "/v1/exports/claims"

CLAIMS = 4000

LONG = 20_000
"""Characters of a claim, so that all of them take many times what a server that holds none of them does."""

WHOLE = CLAIMS * LONG


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of 80 MB of claims."""
    path = tmp_path_factory.mktemp("long") / "sayso.db"
    with closing(open_store(str(path))) as store:
        for number in range(CLAIMS // 100):
            claims = [claim(f"{number} {place} {'x' * LONG}", attribution(link(KCNA))) for place in range(100)]
            store.put(record(f"long{number}", *claims, sources=(AP, KCNA), publisher=AP), at=NOON, actor="tester")
    with serving(path) as running:
        yield running


def folder(server: Server) -> Path:
    """Where files of exports are kept."""
    return server.log.with_name("sayso.db-exports")


def until(true: Callable[[], bool]) -> None:
    """Returns when it is so."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to tell a process's children and memory")
@pytest.mark.parametrize("format", Format)
def test_memory_does_not_grow_with_an_export(server: Server, format: str) -> None:
    """While 80 MB and more are sent, the server takes less than half of that, for whatever is on its way."""
    pid = server.process.pid
    (worker,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    path, headers = f"{server.url}{PATH}.{format}", {"accept-encoding": "identity"}
    APART.get(path, params={"article": "art_long0"}, headers=headers)  # What is loaded once is.
    before, most = taken(worker), 0
    with APART.stream("GET", path, headers=headers) as answer:
        size = 0
        for piece in answer.iter_raw():
            size += len(piece)
            most = max(most, taken(worker))
    assert size > WHOLE or format == Format.PARQUET  # Which packs what repeats itself.
    assert most - before < WHOLE / 2


def taken(pid: str) -> int:
    """The bytes of memory that the process has to itself. What it maps of the database is the system's."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    return int(status["RssAnon"].split()[0]) * 1024


def test_what_nobody_takes_is_not_made(server: Server) -> None:
    """A caller that stops reading, and then goes away, is sent what fits on the way, and no more is made."""
    with begun(server, f"{PATH}.ndjson") as raw:
        raw.recv(1000)
        time.sleep(1)
    until(lambda: bool(answered(server, f"{PATH}.ndjson", of=0)))
    assert answered(server, f"{PATH}.ndjson", of=0)[-1] < WHOLE / 2


def test_a_file_that_nobody_waits_for_is_not_made(server: Server) -> None:
    """A caller that goes away while it is made leaves nothing behind."""
    with begun(server, f"{PATH}.sqlite?kind=statement"):
        until(lambda: any(folder(server).glob(".*.partial")))
    until(lambda: not any(folder(server).glob(".*.partial")))
    told = APART.get(f"{server.url}{PATH}?kind=statement").json()
    assert [file for file in told["files"] if "sha256" in file] == []


def test_no_more_than_some_are_on_their_way(server: Server) -> None:
    """Whoever comes then is told when to come again; when the others have gone, nobody is kept out."""
    path = f"{server.url}{PATH}.ndjson"
    with ExitStack() as stack:
        for _ in range(MOST):
            stack.enter_context(begun(server, f"{PATH}.ndjson")).recv(1)
        refused = APART.get(path)
        assert problem(refused, 503, "too-many-exports").detail.startswith(f"{MOST} exports")
        assert refused.headers["retry-after"] == "60"
        assert APART.get(f"{server.url}/v1/claims?limit=1").status_code == 200
    until(lambda: APART.get(path, params={"article": "art_long1"}).status_code == 200)


def begun(server: Server, path: str) -> socket.socket:
    """A connection by which the path was asked for."""
    raw = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=20)
    raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return raw


def answered(server: Server, path: str, *, of: int) -> list[int]:
    """How many bytes each answer of this path had that is logged, the last of which were broken off."""
    lines = (json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{"))
    found = [line["bytes"] for line in lines if line.get("path") == path and line["bytes"] != of]
    return [size for size in found if size < WHOLE]


def test_an_export_is_of_one_moment(tmp_path: Path) -> None:
    """What is stored, and changed, while it is sent is not in it, and it is found again byte for byte afterwards."""
    path = tmp_path / "sayso.db"
    with closing(open_store(str(path))) as store:
        for number in range(200):
            store.put(bulletin(f"b{number}", 50), at=NOON, actor="tester")
        with serving(path) as server, httpx.Client(base_url=server.url, timeout=60) as client:
            for format in ("ndjson", "csv"):
                headers = {"accept-encoding": "identity"}
                with client.stream("GET", f"{PATH}.{format}", headers=headers) as answer:
                    pieces = answer.iter_raw()
                    body = next(pieces)
                    store.put(bulletin(f"{format}-later", 50), at=NOON, actor="tester")
                    store.put(bulletin("b199", 10), at=NOON, actor="tester")
                    body += b"".join(pieces)
                assert f"{format}-later".encode() not in body
                again = client.get(answer.headers["content-location"], headers=headers)
                assert again.content == body
                assert again.headers["etag"] == answer.headers["etag"]
                assert client.get(f"{PATH}.{format}").headers["etag"] != answer.headers["etag"]


def test_a_download_goes_on_while_others_write(server: Server, tmp_path: Path) -> None:
    """One that broke off is whole after the second request, as the digest tells that is asked for beside."""
    part = tmp_path / "part"
    with APART.stream("GET", f"{server.url}{PATH}.ndjson", headers={"accept-encoding": "identity"}) as answer:
        part.write_bytes(next(answer.iter_bytes(1_000_000)))
        tag, place = answer.headers["etag"], answer.headers["content-location"]
    APART.post(f"{server.url}/v1/articles", json={"text": "It rained, AP said."}, headers=server.authorization)
    size = part.stat().st_size
    headers = {"range": f"bytes={size}-", "if-range": tag}
    with APART.stream("GET", f"{server.url}{place}", headers=headers) as rest, part.open("ab") as file:
        assert rest.status_code == 206
        for piece in rest.iter_raw():
            file.write(piece)
    query = place.partition("?")[2]
    told = APART.get(f"{server.url}{PATH}?{query}&format=ndjson").json()
    (digest,) = [file["sha256"] for file in told["files"] if file["format"] == "ndjson"]
    assert sha256(part.read_bytes()).hexdigest() == digest
