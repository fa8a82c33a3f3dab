"""``sayso key``, run as its users run it."""

from pathlib import Path

import pytest

from schemas.keys import Key, Scope
from service.storage.sqlite import open_store
from tests.serving import APART, bearer, serving
from tests.test_cli import sayso, told


def test_a_key_is_printed_alone(tmp_path: Path) -> None:
    """On stdout, so that ``KEY=$(...)`` holds it; what it is and where stands on stderr, without the secret."""
    made = sayso(tmp_path, "key", "add", "The desk", "--scope", "write", "--expires", "2999-01-01")
    assert made.returncode == 0
    secret = made.stdout.removesuffix("\n")
    assert secret.isascii()
    assert len(secret) == 65
    until, database = "2999-01-01T00:00:00.000Z", tmp_path / "sayso.db"
    assert made.stderr == f"key_{secret[6:16]}, write until {until}, of {database}. It is shown this once:\n"
    assert (
        sayso(tmp_path, "key", "list").stdout
        == f"key_{secret[6:16]}  write until 2999-01-01T00:00:00.000Z  never used  The desk\n"
    )


def test_a_key_is_revoked_under_a_running_server(tmp_path: Path) -> None:
    """It opens from when it was made until it is revoked, by another process than the server's."""
    with serving(tmp_path / "sayso.db", SAYSO_READS="closed") as server:
        secret = sayso(tmp_path, "key", "add", "x", "--scope", "write", "--scope", "review").stdout.strip()
        id = f"key_{secret[6:16]}"
        assert APART.get(f"{server.url}/v1/claims", headers=bearer(secret)).status_code == 200
        assert sayso(tmp_path, "key", "revoke", id).stdout.startswith(f"{id}, write,review, revoked at 20")
        assert APART.get(f"{server.url}/v1/claims", headers=bearer(secret)).status_code == 401
    listed = sayso(tmp_path, "key", "list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [f"key_{server.key[6:16]}", id]
    assert "revoked at" in listed[1]


def test_all_keys_are_listed(tmp_path: Path) -> None:
    """However many there are."""
    store = open_store(str(tmp_path / "sayso.db"))
    for number in range(120):
        store.keys.add(Key(f"key_{number}", "x", (Scope.READ,), "2026-02-08T12:00:00.000Z", "cli"), b"")
    store.close()
    assert len(sayso(tmp_path, "key", "list").stdout.splitlines()) == 120


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "x" * 101, "--scope", "read"), "/name: give 1 to 100 characters"),
        (("add", "x", "--scope", "read", "--expires", "2020-01-01"), "/expires_at: it is past"),
        (("revoke", "key_none"), "There is no key with this id"),
        (("list", "--database", "postgresql://x"), "postgresql://x"),
    ],
)
def test_refused(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """What cannot be done is told in a sentence."""
    assert says in told(sayso(tmp_path, "key", *words))


@pytest.mark.parametrize("words", [("add", "x"), ("add", "x", "--scope", "own"), ("add", "--scope", "read"), ("sing",)])
def test_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A scope must be given, and be one; so must a name."""
    assert sayso(tmp_path, "key", *words).returncode == 2
    assert list(tmp_path.iterdir()) == []
