"""Asking again: tags, dates, 304 and HEAD, on every operation that reads, however many processes write."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import count, repeat
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.types import Message, Receive, Send

from schemas.keys import Scope as Right
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from service.exports.shelf import Shelf
from service.keys import Caller
from service.settings import Settings
from service.storage.backups import backup, restore
from service.storage.filters import ClaimFilter, Slice, Window
from service.storage.sqlite import SqliteStore, open_store
from service.web.app import routed
from service.web.caching import NO_STORE, RECORD
from service.web.callers import CALLER
from service.web.conditional import SETTLING, Conditional
from service.web.desks import Desk
from service.web.house import House
from service.web.metrics import Meter
from service.web.operations import CACHE, KEY
from service.web.preconditions import held
from service.web.presses import Press
from service.web.replies import Reply
from service.web.routes import operations
from service.web.straight import Straight
from service.webhooks.sending import Sender
from tests.contract import DOCUMENT, check
from tests.records import bulletin
from tests.serving import APART, Server, serving

LONG_AGO = datetime(2026, 2, 8, 12, 0, 0, 250_000, tzinfo=UTC)

PATHS = [
    path.format(id="{id}", name="not-found", version=1) + ("?name=KCNA" if path.endswith("/resolve") else "")
    for path, methods in DOCUMENT["paths"].items()
    if "get" in methods and "304" in methods["get"]["responses"]
]
"""Every path whose answers may be kept: all that answer GET but the probes' and keys'."""

KEYS = ["/v1/keys", "/v1/keys/{id}"]

WEBHOOKS = ["/v1/webhooks", "/v1/webhooks/{id}", "/v1/webhooks/{id}/deliveries"]
DOCUMENTS = ["/openapi.json", "/docs", "/docs/swagger-ui-bundle.js"]


PLAIN = {"accept-encoding": "identity"}

ANYONE = Caller(None, frozenset({Right.READ}))


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server whose record has not changed for long."""
    database = tmp_path_factory.mktemp("settled") / "sayso.db"
    store = open_store(str(database))
    store.put(bulletin("old"), at=LONG_AGO, actor="tester")
    author, day = Reviewer("Full Fact", ReviewerKind.ORGANISATION), date(2026, 2, 7)
    review = Review("rev_old", "clm_old_0", author, "https://facts.example/", Rating("False"), day)
    store.put_review(review, at=LONG_AGO, actor="tester")
    store.close()
    hooks = {"response": [check]}
    with serving(database) as server, httpx.Client(base_url=server.url, event_hooks=hooks, headers=PLAIN) as http:
        yield http


@pytest.fixture
def raw(settled: httpx.Client) -> Iterator[httpx.Client]:
    """A client of that server which is sent codings that nobody here decodes."""
    with httpx.Client(base_url=settled.base_url, headers=PLAIN) as http:
        yield http


@pytest.fixture(params=[*PATHS, *DOCUMENTS])
def path(request: pytest.FixtureRequest, settled: httpx.Client) -> str:
    """A path that answers GET, with an id where it takes one."""
    template: str = request.param
    listed = template.partition("/{id}")[0]
    return template if listed == template else template.format(id=settled.get(listed).json()["items"][0]["id"])


