"""Lists that are kept in memory: which pages they give, and how many claims they hold."""

from collections.abc import Sequence

import pytest

from service.storage.listed import AHEAD, LISTS, Lists, Row

LISTED: Sequence[Row] = [(number, 1000 + number) for number in range(3, 3000, 3)]
"""Every third claim."""


class Reader:
    """Reads the list, and remembers how often."""

    def __init__(self) -> None:
        self.listed = LISTED
        self.asked: list[tuple[int, int]] = []

    def __call__(self, after: int, count: int) -> Sequence[Row]:
        """So many of the list behind the number."""
        self.asked.append((after, count))
        return [row for row in self.listed if row[0] > after][:count]


def read(lists: Lists, reader: Reader, after: int, limit: int = 50, name: int = 0) -> tuple[list[int], int | None]:
    """A page of a list, as it is kept or read."""
    listed = lists.of(name)
    found = listed.page(after, limit) or lists.read(listed, after, limit, reader)
    assert found is not None
    return list(found.sequences), found.next


def plain(after: int, limit: int = 50) -> tuple[list[int], int | None]:
    """The same page as it is."""
    rows = [row for row in LISTED if row[0] > after]
    return [sequence for _, sequence in rows[:limit]], rows[limit - 1][0] if len(rows) > limit else None


@pytest.mark.parametrize("limit", [1, 7, 50, AHEAD, 2 * AHEAD])
def test_every_page_is_what_it_is_without_being_kept(limit: int) -> None:
    """Wherever it begins, in whatever order they are asked for."""
    lists, reader = Lists(), Reader()
    for after in [*range(0, 3100, 37), *range(3100, 0, -101), *range(0, 3100, 37)]:
        assert read(lists, reader, after, limit) == plain(after, limit)


def test_a_list_is_read_ahead_when_it_is_asked_for_again() -> None:
    """One page alone costs no more than itself; who goes on reads once for ten of them."""
    lists, reader, after = Lists(), Reader(), 0
    for _ in range(10):
        _, last = read(lists, reader, after)
        assert last is not None
        after = last
    assert reader.asked == [(0, 51), (150, AHEAD)]


def test_the_end_is_read_again() -> None:
    """Since more may have been stored there meanwhile."""
    lists, reader = Lists(), Reader()
    for _ in range(3):
        read(lists, reader, 2900)
    assert len(reader.asked) == 3


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """However many lists are gone through; and each page is right all the same."""
    lists, reader = Lists(room=2 * AHEAD), Reader()
    for _ in range(2):
        for name in range(5):
            for after in range(0, 2400, 150):
                assert read(lists, reader, after, name=name) == plain(after)
                assert lists.size <= 2 * AHEAD


@pytest.mark.parametrize(("read_meanwhile", "kept"), [(True, True), (False, False)])
def test_the_list_that_was_read_last_is_kept_the_longest(read_meanwhile: bool, kept: bool) -> None:
    """However many others are asked for in between; one that nobody reads makes room."""
    lists, reader = Lists(), Reader()
    for _ in range(2):
        read(lists, reader, 0)
    for name in range(1, LISTS):
        lists.of(name)
    if read_meanwhile:
        for _ in range(2):
            read(lists, reader, 1500)
    for name in range(LISTS, LISTS + 2):
        lists.of(name)
    assert (lists.of(0).page(0, 50) is not None) is kept


def test_a_list_that_grew_is_kept_as_it_is() -> None:
    """In the place of what it was; so that the same page is read once more and then kept."""
    lists, reader, listed = Lists(), Reader(), list(LISTED)
    reader.listed = listed[:60]
    for _ in range(3):
        read(lists, reader, 0)
    assert lists.size == 60
    reader.listed = listed
    reader.asked.clear()
    for _ in range(3):
        assert len(read(lists, reader, 0, limit=100)[0]) == 100
    assert (len(reader.asked), lists.size) == (1, AHEAD)


def test_what_was_let_go_counts_no_more() -> None:
    """Nor does another list that came in its place meanwhile, when who held on to it reads it again."""
    lists, reader = Lists(), Reader()
    held = lists.of(0)
    for name in range(1, LISTS + 1):
        lists.of(name)
    for _ in range(2):
        read(lists, reader, 0)
    assert lists.size == AHEAD
    for _ in range(2):
        lists.read(held, 0, 50, reader)
    assert lists.of(0) is held
    assert lists.size == AHEAD


def test_a_list_that_made_room_is_read_anew() -> None:
    """By who held on to it too; and what is kept of it counts."""
    lists, reader = Lists(room=AHEAD), Reader()
    held = lists.of(0)
    for name in (0, 1, 0):
        for _ in range(2):
            assert read(lists, reader, 0, name=name) == plain(0)
    assert lists.size == AHEAD
    again = lists.read(held, 300, 50, reader)
    assert again is not None
    assert (list(again.sequences), again.next) == plain(300)
    assert lists.size <= AHEAD


def test_where_nothing_can_be_read_nothing_is_found() -> None:
    """And nothing is kept of it."""
    lists = Lists()
    assert lists.read(lists.of(0), 0, 50, lambda after, count: None) is None
    assert read(lists, Reader(), 0) == plain(0)
