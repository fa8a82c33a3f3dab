"""Keys: made, and told from what is none."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from schemas.keys import MadeKey, NewKey, Scope
from service.errors import FieldInvalid, KeyInvalid
from service.keys import FORM, MAY, caller, make
from service.storage.port import KeyStore
from service.storage.sqlite import open_store
from tests.records import NOON


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyStore]:
    """A store of keys."""
    store = open_store(str(tmp_path_factory.mktemp("keys") / "sayso.db"))
    yield store.keys
    store.close()


@pytest.fixture(scope="module")
def made(keys: KeyStore) -> MadeKey:
    """A key that may write."""
    return make(NewKey("The desk", (Scope.WRITE,)), keys=keys, at=NOON, by="cli")


def test_a_key_opens_what_its_scopes_may(keys: KeyStore, made: MadeKey) -> None:
    """Its holder is told by its id."""
    found = caller(made.secret, keys=keys, at=NOON)
    assert (found.id, found.key, found.may) == (made.key.id, made.key, frozenset({Scope.READ, Scope.WRITE}))


def test_every_key_may_read() -> None:
    """Whatever else a scope includes; admin includes all, and no other includes admin."""
    assert all(Scope.READ in may and scope in may for scope, may in MAY.items())
    assert [scope for scope, may in MAY.items() if Scope.ADMIN in may] == [Scope.ADMIN]
    assert MAY[Scope.ADMIN] == frozenset(Scope)


def test_the_secret_is_kept_nowhere(tmp_path: Path) -> None:
    """Neither in the database nor in what is printed of a key, in whole or beyond its id."""
    store = open_store(str(tmp_path / "sayso.db"))
    made = make(NewKey("The desk", (Scope.WRITE,)), keys=store.keys, at=NOON, by="cli")
    store.close()
    hidden = made.secret.removeprefix("sayso_").removeprefix(made.key.id.removeprefix("key_"))
    assert len(hidden) == 49
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert made.key.id.encode() in kept
    assert hidden.encode() not in kept
    assert hidden not in repr(made)


def test_secrets_are_alike_in_form_only(keys: KeyStore) -> None:
    """A scanner finds each by one pattern, the README's, and no two are the same."""
    secrets = {make(NewKey("x", (Scope.READ,)), keys=keys, at=NOON, by="cli").secret for _ in range(20)}
    assert len(secrets) == 20
    assert all(re.fullmatch("sayso_[0-9A-Za-z]{59}", secret) for secret in secrets)


@given(place=st.integers(6, 64), character=st.sampled_from("09AZaz"))
def test_a_mistyped_key_is_told(keys: KeyStore, made: MadeKey, place: int, character: str) -> None:
    """Any one wrong character is told as such, without a look into the store."""
    mistyped = made.secret[:place] + character + made.secret[place + 1 :]
    if mistyped != made.secret:
        with pytest.raises(KeyInvalid, match="mistyped"):
            caller(mistyped, keys=keys, at=NOON)


@pytest.mark.parametrize("text", ["", "x", "sayso_", "sayso_" + "a" * 59, "sayso_" + "é" * 59, "a" * 100_000])
def test_what_is_no_key(keys: KeyStore, text: str) -> None:
    """Anything else is none."""
    with pytest.raises(KeyInvalid, match="mistyped"):
        caller(text, keys=keys, at=NOON)


def test_another_stores_key_is_unknown(keys: KeyStore, made: MadeKey, tmp_path: Path) -> None:
    """So is one with a known id and another secret, though it is well formed."""
    other = open_store(str(tmp_path / "other.db"))
    with pytest.raises(KeyInvalid, match="not known"):
        caller(made.secret, keys=other.keys, at=NOON)
    other.keys.add(made.key, b"another digest")
    with pytest.raises(KeyInvalid, match="not known"):
        caller(made.secret, keys=other.keys, at=NOON)
    other.close()


def test_a_revoked_key_opens_nothing(keys: KeyStore) -> None:
    """Its holder is told that it was."""
    made = make(NewKey("x", (Scope.ADMIN,)), keys=keys, at=NOON, by="cli")
    keys.revoke(made.key.id, at=NOON, by="cli")
    with pytest.raises(KeyInvalid, match="revoked at 2026-02-08T12:00:00"):
        caller(made.secret, keys=keys, at=NOON)


def test_a_key_expires(keys: KeyStore) -> None:
    """It opens until its time, and nothing from then on."""
    end = NOON + timedelta(days=1)
    made = make(NewKey("x", (Scope.READ,), end), keys=keys, at=NOON, by="cli")
    assert caller(made.secret, keys=keys, at=end - timedelta(milliseconds=1)).key == made.key
    with pytest.raises(KeyInvalid, match="expired at 2026-02-09T12:00:00"):
        caller(made.secret, keys=keys, at=end)


@pytest.mark.parametrize("name", ["", "a" * 101, "a\nb", "a\x1b[31m", "\x9b"])
def test_names_have_limits(keys: KeyStore, name: str) -> None:
    """One that would spoil a list on a terminal is refused."""
    with pytest.raises(FieldInvalid, match="/name"):
        make(NewKey(name, (Scope.READ,)), keys=keys, at=NOON, by="cli")


def test_no_key_is_made_that_has_expired(keys: KeyStore) -> None:
    """Its end must be to come."""
    with pytest.raises(FieldInvalid, match="/expires_at"):
        make(NewKey("x", (Scope.READ,), NOON), keys=keys, at=NOON, by="cli")


def test_scopes_are_kept_once_and_in_order(keys: KeyStore) -> None:
    """However they were given."""
    made = make(NewKey("x", (Scope.REVIEW, Scope.READ, Scope.REVIEW)), keys=keys, at=NOON, by="cli")
    assert made.key.scopes == (Scope.READ, Scope.REVIEW)
    assert made.key.expires_at is UNSET
    assert FORM.fullmatch(made.secret)
