"""The straight way from a path to its handler."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, Message, Receive, Send

from service.web.caching import Header
from service.web.house import Call
from service.web.operations import CACHE, KEY
from service.web.problems import answer, told
from service.web.replies import Reply

Guarding = Callable[[Call, HTTPRouteHandler], Awaitable[None]]
"""Raises where the caller may not ask."""


class Way(NamedTuple):
    """A handler that takes the request and the texts in a path, as ``template`` has it, and gives a `Reply`.

    ``cache`` says who may keep that; where it is ``live``, it may go on for ever.
    """

    template: str
    handler: HTTPRouteHandler
    guards: Sequence[Guarding]
    cache: Header
    live: bool


Ways = dict[str | None, Any]
"""The ways from here on, by the next part of the path; None is any part, and "/" the way that ends here."""

END = "/"

_HOST = re.compile(rb"[A-Za-z0-9.:\[\]_-]+")
"""A host that is sound, as nearly all are. What of the others is refused, Litestar says."""


class Straight:
    """Calls the handlers of ``app`` for what is read.

    Litestar's own way provides for models of signatures, dependencies, layers of middleware and kinds of responses. To
    read one claim on it takes about half as long again.
    """

    def __init__(self, app: Litestar) -> None:
        self._app, self._ways = app, ways(app)

    def find(self, scope: HTTPScope) -> tuple[Way, Sequence[str]] | None:
        """The way to what is asked for and the texts in its path; None where there is none, or only Litestar's."""
        way, texts = find(self._ways, scope["path"])
        return (way, texts) if way is not None and _sound(scope["headers"]) else None

    async def reply(self, way: Way, texts: Sequence[str], scope: HTTPScope, receive: Receive, send: Send) -> Reply:
        """What is answered, which is yet to be sent. An error is told by a problem."""
        cast("dict[str, Any]", scope)["path_template"] = way.template
        scope["app"] = scope["litestar_app"] = self._app
        request: Call = Request(scope, receive, send)
        try:
            for guard in way.guards:
                await guard(request, way.handler)
            made: Reply = await way.handler.fn(request, *texts)
        except Exception as error:
            return answer(request, error)
        return made


async def deliver(reply: Reply, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """The reply has been sent, or a problem where it could not be begun: what is made on the way may fail."""
    begun = False

    def seen(message: Message) -> Awaitable[None]:
        nonlocal begun
        begun = True
        return send(message)

    try:
        await reply(scope, receive, seen)
    except Exception as error:
        if begun:
            raise
        await told(error, scope["method"], scope["path"])(scope, receive, send)


def ways(app: Litestar) -> Ways:
    """The ways to every operation of ``app`` that reads, but to those with a number in their path."""
    found: Ways = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute) and all(part.type is str for part in route.path_parameters.values()):
            for handler in route.route_handlers:
                if KEY in handler.opt and "GET" in handler.http_methods:
                    here = found
                    for part in route.path_components:
                        here = here.setdefault(part if isinstance(part, str) else None, {})
                    guards = cast("Sequence[Guarding]", handler.resolve_guards())  # Which Litestar has made async.
                    here[END] = Way(route.path_format, handler, guards, handler.opt[CACHE], handler.opt[KEY].live)
    return found


def find(ways: Ways, path: str) -> tuple[Way | None, Sequence[str]]:
    """The way to what has the ``path``, if there is a straight one, and the texts in it."""
    here, texts = ways, []
    for part in path[1:].split("/"):
        there = here.get(part)
        if there is None:
            there = here.get(None) if part else None
            if there is None:
                return None, ()
            texts.append(part)
        here = there
    return here.get(END), texts


def _sound(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return all(_HOST.fullmatch(value) for name, value in headers if name == b"host")
