"""The settings: the only reader of the environment."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from service.errors import SettingInvalid, SettingUnknown

PREFIX = "SAYSO_"


class LogFormat(StrEnum):
    """How the log is written: ``auto`` is text on a terminal and JSON elsewhere."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


Origins = Annotated[
    str,
    Meta(
        pattern=r"^(\*|[a-z][a-z0-9+.-]*://[a-z0-9.\[\]:_-]+(,[a-z][a-z0-9+.-]*://[a-z0-9.\[\]:_-]+)*)?$",
        extra={"wanted": "*, or origins as https://news.example or http://localhost:3000, with commas between"},
    ),
]
"""Origins as browsers send them (RFC 6454, 6.2): in small letters and with nothing behind the host and port."""


RateText = Annotated[
    str,
    Meta(
        pattern=r"^([1-9][0-9]{0,6}/(second|minute|hour|day))?$",
        extra={"wanted": "how many in a second, minute, hour or day, as 600/minute"},
    ),
]

Networks = Annotated[
    str, Meta(extra={"wanted": "addresses or networks as 10.1.2.3 or 10.0.0.0/8, with commas between"})
]

SECOND = 1_000_000_000

PERIODS = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": 86400 * SECOND}
"""In nanoseconds."""


class Rate(Struct, frozen=True):
    """``count`` requests in ``period`` nanoseconds, as ``text`` has it: one in every ``interval`` of them."""

    text: str
    count: int
    period: int
    interval: int


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be set. Each field is the environment name ``SAYSO_<FIELD>``.

    ``database`` is a file's path or ``sqlite:///path``; ``max_body`` is in bytes. For ``grace`` seconds at most a
    server that is to end answers what it has taken. While ``reads`` are closed, only a key opens them. ``metrics``
    is whether there is /metrics, ``traces`` whether spans are sent. Pages of ``cors_origins`` may call the API from a
    browser. A caller is held to ``rate_limit``, and of what is no read to ``write_limit`` where that is set. The
    address of one that comes by ``trusted_proxies`` is what they say. Files of exports take ``export_room`` bytes.
    Webhooks reach public addresses, and those of ``webhook_networks``, by plain HTTP too.
    """

    database: Annotated[str, Meta(min_length=1)] = "sayso.db"
    host: Annotated[str, Meta(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    max_body: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1_000_000
    reads: Literal["open", "closed"] = "open"
    grace: Annotated[int, Meta(ge=1, le=3600)] = 25
    log: LogFormat = LogFormat.AUTO
    metrics: bool = True
    traces: bool = False
    cors_origins: Origins = ""
    rate_limit: RateText = ""
    write_limit: RateText = ""
    trusted_proxies: Networks = ""
    export_room: Annotated[int, Meta(ge=0, le=10**15)] = 5_000_000_000
    webhook_networks: Networks = ""

    def __post_init__(self) -> None:
        """Raises `ValueError` where what must be a network is none."""
        networks(self.trusted_proxies)
        networks(self.webhook_networks)


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks that a setting names. Raises `ValueError`."""
    return tuple(map(ip_network, text.split(","))) if text else ()


def rate(text: str) -> Rate | None:
    """The rate that a setting names, if any."""
    if not text:
        return None
    count, _, unit = text.partition("/")
    return Rate(text, int(count), PERIODS[unit], PERIODS[unit] // int(count))


def read(environ: Mapping[str, str]) -> Settings:
    """The settings that ``environ`` gives, defaults for the rest.

    Raises `SettingUnknown` for a ``SAYSO_`` name that is none, `SettingInvalid` for an unusable value.
    """
    settings = Settings()
    for name in sorted(n for n in environ if n.startswith(PREFIX)):
        settings = override(settings, name, environ[name])
    return settings


def override(settings: Settings, name: str, value: str, given: str | None = None) -> Settings:
    """``settings`` with the one named as in the environment (``SAYSO_PORT``) replaced by ``value``.

    Raises `SettingUnknown`, or `SettingInvalid`, which calls it as it was ``given``, by its flag or that name.
    """
    field = name.removeprefix(PREFIX).lower()
    fields = {f.name: f.type for f in msgspec.structs.fields(Settings)}
    if name != name.upper() or field not in fields:
        raise SettingUnknown(name, tuple(PREFIX + f.upper() for f in fields))
    try:
        return msgspec.structs.replace(settings, **{field: msgspec.convert(value, fields[field], strict=False)})
    except ValueError as error:  # Which msgspec's own is too.
        raise SettingInvalid(given or name, f"'{value}' will not do. Give {_wanted(fields[field])}") from error


def _wanted(field: Any) -> str:
    match msgspec.inspect.type_info(field):
        case msgspec.inspect.IntType(ge=least, le=most):
            return f"a whole number from {least} to {most}"
        case msgspec.inspect.EnumType(cls=words):
            return f"one of: {', '.join(words)}"
        case msgspec.inspect.BoolType():
            return "true or false"
        case msgspec.inspect.Metadata(extra={"wanted": str(wanted)}):
            return wanted
        case msgspec.inspect.LiteralType(values=values):
            return " or ".join(map(str, values))
    return "one that is not empty"
