"""Byte ranges, as RFC 9110 has them."""

import pytest

from service.web.ranges import Range, RangeUnsatisfiable, asked

TAG = b'"abc"'


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"bytes=0-9", (0, 10)),
        (b"Bytes=5-5", (5, 6)),
        (b"bytes=7-", (7, 10)),
        (b"bytes=7-1000", (7, 10)),
        (b"bytes=-3", (7, 10)),
        (b"bytes=-1000", (0, 10)),
        (b"bytes=00000000000000000-0", (0, 1)),
        (b"bytes=10-", None),
        (b"bytes=-0", None),
        (b"bytes=999999999999999999-", None),
    ],
)
def test_a_range_is_a_part_of_what_there_is(header: bytes, found: tuple[int, int] | None) -> None:
    """Half-open in ten bytes; one that has none of them is refused, with how many there are."""
    wanted = asked({b"range": header}, TAG, lasting=True)
    assert wanted is not None
    if found:
        assert wanted.of(10) == found
    else:
        with pytest.raises(RangeUnsatisfiable) as refused:
            wanted.of(10)
        assert refused.value.size == 10


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"bytes",
        b"bytes=",
        b"bytes=-",
        b"bytes=5-4",
        b"bytes=0-1,3-4",
        b"lines=0-1",
        b"bytes=a-b",
        b"bytes=9999999999999999999-",
    ],
)
def test_what_is_no_single_range_is_passed_over(header: bytes) -> None:
    """All of it is sent then."""
    assert asked({b"range": header}, TAG, lasting=True) is None


@pytest.mark.parametrize(
    ("condition", "same"),
    [(TAG, True), (b'W/"abc"', False), (b'"abcd"', False), (b"Sun, 08 Feb 2026 09:30:00 GMT", False), (b"", False)],
)
def test_a_range_of_something_else_is_not_sent(condition: bytes, same: bool) -> None:
    """`If-Range` has the tag, character by character, or all of it comes anew."""
    for lasting in (True, False):
        wanted = asked({b"range": b"bytes=0-1", b"if-range": condition}, TAG, lasting=lasting)
        assert wanted == (Range(0, 1) if same else None)


def test_a_range_of_what_may_have_changed_is_not_sent() -> None:
    """Who does not tell what the rest is of, where the address does not tell either, gets all of it."""
    assert asked({b"range": b"bytes=0-1"}, TAG, lasting=False) is None
