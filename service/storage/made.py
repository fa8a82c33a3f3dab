"""What is made of the record again and again, kept until there is another revision."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

ROOM = 256
"""How many things are kept at most."""


class Made(Generic[T]):
    """Things made of the record as one revision, the ``last`` of a snapshot, left it."""

    def __init__(self) -> None:
        self._kept: tuple[int, dict[Hashable, T]] = (0, {})

    def get(self, last: int, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives for the ``key``. It is the same thing each time: the caller does not change it."""
        of, things = self._kept
        if of != last or len(things) >= ROOM:
            things = {}
            self._kept = last, things  # At once, since other threads look at other moments.
        found = things.get(key)
        if found is None:
            found = things[key] = make()
        return found
