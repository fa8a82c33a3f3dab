"""Pages that are kept: which are, and what they take of the memory that there is for them."""

import tracemalloc

import msgspec
import pytest

from service.web.caching import RECORD
from service.web.codings import CODINGS
from service.web.keeping import LARGEST, LONGEST, MANY, ROOM, Pages
from service.web.pages import Page
from tests.records import bulletin


@pytest.mark.parametrize("claims", [2, 50, 200])
def test_a_page_takes_no_more_than_is_reckoned(claims: int) -> None:
    """Nor does it take less than half of that, once it was asked for in every coding."""
    items = bulletin("wide", claims).claims
    tracemalloc.start()
    try:
        body = msgspec.json.encode({"items": items})
        before = tracemalloc.get_traced_memory()[0] - len(body)
        page = Page([(b"content-type", b"application/json")], body, "/", RECORD)
        for coding in (None, *CODINGS):
            page.form(coding)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert page.size / 2 <= taken <= page.size


def page(size: int = 10) -> Page:
    """A page with so many bytes."""
    return Page([(b"content-type", b"application/json")], b" " * size, "/", RECORD)


def test_a_page_is_kept_from_the_second_time_on() -> None:
    """What is asked for once only passes. When the record has changed it is made anew, and kept at once."""
    pages, one = Pages(), page()
    pages.add((b"/one",), page())
    assert pages.get((b"/one",)) is None
    pages.add((b"/one",), one)
    assert pages.get((b"/one",)) is one
    pages.clear()
    assert pages.get((b"/one",)) is None
    pages.add((b"/one",), one)
    assert pages.get((b"/one",)) is one


@pytest.mark.parametrize(("key", "size"), [((b"/one",), LARGEST), ((b"/one", b"q" * LONGEST), 10)])
def test_what_is_too_large_or_asked_for_by_too_much_is_not_kept(key: tuple[bytes, ...], size: int) -> None:
    """However often it is asked for."""
    pages = Pages()
    for _ in range(3):
        pages.add(key, page(size))
    assert pages.get(key) is None


def test_there_is_room_for_so_many() -> None:
    """A page that there is no room for drives out the one that was not asked for for longest."""
    pages, size = Pages(), LARGEST // 2
    keys = [(b"/%d" % number,) for number in range(2 * ROOM // size)]
    for key in keys:
        for _ in range(2):
            pages.add(key, page(size))
    kept = [key for key in keys if pages.get(key)]
    assert kept == keys[-len(kept) :]
    assert 0 < len(kept) * size <= ROOM


def test_of_so_many_it_is_remembered_that_they_were_asked_for() -> None:
    """Behind them what was asked for once is as if it never was."""
    pages, one = Pages(), page()
    pages.add((b"/one",), one)
    for number in range(MANY):
        pages.add((b"/other", b"%d" % number), one)
    pages.add((b"/one",), one)
    assert pages.get((b"/one",)) is None
