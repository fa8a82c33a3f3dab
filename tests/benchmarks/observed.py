"""What it costs that each request is seen from outside.

python -m tests.benchmarks.observed 2>/dev/null
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from service.settings import LogFormat
from service.web.metrics import Meter
from service.web.observed import Observed
from service.web.replies import Reply

HEADERS = [(b"host", b"127.0.0.1:8000"), (b"user-agent", b"x"), (b"accept", b"*/*"), (b"connection", b"keep-alive")]
REQUEST = {"type": "http", "method": "GET", "path": "/x", "raw_path": b"/x", "query_string": b"", "headers": HEADERS}

App = Callable[[Any, Any, Any], Any]


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """A page of claims, of the usual size."""
    scope["path_template"] = "/v1/claims"
    await Reply(b"x" * 25_000)(scope, receive, send)


async def silent(*_: object) -> Any:
    """Nothing is received or sent."""


async def timed(app: App, requests: int = 500) -> float:
    """Microseconds a request."""
    began = time.perf_counter()
    for _ in range(requests):
        await app({**REQUEST}, silent, silent)
    return (time.perf_counter() - began) / requests * 1e6


async def main(rounds: int = 200) -> None:
    """The least of many short runs, taken in turn, is printed for each."""
    unlogged = Observed(answer, LogFormat.JSON, Meter())
    unlogged._log = lambda answered: None
    apps: dict[str, App] = {
        "bare": answer,
        "ids, metrics": unlogged,
        "ids, metrics, log": Observed(answer, LogFormat.JSON, Meter()),
    }
    best = dict.fromkeys(apps, float("inf"))
    for _ in range(rounds):
        for name, app in apps.items():
            best[name] = min(best[name], await timed(app))
    for name, microseconds in best.items():
        print(f"{name:20}{microseconds:6.1f} µs  +{microseconds - best['bare']:.1f}")


if __name__ == "__main__":
    asyncio.run(main())
