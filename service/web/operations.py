"""Operations: a route, and beside it what its document needs to say."""

from typing import Any, Self

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from service.errors import QueryError, StoreError
from service.web.caching import DOCUMENT, NO_STORE, Header
from service.web.queries import Query
from service.web.straight import Straight

KEY = "operation"
"""Where a handler's ``opt`` holds its `Operation`."""

CACHE = "cache"
"""Where it holds who may keep its answer."""


class Operation(Struct, frozen=True):
    """What a handler does, as a client sees it. The handler's docstring is the long description.

    ``gives`` is the Struct that an answer carries, also where an operation that ``creates`` finds its work done.
    ``cache`` says who may keep it. ``batch`` is what a line carries of an answer to many articles, where many may be
    sent. ``raises`` are errors by class, ``faults`` those that nearly every operation can meet.
    """

    id: str
    summary: str
    gives: type[Struct]
    creates: bool = False
    batch: type[Struct] | None = None
    cache: Header = NO_STORE
    query: Query[Any] | None = None
    raises: tuple[type[Exception], ...] = ()
    faults: tuple[type[Exception], ...] = (QueryError, StoreError)

    def __deepcopy__(self, memo: object) -> Self:
        # Litestar copies a handler with all it holds, and msgspec's Meta, in the types of parameters, refuses that.
        return self


def read(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers GET, and HEAD with the same headers. Its handler runs on the event loop."""
    return HTTPRouteHandler(
        path, http_method=["GET", "HEAD"], opt={KEY: operation, CACHE: operation.cache}, middleware=[Straight]
    )


def write(path: str, operation: Operation) -> HTTPRouteHandler:
    """A route that answers POST, to which an article is sent."""
    return HTTPRouteHandler(path, http_method="POST", opt={KEY: operation})


def show(path: str, cache: Header = DOCUMENT) -> HTTPRouteHandler:
    """A route that answers GET and HEAD and is no part of the API."""
    return HTTPRouteHandler(path, http_method=["GET", "HEAD"], opt={CACHE: cache})
