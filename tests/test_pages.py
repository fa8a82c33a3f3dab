"""Pages that are kept: which are, and what they take of the memory that there is for them."""

import tracemalloc

import pytest

from service.web.caching import RECORD
from service.web.codings import CODINGS, Coding
from service.web.keeping import LARGEST, LONGEST, MANY, ROOM, Key, Pages
from service.web.outlines import Outline, end, joined
from service.web.pages import Page, made
from service.web.replies import Reply

ITEMS = [b'{"id": %d}' % number for number in range(200)]


def listed(number: int, claims: int) -> tuple[Key, Page]:
    """A page of so many claims, with what is only its own, and by what it is asked for."""
    cursor = f"{number:032}"
    rest = end({"next": cursor})
    outline = Outline(tuple(ITEMS[:claims]), rest)
    headers = {"sayso-sequence": "123456", "link": f'</v1/claims?source=kcna&cursor={cursor}>; rel="next"'}
    reply = Reply(joined(ITEMS[:claims], rest), headers=headers, outline=outline)
    page, _ = made(reply, "/v1/claims", RECORD, None)
    return (b"/v1/claims", f"source=kcna&cursor={cursor}".encode(), b"", b""), page


@pytest.mark.parametrize("claims", [0, 2, 50, 200])
def test_a_page_takes_no_more_than_is_reckoned(claims: int) -> None:
    """Nor much less, with all that it takes to keep it."""
    pages, many = Pages(), 2_000
    tracemalloc.start()
    try:
        reckoned = 0
        for number in range(many):
            for _ in range(2):
                key, page = listed(number, claims)
                pages.add(key, page)
            reckoned += page.size
            assert pages.get(key) is page
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert reckoned * 0.7 <= taken <= reckoned


@pytest.mark.parametrize("claims", [0, 1, 2, 200])
def test_what_is_kept_of_a_list_becomes_the_same_page_again(claims: int) -> None:
    """Of as many claims as it has."""
    _, page = listed(1, claims)
    body = joined(ITEMS[:claims], end({"next": f"{1:032}"}))
    assert page.whole() == body
    assert page.headers[-1] == (b"content-length", b"%d" % len(body))


@pytest.mark.parametrize("coding", CODINGS, ids=[coding.name for coding in CODINGS])
def test_what_is_kept_in_a_coding_is_its_bytes(coding: Coding) -> None:
    """To put it into the coding takes longer than all the rest."""
    reply = Reply(b" " * 5_000, outline=Outline((b"1",), end({})))
    page, body = made(reply, "/", RECORD, coding)
    assert page.body == body == coding.whole(b" " * 5_000)
    assert page.size > len(body)


def page(size: int = 10) -> Page:
    """A page with so many bytes."""
    return made(Reply(b" " * size), "/", RECORD, None)[0]


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
