"""The wrapper that lets pages of other origins call the API from a browser (the Fetch standard, 3.2)."""

from collections.abc import Iterable

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.web.pages import Headers
from service.web.scopes import HTTP

ANY = b"*"

ALLOWED = (
    "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-Modified-Since, If-None-Match, If-Range, "
    "Last-Event-ID, Range, X-Request-Id"
)
"""What a page may send besides what a browser lets it send anyway."""

EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Location, Content-Range, ETag, Link, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, Sayso-Removed, Sayso-Sequence, WWW-Authenticate, X-Request-Id"
)
"""What a page may read besides what a browser lets it read anyway."""

HOURS = "7200"
"""How many seconds a browser goes by a preflight's answer; none goes by one for longer than two hours."""


_ALLOW = b"access-control-allow-origin"
_EXPOSE = (b"access-control-expose-headers", EXPOSED.encode())
_VARY = (b"vary", b"origin")


class Cors:
    """Tells on every answer, errors too, whether the page that asked may read it, and answers preflights.

    A page of an origin that is none of ``origins`` is told nothing, so that its browser keeps the answer from it.
    Cookies and the like are never asked for: a key is sent by the page itself. Litestar's own wrapper is not used: it
    knows only what Litestar answers, and takes away what else an answer varies with.
    """

    def __init__(self, app: ASGIApp, origins: Iterable[str], methods: Iterable[str]) -> None:
        self._app, self._origins = app, frozenset(origin.encode() for origin in origins)
        self._preflight = [
            (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
            (b"access-control-allow-headers", ALLOWED.encode()),
            (b"access-control-max-age", HOURS.encode()),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered."""
        if scope["type"] != HTTP:
            return await self._app(scope, receive, send)
        asked = dict(scope["headers"])
        told = self._told(asked.get(b"origin", b""))
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            await send({"type": "http.response.start", "status": 204, "headers": [*told, *self._preflight]})
            return await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *told]
            await send(message)

        await self._app(scope, receive, telling)

    def _told(self, origin: bytes) -> Headers:
        """What is told to a page of the origin. Where all are told the same, no answer varies."""
        if ANY in self._origins:
            return [(_ALLOW, ANY), _EXPOSE]
        return [(_ALLOW, origin), _EXPOSE, _VARY] if origin in self._origins else [_VARY]
