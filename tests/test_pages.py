"""Pages that are kept: what they take of the memory that there is for them."""

import tracemalloc

import msgspec
import pytest

from service.web.caching import NO_STORE, RECORD
from service.web.codings import CODINGS
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
        length = b"%d" % len(body)
        page = Page([(b"content-type", b"application/json"), (b"content-length", length), NO_STORE], body, "/", RECORD)
        for coding in (None, *CODINGS):
            page.form(coding)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert page.size / 2 <= taken <= page.size
