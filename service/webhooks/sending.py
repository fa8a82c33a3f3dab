"""One attempt: a POST to a receiver, and what it answered."""

from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from ssl import SSLContext
from typing import NamedTuple

import httpcore
import httpx
from anyio import fail_after, move_on_after

from service.webhooks.reach import Network, Reach, Reached

PATIENCE = 15.0
"""How many seconds an attempt may take, all of it, as Standard Webhooks has it."""

LINGERING = 1.0
"""For how many of these an answer's body is waited for, which nobody reads."""

READ = 16_384
"""How many bytes of it are taken, so that the connection may serve for the next delivery."""

AT_ONCE = 50
"""How many connections are open at once."""

IDLE = 10.0
"""For how many seconds one is kept."""

_FAULTS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.UnsupportedProtocol)

_HEADERS = {"content-type": "application/json", "user-agent": f"sayso/{version('sayso')}"}


class Answer(NamedTuple):
    """The status of an answer and its Retry-After, or the fault for which there was none."""

    status: int | None = None
    retry_after: str = ""
    fault: str = ""


class Sender:
    """Sends to what is within reach: by HTTPS to public addresses, and to the ``networks`` by plain HTTP too.

    It follows no redirect and heeds no proxy of the environment, by which it would reach what it must not.
    """

    def __init__(self, networks: Sequence[Network], patience: float = PATIENCE) -> None:
        self.networks, self._patience = networks, patience
        # Of the environment it heeds SSL_CERT_FILE and SSL_CERT_DIR, by which certificates of one's own are trusted.
        context = httpx.create_ssl_context()
        self._pools = {
            "https": _pool(context, Reach(networks)),
            "http": _pool(context, Reach(networks, public=False)),
        }

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """What the receiver answered, or why it did not. Of its body nothing is told."""
        try:
            with fail_after(self._patience):
                return await self._post(httpx.URL(url), {**_HEADERS, **headers}, body)
        except TimeoutError:
            return Answer(fault=f"no answer within {self._patience:g} seconds")
        except _FAULTS as error:
            return Answer(fault=(str(error) or type(error).__name__)[:200])

    async def close(self) -> None:
        """Its connections are closed."""
        for pool in self._pools.values():
            await pool.aclose()

    async def _post(self, url: httpx.URL, given: dict[str, str], body: bytes) -> Answer:
        headers = list(given.items())
        where = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        async with self._pools[url.scheme].stream("POST", where, headers=headers, content=body) as response:
            with suppress(*_FAULTS), move_on_after(LINGERING):
                await _read(response)
        return Answer(response.status, httpx.Headers(response.headers).get("retry-after", ""))


def _pool(context: SSLContext, reach: Reach) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        context, max_connections=AT_ONCE, keepalive_expiry=IDLE, network_backend=Reached(reach)
    )


async def _read(response: httpcore.Response) -> None:
    size = 0
    async for part in response.aiter_stream():
        size += len(part)
        if size > READ:
            return
