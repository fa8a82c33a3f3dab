"""What goes back over the wire: one thing or a page of a list, as bytes that are ready."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self
from urllib.parse import quote

import msgspec
from anyio import to_thread
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send
from msgspec import Struct

from schemas.facets import Facet, Facets
from service.errors import CursorInvalid
from service.storage.filters import Json, Order, Slice, Window
from service.storage.port import ClaimStore
from service.web import moments, outlines
from service.web.caching import NO_STORE
from service.web.expansion import expand, highlights
from service.web.house import Call, house
from service.web.lists import ONE
from service.web.outlines import Outline, joined
from service.web.preconditions import tag_of
from service.web.queries import Asked, Filter, Query
from service.web.sparse import sparse

JSON = "application/json"

_NOSNIFF = (b"x-content-type-options", b"nosniff")


class Reply:
    """An answer that is encoded already. As an ASGI app it is sent as it stands, to HEAD without its body.

    Its ``headers`` do not tell how many bytes are sent, nor who may keep them, which is told when they are: as it
    stands, nobody. The ``outline`` is what a page of claims is made of. Litestar's own response builds a header map a
    request, which costs a tenth of the throughput.
    """

    __slots__ = ("body", "headers", "outline", "status")

    def __init__(
        self,
        body: bytes,
        *,
        status: int = 200,
        media: str = JSON,
        headers: dict[str, str] | None = None,
        outline: Outline | None = None,
    ) -> None:
        self.body, self.status, self.outline = body, status, outline
        self.headers = [(b"content-type", media.encode()), _NOSNIFF]
        if headers:
            self.headers += [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer has been sent."""
        headers = [*self.headers, (b"content-length", b"%d" % len(self.body)), NO_STORE]
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": self.status, "headers": headers}
        body = b"" if scope.get("method") == "HEAD" else self.body
        rest: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
        await send(start)
        await send(rest)

    def to_asgi_response(self, **_: object) -> Self:
        """Itself, which is what Litestar asks of an exception handler's answer."""
        return self


def reply(value: Struct | Json, *, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """``value`` as JSON."""
    return Reply(encoded(value), status=status, headers=headers)


def encoded(value: Struct | Json) -> Json:
    """The value as JSON, if it is not yet."""
    return value if isinstance(value, bytes) else msgspec.json.encode(value)


def tagged(made: Reply) -> Reply:
    """The answer to a change, with the tag of what it now is."""
    made.headers.append((b"etag", tag_of(made.body).encode()))
    return made


def one(request: Call, found: Callable[[str, int | None], Struct | Json], id: str) -> Reply:
    """The thing with this id, as of the moment that is asked for. Raises `NotFound` or `QueryError`."""
    return reply(found(id, moment(request)))


def moment(request: Call) -> int | None:
    """The moment that is asked for, where nothing else can be. Raises `QueryError`."""
    if not request.scope["query_string"]:
        return None
    return moments.sequence(house(request).store, ONE.read(request.scope["query_string"]).options.as_of)


Found = Callable[[Filter, Window], Slice]
Spread = Callable[[Filter, Sequence[Facet], int | None], Facets]

SEQUENCE = "sayso-sequence"
"""The header that tells as of which revision a list is."""

REMOVED = "sayso-removed"
"""The header that tells how many things there were at the moment that is asked for which are removed now."""


async def page(
    request: Call,
    query: Query[Filter],
    found: Found[Filter],
    spread: Spread[Filter] | None = None,
    order: Order | None = None,
    **own: Any,
) -> Reply:
    """A page of what the query asks for, with a link to the next. Raises `QueryError`.

    ``spread`` gives the facets, where the query has any; ``order`` is that of the list in place of that of storing. An
    indexed read takes less time than handing it to a thread would; what no index leads through goes to one.
    """
    store = house(request).store
    asked = _of_lineage(store.lineage(), query.read(request.scope["query_string"], **own))
    if asked.options.as_of or order:
        stored = asked.window.order is Order.STORED and not asked.window.backwards
        as_of = moments.sequence(store, asked.options.as_of)
        window = msgspec.structs.replace(
            asked.window, as_of=as_of, order=order if order and stored else asked.window.order
        )
        asked = msgspec.structs.replace(asked, window=window)
    if asked.quick:
        made = _made(store, query, asked, found, spread)
    else:
        made = await to_thread.run_sync(_made, store, query, asked, found, spread)
    headers = of_moment(made.sequence, made.removed)
    if made.next is not None:
        again = f"{asked.again}&" if asked.again else ""
        headers["link"] = f'<{_quoted(request.scope["path"])}?{again}cursor={made.next}>; rel="next"'
    return Reply(made.body, headers=headers, outline=made.outline)


@lru_cache(256)
def _quoted(path: str) -> str:
    return quote(path)


def of_moment(sequence: int | None, removed: int) -> dict[str, str]:
    """The headers that tell of which moment an answer is, and what is missing of it."""
    headers = {} if sequence is None else {SEQUENCE: str(sequence)}
    return {**headers, REMOVED: str(removed)} if removed else headers


def _of_lineage(lineage: int, asked: Asked[Filter]) -> Asked[Filter]:
    """What is asked for. Raises `CursorInvalid` where its cursor is of the record before it was restored.

    Numbers are given again from there on, so that it would go on behind something else.
    """
    if not lineage or asked.window.after is None:
        return asked
    if not asked.window.after.startswith(line := _lined(lineage)):
        raise CursorInvalid
    window = msgspec.structs.replace(asked.window, after=asked.window.after.removeprefix(line))
    return msgspec.structs.replace(asked, window=window)


def _lined(lineage: int) -> str:
    """What stands before each key of a record that was restored."""
    return f"{lineage}:" if lineage else ""


class _Made(NamedTuple):
    body: Json
    outline: Outline | None
    next: str | None
    sequence: int | None
    removed: int


def _made(
    store: ClaimStore, query: Query[Filter], asked: Asked[Filter], found: Found[Filter], spread: Spread[Filter] | None
) -> _Made:
    stretch = found(asked.which, asked.window)
    rest: dict[str, Any] = {}
    cursor = None if stretch.next is None else query.cursor(asked, _lined(store.lineage()) + stretch.next)
    if cursor is not None:
        rest["next"] = cursor
    if stretch.total is not None:
        rest["total"] = stretch.total
    more = _more(store, asked, stretch, spread)
    if more and asked.window.as_of is None and store.sequence() != stretch.sequence:
        # The record has changed in between: what belongs to the list is read as of when the list was.
        then = msgspec.structs.replace(asked.window, as_of=stretch.sequence)
        more = _more(store, msgspec.structs.replace(asked, window=then), stretch, spread)
    fields = asked.options.fields
    end = outlines.end(rest | more)
    if fields:
        body, outline = joined(sparse(stretch.items, fields), end), None
    else:
        body = joined(stretch.items, end)
        outline = Outline(tuple(stretch.items), end) if stretch.shared else None
    return _Made(body, outline, cursor, stretch.sequence, stretch.removed)


def _more(store: ClaimStore, asked: Asked[Filter], stretch: Slice, spread: Spread[Filter] | None) -> dict[str, Any]:
    """What was asked for besides the list."""
    more: dict[str, Any] = {}
    as_of = asked.window.as_of
    if spread and asked.options.facets:
        more["facets"] = spread(asked.which, asked.options.facets, as_of)
    if asked.options.expand:
        more["expanded"] = expand(store, stretch.items, asked.options.expand, as_of)
    if asked.shown is not None:
        more["highlights"] = highlights(store, stretch.items, asked.shown)
    return more
