"""The wrapper that holds each caller to a rate."""

from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from service.errors import RateExceeded
from service.keys import Caller
from service.settings import SECOND, Rate
from service.web.callers import CALLER
from service.web.ledger import Ledger
from service.web.problems import told
from service.web.scopes import HTTP

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Policy:
    """A rate with the name that its headers give it (draft-ietf-httpapi-ratelimit-headers)."""

    def __init__(self, name: str, rate: Rate) -> None:
        self.name, self.rate = name, rate
        self._policy = (b"ratelimit-policy", f'"{name}";q={rate.count};w={rate.period // SECOND}'.encode())
        self._state = f'"{name}";r=%d;t=%d'.encode()

    def headers(self, left: int, reset: int) -> list[tuple[bytes, bytes]]:
        """What a caller is told of it."""
        return [self._policy, (b"ratelimit", self._state % (left, reset))]


class Limits:
    """Holds the holder of each key to a rate, and of those without one each address; tells of it on every answer.

    What is read and what is sent are counted apart. Paths in ``free`` are not counted: who probes must be answered.
    """

    def __init__(
        self, app: ASGIApp, ledger: Ledger, reads: Rate | None, writes: Rate | None, free: Collection[str]
    ) -> None:
        self._app, self._ledger, self._free = app, ledger, frozenset(free)
        self._reads = Policy("read", reads) if reads else None
        self._writes = Policy("write", writes) if writes else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered, with 429 where its caller has used up the rate."""
        policy = self._policy(scope) if scope["type"] == HTTP else None
        if policy is None:
            return await self._app(scope, receive, send)
        scope = cast("HTTPScope", scope)
        taken = self._ledger.take(f"{policy.name} {_who(scope)}", policy.rate)
        headers = policy.headers(taken.left, taken.reset)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        if taken.wait:
            error = RateExceeded(policy.rate.text, taken.wait)
            return await told(error, scope["method"], scope["path"])(scope, receive, telling)
        await self._app(scope, receive, telling)

    def _policy(self, scope: Any) -> Policy | None:
        if scope["path"] in self._free:
            return None
        return self._reads if scope["method"] in READS else self._writes


def _who(scope: HTTPScope) -> str:
    """The caller's key where it is valid: an invalid one may be another's, or any of very many."""
    found = cast("dict[str, Any]", scope)[CALLER]
    if isinstance(found, Caller) and found.key:
        return found.id
    client = scope["client"]
    return _address(client[0]) if client else ""


@lru_cache(4096)
def _address(host: str) -> str:
    """The address, or of IPv6 the network that one subscriber has whole (RFC 6177)."""
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if not isinstance(found, IPv6Address):
        return host
    return str(found.ipv4_mapped or ip_network((found.packed, 64), strict=False))
