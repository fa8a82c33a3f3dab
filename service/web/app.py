"""The one place that wires things."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import cast

from anyio import to_thread
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.routes import HTTPRoute
from litestar.types import ExceptionHandler, Message, Scope

from service.attribution.pipeline import load
from service.settings import Settings
from service.storage.sqlite import open_store
from service.web.callers import Callers
from service.web.desks import Desk
from service.web.docs import Docs
from service.web.house import House
from service.web.problems import answer
from service.web.routes import CONTROLLERS


def create_app(settings: Settings) -> Litestar:
    """The service. The database is opened and the language model loaded when it starts, not here."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        store = await to_thread.run_sync(open_store, settings.database)
        try:
            engine = await to_thread.run_sync(load)
            # Long articles are rare, and the second engine that keeps them out of the others' way takes 40 MB.
            app.state.house = House(store, short=Desk(lambda: engine), long=Desk(cache(load)))
            yield
        finally:
            store.close()

    app = Litestar(
        route_handlers=[*CONTROLLERS, Docs],
        lifespan=[lifespan],
        # Litestar wants a Response but only asks for its ASGI form, which a Reply is.
        exception_handlers={Exception: cast("ExceptionHandler[Exception]", answer)},
        before_send=[tell_methods],
        request_max_body_size=settings.max_body,
        openapi_config=None,
        logging_config=None,
    )
    # Inside Litestar's own entry, so that a request has its state, and outside the routes, so that no path is missed.
    app.asgi_handler = Callers(
        app.asgi_handler, lambda: app.state.house.store.keys, open_reads=settings.reads == "open"
    )
    return app


async def tell_methods(message: Message, scope: Scope) -> None:
    """The answer to OPTIONS lists every method of its path.

    Litestar's own lists those of the one handler that first came to the path.
    """
    if scope.get("method") == "OPTIONS" and message["type"] == "http.response.start":
        routes = (route for route in scope["litestar_app"].routes if isinstance(route, HTTPRoute))
        methods = next((route.methods for route in routes if route.path_format == scope.get("path_template")), None)
        if methods is not None:
            MutableScopeHeaders(message)["allow"] = ", ".join(sorted(methods))
