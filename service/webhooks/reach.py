"""Which addresses a webhook reaches: public ones, and those of networks that are set.

A name is resolved once, what it leads to is looked at, and that very address connected to, so that no second answer of
its owner's can lead elsewhere. TLS still asks for the name's certificate.
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM

import httpx
from anyio import getaddrinfo
from httpcore import SOCKET_OPTION, AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError

from schemas.webhooks import LONGEST
from service.errors import FieldInvalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_UNICAST = IPv6Network("2000::/3")
"""The IPv6 addresses that are given to anybody. What is elsewhere is for uses of its own (RFC 4291, 2.4)."""

_6TO4 = IPv6Network("2002::/16")
_NAT64 = IPv6Network("64:ff9b::/96")

_NAME = re.compile(rb"[a-z0-9_.-]+")
"""A host's name, as it is looked up."""


def is_public(address: Address) -> bool:
    """Whether the address is one of the internet's, as seen by its last hop: behind a translator that is an IPv4's."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if inner := _inner(address):
        return is_public(inner)
    return address.is_global and address in _UNICAST and address not in _6TO4


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to this one end at, if any."""
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    return address.ipv4_mapped or translated


class Reach:
    """Public addresses and those of ``networks``; where it is not ``public``, these alone."""

    def __init__(self, networks: Sequence[Network], *, public: bool = True) -> None:
        self._networks, self._public = networks, public

    def has(self, address: Address) -> bool:
        """Whether the address may be connected to."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        known = any((mapped or address) in network for network in self._networks)
        return known or (self._public and is_public(address))


class Reached(AsyncNetworkBackend):
    """Connections to what is within reach, of a client that makes no others."""

    def __init__(self, reach: Reach) -> None:
        self._reach, self._backend = reach, AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """A connection to the first address of the host that takes it. Raises `httpcore.ConnectError`."""
        found = await _resolved(host, port)
        allowed = [address for address in found if self._reach.has(address)]
        fault = ConnectError(f"{host} is at {', '.join(map(str, found))}, where webhooks do not reach")
        for address in allowed:
            try:
                return await self._backend.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except ConnectError as error:
                fault = error
        raise fault


async def _resolved(host: str, port: int) -> list[Address]:
    """The addresses of the host, the best first. Raises `httpcore.ConnectError` where it has none."""
    try:
        found = await getaddrinfo(host, port, type=SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # So it calls a part of the name that is empty or too long.
        raise ConnectError(f"{host} has no address") from error
    return [ip_address(address[0]) for *_, address in found]


def check(url: str, networks: Sequence[Network]) -> None:
    """Returns where a webhook may be sent to ``url``, for all that can be told without asking for its host's address.

    Raises `FieldInvalid`.
    """
    if fault := _fault(url, networks):
        raise FieldInvalid("/url", fault)


def _fault(url: str, networks: Sequence[Network]) -> str | None:
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as error:
        return f"it is no URL ({error})."
    if found.port is not None and not 0 < found.port < 65_536:
        return f"it is no URL (there is no port {found.port})."
    if len(url) > LONGEST:
        return f"it has more than {LONGEST:,} characters."
    if found.scheme not in ("https", "http") or not found.host:
        return "give a whole URL, as https://news.example/sayso."
    if found.userinfo or found.fragment:
        return "leave out the user and the fragment: what is sent is signed."
    if found.scheme == "http" and not networks:
        return "it must begin with https. Plain HTTP is for networks that SAYSO_WEBHOOK_NETWORKS names."
    return _unreached(found, networks)


def _unreached(url: httpx.URL, networks: Sequence[Network]) -> str | None:
    try:
        address = ip_address(url.host)
    except ValueError:
        return None if _NAME.fullmatch(url.raw_host) else "its host is no name."
    if Reach(networks, public=url.scheme == "https").has(address):
        return None
    return f"{address} is no public address, nor of SAYSO_WEBHOOK_NETWORKS."
