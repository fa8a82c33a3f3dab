"""Lists that are kept in memory: which pages they give, and how much of them is kept."""

from collections.abc import Sequence

import pytest

from service.storage.listed import AHEAD, LISTS, STRETCHES, Lists, Row

LISTED: Sequence[Row] = [(number, 1000 + number) for number in range(3, 3000, 3)]
"""Every third claim."""


def taken(*counts: int) -> int:
    """How many bytes are reckoned for stretches of so many claims each."""
    return sum(300 + 16 * count for count in counts)


FULL = taken(AHEAD)
"""How many for what is read ahead."""


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


def test_a_list_is_read_ahead_when_it_is_gone_through() -> None:
    """One page alone costs no more than itself; who goes on reads once for ten of them."""
    lists, reader, after = Lists(), Reader(), 0
    for _ in range(10):
        _, last = read(lists, reader, after)
        assert last is not None
        after = last
    assert reader.asked == [(0, 51), (150, AHEAD)]


@pytest.mark.parametrize(("after", "limit"), [(0, 50), (0, 30), (10, 40)])
def test_what_was_read_is_not_read_again(after: int, limit: int) -> None:
    """Nor is a part of it, wherever that begins."""
    lists, reader = Lists(), Reader()
    read(lists, reader, 0)
    assert read(lists, reader, after, limit) == plain(after, limit)
    assert len(reader.asked) == 1


@pytest.mark.parametrize(("after", "count"), [(1, 51), (26, 51), (30, AHEAD), (153, AHEAD), (154, 51), (600, 51)])
def test_a_list_is_read_ahead_where_a_page_goes_on_in_another(after: int, count: int) -> None:
    """Which has the claims 30 to 153 and was asked for before. One that begins elsewhere is read alone."""
    lists, reader = Lists(), Reader()
    read(lists, reader, 27, limit=41)
    read(lists, reader, after)
    assert reader.asked == [(27, 42), (after, count)]


def test_what_lies_in_what_is_read_later_is_kept_no_more() -> None:
    """Though each page of it is still given."""
    lists, reader = Lists(), Reader()
    places = (600, 300, 900, 0, 150)
    for after in places:
        read(lists, reader, after)
    assert reader.asked[-1] == (150, AHEAD)
    assert lists.size == taken(51) + FULL
    for after in places:
        assert read(lists, reader, after) == plain(after)
    assert len(reader.asked) == len(places)


def test_no_list_is_kept_in_too_many_stretches() -> None:
    """To put one more among them would take too long: it is alone from then on."""
    lists, reader = Lists(), Reader()
    reader.listed = [(number, number) for number in range(1, 3 * STRETCHES + 10)]
    for place in range(STRETCHES):
        read(lists, reader, 3 * place, limit=1)
    assert lists.size == STRETCHES * taken(2)
    read(lists, reader, 3 * STRETCHES, limit=1)
    assert lists.size == taken(2)


def test_the_end_is_read_again() -> None:
    """Since more may have been stored there meanwhile."""
    lists, reader = Lists(), Reader()
    for _ in range(3):
        read(lists, reader, 2900)
    assert len(reader.asked) == 3


def test_no_more_is_kept_than_there_is_room_for() -> None:
    """However many lists are gone through; and each page is right all the same."""
    lists, reader = Lists(room=2 * FULL), Reader()
    for _ in range(2):
        for name in range(5):
            for after in range(0, 2400, 150):
                assert read(lists, reader, after, name=name) == plain(after)
                assert lists.size <= 2 * FULL


@pytest.mark.parametrize(("read_meanwhile", "kept"), [(True, True), (False, False)])
def test_the_list_that_was_read_last_is_kept_the_longest(read_meanwhile: bool, kept: bool) -> None:
    """However many others are asked for in between; one that nobody reads makes room."""
    lists, reader = Lists(), Reader()
    read(lists, reader, 0)
    for name in range(1, LISTS):
        lists.of(name)
    if read_meanwhile:
        read(lists, reader, 1500)
    for name in range(LISTS, LISTS + 2):
        lists.of(name)
    assert (lists.of(0).page(0, 50) is not None) is kept


def test_a_list_that_grew_is_kept_as_it_is() -> None:
    """In the place of what it was."""
    lists, reader, listed = Lists(), Reader(), list(LISTED)
    reader.listed = listed[:60]
    read(lists, reader, 0)
    read(lists, reader, 0, limit=59)
    assert lists.size == taken(60)
    reader.listed = listed
    reader.asked.clear()
    for _ in range(3):
        assert len(read(lists, reader, 0, limit=100)[0]) == 100
    assert (len(reader.asked), lists.size) == (1, FULL)


def test_what_was_let_go_counts_no_more() -> None:
    """Nor does another list that came in its place meanwhile, when who held on to it reads it again."""
    lists, reader = Lists(), Reader()
    held = lists.of(0)
    for name in range(1, LISTS + 1):
        lists.of(name)
    read(lists, reader, 0)
    assert lists.size == taken(51)
    lists.read(held, 0, 30, reader)
    assert lists.of(0) is held
    assert lists.size == taken(31)


def test_a_list_that_made_room_is_read_anew() -> None:
    """By who held on to it too; and what is kept of it counts."""
    lists, reader = Lists(room=taken(51)), Reader()
    held = lists.of(0)
    for name in (0, 1, 0):
        assert read(lists, reader, 0, name=name) == plain(0)
    assert lists.size == taken(51)
    assert len(reader.asked) == 3
    again = lists.read(held, 300, 30, reader)
    assert again is not None
    assert (list(again.sequences), again.next) == plain(300, 30)
    assert lists.size == taken(31)


def test_where_nothing_can_be_read_nothing_is_found() -> None:
    """And nothing is kept of it."""
    lists = Lists()
    assert lists.read(lists.of(0), 0, 50, lambda after, count: None) is None
    assert read(lists, Reader(), 0) == plain(0)
