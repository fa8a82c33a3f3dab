"""Where articles are read: one at a time at each desk, and no more wait there than will soon be read."""

import time
from collections.abc import Callable
from math import ceil
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from service.attribution.pipeline import Engine
from service.errors import ReaderBusy
from service.web.metrics import Meter

T = TypeVar("T")

SHORT = 50_000
"""An article of at most so many characters is read at a desk of its own, and waits for no longer one."""

PACE = 20_000
"""How many characters a second are read, at least, on a core of a common server."""

PATIENCE = 30
"""For how many seconds an article may wait, so that its sender, who may wait no longer, does not send it again."""


class Desk:
    """Reads one article at a time. ``engine`` gives the reader, and is asked for it in the thread that reads.

    The metrics know the desk by its name.
    """

    def __init__(self, name: str, engine: Callable[[], Engine], meter: Meter) -> None:
        self._engine, self._turn = engine, CapacityLimiter(1)
        self._ahead = 0  # Characters of the articles that are read now or wait.
        self._name, self._meter = name, meter

    async def read(self, length: int, function: Callable[[Engine], T]) -> T:
        """What ``function`` gives, run in a thread when those before it are done; to wait takes up no thread.

        ``length`` is the article's, in characters. Raises `ReaderBusy` where those before it take too long.
        """
        if self._ahead > PATIENCE * PACE:
            raise ReaderBusy(ceil(self._ahead / PACE))
        self._count(length)
        try:
            seconds, found = await to_thread.run_sync(self._timed, function, limiter=self._turn)
        finally:
            self._count(-length)
        self._meter.reads.observe(seconds, self._name)
        self._meter.characters.add(length, self._name)
        return found

    def _count(self, length: int) -> None:
        self._ahead += length
        self._meter.ahead.add(length, self._name)

    def _timed(self, function: Callable[[Engine], T]) -> tuple[float, T]:
        began = time.perf_counter()
        found = function(self._engine())
        return time.perf_counter() - began, found
