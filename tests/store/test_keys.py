"""The contract of `service.storage.port.KeyStore`, held by every store."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from schemas.keys import Key, Scope
from service.errors import CursorInvalid, KeyUnknown
from service.storage.filters import Slice, Window
from service.storage.port import ClaimStore
from tests.records import NOON

TIME = "2026-02-08T12:00:00.000Z"


def key(id: str, **fields: Any) -> Key:
    """A key."""
    return Key(id=id, name="The desk", scopes=(Scope.READ, Scope.WRITE), created_at=TIME, created_by="cli", **fields)


def keys(stretch: Slice) -> list[Key]:
    """The keys of a list."""
    return [msgspec.json.decode(item, type=Key) for item in stretch.items]


def test_a_key_is_kept(store: ClaimStore) -> None:
    """It is given back with all its fields and its digest; it is no change of the record."""
    for one in (key("key_1"), key("key_2", expires_at=TIME)):
        store.keys.add(one, one.id.encode())
        assert store.keys.get(one.id) == (one, one.id.encode())
    assert store.sequence() == 0


def test_an_unknown_key(store: ClaimStore) -> None:
    """It is an error to get or revoke it, and its message does not repeat what may be a secret."""
    for ask in (store.keys.get, lambda id: store.keys.revoke(id, at=NOON, by="cli")):
        with pytest.raises(KeyUnknown) as error:
            ask("sayso_secret")
        assert "sayso_secret" not in str(error.value)


def test_a_revoked_key_stays(store: ClaimStore) -> None:
    """It is marked with who revoked it when. To do so again changes nothing."""
    store.keys.add(key("key_1"), b"1")
    revoked = store.keys.revoke("key_1", at=NOON, by="cli")
    assert revoked == key("key_1", revoked_at=TIME, revoked_by="cli") == store.keys.get("key_1").key
    assert store.keys.revoke("key_1", at=NOON + timedelta(days=1), by="key_2") == revoked


def test_use_is_noted_by_the_hour(store: ClaimStore) -> None:
    """The last hour of use is kept, and an earlier one does not replace it."""
    store.keys.add(key("key_1"), b"1")
    assert store.keys.get("key_1").key.last_used_at is UNSET
    for minutes, hour in ((59, "12"), (61, "13"), (1, "13")):
        store.keys.note_use("key_1", NOON + timedelta(minutes=minutes))
        assert store.keys.get("key_1").key.last_used_at == f"2026-02-08T{hour}:00:00.000Z"
    store.keys.note_use("key_none", NOON)


def test_keys_are_listed(store: ClaimStore) -> None:
    """In the order of making, page by page, counted where asked, the revoked ones too."""
    for number in range(5):
        store.keys.add(key(f"key_{9 - number}"), b"")
    store.keys.revoke("key_7", at=NOON, by="cli")
    seen, after = [], None
    while True:
        stretch = store.keys.list(Window(2, after, counted=True))
        assert stretch.total == 5
        seen += keys(stretch)
        if (after := stretch.next) is None:
            break
    assert [one.id for one in seen] == ["key_9", "key_8", "key_7", "key_6", "key_5"]
    assert [one.revoked_at is UNSET for one in seen] == [True, True, False, True, True]


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5", "9" * 30, "٣"])
def test_a_cursor_that_is_none(store: ClaimStore, after: str) -> None:
    """It is refused."""
    with pytest.raises(CursorInvalid):
        store.keys.list(Window(after=after))
