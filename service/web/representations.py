"""In which words a thing is told: its own JSON, or JSON-LD of one of several profiles (RFC 9110, 12.5.1; RFC 6906)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from service.errors import NothingAcceptable
from service.linking import VIEWS
from service.web.headers import fields

JSON = "application/json"
LINKED = "application/ld+json"

STREAM = "text/event-stream"
"""What goes on for ever, and so is kept by nobody."""

COMPACT = "http://www.w3.org/ns/json-ld#compacted"
"""A profile that says of JSON-LD how it is written, which is so with all of ours."""

# Nothing is looked at twice: what is quoted and never ends goes to the end.
_PART = re.compile(r'\s*+((?:[^,"]++|"(?:[^"\\]++|\\.)*+"?)*+)')
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)\s*')
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


def accepted(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The Accept among the headers of a request; empty where there is none."""
    return fields(headers, (b"accept",)).get(b"accept", b"")


class Range(NamedTuple):
    """What an Accept takes, and how gladly: a media type, or all of them, of any of some profiles, or of all."""

    media: str
    profiles: frozenset[str]
    weight: float

    def fit(self, profile: str | None) -> int:
        """How exactly it names what has the profile, which JSON has not; 0 where it does not."""
        media = LINKED if profile else JSON
        if self.media == media:
            if not self.profiles:
                return 3
            return 4 if profile and _plain(profile) in self.profiles else 0
        return {"application/*": 2, "*/*": 1}.get(self.media, 0)


def media_type(profile: str) -> str:
    """The media type of what has the profile."""
    return f'{LINKED}; profile="{profile}"'


KNOWN: Mapping[str | None, str] = {None: JSON, **{profile: media_type(profile) for profile in VIEWS}}
"""The media types in which a claim is told, by their profiles, the one that is preferred first."""


@lru_cache(256)
def asked(accept: str) -> str | None:
    """The profile of what an Accept asks for, None where it is JSON: what it takes most gladly, of equals the first.

    Raises `NothingAcceptable`.
    """
    if not accept.strip():
        return None
    ranges = list(_ranges(accept.lower()))
    weights = {profile: _weight(ranges, profile) for profile in KNOWN}
    best = max(weights, key=lambda profile: weights[profile])
    if not weights[best]:
        raise NothingAcceptable(tuple(KNOWN.values()))
    return best


@lru_cache(256)
def same(accept: bytes) -> bool:
    """Whether who sends this Accept gets of everything what who sends none gets, as nearly all do."""
    try:
        return asked(accept.decode("latin-1")) is None
    except NothingAcceptable:
        return False


@lru_cache(256)
def live(accept: bytes) -> bool:
    """Whether who sends this Accept wants a stream where there is one: names it, and JSON less gladly or not at all."""
    ranges = list(_ranges(accept.decode("latin-1").lower()))
    stream = max((one.weight for one in ranges if one.media == STREAM), default=0.0)
    json = _weight(ranges, None)
    named = any(one.media == JSON for one in ranges)
    return stream > json or (stream == json > 0 and not named)


def _weight(ranges: list[Range], profile: str | None) -> float:
    """That of the range which names what has the profile most exactly (RFC 9110, 12.5.1)."""
    fits = [(one.fit(profile), one.weight) for one in ranges]
    return max(fits, key=lambda fit: fit[0])[1] if any(fit for fit, _ in fits) else 0.0


def _ranges(accept: str) -> Iterator[Range]:
    for part in _PART.findall(accept):
        media, _, rest = part.partition(";")
        given = {name: value.strip('"') for name, value in _PARAMETER.findall(f";{rest}")}
        weight = given.get("q", "1")
        profiles = frozenset(_plain(one) for one in given.get("profile", "").split() if one != COMPACT)
        yield Range(media.strip(), profiles, float(weight) if _WEIGHT.fullmatch(weight) else 0.0)


def _plain(profile: str) -> str:
    """A profile as all its spellings are: with or without the sign at its end, whichever the scheme."""
    return profile.lower().partition("://")[2].rstrip("/#")