def test_only_probes_are_asked_in_vain(settled: httpx.Client) -> None:
    """Every operation that reads has a tag, but those that tell how the process is, or who may do what and is told."""
    reads = {path for path, methods in DOCUMENT["paths"].items() if "get" in methods}
    kept = {path.partition("?")[0].replace("not-found", "{name}").replace("/1", "/{version}") for path in PATHS}
    assert reads - kept == {"/healthz", "/readyz", "/v1/exports/claims", *KEYS, *WEBHOOKS}
    for probe in ("/healthz", "/readyz"):
        answer = settled.get(probe, headers={"if-none-match": "*"})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_who_holds_the_tag_is_sent_nothing_else(settled: httpx.Client, path: str) -> None:
    """304 has the tag and what a cache goes by, and nothing of the body; another tag is answered in full."""
    whole = settled.get(path)
    tag = whole.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for held_tags in (tag, f"W/{tag}", f'"a,b", "{tag}", {tag}', "*"):
        answer = settled.get(path, headers={"if-none-match": held_tags})
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("etag", "cache-control", "vary", "last-modified"):
            assert answer.headers.get(name) == whole.headers.get(name)
        assert not {"content-type", "content-length", "content-encoding", "link"} & set(answer.headers)
    for other in ('"other"', tag.strip('"'), f'"{tag[1:-1]}-gzip"', ""):
        assert settled.get(path, headers={"if-none-match": other}).content == whole.content


def test_head_has_the_headers_of_get(raw: httpx.Client, path: str) -> None:
    """So in every coding, and where the answer is 304."""
    tag = raw.get(path).headers["etag"]
    for headers in ({}, {"accept-encoding": "gzip"}, {"accept-encoding": "zstd"}, {"if-none-match": tag}):
        asked = {"x-request-id": "the-same", **headers}
        with raw.stream("GET", path, headers=asked) as get, raw.stream("HEAD", path, headers=asked) as head:
            assert (head.status_code, b"".join(head.iter_raw())) == (get.status_code, b"")
            # What is sent as it is made has no length to tell.
            told = [{**answer.headers, "date": "", "transfer-encoding": ""} for answer in (head, get)]
            assert told[0] == told[1]


def test_each_coding_has_a_tag_of_its_own(raw: httpx.Client, path: str) -> None:
    """Bytes that differ have tags that differ, and all tell that they vary."""
    answers = [raw.head(path, headers={"accept-encoding": coding}) for coding in ("identity", "gzip", "zstd")]
    codings = {answer.headers.get("content-encoding") for answer in answers}
    assert codings in ({None}, {None, "gzip", "zstd"})
    assert len({answer.headers["etag"] for answer in answers}) == len(codings)
    assert all("accept-encoding" in answer.headers["vary"].split(", ") for answer in answers)


def test_what_shows_the_record_is_dated(settled: httpx.Client, path: str) -> None:
    """By its last change; who has seen it since is answered 304, unless it sends a tag, which goes first."""
    headers = settled.get(path).headers
    if path in DOCUMENTS or path.startswith("/problems"):
        assert headers["cache-control"] == "max-age=300"
        assert "last-modified" not in headers
        return
    assert headers["cache-control"] == "no-cache"
    if path.startswith("/v1/exports"):
        assert "last-modified" not in headers  # Of a moment of long ago, the record's date would say nothing.
        return
    date = parsedate_to_datetime(headers["last-modified"])
    assert date == LONG_AGO.replace(microsecond=0) + timedelta(seconds=SETTLING)
    for moment, status in ((date, 304), (date + timedelta(days=1), 304), (date - timedelta(seconds=1), 200)):
        since = {"if-modified-since": format_datetime(moment, usegmt=True)}
        assert settled.get(path, headers=since).status_code == status
        assert settled.get(path, headers={**since, "if-none-match": '"other"'}).status_code == 200


def test_a_page_that_goes_to_a_key_is_for_no_other(server: Server) -> None:
    """What is answered to Authorization may not be kept by a cache that others share; its tag is the same."""
    path = f"{server.url}/v1/claims?limit=7"
    for _ in range(3):  # Made for the one first, then for the other, and then kept for both.
        open_, keyed = APART.get(path), APART.get(path, headers=server.authorization)
        held = APART.get(path, headers={**server.authorization, "if-none-match": keyed.headers["etag"]})
        assert open_.headers["cache-control"] == "no-cache"
        assert keyed.headers["cache-control"] == held.headers["cache-control"] == "private, no-cache"
        assert (keyed.content, keyed.headers["etag"]) == (open_.content, open_.headers["etag"])
        assert held.status_code == 304


