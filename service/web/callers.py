"""Who asks, and whether they may."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from schemas.keys import Scope as Right
from service import keys
from service.errors import KeyMissing, SaysoError, ScopeMissing
from service.keys import Caller
from service.storage.port import KeyStore
from service.web.headers import fields
from service.web.house import Call
from service.web.scopes import HTTP

CALLER = "caller"
"""Where a request's scope holds its `Caller`, or the error that it was to find out who asks."""

ANEW = "caller anew"
"""Where it holds what finds that out anew, if a key was sent."""

MANY = 1000
"""How many callers are remembered at most."""

HOUR = timedelta(hours=1)


class Callers:
    """An ASGI app that finds out who asks before ``app`` is asked. It refuses nobody: that is for what is asked."""

    def __init__(self, app: ASGIApp, store: Callable[[], KeyStore], *, open_reads: bool) -> None:
        self._app, self._store = app, store
        self._anyone = Caller(None, frozenset({Right.READ} if open_reads else ()))
        self._version = -1
        self._known: dict[bytes, Caller] = {}
        self._noted: dict[str, datetime] = {}
        self._clerk = ThreadPoolExecutor(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request has been passed on with its caller."""
        if scope["type"] != HTTP:
            return await self._app(scope, receive, send)
        secret = _bearer(scope["headers"])
        held = cast("dict[str, Any]", scope)
        found: Caller | SaysoError = self._anyone
        if secret:
            held[ANEW] = partial(self._find, secret)
            found = self._find(secret)
        held[CALLER] = found
        try:
            await self._app(scope, receive, send)
        finally:
            if isinstance(found, SaysoError):
                found.__traceback__ = None  # It holds the scope, by which it is held: neither would go.

    def _find(self, secret: str) -> Caller | SaysoError:
        now = datetime.now(UTC)
        try:
            found = self._look_up(secret, now)
        except SaysoError as error:
            return error
        self._note(found.id, now)
        return found

    def _look_up(self, secret: str, now: datetime) -> Caller:
        """As `keys.caller`, and four times as fast where nothing was written since it was last asked."""
        store = self._store()
        if (version := store.version()) != self._version or len(self._known) >= MANY:
            self._known.clear()
            self._version = version
        digest = keys.digest(secret)
        if found := self._known.get(digest):
            return keys.unexpired(found, now)
        found = self._known[digest] = keys.caller(secret, keys=store, at=now)
        return found

    def _note(self, id: str, now: datetime) -> None:
        """That the key was used will soon be kept, once an hour, and no request waits for it."""
        noted = self._noted.get(id)
        if noted is None or now - noted >= HOUR or noted.hour != now.hour:
            self._noted[id] = now
            # What prevents it, such as a writer that takes long, is told where it matters more.
            self._clerk.submit(self._store().note_use, id, now)


def _bearer(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The key in Authorization; empty where there is none, which is what a variable that is not set gives too."""
    given = fields(headers, (b"authorization",)).get(b"authorization")
    if given is None:
        return ""
    scheme, _, secret = given.decode("latin-1").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def needs(right: Right) -> Guard:
    """Lets pass who has the ``right``. Raises `KeyMissing`, `KeyInvalid` or `ScopeMissing` for who has not."""

    async def guard(request: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        _demand(cast("dict[str, Any]", request.scope)[CALLER], right)

    return guard


def demand_anew(scope: Scope, right: Right) -> None:
    """Raises, as the guard would now, where a key has been revoked or has expired since the request was let pass."""
    if find := cast("dict[str, Any]", scope).get(ANEW):
        _demand(find(), right)


def _demand(found: Caller | SaysoError, right: Right) -> None:
    if isinstance(found, SaysoError):
        raise found
    if right not in found.may:
        raise ScopeMissing(right, found.key.scopes) if found.key else KeyMissing(right)


def caller(request: Call) -> Caller:
    """Who sent a request that its guard let pass."""
    found: Caller = cast("dict[str, Any]", request.scope)[CALLER]
    return found
