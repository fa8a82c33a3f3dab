"""What each wrapper of the service costs a request: of all that is on by default, and of what may be switched on.

``python -m tests.benchmarks.wrappers 2>/dev/null``: the log goes where stderr does, and belongs to what is measured.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service.settings import Settings
from service.storage.sqlite import open_store
from service.web.app import create_app
from service.web.callers import CALLER
from service.web.conditional import Conditional
from tests.records import NOON, bulletin

OPTIONAL: dict[str, dict[str, Any]] = {
    "Cors": {"cors_origins": "https://desk.example"},
    "Limits": {"rate_limit": "9999999/minute"},
}
"""Wrappers that are not there by default, and the setting that each comes by."""

ROUNDS, REQUESTS = 100, 200

PATH, QUERY = "/v1/claims", b"limit=50"


async def silent(*_: object) -> Any:
    """Nothing is received or sent."""


@asynccontextmanager
async def started(app: Any) -> AsyncIterator[None]:
    """While inside, the app has its store and its engine."""
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    heard: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, told.get, heard.put))
    for what in ("startup", "shutdown"):
        await told.put({"type": f"lifespan.{what}"})
        assert await heard.get() == {"type": f"lifespan.{what}.complete"}
        if what == "startup":
            yield
    await life


def scope(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    """A request for a page of claims, by a caller whose rights were found out already."""
    asked = [(b"host", b"127.0.0.1:8000"), (b"accept", b"*/*"), *headers]
    address = {"path": PATH, "raw_path": PATH.encode(), "query_string": QUERY, "client": ("127.0.0.1", 1)}
    return {"type": "http", "method": "GET", "headers": asked, **address}


def wrappers(app: Any) -> list[Any]:
    """The wrappers, the outermost first."""
    found = [app]
    while not isinstance(found[-1], Conditional):
        found.append(found[-1]._app)
    return found


async def timed(app: Any, headers: Sequence[tuple[bytes, bytes]], caller: object) -> float:
    """Microseconds a request."""
    requests = [{**scope(headers), CALLER: caller} for _ in range(REQUESTS)]
    begun = time.perf_counter()
    for request in requests:
        await app(request, silent, silent)
    return (time.perf_counter() - begun) / REQUESTS * 1e6


async def measured(settings: Settings, folder: Path) -> dict[str, float]:
    """What each wrapper takes with all that is in it, the least of many short runs by turns."""
    app = create_app(settings, folder)
    best: dict[str, float] = {}
    async with started(app):
        chain = wrappers(app)
        caller = next(one for one in chain if type(one).__name__ == "Callers")._anyone
        for _ in range(ROUNDS):
            for one in chain:
                name = type(one).__name__
                best[name] = min(best.get(name, float("inf")), await timed(one, [], caller))
    return best


def table() -> str:
    """A line a wrapper with its own share, the outermost first."""
    lines = [f"{'wrapper':16}{'us':>6}"]
    with TemporaryDirectory() as name:
        database = f"{name}/sayso.db"
        with closing(open_store(database)) as store:
            store.put(bulletin("wide", 50), at=NOON, actor="benchmark")
        usual = asyncio.run(measured(Settings(database=database), Path(name)))
        takes = list(usual.values())
        for wrapper, own, inner in zip(usual, takes, [*takes[1:], 0.0], strict=True):
            lines.append(f"{wrapper:16}{own - inner:6.1f}")
        lines.append(f"{'all of them':16}{takes[0]:6.1f}")
        for wrapper, setting in OPTIONAL.items():
            more = asyncio.run(measured(Settings(database=database, **setting), Path(name)))
            names = list(more)
            inner = more[names[names.index(wrapper) + 1]]
            lines.append(f"{wrapper:16}{more[wrapper] - inner:6.1f}  where it is set")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
