"""The straight way from a route to its handler."""

from typing import Any

from litestar import Request
from litestar.types import ASGIApp, Receive, Scope, Send

from service.web.house import Call


class Straight:
    """Calls a route's handler with the request and the texts in the path, and sends the `Reply` that it gives.

    Every handler that reads is of this one shape. Litestar's own way, ``app``, provides for all others: models of
    signatures, dependencies, kinds of responses. On it, to read one claim takes half as long again.
    """

    def __init__(self, app: ASGIApp) -> None:
        pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer has been sent, or what the handler raises is raised."""
        handler: Any = scope["route_handler"]
        request: Call = Request(scope, receive, send)
        # Not Litestar's `authorize_connection`, which copies the handler for each guard: a tenth of the whole time.
        for guard in handler.resolve_guards():
            await guard(request, handler)
        reply = await handler.fn(request, *scope["path_params"].values())
        await reply(scope, receive, send)
