"""What goes back over the wire: one thing or a page of a list, as bytes that are ready."""

from collections.abc import Callable, Sequence
from typing import Any, Self
from urllib.parse import quote

import msgspec
from anyio import to_thread
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send
from msgspec import Raw, Struct

from schemas.facets import Facet, Facets
from service.storage.port import ClaimStore, Slice, Window
from service.web.caching import NO_STORE
from service.web.expansion import expand, highlights
from service.web.house import Call, house
from service.web.queries import Asked, Filter, Query, refuse
from service.web.sparse import sparse

JSON = "application/json"

_NOSNIFF = (b"x-content-type-options", b"nosniff")


class Reply:
    """An answer that is encoded already. As an ASGI app it is sent as it stands, to HEAD without its body.

    Litestar's own response builds a header map a request, which costs a tenth of the throughput.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(
        self, body: bytes, *, status: int = 200, media: str = JSON, headers: dict[str, str] | None = None
    ) -> None:
        self.body, self.status = body, status
        self.headers = [(b"content-type", media.encode()), (b"content-length", b"%d" % len(body)), _NOSNIFF, NO_STORE]
        if headers:
            self.headers += [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer has been sent."""
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        body = b"" if scope.get("method") == "HEAD" else self.body
        rest: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
        await send(start)
        await send(rest)

    def to_asgi_response(self, **_: object) -> Self:
        """Itself, which is what Litestar asks of an exception handler's answer."""
        return self


def reply(value: Struct | Raw, *, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """``value`` as JSON."""
    return Reply(msgspec.json.encode(value), status=status, headers=headers)


def one(request: Call, found: Callable[[str], Struct | Raw], id: str) -> Reply:
    """The thing with this id. Raises `NotFound`, or `ParameterUnknown` for any query parameter."""
    refuse(request.scope["query_string"])
    return reply(found(id))


Found = Callable[[Filter, Window], Slice]
Spread = Callable[[Filter, Sequence[Facet]], Facets]


async def page(
    request: Call, query: Query[Filter], found: Found[Filter], spread: Spread[Filter] | None = None, **own: Any
) -> Reply:
    """A page of what the query asks for, with a link to the next. Raises `QueryError`.

    ``spread`` gives the facets, where the query has any. An indexed read takes less time than handing it to a
    thread would; what no index leads through goes to one.
    """
    asked = query.read(request.scope["query_string"], **own)
    store = house(request).store
    if asked.quick:
        body = _body(store, query, asked, found, spread)
    else:
        body = await to_thread.run_sync(_body, store, query, asked, found, spread)
    if "next" not in body:
        return Reply(msgspec.json.encode(body))
    again = f"{asked.again}&" if asked.again else ""
    link = f'<{quote(request.scope["path"])}?{again}cursor={body["next"]}>; rel="next"'
    return Reply(msgspec.json.encode(body), headers={"link": link})


def _body(
    store: ClaimStore, query: Query[Filter], asked: Asked[Filter], found: Found[Filter], spread: Spread[Filter] | None
) -> dict[str, Any]:
    stretch = found(asked.which, asked.window)
    fields = asked.options.fields
    body: dict[str, Any] = {"items": sparse(stretch.items, fields) if fields else stretch.items}
    if stretch.next is not None:
        body["next"] = query.cursor(asked, stretch.next)
    if stretch.total is not None:
        body["total"] = stretch.total
    if spread and asked.options.facets:
        body["facets"] = spread(asked.which, asked.options.facets)
    if asked.options.expand:
        body["expanded"] = expand(store, stretch.items, asked.options.expand)
    if asked.shown is not None:
        body["highlights"] = highlights(store, stretch.items, asked.shown)
    return body
