"""The one place that wires things."""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import cast

from anyio import Event, create_task_group, current_time, sleep, to_thread
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, ExceptionHandler, LifespanHook, Message, Scope

from service.attribution.pipeline import load
from service.exports.shelf import Shelf
from service.settings import Settings, networks, rate
from service.storage import files
from service.storage.sqlite import located, open_store
from service.web.callers import Callers
from service.web.compression import Compressed
from service.web.conditional import Conditional
from service.web.cors import Cors
from service.web.desks import Desk
from service.web.docs import Docs
from service.web.house import House
from service.web.ledger import Ledger
from service.web.limits import Limits
from service.web.metrics import PERIOD, Meter
from service.web.observed import Observed
from service.web.presses import Press
from service.web.problems import answer
from service.web.routes import CONTROLLERS, unlimited
from service.web.scraping import Metrics
from service.web.straight import Straight
from service.webhooks.courier import LAST, Courier
from service.webhooks.sending import Sender

GARBAGE = 50_000
"""After how many objects is looked for garbage, or after a second: what a request makes is gone with it, nearly always,
and what is not may be large.
"""


def create_app(settings: Settings, folder: Path | None = None, started: Sequence[LifespanHook] = ()) -> ASGIApp:
    """The service. The database is opened and the language model loaded when it starts, not here.

    Processes that share its work share the ``folder``, where they keep their metrics and what is used of rates. Each
    of ``started`` is called when it answers.
    """
    meter = Meter(folder)
    app = routed(settings, meter, started)
    kept = Conditional(app, Straight(app), lambda: app.state.get("house"))
    held = limited(kept, settings, folder)
    known = Callers(held, lambda: app.state.house.store.keys, open_reads=settings.reads == "open")
    service: ASGIApp = Compressed(known)
    if settings.cors_origins:
        service = Cors(service, settings.cors_origins.split(","), methods(app))
    if settings.traces:
        from service.web.tracing import Traced

        service = Traced(service)
    service = Observed(service, settings.log, meter)
    if settings.trusted_proxies:
        service = wrap_asgi_with_proxy_headers(service, settings.trusted_proxies.split(","))
    return service


def limited(app: ASGIApp, settings: Settings, folder: Path | None) -> ASGIApp:
    """``app``, whose callers are held to the rates that are set."""
    if not (settings.rate_limit or settings.write_limit):
        return app
    reads, writes = rate(settings.rate_limit), rate(settings.write_limit or settings.rate_limit)
    return Limits(app, Ledger(folder), reads, writes, unlimited())


def routed(settings: Settings, meter: Meter, started: Sequence[LifespanHook] = ()) -> Litestar:
    """The service without what stands around it."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        store = await to_thread.run_sync(open_store, settings.database)
        try:
            engine = await to_thread.run_sync(load)
            # Long articles are rare, and the second engine that keeps them out of the others' way takes 40 MB.
            press = Press(Shelf(files.exports(located(settings.database)), settings.export_room))
            short, long = Desk("short", lambda: engine, meter), Desk("long", cache(load), meter)
            sender, ending = Sender(networks(settings.webhook_networks)), Event()
            app.state.house = House(store, short, long, meter, press, sender, ending)
            courier = Courier(store.outbox, sender, partial(datetime.now, UTC), partial(meter.deliveries.add, 1))
            gc.freeze()  # To look for garbage among what stays until the end would hold all requests up for 80 ms.
            gc.set_threshold(GARBAGE)
            async with create_task_group() as beside:
                beside.start_soon(publish, meter)
                beside.start_soon(tidy)
                async with create_task_group() as couriers:
                    couriers.start_soon(courier.run, ending)
                    yield
                    ending.set()
                    couriers.cancel_scope.deadline = current_time() + LAST
                await sender.close()
                beside.cancel_scope.cancel()
        finally:
            store.close()

    return Litestar(
        route_handlers=[*CONTROLLERS, Docs, *([Metrics] if settings.metrics else ())],
        on_startup=list(started),
        lifespan=[lifespan],
        # Litestar wants a Response but only asks for its ASGI form, which a Reply is.
        exception_handlers={Exception: cast("ExceptionHandler[Exception]", answer)},
        before_send=[tell_methods],
        request_max_body_size=settings.max_body,
        openapi_config=None,
        logging_config=None,
    )


def methods(app: Litestar) -> set[str]:
    """The methods that any path takes, but for the one that asks for them."""
    routes = (route for route in app.routes if isinstance(route, HTTPRoute))
    return {str(method) for route in routes for method in route.methods} - {"OPTIONS"}


async def publish(meter: Meter) -> None:
    """The metrics of this process are published, again and again. Where the disk takes no more, they stay behind."""
    while True:
        with suppress(OSError):  # Else all requests would end with it.
            meter.publish()
        await sleep(PERIOD)


async def tidy() -> None:
    """What is garbage among what has been made lately is gone, again and again."""
    while True:
        await sleep(1)
        gc.collect(1)


async def tell_methods(message: Message, scope: Scope) -> None:
    """The answer to OPTIONS lists every method of its path.

    Litestar's own lists those of the one handler that first came to the path.
    """
    if scope.get("method") == "OPTIONS" and message["type"] == "http.response.start":
        routes = (route for route in scope["litestar_app"].routes if isinstance(route, HTTPRoute))
        methods = next((route.methods for route in routes if route.path_format == scope.get("path_template")), None)
        if methods is not None:
            MutableScopeHeaders(message)["allow"] = ", ".join(sorted(methods))