def test_what_is_kept_is_for_who_may_read(tmp_path: Path) -> None:
    """Where reads are closed, a page that a key has had made is for none without one, nor for that key once revoked."""
    with serving(tmp_path / "sayso.db", SAYSO_READS="closed") as server:
        boss = server.authorization
        made = APART.post(f"{server.url}/v1/keys", json={"name": "desk", "scopes": ["read"]}, headers=boss).json()
        desk = {"authorization": f"Bearer {made['secret']}"}
        path = f"{server.url}/v1/claims"
        for _ in range(3):
            assert APART.get(path, headers=desk).status_code == 200
            assert APART.get(path).status_code == 401
        APART.delete(f"{server.url}/v1/keys/{made['key']['id']}", headers=boss).raise_for_status()
        assert APART.get(path, headers=desk).status_code == 401


def test_what_may_be_kept_takes_the_right_to_read_alone() -> None:
    """Since nothing else is asked of who is given it."""
    handlers = [handler for _, method, handler in operations() if method == "get"]
    kept = [handler.opt[KEY] for handler in handlers if handler.opt[CACHE] != NO_STORE]
    assert len(kept) > 20
    assert {operation.needs for operation in kept} == {Right.READ, None}


@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "text/event-stream, */*"])
def test_who_takes_streams_too_is_answered_as_all_are(settled: httpx.Client, accept: str) -> None:
    """Where there is no stream, which is nearly everywhere."""
    tag = settled.get("/v1/claims").headers["etag"]
    assert settled.get("/v1/claims", headers={"accept": accept, "if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_problems_and_answers_to_post_are_not_kept(client: httpx.Client, method: str) -> None:
    """They have no tag, whatever the caller holds."""
    answers = [client.request(method, path, headers={"if-none-match": "*"}) for path in ("/nope", "/v1/claims/nope")]
    answers.append(client.post("/v1/extract", json={"text": "The dam held, police said."}))
    assert [answer.status_code for answer in answers] == [404, 404, 200]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_a_tag_outlives_the_server(tmp_path: Path) -> None:
    """The same bytes have the same tag after a restart; other bytes have another."""
    tags = []
    for more in ("first", "second"):
        store = open_store(str(tmp_path / "sayso.db"))
        with serving(tmp_path / "sayso.db") as server:
            for name in ("first", more):
                store.put(bulletin(name), at=LONG_AGO, actor="tester")
                tags.append(APART.get(f"{server.url}/v1/claims").headers["etag"])
        store.close()
    assert tags[0] == tags[1] == tags[2] != tags[3]


def test_no_worker_answers_with_a_page_of_before(tmp_path: Path) -> None:
    """What one process has stored, every worker shows at once, to who holds the page of before too."""
    with serving(tmp_path / "sayso.db", "--workers", "2") as server:
        store = open_store(str(tmp_path / "sayso.db"))
        path, since = f"{server.url}/v1/articles?sort=-stored&limit=1", {"if-none-match": '"nothing"'}
        for number in range(40):
            if number % 4:
                store.put(bulletin(f"{number}", 2), at=datetime.now(UTC), actor="tester")
                id = f"art_{number}"
            else:
                new = {"text": f"The {number} dams held, police said."}
                sent = APART.post(f"{server.url}/v1/articles", json=new, headers=server.authorization)
                id = sent.json()["article"]["id"]
            for _ in range(6):  # Each on a connection of its own, which either worker may take.
                answer = APART.get(path, headers=since)
                assert answer.status_code == 200
                assert answer.json()["items"][0]["id"] == id
            named = number % 2
            since = {
                "if-none-match" if named else "if-modified-since": answer.headers["etag" if named else "last-modified"]
            }
        store.close()


def test_a_date_told_before_a_change_settled_is_not_compared(tmp_path: Path) -> None:
    """Who was given a date in the very second of a change, or before it was seen by all, is answered in full."""
    with serving(tmp_path / "sayso.db") as server:
        store = open_store(str(tmp_path / "sayso.db"))
        path, now = f"{server.url}/v1/claims", datetime.now(UTC)
        store.put(bulletin("a"), at=now, actor="tester")
        first = APART.get(path)
        told = {"if-modified-since": first.headers["last-modified"]}
        assert parsedate_to_datetime(first.headers["last-modified"]) < parsedate_to_datetime(first.headers["date"])
        assert APART.get(path, headers=told).status_code == 200
        store.put(bulletin("b"), at=now, actor="one who waited for its turn to write")
        store.close()
        assert APART.get(path, headers=told).status_code == 200


def test_a_record_that_was_restored_was_changed_by_that(tmp_path: Path) -> None:
    """Who holds what was there before is told what is there now, though the last of its changes was made earlier."""
    database, copied = tmp_path / "sayso.db", tmp_path / "copy.db"
    with closing(open_store(str(database))) as store:
        store.put(bulletin("a"), at=LONG_AGO, actor="tester")
        backup(database, copied)
        store.put(bulletin("b"), at=LONG_AGO + timedelta(days=9), actor="tester")
    began = datetime.now(UTC).replace(microsecond=0)
    restore(copied, database, tmp_path / "kept.db")
    with serving(database) as server:
        held = {"if-modified-since": format_datetime(LONG_AGO + timedelta(days=10), usegmt=True)}
        answer = httpx.get(f"{server.url}/v1/claims", headers=held)
    assert answer.status_code == 200
    assert parsedate_to_datetime(answer.headers["last-modified"]) >= began - timedelta(seconds=2)


def test_304_is_a_head_alone(settled: httpx.Client) -> None:
    """On the wire nothing follows the headers, and the connection goes on to the next request."""
    tag = settled.get("/v1/claims").headers["etag"].encode()
    asked = b"GET /v1/claims HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + tag + b"\r\n"
    with socket.create_connection(("127.0.0.1", settled.base_url.port or 0), timeout=20) as raw:
        raw.sendall(asked + b"\r\n" + asked + b"Connection: close\r\n\r\n")
        received = b"".join(iter(lambda: raw.recv(65536), b""))
    first, second, rest = received.split(b"\r\n\r\n")
    assert rest == b""
    for head in (first, second):
        assert head.startswith(b"HTTP/1.1 304 Not Modified\r\n")
        assert b"content-" not in head.lower().replace(b"x-content-", b"")


def test_a_tag_in_several_lines_is_found(settled: httpx.Client) -> None:
    """A list may come in several fields."""
    tag = settled.get("/v1/claims").headers["etag"]
    headers = [("if-none-match", '"other"'), ("if-none-match", tag)]
    assert settled.get("/v1/claims", headers=headers).status_code == 304


@pytest.mark.parametrize(
    ("date", "holds"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", True),
        ("Sunday, 06-Nov-94 08:49:37 GMT", True),
        ("Sun Nov  6 08:49:37 1994", True),
        ("Sun, 06 Nov 1994 08:49:36 GMT", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_dates_are_read_in_each_form_that_http_has(date: str, holds: bool) -> None:
    """What is no date is passed over."""
    second = int(datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp())
    assert held(None, date.encode(), b'"tag"', second) is holds
    assert held(b'"other"', date.encode(), b'"tag"', second) is False


@given(st.binary() | st.text(st.characters(codec="latin-1")).map(lambda text: text.encode("latin-1")))
def test_no_field_breaks_the_comparison(field: bytes) -> None:
    """Whatever stands in it, only the tag itself and a star hold."""
    now = int(time.time())
    assert not held(field, None, b'"tag"', now) or b'"tag"' in field or field.strip() == b"*"
    assert held(None, field, b'"tag"', 2**40) is False


@pytest.mark.parametrize(
    ("size", "address", "asked_again"),
    [
        (10, b"x" * 10, [False, False]),
        (1_900_000, b"x" * 10, [True, False]),
        (2_200_000, b"", [True, True]),
        (10, b"x" * 3_000, [True, True]),
    ],
)
def test_what_is_kept_has_a_limit(tmp_path: Path, size: int, address: bytes, asked_again: list[bool]) -> None:
    """Of many asked for twice the last are kept; one that is too large, or has too long an address, never is."""
    store, made = open_store(str(tmp_path / "sayso.db")), []

    async def app(scope: Any, receive: Receive, send: Send) -> None:
        made.append(scope["query_string"])
        scope.update(path_template="/", route_handler=HTTPRouteHandler("/", http_method="GET", opt={CACHE: RECORD}))
        await Reply(b"x" * size)(scope, receive, send)

    async def nothing(*_: object) -> Any:
        return None

    async def ask() -> None:
        meter = Meter()
        desk = Desk("short", lambda: pytest.fail("No article is read."), meter)
        parts = House(store, desk, desk, meter, Press(Shelf(tmp_path, 0)), Sender(()), anyio.Event())
        wrapped = Conditional(app, Straight(Litestar([])), lambda: parts)
        for number in [*sorted([*range(80), *range(80)]), 0, 79]:
            query = b"%d" % number + address
            scope: Any = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/"}
            scope |= {"query_string": query, "headers": [], CALLER: ANYONE}
            await wrapped(scope, nothing, nothing)

    anyio.run(ask)
    store.close()
    assert [made.count(b"%d" % number + address) > 2 for number in (0, 79)] == asked_again


@pytest.mark.parametrize("headers", [[], [(b"authorization", b"Bearer of a key")]])
@pytest.mark.parametrize("path", ["/v1/claims", "/v1/claims?limit=2&count=exact", "/v1/claims?source=nobody"])
@pytest.mark.parametrize(("turnovers", "made"), [(repeat(7), 2), (count(), 4)])
def test_what_a_list_is_made_of_is_kept_as_long_as_the_store_holds_on_to_it(
    path: str,
    headers: list[tuple[bytes, bytes]],
    turnovers: Iterator[int],
    made: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It gives the same page, also where that is made anew; and to who has a key likewise."""
    database, read = str(tmp_path / "sayso.db"), []
    sent: list[Any] = []
    claims = SqliteStore.claims

    def reading(store: SqliteStore, which: ClaimFilter, window: Window) -> Slice:
        read.append(which)
        return claims(store, which, window)

    monkeypatch.setattr(SqliteStore, "claims", reading)
    monkeypatch.setattr(SqliteStore, "turnover", lambda _: next(turnovers))

    async def nothing() -> Any:
        return None

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask(wrapped: Conditional) -> None:
        for limit in range(101, 105):
            for one in (path, f"/v1/claims?limit={limit}"):
                raw, _, query = one.partition("?")
                scope: Any = {
                    "type": "http",
                    "method": "GET",
                    "path": raw,
                    "raw_path": raw.encode(),
                    "headers": headers,
                }
                await wrapped(scope | {"query_string": query.encode(), CALLER: ANYONE}, nothing, send)

    with closing(open_store(database)) as store:
        store.put(bulletin("one", 5), at=LONG_AGO, actor="tester")
        meter = Meter()
        app, desk = routed(Settings(database), meter), Desk("short", lambda: pytest.fail("No article is read."), meter)
        app.state.house = House(store, desk, desk, meter, Press(Shelf(tmp_path, 0)), Sender(()), anyio.Event())
        anyio.run(ask, Conditional(app, Straight(app), lambda: app.state.house))
    assert sent[:2] == sent[4:6] == sent[8:10] == sent[12:14]
    assert sent[0]["status"] == 200
    assert len(read) == made + 4
