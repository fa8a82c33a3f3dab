"""Content codings: only what was asked for, and whole as well as piece by piece."""

import gzip
import sys
import zlib
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from litestar.types import Message, Receive, Scope, Send

from service.web.codings import asked
from service.web.compression import Compressed
from tests.serving import APART

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DECODE: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP;Q=1", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("identity;q=0.5, gzip", "gzip"),
        ("br, *;q=0, gzip;q=0.1", "gzip"),
        ("", None),
        ("identity", None),
        ("br, deflate", None),
        ("gzip;q=0", None),
        ("gzip;q=0.000, zstd; q=0", None),
        ("*;q=0", None),
        ("gzip;q=0, *", "zstd"),
        ("identity;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("gzip;q=high", None),
        ("gzip;q=-1", None),
        ("gzip;q=1e0", None),
        ("gzip;q=", None),
        ("gzipped", None),
        (",;=,;q=1,,", None),
    ],
)
def test_a_coding_is_sent_only_where_it_is_asked_for(client: httpx.Client, header: str, coding: str | None) -> None:
    """So on what is kept and on what is not; what comes decodes to the same bytes, and its length is told."""
    article = {"text": "The dam held, police said. " * 40}
    for method, path, body in (("GET", "/v1/claims", None), ("POST", "/v1/extract", article)):
        whole = client.request(method, path, json=body, headers={"accept-encoding": "identity"})
        request = httpx.Request(method, client.base_url.join(path), json=body, headers={"accept-encoding": header})
        answer = APART.send(request, stream=True)
        sent = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") == coding
        assert int(answer.headers["content-length"]) == len(sent)
        assert (DECODE[coding](sent) if coding else sent) == whole.content
        assert coding is None or len(sent) < len(whole.content)


def test_without_the_header_nothing_is_compressed(client: httpx.Client) -> None:
    """A client that does not speak of codings may know none."""
    request = client.build_request("GET", "/v1/claims")
    del request.headers["accept-encoding"]
    answer = client.send(request)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize("path", ["/healthz", "/v1/sources?limit=1", "/docs/favicon-32x32.png", "/nope"])
def test_what_would_not_get_smaller_is_left(client: httpx.Client, path: str) -> None:
    """A short answer, an error, and an image."""
    answer = client.build_request("GET", path, headers={"accept-encoding": "gzip, zstd"})
    assert "content-encoding" not in httpx.Client().send(answer).headers


def test_a_compressed_request_is_refused(client: httpx.Client) -> None:
    """A bomb is not unpacked."""
    bomb = gzip.compress(b"said " * 1_000_000)
    headers = {"content-type": "text/plain", "content-encoding": "gzip"}
    assert client.post("/v1/extract", content=bomb, headers=headers).status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_stream_is_sent_as_it_comes(coding: str) -> None:
    """Each piece can be read before the next is made, and the pieces make one whole."""
    lines = [b'{"line": %d}\n' % number for number in range(5)]
    unpack = zlib.decompressobj(31).decompress if coding == "gzip" else zstd.ZstdDecompressor().decompress
    read: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/x-ndjson"), (b"content-length", b"60")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, line in enumerate(lines):
            await send({"type": "http.response.body", "body": line, "more_body": True})
            assert read == lines[: number + 1]
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert dict(message["headers"]) == {
                b"content-type": b"application/x-ndjson",
                b"content-encoding": coding.encode(),
            }
        elif message["type"] == "http.response.body" and (plain := unpack(message["body"])):
            read.append(plain)

    async def nothing() -> Any:
        raise AssertionError("No body is asked for.")

    async def ask() -> None:
        scope: Any = {"type": "http", "headers": [(b"accept-encoding", coding.encode())]}
        await Compressed(app)(scope, nothing, send)

    anyio.run(ask)
    assert read == lines


def test_fields_that_are_none_are_survived() -> None:
    """Whatever bytes a stranger sends in their place."""
    assert asked(b"\xff\x00;q=\xb2,gzip;q=\xb9") is None
