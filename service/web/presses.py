"""Where exports are made while the service answers others."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread

from schemas.exports import Format
from service.errors import ExportsFull
from service.exports import formats
from service.exports.moments import Moment
from service.exports.shelf import Kept, Shelf

T = TypeVar("T", bytes, int)

MOST = 50
"""How many exports a worker has on their way at most. Each of them holds some megabytes for a caller that is slow."""


class Press:
    """Makes exports in a thread, a step of one and then of another: any number of callers takes no more time from the
    rest than one would. What nobody takes is not made.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._turn, self._running = shelf, CapacityLimiter(1), 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """While inside, one more export is on its way. Raises `ExportsFull`."""
        if self._running >= MOST:
            raise ExportsFull(MOST)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    async def find(self, moment: Moment, format: Format) -> Kept | None:
        """The file of the export, if it was made."""
        return await to_thread.run_sync(self._shelf.find, formats.key(moment, format))

    async def make(self, moment: Moment, format: Format) -> Kept:
        """The file of the export, made now if it was not before. Raises `ExportTooLarge`."""
        while (found := await self.find(moment, format)) is None:
            key = formats.key(moment, format)  # Another one, where something was removed meanwhile.
            steps = self._shelf.make(key, lambda path: formats.steps(moment, format, path))
            async with self.taking(steps) as taken:
                async for _ in taken:
                    pass
        return found

    @asynccontextmanager
    async def taking(self, steps: Generator[T]) -> AsyncIterator[AsyncIterator[T]]:
        """What each of the ``steps`` gives, taken in its turn. Behind the block they have nothing open."""
        try:
            yield self._taken(steps)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(steps.close)

    async def _taken(self, steps: Generator[T]) -> AsyncIterator[T]:
        while (step := await to_thread.run_sync(next, steps, None, limiter=self._turn)) is not None:
            yield step
