"""Exports over HTTP: what comes back, whole, in parts, and not at all."""

import gzip
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.exports import Format
from tests import contract
from tests.articles import ARTICLES
from tests.contract import problem
from tests.serving import APART, Server, serving

FORMATS = [format.value for format in Format]

PATH = "/v1/exports/claims"


def described(client: httpx.Client, **query: str) -> dict[str, dict[str, Any]]:
    """What is told of each file."""
    return {file["format"]: file for file in client.get(PATH, params=query).json()["files"]}


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_what_was_told_of_it(client: httpx.Client, format: str) -> None:
    """Its size, digest and media type, the number of its claims, and where it is."""
    told = client.get(PATH, params={"source": "kcna", "format": format})
    assert told.json()["claims"] == client.get("/v1/claims?source=kcna&count=exact").json()["total"]
    assert told.headers["cache-control"] == "no-store"
    file = described(client, source="kcna")[format]
    answer = client.get(file["href"])
    assert answer.headers["content-type"] == file["media_type"]
    assert len(answer.content) == file["bytes"]
    assert sha256(answer.content).hexdigest() == file["sha256"]
    assert answer.headers["content-location"] == file["href"]
    assert f'claims-{told.json()["sequence"]}.{format}"' in answer.headers["content-disposition"]


def test_an_export_is_the_whole_list(client: httpx.Client) -> None:
    """Line by line what `/v1/claims` gives for the same parameters, all pages of it."""
    for query in ({}, {"level": "!high", "publisher": "ap"}, {"q": "harbour"}, {"published_from": "2026-02-20"}):
        listed = client.get("/v1/claims", params={**query, "limit": 200}).json()["items"]
        lines = client.get(f"{PATH}.ndjson", params=query)
        assert [httpx.Response(200, content=line).json() for line in lines.text.splitlines()] == listed


@pytest.mark.parametrize("format", FORMATS)
def test_a_tag_is_of_bytes_that_stay(client: httpx.Client, format: str) -> None:
    """Who has them is told so, by GET and HEAD, and nothing is made for HEAD."""
    path = f"{PATH}.{format}?level=low"
    head = client.head(path)
    whole = client.get(path)
    assert head.content == b""
    for header in ("etag", "content-type", "content-disposition", "cache-control"):
        assert head.headers[header] == whole.headers[header]
    assert whole.headers["cache-control"] == "private, no-cache"
    for method in ("GET", "HEAD"):
        held = client.request(method, path, headers={"if-none-match": whole.headers["etag"]})
        assert held.status_code == 304
        for header in ("etag", "cache-control", "vary", "content-location"):
            assert held.headers[header] == whole.headers[header]
        assert not {"content-type", "content-disposition"} & set(held.headers)
    assert client.get(path, headers={"if-none-match": '"other"'}).content == whole.content


@pytest.mark.parametrize("format", FORMATS)
def test_what_broke_off_goes_on(client: httpx.Client, format: str) -> None:
    """By a range, where the tag is the same; else, and for several ranges, all of it comes."""
    path = f"{PATH}.{format}"
    identity = {"accept-encoding": "identity"}
    whole = client.get(path, headers=identity)
    tag, size = whole.headers["etag"], len(whole.content)
    for header, start, end in (("bytes=100-", 100, size), ("bytes=0-9", 0, 10), ("bytes=-5", size - 5, size)):
        part = client.get(path, headers={"range": header, "if-range": tag})
        assert (part.status_code, part.content) == (206, whole.content[start:end])
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["etag"] == tag
    for headers in ({"range": "bytes=100-", "if-range": '"other"'}, {"range": "bytes=0-1,5-6"}):
        assert client.get(path, headers={**headers, **identity}).content == whole.content
    place = whole.headers["content-location"]
    assert client.get(path, headers={"range": "bytes=5-", **identity}).content == whole.content
    assert client.get(place, headers={"range": "bytes=5-", **identity}).content == whole.content[5:]
    refused = client.get(place, headers={"range": f"bytes={size}-"})
    assert refused.headers["content-range"] == f"bytes */{size}"
    problem(refused, 416, "unsatisfiable-range")


