"""What a running service holds: the open store and the loaded engine."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from litestar import Litestar, Request
from litestar.datastructures import State
from msgspec import Struct

from service.attribution.pipeline import Engine, load
from service.settings import Settings
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store

Call = Request[Any, Any, State]
"""The request, as every handler takes it."""

P = ParamSpec("P")
T = TypeVar("T")


class House(Struct, frozen=True):
    """The parts that requests share. ``desk`` admits one article at a time, as many as the engine reads at once."""

    store: ClaimStore
    engine: Engine
    desk: CapacityLimiter

    async def read_at_desk(self, function: Callable[..., T], *args: object) -> T:
        """What ``function`` gives, run in a thread; others wait without holding one."""
        return await to_thread.run_sync(function, *args, limiter=self.desk)


def lifespan(settings: Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """While the app runs, the store is open and the engine loaded; afterwards all is closed."""

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        store = await to_thread.run_sync(open_store, settings.database)
        try:
            app.state.house = House(store, await to_thread.run_sync(load), CapacityLimiter(1))
            yield
        finally:
            store.close()

    return opened


def house(request: Call) -> House:
    """The parts of the app that ``request`` came to."""
    found: House = request.app.state.house
    return found
