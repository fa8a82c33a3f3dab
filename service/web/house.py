"""What a running service holds: the open store and the loaded engine."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from litestar import Request
from litestar.datastructures import State
from msgspec import Struct

from service.attribution.pipeline import Engine
from service.storage.port import ClaimStore

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


def house(request: Call) -> House:
    """The parts of the app that ``request`` came to."""
    found: House = request.app.state.house
    return found
