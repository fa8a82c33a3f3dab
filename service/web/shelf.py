"""Pages that were made, for the next caller who wants one."""

from collections import OrderedDict

from service.web.pages import Page

ROOM = 32_000_000
"""How many bytes a worker keeps: a thousand pages of claims."""

Key = tuple[bytes, bytes]
"""A path and a query, as they were sent."""


class Shelf:
    """Pages by key. Where there is no more room, those go that were longest not asked for.

    An LRU cache of cachetools' costs seven times as much to look into.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._free = room, room
        self._pages: OrderedDict[Key, Page] = OrderedDict()

    def get(self, key: Key) -> Page | None:
        """The page, if it is there."""
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: Key, page: Page) -> None:
        """The page is there, unless it takes more than a tenth of the room."""
        size = _size(key, page)
        if size > self._room // 10:
            return
        self._remove(key)
        self._free -= size
        self._pages[key] = page
        while self._free < 0:
            self._remove(next(iter(self._pages)))

    def clear(self) -> None:
        """Nothing is there."""
        self._pages.clear()
        self._free = self._room

    def _remove(self, key: Key) -> None:
        if page := self._pages.pop(key, None):
            self._free += _size(key, page)


def _size(key: Key, page: Page) -> int:
    return sum(map(len, key)) + page.size
