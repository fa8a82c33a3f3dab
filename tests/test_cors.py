"""Pages of other origins, as a browser asks for them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract import DOCUMENT
from tests.serving import APART, serving

HOME, OTHER = "https://news.example", "https://evil.example"

SAFE = {"Cache-Control", "Last-Modified", "Vary"}
"""Documented headers of answers that a page may read anyway, or has no use for."""

TAKEN = {
    parameter["name"]
    for path in DOCUMENT["paths"].values()
    for operation in path.values()
    for parameter in operation.get("parameters", ())
    if parameter["in"] == "header"
}
"""The documented headers of requests."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that two origins may call."""
    database = tmp_path_factory.mktemp("cors") / "sayso.db"
    settings = {"SAYSO_CORS_ORIGINS": f"{HOME},http://localhost:3000"}
    with serving(database, **settings) as server, httpx.Client(base_url=server.url) as http:
        yield http


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/claims", 200),
        ("HEAD", "/v1/claims", 200),
        ("GET", "/v1/claims?colour=red", 400),
        ("GET", "/nowhere", 404),
        ("DELETE", "/v1/claims", 405),
        ("POST", "/v1/extract", 415),
        ("OPTIONS", "/v1/claims", 204),
    ],
)
def test_every_answer_tells_who_may_read_it(listed: httpx.Client, method: str, path: str, status: int) -> None:
    """So do errors; the headers that a page needs are named, and a stranger is told nothing of them."""
    for origin in (HOME, "http://localhost:3000"):
        answer = listed.request(method, path, headers={"origin": origin})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == origin
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {*DOCUMENT["components"]["headers"]} - SAFE <= set(exposed)
        assert "access-control-allow-credentials" not in answer.headers
    for headers in ({"origin": OTHER}, {"origin": "null"}, {"origin": f"{HOME}.evil.example"}, {}):
        answer = listed.request(method, path, headers=headers)
        assert answer.status_code == status
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_cache_keeps_origins_apart(listed: httpx.Client) -> None:
    """Every answer varies with the origin, 304 too, besides what it varied with before."""
    tag = listed.get("/v1/claims").headers["etag"]
    for headers in ({}, {"origin": HOME}, {"origin": OTHER}, {"origin": HOME, "if-none-match": tag}):
        answer = listed.get("/v1/claims", headers=headers)
        assert set(answer.headers["vary"].split(", ")) == {"accept-encoding", "origin"}
    assert answer.status_code == 304


@pytest.mark.parametrize("path", ["/v1/articles", "/nowhere"])
def test_a_preflight_is_answered(listed: httpx.Client, path: str) -> None:
    """With the methods and headers that the API takes, to an origin that may call it; a stranger is not let in."""
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    answer = listed.options(path, headers={"origin": HOME, **asked})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == HOME
    assert answer.headers["vary"] == "origin"
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, HEAD, PATCH, POST, PUT"
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {*TAKEN, "Accept", "Authorization", "Content-Type"} <= set(allowed)
    assert "access-control-allow-credentials" not in answer.headers
    stranger = listed.options(path, headers={"origin": OTHER, **asked})
    assert "access-control-allow-origin" not in stranger.headers


def test_all_origins_may_be_let_in(tmp_path: Path) -> None:
    """A star is told to everybody alike, so that a cache need not tell origins apart; never with credentials."""
    with serving(tmp_path / "sayso.db", SAYSO_CORS_ORIGINS="*") as server:
        for headers in ({"origin": OTHER, "cookie": "a=b"}, {"origin": "null"}, {}):
            answer = APART.get(f"{server.url}/v1/claims", headers=headers)
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["vary"] == "accept-encoding"
            assert "access-control-allow-credentials" not in answer.headers


def test_nobody_is_let_in_unasked(client: httpx.Client) -> None:
    """Without the setting no answer speaks of origins, and a preflight is a plain OPTIONS."""
    answer = client.get("/v1/claims", headers={"origin": HOME})
    preflight = client.options("/v1/claims", headers={"origin": HOME, "access-control-request-method": "GET"})
    for one in (answer, preflight):
        assert not [name for name in one.headers if name.startswith("access-control-")]
        assert "origin" not in one.headers.get("vary", "")
