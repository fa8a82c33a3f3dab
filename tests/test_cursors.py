"""Cursors: opaque, and bound to their query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import CursorInvalid
from service.web import cursors

keys = st.text(min_size=1)


@given(keys, st.binary())
def test_a_cursor_gives_back_the_key_it_was_issued_for(key: str, query: bytes) -> None:
    """Any key comes back whole, from letters that a URL need not escape."""
    cursor = cursors.issue(key, cursors.mark(query))
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursors.key(cursor, cursors.mark(query)) == key


@given(keys, st.binary(), st.binary())
def test_another_query_refuses_a_cursor(key: str, query: bytes, other: bytes) -> None:
    """A cursor goes on with the query that gave it, and with no other."""
    if query != other:
        with pytest.raises(CursorInvalid):
            cursors.key(cursors.issue(key, cursors.mark(query)), cursors.mark(other))


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """Whatever a caller makes up is `CursorInvalid`, never another error."""
    with pytest.raises(CursorInvalid):
        cursors.key(text, cursors.mark(b"query"))
