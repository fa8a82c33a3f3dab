"""Content codings: which one a caller asks for (RFC 9110, 12.5.3), and how bytes are put into it."""

import re
import sys
from collections.abc import Callable
from functools import lru_cache

from isal import isal_zlib

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SMALL = 1_000
"""A body of fewer bytes goes into one packet, and is sent as it is."""

_FRAME = 31
"""The size of the window that stands for gzip's frame too. It holds no time: the same bytes give the same gzip."""

_TEXTS = re.compile(rb"text/.*|application/(.+\+)?(json|x-ndjson|javascript)")
_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


Stream = Callable[[bytes, bool], bytes]
"""Puts an answer into a coding piece by piece, and is told whether there is more. What it gives can be read at once."""


class Coding:
    """A content coding by its registered name, and as it stands in a header."""

    def __init__(self, name: str, whole: Callable[[bytes], bytes], stream: Callable[[], Stream]) -> None:
        self.name, self.header = name, (b"content-encoding", name.encode())
        self.whole, self.stream = whole, stream


def _gzip(body: bytes) -> bytes:
    # At this level ISA-L takes a quarter of the time that zlib takes at any, and leaves as few bytes as zlib at its 2.
    return isal_zlib.compress(body, 2, _FRAME)


def _gzip_stream() -> Stream:
    stream = isal_zlib.compressobj(2, isal_zlib.DEFLATED, _FRAME)
    return lambda piece, more: (
        stream.compress(piece) + stream.flush(isal_zlib.Z_SYNC_FLUSH if more else isal_zlib.Z_FINISH)
    )


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, 1)


def _zstd_stream() -> Stream:
    stream = zstd.ZstdCompressor(1)
    return lambda piece, more: stream.compress(piece, stream.FLUSH_BLOCK if more else stream.FLUSH_FRAME)


CODINGS = (Coding("zstd", _zstd, _zstd_stream), Coding("gzip", _gzip, _gzip_stream))
"""The better first: zstd takes as long and is a tenth smaller."""


def suits(media: bytes, size: int) -> bool:
    """Whether a body of this type and size gets smaller by enough."""
    return size >= SMALL and _TEXTS.match(media) is not None


@lru_cache(256)
def asked(header: bytes) -> Coding | None:
    """The coding that an Accept-Encoding asks for, None where the body is to stay as it is.

    A coding is sent only where the header has it, or a star, with a weight above nothing. A body as it is may be
    sent also where the header refuses it: where it is small, and where nothing else will do.
    """
    weights = dict(_weighed(part) for part in header.decode("latin-1").lower().split(","))
    weigh = [(weights.get(coding.name, weights.get("*", 0.0)), coding) for coding in CODINGS]
    weight, best = max(weigh, key=lambda weighed: weighed[0])
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _weighed(part: str) -> tuple[str, float]:
    """A coding and its weight: nothing where it is written as no weight is."""
    name, *parameters = (word.strip() for word in part.split(";"))
    for parameter in parameters:
        key, _, value = (word.strip() for word in parameter.partition("="))
        if key == "q":
            return name, float(value) if _WEIGHT.fullmatch(value) else 0.0
    return name, 1.0