@pytest.mark.parametrize("format", ["ndjson", "csv"])
def test_a_text_is_compressed_where_that_is_asked_for(client: httpx.Client, format: str) -> None:
    """As it is made, and from its file; it has a tag of its own then, and is not for ranges."""
    path = f"{PATH}.{format}?kind=statement"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    for _ in range(2):
        request = client.build_request("GET", path, headers={"accept-encoding": "gzip"})
        with httpx.Client() as raw:
            coded = raw.send(request, stream=True)
            assert gzip.decompress(b"".join(coded.iter_raw())) == plain.content
        assert coded.headers["content-encoding"] == "gzip"
        assert coded.headers["etag"] == f'{plain.headers["etag"][:-1]}-gzip"'
        assert "accept-ranges" not in coded.headers
        client.get(plain.headers["content-location"], headers={"range": "bytes=0-0"})


@pytest.mark.parametrize("format", ["parquet", "sqlite"])
def test_what_a_coding_does_not_suit_is_left(client: httpx.Client, format: str) -> None:
    """It comes as it is, also to who would take it compressed."""
    assert "content-encoding" not in client.get(f"{PATH}.{format}", headers={"accept-encoding": "gzip, zstd"}).headers


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("limit=5", "limit"), ("cursor=x", "cursor"), ("sort=stored", "sort"), ("level=none", "level"), ("q=!", "q")],
)
def test_what_no_export_has_is_refused(client: httpx.Client, query: str, parameter: str) -> None:
    """By name, before any of it is sent."""
    for format in FORMATS:
        found = problem(client.get(f"{PATH}.{format}?{query}"), 400, "invalid-parameter")
        assert not isinstance(found.errors, type(None))
        assert f'"parameter":"{parameter}"' in client.get(f"{PATH}.{format}?{query}").text


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose reads take a key, which has no room for files."""
    folder = tmp_path_factory.mktemp("closed")
    with serving(folder / "sayso.db", SAYSO_READS="closed", SAYSO_EXPORT_ROOM="100") as running:
        for article in ARTICLES:
            APART.post(f"{running.url}/v1/articles", json=article, headers=running.authorization)
        yield running


def test_where_reads_are_closed_so_are_exports(closed: Server) -> None:
    """They take a key."""
    with httpx.Client(base_url=closed.url, event_hooks={"response": [contract.check]}) as client:
        for path in (PATH, *(f"{PATH}.{format}" for format in FORMATS)):
            problem(client.get(path), 401, "missing-key")


def test_what_finds_no_room_is_not_made(closed: Server) -> None:
    """A database is refused then; of what is sent as it is made, all comes where a range was asked for."""
    hooks = {"response": [contract.check]}
    with httpx.Client(base_url=closed.url, headers=closed.authorization, event_hooks=hooks) as client:
        problem(client.get(f"{PATH}.sqlite"), 507, "export-too-large")
        problem(client.get(f"{PATH}?format=csv"), 507, "export-too-large")
        for format in ("ndjson", "csv", "parquet"):
            whole = client.get(f"{PATH}.{format}")
            part = client.get(whole.headers["content-location"], headers={"range": "bytes=5-"})
            assert (part.status_code, part.content) == (200, whole.content)
        assert all("sha256" not in file for file in described(client).values())
    assert os.listdir(closed.log.with_name("sayso.db-exports")) == []


def test_without_what_makes_it_a_format_is_not_there(tmp_path: Path) -> None:
    """Parquet takes a package that need not be installed; the others are there without it."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(HIDE)
    places = f"{hidden}:{os.environ.get('PYTHONPATH', '')}"
    hooks = {"response": [contract.check]}
    with (
        serving(tmp_path / "sayso.db", PYTHONPATH=places) as server,
        httpx.Client(base_url=server.url, event_hooks=hooks) as client,
    ):
        assert client.head(f"{PATH}.parquet").status_code == 501
        problem(client.get(f"{PATH}.parquet"), 501, "format-unavailable")
        problem(client.get(f"{PATH}?format=parquet"), 501, "format-unavailable")
        assert set(described(client)) == {"ndjson", "csv", "sqlite"}


HIDE = """
import importlib.metadata as metadata
version = metadata.version
def hiding(name):
    if name == "pyarrow":
        raise metadata.PackageNotFoundError(name)
    return version(name)
metadata.version = hiding
"""
"""What has Python believe that there is no pyarrow."""
