"""What a page of a list is made of: the revisions that made its items, and what stands around them."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Self

import msgspec
from msgspec import Struct

from service.storage.filters import Json

_BEGIN, _END = b'{"items":[', b"]}"

AtHand = Callable[[Sequence[int]], Sequence[Json] | None]
"""Gives what revisions made, where all of it is in memory."""


class Outline(Struct, frozen=True, gc=False):
    """A page without its items. ``revisions`` made them, packed by eight bytes; the ``end`` stands behind them.

    It takes half a kilobyte, where a page of fifty claims takes fifty.
    """

    revisions: bytes
    end: bytes

    @classmethod
    def of(cls, revisions: Sequence[int], end: Json) -> Self:
        """The outline of a page with this ``end`` behind what the revisions made."""
        return cls(array("q", revisions).tobytes(), end)

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.revisions) + len(self.end)

    def filled(self, at_hand: AtHand) -> Json | None:
        """The page, where all its items are in memory."""
        items = at_hand(memoryview(self.revisions).cast("q"))
        return None if items is None else joined(items, self.end)


def end(rest: dict[str, Any]) -> Json:
    """What stands behind the items of a page with this ``rest``."""
    return b"]," + msgspec.json.encode(rest)[1:] if rest else _END


def joined(items: Sequence[Json], end: Json) -> Json:
    """The page of the items, with this ``end``."""
    if not items:
        return _BEGIN + end
    # To put what stands around them to them all, once they are joined, would copy most of the page again.
    parts = list(items)
    parts[0] = _BEGIN + parts[0]
    parts[-1] += end
    return b",".join(parts)
