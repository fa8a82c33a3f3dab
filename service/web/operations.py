"""Operations: a route, and beside it what its document needs to say."""

from typing import Any, Self

from litestar.handlers import HTTPRouteHandler
from litestar.types import Method
from msgspec import Struct

from schemas.exports import Format
from schemas.keys import Scope
from service.errors import QueryError, StoreError
from service.web.caching import DOCUMENT, NO_STORE, Header
from service.web.callers import needs
from service.web.queries import Query

KEY = "operation"
"""Where a handler's ``opt`` holds its `Operation`."""

CACHE = "cache"
"""Where it holds who may keep its answer."""


class Operation(Struct, frozen=True):
    """What a handler does, as a client sees it. The handler's docstring is the long description.

    ``needs`` is what its caller's key must allow; None where it stays open to all, whatever is set. ``takes`` is the
    Struct that a body carries, ``gives`` the one that an answer does, whichever of ``statuses`` it has; None where it
    gives a ``file``, by its tag and by ranges. ``batch`` is what a line carries of an answer to many, where many may be
    sent. With ``once`` it takes an Idempotency-Key; where it ``matches``, it wants an If-Match; where it is ``live``,
    its answer may be a stream, which goes on from Last-Event-ID; where it is ``linked``, JSON-LD. Where it ``moves``,
    it answers 308 for what is now another. Unless it is ``limited``, it is not counted. ``cache`` says who may keep its
    answer. ``raises`` are errors by class, ``faults`` those that nearly every operation can meet.
    """

    id: str
    summary: str
    needs: Scope | None
    gives: type[Struct] | None = None
    takes: type[Struct] | None = None
    batch: type[Struct] | None = None
    file: Format | None = None
    statuses: tuple[int, ...] = (200,)
    limited: bool = True
    cache: Header = NO_STORE
    once: bool = False
    live: bool = False
    linked: bool = False
    matches: bool = False
    moves: bool = False
    query: Query[Any] | None = None
    raises: tuple[type[Exception], ...] = ()
    faults: tuple[type[Exception], ...] = (QueryError, StoreError)

    def __deepcopy__(self, memo: object) -> Self:
        # Litestar copies a handler with all it holds, and msgspec's Meta, in the types of parameters, refuses that.
        return self


def read(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers GET, and HEAD with the same headers. Its handler runs on the event loop."""
    return _route(path, ["GET", "HEAD"], operation)


def write(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers POST."""
    return _route(path, ["POST"], operation)


def put(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers PUT."""
    return _route(path, ["PUT"], operation)


def patch(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers PATCH."""
    return _route(path, ["PATCH"], operation)


def remove(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers DELETE."""
    return _route(path, ["DELETE"], operation)


def show(path: str, cache: Header = DOCUMENT) -> HTTPRouteHandler:
    """A route that answers GET and HEAD and is no part of the API."""
    return HTTPRouteHandler(path, http_method=["GET", "HEAD"], opt={CACHE: cache})


def _route(path: str, methods: list[Method], operation: Operation) -> HTTPRouteHandler:
    guards = [needs(operation.needs)] if operation.needs else []
    opt = {KEY: operation, CACHE: operation.cache}
    # Litestar has DELETE answer 204 and checks that it has no body; the status sent is the `Reply`'s own.
    return HTTPRouteHandler(path, http_method=methods, opt=opt, guards=guards, status_code=200)
