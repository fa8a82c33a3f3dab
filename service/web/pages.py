"""Answers to reads: one thing, or a page of a list."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from anyio import to_thread
from msgspec import Raw, Struct

from service.storage.port import Slice, Window
from service.web.house import Call
from service.web.queries import Asked, Filter, Query, refuse
from service.web.replies import Reply, reply


def one(request: Call, found: Callable[[str], Struct | Raw], id: str) -> Reply:
    """The thing with this id. Raises `NotFound`, or `ParameterUnknown` for any query parameter."""
    refuse(request.scope["query_string"])
    return reply(found(id))


async def page(request: Call, query: Query[Filter], found: Callable[[Filter, Window], Slice], **own: Any) -> Reply:
    """A page of what the query asks for, with a link to the next. Raises `QueryError`.

    An indexed read takes less time than handing it to a thread would; full text goes to one.
    """
    asked = query.read(request.scope["query_string"], **own)
    if getattr(asked.which, "q", None) is None:
        stretch = found(asked.which, asked.window)
    else:
        stretch = await to_thread.run_sync(found, asked.which, asked.window)
    return _page(request, query, asked, stretch)


def _page(request: Call, query: Query[Filter], asked: Asked[Filter], stretch: Slice) -> Reply:
    if stretch.next is None:
        return Reply(msgspec.json.encode({"items": stretch.items}))
    cursor = query.cursor(asked.which, stretch.next)
    pairs = [pair for pair in asked.pairs if pair[0] != "cursor"] + [("cursor", cursor)]
    link = f'<{quote(request.scope["path"])}?{urlencode(pairs, safe=",")}>; rel="next"'
    return Reply(msgspec.json.encode({"items": stretch.items, "next": cursor}), headers={"link": link})
