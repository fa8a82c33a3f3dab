"""Changes as they are made: server-sent events (the HTML standard, 9.2)."""

import time
from collections.abc import Sequence
from functools import partial

import msgspec
from anyio import move_on_after
from anyio.lowlevel import checkpoint
from litestar.types import HTTPResponseStartEvent, Receive, Scope, Send
from msgspec import Struct

from schemas.keys import Scope as Right
from service.errors import AccessRefused, StoreError, StreamsFull
from service.storage.filters import ChangeFilter, Json, Window
from service.web.caching import NO_STORE
from service.web.callers import demand_anew
from service.web.headers import HeaderInvalid
from service.web.house import Call, House
from service.web.replies import Reply
from service.web.representations import STREAM
from service.web.streams import part, while_there

MOST = 100
"""How many streams a worker has at most."""

LOOK = 0.2
"""Seconds between two looks for changes. A look takes some ten microseconds."""

BEAT = 15.0
"""Seconds without a change after which a comment is sent, lest a proxy take the stream for dead."""

LONGEST = 10**15

LAST_EVENT = "Last-Event-ID"
"""The header by which a browser goes on in a stream (the HTML standard, 9.2)."""


class _Numbered(Struct):
    """What is read of a change."""

    sequence: int


_NUMBERED = msgspec.json.Decoder(_Numbered)

_COMMENT = b":\n\n"


def last_event(request: Call) -> int | None:
    """The sequence number of the last event that the caller has, if it tells any. Raises `HeaderInvalid`."""
    given = request.headers.get(LAST_EVENT, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given) <= LONGEST):
        raise HeaderInvalid(LAST_EVENT, "it is no sequence number. Send the id of the last event that you have.")
    return int(given)


class Live(Reply):
    """An answer that goes on while its caller is there and may read, and the service is there.

    Raises `StreamsFull` when it is made.
    """

    __slots__ = ("_after", "_house", "_told")

    running = 0

    def __init__(self, house: House, after: int) -> None:
        if Live.running >= MOST:
            raise StreamsFull(MOST)
        super().__init__(b"", media=STREAM)
        self._house, self._after, self._told = house, after, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each change has been sent that was made before the caller went away or the service was to end."""
        headers = [*self.headers, NO_STORE]
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": 200, "headers": headers}
        Live.running += 1
        try:
            await send(start)
            if scope.get("method") != "HEAD":
                await while_there(receive, partial(self._follow, scope, send))
        finally:
            Live.running -= 1
        await send(part(b"", more=False))

    async def _follow(self, scope: Scope, send: Send) -> None:
        await send(part(_COMMENT))  # So that the caller knows at once that it is heard.
        while not self._house.ending.is_set() and _may_read(scope):
            if events := self._events():
                await send(part(events))
            elif time.monotonic() - self._told > BEAT:
                await send(part(_COMMENT))
            else:
                with move_on_after(LOOK):
                    await self._house.ending.wait()
                continue
            self._told = time.monotonic()
            # Where the caller is gone, to send takes no time, and nobody else would have a turn.
            await checkpoint()

    def _events(self) -> bytes:
        """What has been changed since, as much as a page holds."""
        try:
            if self._house.store.state().sequence <= self._after:
                return b""
            items = self._house.store.changes(ChangeFilter(self._after), Window(limit=200)).items
        except StoreError:
            return b""  # It may be there again at the next look.
        return self._told_of(items)

    def _told_of(self, items: Sequence[Json]) -> bytes:
        events = b""
        for item in items:
            self._after = _NUMBERED.decode(item).sequence
            events += b"id: %d\ndata: %b\n\n" % (self._after, item)
        return events


def _may_read(scope: Scope) -> bool:
    try:
        demand_anew(scope, Right.READ)
    except AccessRefused:
        return False
    except StoreError:
        return True  # Who asks was let pass before, and it may be there again at the next look.
    return True
