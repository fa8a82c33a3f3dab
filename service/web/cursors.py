"""Cursors: where a list goes on, opaque to the caller and bound to the query that gave it."""

from base64 import urlsafe_b64encode
from binascii import a2b_base64
from hashlib import blake2b

from service.errors import CursorInvalid

_SIZE = 8
"""Bytes of the query's mark. It tells mistakes apart; it is no secret, since a key opens nothing."""


_PLAIN = bytes.maketrans(b"-_", b"+/")
"""From the letters of base64 that are safe inside a URL to its own."""


def mark(query: bytes) -> bytes:
    """What tells the cursors of ``query`` from those of others."""
    return blake2b(query, digest_size=_SIZE).digest()


def issue(key: str, mark: bytes) -> str:
    """A cursor that goes on behind the store's ``key``, good for the query with the ``mark``; safe inside a URL."""
    return urlsafe_b64encode(mark + key.encode()).decode().rstrip("=")


def key(cursor: str, mark: bytes) -> str:
    """The key that ``cursor`` was issued for. Raises `CursorInvalid` where no query with the ``mark`` gave it."""
    try:
        packed = a2b_base64((cursor.encode() + b"=" * (-len(cursor) % 4)).translate(_PLAIN), strict_mode=True)
        own, found = packed[:_SIZE], packed[_SIZE:].decode()
    except ValueError as error:
        raise CursorInvalid from error
    if own != mark or not found:
        raise CursorInvalid
    return found
