"""Pages that are kept while the record is as it is: those that were asked for before."""

from collections import OrderedDict

from service.web.pages import Page

ROOM = 130_000_000
"""How many bytes of pages a worker keeps: some sixty thousand, be they of fifty claims or of one."""

LARGEST = ROOM // 65
"""A page that takes more bytes would drive too many others out, and is not kept."""

LONGEST = 2_000
"""A page whose path and query have more bytes is not kept either: they are not counted."""

MANY = 100_000
"""Of how many pages it is remembered at most that they were asked for."""

Key = tuple[bytes, ...]
"""By what a page is asked for."""


class Pages:
    """Keeps what is asked for again, and of the rest only that it was asked for.

    Most pages of who goes through a long list are asked for once. To keep them too takes an eighth of the throughput:
    each would be written to memory that has not been used for long.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Page] = OrderedDict()
        self._asked: set[int] = set()
        self._size = 0

    def get(self, key: Key) -> Page | None:
        """The page, if it is kept."""
        page = self._kept.get(key)
        if page is not None:
            self._kept.move_to_end(key)
        return page

    def add(self, key: Key, page: Page) -> None:
        """The page is kept where it was added before, and is neither too large nor asked for by too much."""
        mark = hash(key)  # The keys themselves would be so many objects more in memory that goes cold.
        if mark not in self._asked:
            if len(self._asked) >= MANY:
                self._asked.clear()
            self._asked.add(mark)
        elif page.size <= LARGEST and sum(map(len, key)) <= LONGEST:
            self._let_go(self._kept.pop(key, None))
            self._kept[key] = page
            self._size += page.size
            while self._size > ROOM:
                self._let_go(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Nothing is kept."""
        self._kept.clear()
        self._size = 0

    def _let_go(self, page: Page | None) -> None:
        self._size -= page.size if page else 0
