"""The servers that are measured, each on a loopback port while inside its block."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from tests.serving import free_port, serving

WORKERS = 2

NEIGHBOURS = Path("build/neighbours/bin")
"""Where the neighbours are installed, which are no dependencies of Sayso's."""

GRANIAN = ("--interface", "asgi", "--http", "1", "--workers", str(WORKERS), "--no-ws", "--log-level", "error")


@contextmanager
def sayso(database: Path) -> Iterator[str]:
    """Sayso as its users run it."""
    with serving(database.absolute(), "--workers", str(WORKERS)) as server:
        yield server.url


def constant(size: int) -> AbstractContextManager[str]:
    """Bare ASGI that answers with ``size`` bytes."""
    return _bare("constant", size)


def joined(size: int) -> AbstractContextManager[str]:
    """Bare ASGI that makes pages of ``size`` bytes of what it has in memory."""
    return _bare("joined", size)


@contextmanager
def datasette(tables: Path) -> Iterator[str]:
    """Datasette as its users run it: one process."""
    with _running(NEIGHBOURS / "datasette", "serve", tables) as url:
        yield url


@contextmanager
def fastapi(tables: Path) -> Iterator[str]:
    """FastAPI and SQLAlchemy on the server that Sayso has."""
    folder = ("--working-dir", Path(__file__).parent)
    with _running(NEIGHBOURS / "granian", *GRANIAN, *folder, "orm:app", ROWS=str(tables.absolute())) as url:
        yield url


def _bare(app: str, size: int) -> AbstractContextManager[str]:
    granian = Path(sys.executable).with_name("granian")
    return _running(granian, *GRANIAN, f"tests.benchmarks.serving.{app}:app", SIZE=str(size))


@contextmanager
def _running(*command: str | Path, **environ: str) -> Iterator[str]:
    port = str(free_port())
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", port],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield url
    finally:
        # With its workers, which would finish what was still asked of them.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Nothing answers at {url}.")
