"""The innermost wrapper: what may be kept has a tag and a date, and is not sent to who holds it."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Any, NamedTuple, cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from schemas.keys import Scope as Right
from service.errors import StoreError
from service.keys import Caller
from service.storage.port import State
from service.web import codings, representations
from service.web.caching import DOCUMENT, NO_STORE, PRIVATE, RECORD, Header
from service.web.callers import CALLER
from service.web.headers import fields
from service.web.house import House
from service.web.keeping import Pages
from service.web.operations import CACHE
from service.web.pages import Headers, made
from service.web.preconditions import held
from service.web.replies import Reply
from service.web.scopes import HTTP
from service.web.straight import Straight, deliver

READS = frozenset({"GET", "HEAD"})

SETTLING = 15
"""Seconds after which a change is sure to be seen by all. Its time is told before it waits for its turn to write.

Only then is its date compared: who was given an earlier one may not have seen it.
"""

ASKED = "asked"
"""Where the scope of a request to GET holds the method that was asked for: what costs much is not made for HEAD."""

_ASKED = frozenset({b"accept", b"accept-encoding", b"authorization", b"if-none-match", b"if-modified-since"})


class Since(NamedTuple):
    """The time of the record's last change, in seconds since 1970, and whether it is ``settled``: may be compared.

    It is ``told`` in a header.
    """

    date: int | None
    settled: bool
    told: Sequence[Header]


NEVER = Since(None, settled=False, told=())
"""Of a record that nothing is known of, and of what is no part of it."""


class _Anew(NamedTuple):
    """What the app answers, from the route that ``template`` names. ``cache``: who may keep it."""

    reply: Reply
    template: str
    cache: Header


class Conditional:
    """Answers GET and HEAD with what is answered to GET, or with 304. What is no read operation ``app`` answers.

    A page that shows the record is kept, when it is asked for again, until the record changes, whoever changes it.
    """

    def __init__(self, app: ASGIApp, straight: Straight, house: Callable[[], House | None]) -> None:
        self._app, self._straight, self._house = app, straight, house
        self._pages = Pages()
        self._state, self._turnover, self._began = State(0, None), 0, datetime.now(UTC)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered."""
        if scope["type"] != HTTP or scope["method"] not in READS:
            return await self._app(scope, receive, send)
        asked = fields(scope["headers"], _ASKED)
        accept = asked.get(b"accept", b"")
        if accept and representations.live(accept) and await self._streamed(scope, receive, send):
            return
        state, may_read = self._look(), _may_read(scope)
        coding = codings.asked(asked.get(b"accept-encoding", b""))
        form = (b"" if representations.same(accept) else accept, coding.header[1] if coding else b"")
        key = (scope["raw_path"], scope["query_string"], *form)
        page = self._pages.get(key) if state and may_read else None
        body = None
        if page is None:
            anew = await self._made(scope, receive, send)
            self._turn()
            if anew is None:
                return
            page, body = made(*anew, coding)
            # What was read before a change that has been seen meanwhile may be of before or after it.
            if state and state is self._state and may_read:
                self._pages.add(key, page)
        else:
            scope["path_template"] = page.template  # As Litestar does.
        since = NEVER if page.cache == DOCUMENT else _modified(state)
        told = asked.get(b"if-modified-since") if since.settled else None
        holds = held(asked.get(b"if-none-match"), told, page.tag, since.date)
        sent = b"" if holds or scope["method"] == "HEAD" else body or page.whole()
        status, headers = (304, page.headers[: page.bare]) if holds else (200, page.headers)
        cache = PRIVATE if b"authorization" in asked and page.cache == RECORD else page.cache
        await send({"type": "http.response.start", "status": status, "headers": [cache, *headers, *since.told]})
        await send({"type": "http.response.body", "body": sent, "more_body": False})

    async def _made(self, scope: HTTPScope, receive: Receive, send: Send) -> _Anew | None:
        """What is answered, if it may be kept; None where it may not, and has been sent."""
        found = self._straight.find(scope)
        if found is None:
            return await self._taken(scope, receive, send)
        way, texts = found
        reply = await self._straight.reply(way, texts, scope, receive, send)
        if way.cache is NO_STORE or reply.status != 200:
            await deliver(reply, scope, receive, send)
            return None
        return _Anew(reply, way.template, way.cache)

    async def _taken(self, scope: HTTPScope, receive: Receive, send: Send) -> _Anew | None:
        """The same from ``app``."""
        inner: HTTPScope = {**scope, "method": "GET"}
        cast("dict[str, Any]", inner)[ASKED] = scope["method"]
        taken = _Taking(inner, send, bare=scope["method"] == "HEAD")
        await self._app(inner, receive, taken)
        if "path_template" in inner:
            scope["path_template"] = inner["path_template"]
        if taken.headers is None:
            return None
        reply = Reply(taken.body)
        reply.headers = taken.headers
        return _Anew(reply, inner["path_template"], taken.cache)

    async def _streamed(self, scope: HTTPScope, receive: Receive, send: Send) -> bool:
        """Whether it goes on for ever, and has been sent as it came."""
        found = self._straight.find(scope)
        if found is None or not found[0].live:
            return False
        way, texts = found
        await deliver(await self._straight.reply(way, texts, scope, receive, send), scope, receive, send)
        return True

    def _look(self) -> State | None:
        """How far the record is, None where that cannot be read. Pages of an earlier state are gone."""
        house = self._house()
        try:
            state = house.store.state() if house else None
        except StoreError:
            return None  # The app meets it too, and tells.
        if house and state and state.sequence != self._state.sequence:
            if state.at and house.store.lineage():  # To restore it was a change too, some time before it was opened.
                state = state._replace(at=max(state.at, self._began))
            self._state = state
            self._pages.clear()
        return self._state if state else None

    def _turn(self) -> None:
        """Pages are gone if they are made of what the store may have let go of, as it does when it reads more."""
        house = self._house()
        if house and (turnover := house.store.turnover()) != self._turnover:
            self._turnover = turnover
            self._pages.clear()


class _Taking:
    """Takes an answer that may be kept, and passes on any other, where it is ``bare`` without its body.

    ``scope`` is the request's, in which Litestar has told the route when the answer comes.
    """

    def __init__(self, scope: HTTPScope, send: Send, *, bare: bool) -> None:
        self._scope, self._send, self._bare = scope, send, bare
        self.headers: Headers | None = None
        self.cache, self.body = NO_STORE, b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self.cache = self._scope["route_handler"].opt.get(CACHE, NO_STORE)
            if self.cache != NO_STORE:
                self.headers = [one for one in message["headers"] if one[0] != b"content-length" and one != NO_STORE]
                return
        if message["type"] == "http.response.body":
            if self.headers is not None:
                self.body += message["body"]
                return
            if self._bare:
                message["body"] = b""
        await self._send(message)


def _may_read(scope: HTTPScope) -> bool:
    """Whether who asks may have what is kept, which takes the right to read and no other."""
    found = scope.get(CALLER)
    return isinstance(found, Caller) and Right.READ in found.may


def _modified(state: State | None) -> Since:
    """Since when the record is as it is."""
    return NEVER if state is None or state.at is None else _since(state.at, int(time.time()))


@lru_cache(4)
def _since(at: datetime, now: int) -> Since:
    """The same of a record that was changed ``at`` this time, at the second ``now`` of those since 1970."""
    settled = int(at.timestamp()) + SETTLING
    # No date may be later than the answer's own, which the server tells once a second.
    date = min(settled, now - 1)
    return Since(date, settled < now, ((b"last-modified", formatdate(date, usegmt=True).encode()),))
