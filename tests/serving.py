"""A real `sayso serve` process on a loopback port, with a database file of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from msgspec import Struct

SAYSO = Path(sys.executable).with_name("sayso")


class Server(Struct, frozen=True):
    """A running server: where it answers, the process that leads its group, and the file its output goes to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def serving(database: Path, *flags: str, **settings: str) -> Iterator[Server]:
    """While inside, a server answers; afterwards it has ended. ``settings`` are named as in the environment."""
    port = free_port()
    log = database.with_suffix(".log")
    own = {"SAYSO_DATABASE": str(database), "SAYSO_PORT": str(port), **settings}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")} | own
    with log.open("wb") as output:
        process = subprocess.Popen(
            [SAYSO, "serve", *flags], env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process, log)
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
            httpx.get(f"{server.url}/readyz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The server did not get ready: {server.log.read_text()}")
