"""Problems: every error is one, of a type that can be looked up."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest

import service.cli  # noqa: F401 - brings in every error there is.
from service.errors import SaysoError, SettingsError
from service.settings import Settings
from service.web.app import create_app
from service.web.problems import TYPES, type_of
from tests.contract import check, problem
from tests.serving import Server, serving


def _kinds(error: type[SaysoError]) -> Iterator[type[SaysoError]]:
    yield error
    for kind in error.__subclasses__():
        yield from _kinds(kind)


@pytest.mark.parametrize("error", [*_kinds(SaysoError)])
def test_every_error_has_a_problem_type(error: type[SaysoError]) -> None:
    """No error of ours falls through to ``internal-error`` unless it is the service's own fault."""
    own = error is SaysoError or issubclass(error, SettingsError)
    assert (type_of(error).type == "/problems/internal-error") == own


def test_types_are_told_apart_by_name_and_title() -> None:
    """No two types share a title, and their statuses are those of errors."""
    assert len({found.title for found in TYPES.values()}) == len(TYPES)
    assert all(400 <= found.status < 600 for found in TYPES.values())


def test_every_type_is_where_it_says(client: httpx.Client) -> None:
    """A problem's ``type`` is a path that answers with its description."""
    listed = client.get("/problems").json()["items"]
    assert len(listed) == len(TYPES)
    for found in listed:
        assert client.get(found["type"]).json() == found


def test_an_unknown_type_is_not_found(client: httpx.Client) -> None:
    """Looking up a type that is none is itself a problem."""
    problem(client.get("/problems/nope"), 404, "not-found")


@pytest.mark.parametrize("path", ["/nope", "/v1", "/v1/", "/v1/claims/a/b", "/docs/nope.js", "/docs/..%2Fapp.py"])
def test_an_unknown_path_is_not_found(client: httpx.Client, path: str) -> None:
    """404 is a problem too."""
    problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/claims", "GET, HEAD, OPTIONS"),
        ("POST", "/v1/sources/x", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/articles", "GET, HEAD, OPTIONS, POST"),
        ("GET", "/v1/extract", "OPTIONS, POST"),
        ("BREW", "/healthz", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_not_allowed(client: httpx.Client, method: str, path: str, allow: str) -> None:
    """405 lists what the path takes."""
    response = client.request(method, path)
    assert allow in problem(response, 405, "method-not-allowed").detail
    assert response.headers["allow"] == allow


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/articles", "GET, HEAD, OPTIONS, POST"),
        ("/v1/articles/art_1/claims", "GET, HEAD, OPTIONS"),
        ("/v1/extract", "OPTIONS, POST"),
        ("/docs", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_lists_what_a_path_takes(client: httpx.Client, path: str, allow: str) -> None:
    """OPTIONS tells of a path what a 405 would."""
    response = client.options(path)
    assert response.status_code == 204
    assert response.headers["allow"] == allow
    problem(client.options(f"{path}/none/such"), 404, "not-found")


def test_an_unsound_host_is_a_bad_request(client: httpx.Client) -> None:
    """What the framework refuses is a problem as well."""
    problem(client.get("/healthz", headers={"host": "a b"}), 400, "bad-request")


def test_a_fault_of_the_service_is_logged_and_not_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """500 says nothing of the inside; the log has the traceback. Here: a service that was never started."""
    app = create_app(Settings(database=str(tmp_path / "secret.db")))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://sayso") as http:
            return await http.get("/v1/claims")

    with caplog.at_level(logging.ERROR):
        response = anyio.run(ask)
    assert problem(response, 500, "internal-error").detail == TYPES["/problems/internal-error"].description
    assert "house" not in response.text
    assert caplog.records[0].exc_info


def test_a_damaged_database_is_a_problem(tmp_path: Path) -> None:
    """503 says nothing of the inside; the log says which file, and the service lives on."""
    database = tmp_path / "sayso.db"
    hooks = {"response": [check]}
    with serving(database) as server, httpx.Client(base_url=server.url, event_hooks=hooks) as http:
        http.headers.update(server.authorization)
        assert http.post("/v1/articles", json={"text": "The dam held, police said."}).status_code == 201
        for file in (database, tmp_path / "sayso.db-wal"):
            with file.open("r+b") as damaged:
                damaged.write(b"garbage!" * (file.stat().st_size // 8))
        for headers in (server.authorization, {"authorization": ""}):
            for path in ("/readyz", "/v1/claims", "/v1/claims?q=dam", "/v1/confidence-levels"):
                answer = http.get(path, headers=headers)
                assert str(database) not in problem(answer, 503, "store-unavailable").detail
                assert answer.headers["retry-after"] == "5"
        assert http.get("/healthz").status_code == 200
        assert f"{database} is not a sound database" in server.log.read_text()


@pytest.mark.parametrize("name", ["accept", "accept-encoding", "authorization", "if-none-match", "x-unknown"])
def test_a_header_that_is_too_long_is_refused(client: httpx.Client, name: str) -> None:
    """Before anybody looks at it."""
    assert client.get("/v1/claims", headers={name: "a" * 8_000}).status_code != 431
    found = problem(client.get("/v1/claims", headers={name: "a" * 8_001}), 431, "header-too-large")
    assert found.detail.startswith(f"{name} has more than 8,000 bytes")


def test_nobody_is_answered_in_another_http(server: Server) -> None:
    """HTTP/2 without TLS, which has no limits of its own, is not spoken."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=20) as raw:
        raw.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        assert raw.recv(1000) == b""


def test_a_body_that_breaks_off_is_a_bad_request(server: Server) -> None:
    """A chunk that is none is the client's fault, not the service's."""
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=20) as raw:
        raw.sendall(b"POST /v1/extract HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n")
        raw.sendall(b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\n")
        assert raw.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert "broke off" not in server.log.read_text()
