"""A process that writes, and delivers to webhooks what it or another has written: ``tests.delivering DATABASE NAME N``.

It ends when it has written N articles and is told to, and prints which it has stored.
"""

import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network

import anyio
from anyio import Event, create_task_group, to_thread

from service.storage.sqlite import SqliteStore, open_store
from service.webhooks.courier import Courier
from service.webhooks.sending import Sender
from tests.records import NOON, bulletin


async def deliver(store: SqliteStore, name: str, articles: int) -> None:
    """So many articles were written, and what there was to deliver was delivered until the line on stdin."""
    ending, sender = Event(), Sender((ip_network("127.0.0.0/8"),))
    courier = Courier(store.outbox, sender, partial(datetime.now, UTC), lambda _: None)
    async with create_task_group() as group:
        group.start_soon(courier.run, ending)
        for number in range(articles):
            await to_thread.run_sync(partial(store.put, bulletin(f"{name}{number}"), at=NOON, actor="tester"))
            print(number, flush=True)
        await to_thread.run_sync(sys.stdin.readline)
        ending.set()


if __name__ == "__main__":
    path, name, articles = sys.argv[1:]
    with closing(open_store(path)) as store:
        anyio.run(deliver, store, name, int(articles))
