"""What a running service holds: the open store and the desks where articles are read."""

from collections.abc import Callable
from typing import Any, TypeVar

from anyio import Event
from litestar import Request
from litestar.datastructures import State
from msgspec import Struct

from service.attribution.pipeline import Engine
from service.storage.port import ClaimStore
from service.web.desks import SHORT, Desk
from service.web.metrics import Meter
from service.web.presses import Press
from service.webhooks.sending import Sender

Call = Request[Any, Any, State]
"""The request, as every handler takes it."""

T = TypeVar("T")


class House(Struct, frozen=True):
    """The parts that requests share. Short articles are read at one desk, long ones at the other.
    Exports are made by the press; by the sender webhooks are reached.

    When the service is ``ending``, no more is begun of what has no end of its own.
    """

    store: ClaimStore
    short: Desk
    long: Desk
    meter: Meter
    press: Press
    sender: Sender
    ending: Event

    async def read(self, text: str, function: Callable[[Engine], T]) -> T:
        """What ``function`` gives, which reads ``text``, when its turn comes. Raises `ReaderBusy`."""
        desk = self.short if len(text) <= SHORT else self.long
        return await desk.read(len(text), function)


def house(request: Call) -> House:
    """The parts of the app that ``request`` came to."""
    found: House = request.app.state["house"]  # By its attribute it would take six times as long.
    return found
