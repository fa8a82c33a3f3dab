"""A real `sayso serve` process on a loopback port, with a database file of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from msgspec import Struct

from schemas.keys import NewKey, Scope
from service import keys
from service.storage.sqlite import open_store

SAYSO = Path(sys.executable).with_name("sayso")

APART = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=60)
"""Each of its requests has a connection of its own. To make a client takes longer than most of what is asked by it."""


class Server(Struct, frozen=True):
    """A running server: where it answers, the process that leads its group, and the file its output goes to.

    ``key`` may do all.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    key: str

    @property
    def authorization(self) -> dict[str, str]:
        """The header that carries the key."""
        return bearer(self.key)


def bearer(key: str) -> dict[str, str]:
    """The header that carries ``key``."""
    return {"authorization": f"Bearer {key}"}


def made(database: Path, *scopes: Scope) -> str:
    """A new key to the database, which need not be there yet."""
    with closing(open_store(str(database))) as store:
        new = NewKey("A test", scopes)
        return keys.make(new, keys=store.keys, at=datetime.now(UTC), by="tests").secret


@contextmanager
def serving(database: Path, *flags: str, **settings: str) -> Iterator[Server]:
    """While inside, a server answers; afterwards it has ended. ``settings`` are named as in the environment."""
    port, key = free_port(), made(database, Scope.ADMIN)
    log = database.with_suffix(".log")
    own = {"SAYSO_DATABASE": str(database), "SAYSO_PORT": str(port), **settings}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")} | own
    with log.open("wb") as output:
        process = subprocess.Popen(
            [SAYSO, "serve", *flags], env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process, log, key)
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log.read_text()
        try:
            APART.get(f"{server.url}/readyz", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"The server did not get ready: {server.log.read_text()}")
