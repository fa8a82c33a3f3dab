"""What a page refers to is found at once."""

from pathlib import Path

import pytest

from schemas.queries import Expand
from service.storage.filters import ClaimFilter, Window
from service.storage.sqlite import open_store
from service.web.expansion import expand
from tests.records import NOON, bulletin


@pytest.mark.parametrize("read", ["claims", "attributions"])
def test_statements(tmp_path: Path, read: str) -> None:
    """However many items a page has, what they refer to takes the same few statements."""
    store = open_store(str(tmp_path / "sayso.db"))
    for number in range(9):
        store.put(bulletin(f"n{number}"), at=NOON, actor="tester")
    asked: list[str] = []
    with store.connections.reading() as db:
        db.set_trace_callback(asked.append)
    counts = []
    for limit in (1, 200):
        items = getattr(store, read)(ClaimFilter(), Window(limit)).items
        asked.clear()
        expanded = expand(store, items, tuple(Expand))
        counts.append(len([sql for sql in asked if "SELECT" in sql]))
    assert len(expanded["articles"]) > 1
    assert counts[0] == counts[1] <= 8
    store.close()
