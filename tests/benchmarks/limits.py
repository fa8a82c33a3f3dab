"""What it costs to find out who asks, and to hold them to a rate, alone and among other processes.

python -m tests.benchmarks.limits
"""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from schemas.keys import NewKey, Scope
from service import keys
from service.settings import rate
from service.storage.sqlite import open_store
from service.web.callers import Callers
from service.web.ledger import Ledger
from service.web.limits import Limits
from service.web.replies import Reply

RATE = rate("9999999/minute")
REPLY = Reply(b"x" * 25_000)


async def silent(*_: object) -> Any:
    """Nothing is received or sent."""


async def timed(app: Any, headers: list[tuple[bytes, bytes]], requests: int = 1000, rounds: int = 100) -> float:
    """Microseconds of processor time a request, the least of many rounds."""
    request = {"type": "http", "method": "GET", "path": "/v1/claims", "headers": headers, "client": ("127.0.0.1", 1)}
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(requests):
            await app({**request}, silent, silent)
        best = min(best, time.process_time() - began)
    return best / requests * 1e6


@contextmanager
def others(folder: Path, count: int) -> Iterator[None]:
    """While inside, as many other processes take from the same ledger as fast as they can."""
    processes = [multiprocessing.Process(target=take, args=(folder,), daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    yield
    for process in processes:
        process.kill()
        process.join()


def take(folder: Path) -> None:
    """Requests are granted without end."""
    ledger = Ledger(folder)
    while RATE:
        ledger.take("read somebody", RATE)


def main() -> None:
    """A line for each."""
    with TemporaryDirectory() as name, closing(open_store(f"{name}/sayso.db")) as store:
        made = keys.make(NewKey("x", (Scope.READ,)), keys=store.keys, at=datetime.now(UTC), by="cli")
        plain = [(b"host", b"127.0.0.1:8000"), (b"user-agent", b"x"), (b"accept", b"*/*")]
        keyed = [*plain, (b"authorization", f"Bearer {made.secret}".encode())]

        def known(app: Any) -> Callers:
            return Callers(app, lambda: store.keys, open_reads=True)

        bare = asyncio.run(timed(REPLY, plain))
        limits = Limits(REPLY, Ledger(Path(name)), RATE, RATE, ())
        for what, app, headers in (
            ("caller, no key", known(REPLY), plain),
            ("caller, key", known(REPLY), keyed),
            ("caller, no key, rate", known(limits), plain),
            ("caller, key, rate", known(limits), keyed),
        ):
            print(f"{what:40}{asyncio.run(timed(app, headers)) - bare:6.2f} µs")
        with others(Path(name), 1):
            print(
                f"{'caller, no key, rate; another worker':40}{asyncio.run(timed(known(limits), plain)) - bare:6.2f} µs"
            )


if __name__ == "__main__":
    main()
