"""The straight way from a path to its handler."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from service.web.house import Call
from service.web.operations import KEY
from service.web.problems import answer

Guarding = Callable[[Call, HTTPRouteHandler], Awaitable[None]]
"""Raises where the caller may not ask."""


class Way(NamedTuple):
    """A handler that takes the request and the texts in a path, as ``template`` has it, and gives a `Reply`."""

    template: str
    handler: HTTPRouteHandler
    guards: Sequence[Guarding]


Ways = dict[str | None, Any]
"""The ways from here on, by the next part of the path; None is any part, and "/" the way that ends here."""

END = "/"

_HOST = re.compile(rb"[A-Za-z0-9.:\[\]_-]+")
"""A host that is sound, as nearly all are. What of the others is refused, Litestar says."""


class Straight:
    """Calls the handler of what is read, and leaves all other requests to ``app``, where the same handlers are.

    Litestar's own way provides for models of signatures, dependencies, layers of middleware and kinds of responses. To
    read one claim on it takes about half as long again.
    """

    def __init__(self, app: Litestar) -> None:
        self._app, self._ways = app, ways(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered."""
        if scope["type"] == ScopeType.HTTP and scope["method"] == "GET":
            way, texts = find(self._ways, scope["path"])
            if way is not None and _sound(scope["headers"]):
                return await self._go(way, texts, scope, receive, send)
        await self._app(scope, receive, send)

    async def _go(self, way: Way, texts: Sequence[str], scope: HTTPScope, receive: Receive, send: Send) -> None:
        begun = False

        def seen(message: Message) -> Awaitable[None]:
            nonlocal begun
            begun = True
            return send(message)

        cast("dict[str, Any]", scope)["path_template"] = way.template
        scope["route_handler"], scope["app"], scope["litestar_app"] = way.handler, self._app, self._app
        request: Call = Request(scope, receive, seen)
        try:
            for guard in way.guards:
                await guard(request, way.handler)
            await (await way.handler.fn(request, *texts))(scope, receive, seen)
        except Exception as error:
            if begun:
                raise
            await answer(request, error)(scope, receive, seen)


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
                    here[END] = Way(route.path_format, handler, guards)
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
