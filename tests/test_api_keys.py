"""Keys over HTTP: what each may do, and how they are made and revoked."""

import gc
import re
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import httpx
import pytest

from schemas.keys import Scope
from service.errors import KeyInvalid
from service.web.app import tidy
from service.web.callers import CALLER, Callers, demand_anew
from service.web.operations import KEY, Operation
from service.web.routes import operations
from tests.contract import check, problem
from tests.serving import APART, Server, bearer, made, serving

HOOKS = {"response": [check]}
ARTICLE = {"text": "The quay was dry, the harbour master said."}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers, whose reads are closed."""
    database = tmp_path_factory.mktemp("closed") / "sayso.db"
    with serving(database, SAYSO_READS="closed", SAYSO_WORKERS="2") as running:
        yield running


@pytest.fixture(scope="module")
def keys(server: Server) -> dict[Scope, str]:
    """A key for each scope."""
    return {scope: made(server.log.with_suffix(".db"), scope) for scope in Scope}


def asking(server: Server, key: str = "") -> httpx.Client:
    """A client with this key, or none, each of whose requests comes by a new connection, to any of the workers."""
    headers = {"connection": "close", **(bearer(key) if key else {})}
    return httpx.Client(base_url=server.url, headers=headers, event_hooks=HOOKS, timeout=60)


def test_what_each_operation_needs() -> None:
    """No operation is forgotten here, nor can one be declared without saying what it needs."""
    needs: dict[Scope | None, set[str]] = {}
    for _, _, handler in operations():
        operation: Operation = handler.opt[KEY]
        needs.setdefault(operation.needs, set()).add(operation.id)
        assert len(handler.guards or ()) == (operation.needs is not None)
    reads = needs.pop(Scope.READ)
    assert needs == {
        None: {"getHealth", "getReadiness", "listProblemTypes", "getProblemType"},
        Scope.WRITE: {"createArticle"},
        Scope.REVIEW: {
            *("correctClaim", "undoCorrection", "retractClaim", "restoreClaim"),
            *("retractArticle", "restoreArticle"),
            *("createReview", "retractReview", "restoreReview"),
            *("correctSource", "undoSourceCorrection", "mergeSource", "splitSource"),
        },
        Scope.ADMIN: {
            *("createKey", "listKeys", "getKey", "revokeKey"),
            *("removeArticle", "removeClaim"),
            *("createWebhook", "listWebhooks", "getWebhook", "changeWebhook", "removeWebhook"),
            *("rotateWebhookSecret", "pingWebhook", "listDeliveries", "retryDelivery"),
        },
    }
    assert all(re.match("list|get|extract|export|describe|match|resolve", name) for name in reads)
    with pytest.raises(TypeError):
        Operation("getNothing", "Get nothing", gives=ARTICLE)  # type: ignore[call-arg, arg-type]


def test_without_a_key(server: Server) -> None:
    """Reads are open, and to read a text that is not stored; to store one is refused before its body is read."""
    with asking(server) as http:
        assert http.get("/v1/claims").status_code == 200
        assert http.post("/v1/extract", json=ARTICLE).status_code == 200
        answer = http.post("/v1/articles", content=b"{")
        assert "'write'" in problem(answer, 401, "missing-key").detail
        assert answer.headers["www-authenticate"] == 'Bearer realm="sayso"'


@pytest.mark.parametrize("given", ["", "Bearer", "Basic bWU6c2VjcmV0", "sayso_x"])
def test_what_is_no_bearer_key(server: Server, given: str) -> None:
    """Another scheme, which may be meant for a proxy, or an empty one is as no key: reads stay open."""
    with asking(server) as http:
        http.headers["authorization"] = given
        assert http.get("/v1/claims").status_code == 200
        problem(http.post("/v1/articles", json=ARTICLE), 401, "missing-key")


@pytest.mark.parametrize("given", ["Bearer x", "bearer sayso_" + "a" * 59, "Bearer a b", "Bearer caf\xe9"])
def test_an_invalid_key(server: Server, given: str) -> None:
    """It is refused also where none is needed, but for what is always open."""
    with asking(server) as http:
        http.headers = httpx.Headers([(b"authorization", given.encode("latin-1"))])
        for answer in (http.get("/v1/claims"), http.head("/v1/claims/x"), http.post("/v1/articles", json=ARTICLE)):
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == 'Bearer realm="sayso", error="invalid_token"'
        problem(http.get("/v1/claims"), 401, "invalid-key")
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/problems", "/problems/invalid-key"):
            assert http.get(path).status_code == 200


def test_two_keys_at_once(server: Server, keys: dict[Scope, str]) -> None:
    """Which one is meant cannot be told, so none is taken."""
    both = [("authorization", f"Bearer {keys[scope]}") for scope in (Scope.READ, Scope.ADMIN)]
    problem(APART.get(f"{server.url}/v1/keys", headers=both), 401, "invalid-key")


@pytest.mark.parametrize(
    ("scope", "statuses"),
    [(Scope.READ, (200, 403, 403)), (Scope.WRITE, (200, 201, 403)), (Scope.REVIEW, (200, 403, 403)),
     (Scope.ADMIN, (200, 200, 200))],
)  # fmt: skip
def test_scopes(server: Server, keys: dict[Scope, str], scope: Scope, statuses: tuple[int, ...]) -> None:
    """To read, to write, to make keys: each scope opens its own and what it includes. The missing one is named."""
    with asking(server, keys[scope]) as http:
        answers = http.get("/v1/claims"), http.post("/v1/articles", json=ARTICLE), http.get("/v1/keys")
    assert tuple(answer.status_code for answer in answers) == statuses
    for answer, needed in zip(answers, ("read", "write", "admin"), strict=True):
        if answer.status_code == 403:
            assert f"'{needed}'" in problem(answer, 403, "missing-scope").detail
            challenge = f'Bearer realm="sayso", error="insufficient_scope", scope="{needed}"'
            assert answer.headers["www-authenticate"] == challenge


def test_closed_reads(closed: Server) -> None:
    """Without a key nothing is told but what is always open, on no path of the API; any key opens reads."""
    with asking(closed) as http:
        paths = ("/v1/claims", "/v1/claims/x", "/v1/articles", "/v1/sources/x/claims", "/v1/confidence-levels")
        for path in paths:
            problem(http.get(path), 401, "missing-key")
        problem(http.post("/v1/extract", json=ARTICLE), 401, "missing-key")
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/problems"):
            assert http.get(path).status_code == 200
    with asking(closed, made(closed.log.with_suffix(".db"), Scope.READ)) as http:
        assert http.get("/v1/claims").status_code == 200
        assert http.post("/v1/extract", json=ARTICLE).status_code == 200


def test_a_key_is_made_used_and_revoked(closed: Server) -> None:
    """At once in every worker: it opens from the answer that made it to the one that revoked it."""
    with asking(closed, closed.key) as boss:
        for _ in range(5):
            answer = boss.post("/v1/keys", json={"name": "The desk", "scopes": ["write"]})
            assert answer.status_code == 201
            key, secret = answer.json()["key"], answer.json()["secret"]
            assert boss.get(answer.headers["location"]).json() == key
            with asking(closed, secret) as http:
                assert [http.get("/v1/claims").status_code for _ in range(6)] == [200] * 6
                revoked = boss.delete(f"/v1/keys/{key['id']}").json()
                problem(boss.get(f"/v1/keys/{key['id']}"), 410, "revoked-key")
                assert [http.get("/v1/claims").status_code for _ in range(6)] == [401] * 6
            assert revoked["revoked_by"] == key["created_by"]
            assert boss.delete(f"/v1/keys/{key['id']}").json().items() >= revoked.items()
        listed = boss.get("/v1/keys?limit=200&count=exact").json()
        assert listed["total"] == len(listed["items"])
        assert revoked["id"] in {one["id"] for one in listed["items"]}


def test_a_key_expires_while_it_is_used(client: httpx.Client, server: Server) -> None:
    """It opens nothing from its time on, also where it has just been looked up."""
    told = (datetime.now(UTC) + timedelta(seconds=2)).isoformat(timespec="milliseconds")  # It keeps nothing finer.
    end, new = datetime.fromisoformat(told), {"name": "x", "scopes": ["read"], "expires_at": told}
    with asking(server, client.post("/v1/keys", json=new).json()["secret"]) as http:
        assert http.get("/v1/sources").status_code == 200
        while (answer := http.get("/v1/sources")).status_code == 200:
            assert datetime.now(UTC) < end + timedelta(seconds=2)
    assert "expired at" in problem(answer, 401, "invalid-key").detail
    assert datetime.now(UTC) >= end


def test_what_was_done_is_told_by_key(server: Server) -> None:
    """The record has the id of the key by which an article came."""
    secret = made(server.log.with_suffix(".db"), Scope.WRITE)
    with asking(server, secret) as http:
        answer = http.post("/v1/articles", json={"text": f"A key {secret[6:16]} was found, he said."})
    with closing(sqlite3.connect(server.log.with_suffix(".db"))) as db:
        query = "SELECT DISTINCT actor FROM revisions WHERE entity_id = ?"
        ((actor,),) = db.execute(query, (answer.json()["article"]["id"],))
    assert actor.endswith(f" via key_{secret[6:16]}")


def test_last_use_is_told(server: Server, client: httpx.Client, keys: dict[Scope, str]) -> None:
    """Soon after the use, to the hour."""
    secret = made(server.log.with_suffix(".db"), Scope.READ)
    path = f"/v1/keys/key_{secret[6:16]}"
    assert "last_used_at" not in client.get(path).json()
    with asking(server, secret) as http:
        http.get("/v1/claims")
    deadline = time.monotonic() + 10
    while "last_used_at" not in client.get(path).json():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert client.get(path).json()["last_used_at"].endswith(":00:00.000Z")


def test_what_was_refused_is_not_held_on_to() -> None:
    """An error that is told holds the request, which holds the error: it lets go."""
    scope: Any = {"type": "http", "headers": [(b"authorization", b"Bearer nonsense")]}
    refused: list[Any] = []

    class Nobody:
        """A store that has no key."""

        def version(self) -> int:
            return 1

    async def app(scope: Any, receive: Any, send: Any) -> None:
        with pytest.raises(KeyInvalid) as told:
            demand_anew(scope, Scope.READ)
        assert told.value.__traceback__ is not None
        try:
            raise scope[CALLER]
        except KeyInvalid as error:
            refused.append(error)

    callers: Any = Callers(app, Nobody, open_reads=True)  # type: ignore[arg-type]
    anyio.run(callers, scope, None, None)
    assert refused == [scope[CALLER]]
    assert refused[0].__traceback__ is None


def test_what_is_garbage_is_gone_soon() -> None:
    """However few the objects are."""

    class Loop:
        """What holds on to itself."""

        def __init__(self) -> None:
            self.own = self

    async def wait() -> None:
        gone = weakref.ref(Loop())
        assert gone() is not None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tidy)
            with anyio.fail_after(20):
                while gone() is not None:
                    await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()

    gc.disable()
    try:
        anyio.run(wait)
    finally:
        gc.enable()


def test_a_key_that_is_to_expire_by_the_day(client: httpx.Client) -> None:
    """Who gives a day is told to give a time."""
    body = {"name": "x", "scopes": ["read"], "expires_at": "2999-01-31"}
    told = problem(client.post("/v1/keys", json=body), 422, "invalid-body").detail
    assert told == "/expires_at: give a time with its offset, as 2027-01-31T12:00:00Z."


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "x"}, "/scopes"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": ["read"] * 5}, "/scopes"),
        ({"name": "x", "scopes": ["owner"]}, "/scopes/0"),
        ({"name": "x", "scopes": "read"}, "/scopes"),
        ({"name": "\n", "scopes": ["read"]}, "/name"),
        ({"name": "x" * 101, "scopes": ["read"]}, "/name"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "soon"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "secret": "mine"}, "/secret"),
    ],
)
def test_a_key_that_cannot_be_made(client: httpx.Client, body: dict[str, object], pointer: str) -> None:
    """422 points at what is wrong, in words that say what to give."""
    found = problem(client.post("/v1/keys", json=body), 422, "invalid-body")
    assert isinstance(found.errors, tuple)
    assert found.errors[0].pointer == pointer
    assert "`" not in found.errors[0].detail


def test_only_json_makes_a_key(client: httpx.Client) -> None:
    """A plain text is an article elsewhere, and nothing here."""
    answer = client.post("/v1/keys", content=b"me", headers={"content-type": "text/plain"})
    assert "Send application/json, in" in problem(answer, 415, "unsupported-media-type").detail


def test_an_unknown_key(client: httpx.Client, keys: dict[Scope, str]) -> None:
    """404, which does not repeat what was asked for: it may be a secret, given by mistake."""
    for answer in (client.get(f"/v1/keys/{keys[Scope.READ]}"), client.delete(f"/v1/keys/{keys[Scope.READ]}")):
        assert keys[Scope.READ] not in problem(answer, 404, "not-found").detail


def test_no_secret_is_logged(server: Server, keys: dict[Scope, str]) -> None:
    """Nothing that these tests sent stands in the log."""
    log = server.log.read_text()
    assert all(secret[16:] not in log for secret in (server.key, *keys.values()))
