"""Whether what a caller holds is what it would get (RFC 9110, 13.1)."""

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from xxhash import xxh3_128_hexdigest

from service.errors import Overtaken, TagMissing, TagWeak
from service.web.headers import HeaderInvalid, fields

MATCH = re.compile(r'(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)')
"""What If-Match may be: any, or a list of tags."""

_CODED = re.compile(r'(?:-[a-z]+)?"$')
"""What stands at the end of a tag for the coding of the bytes, which is nothing of the thing itself."""

_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def demand(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """Returns where If-Match, among the ``headers``, has the tag of ``body`` in any coding; whether it has any tag.

    Raises `TagMissing` where there is none, `HeaderInvalid` where it is no list of tags, `TagWeak` or `Overtaken`.
    """
    given = fields(headers, (b"if-match",)).get(b"if-match")
    if given is None:
        raise TagMissing
    match = given.decode("latin-1")
    if not MATCH.fullmatch(match):
        raise HeaderInvalid("If-Match", "give the ETag of what you have read, in its quotation marks, or *.")
    tags, own = [_CODED.sub('"', tag.strip()) for tag in match.split(",")], tag_of(body)
    if "*" in tags:
        return True
    if own not in tags:
        raise TagWeak if f"W/{own}" in tags else Overtaken
    return False


def tag_of(body: bytes) -> str:
    """The tag of the body, as it is."""
    return f'"{xxh3_128_hexdigest(body)}"'


def held(none_match: bytes | None, since: bytes | None, tag: bytes, modified: int | None) -> bool:
    """Whether a caller that sends If-None-Match or If-Modified-Since holds what has the ``tag``.

    ``modified`` is a time at which it had been changed for the last time, in seconds since 1970, None where there is
    none to tell. It is asked only of a caller that sends no tag.
    """
    if none_match is not None:
        return none_match == tag or none_match.strip() == b"*" or tag in _TAG.findall(none_match)
    return since is not None and modified is not None and modified <= _seconds(since)


def _seconds(date: bytes) -> float:
    """The time that an HTTP date names; before all others where it is none."""
    try:
        return parsedate_to_datetime(date.decode("latin-1")).timestamp()
    except (ValueError, OverflowError):
        return float("-inf")
