"""Cursors: where a list goes on, opaque to the caller and bound to the query that gave it."""

from base64 import b64decode, urlsafe_b64encode
from hashlib import blake2b

from service.errors import CursorInvalid

_MARK = 8
"""Bytes of the query's fingerprint. It tells mistakes apart; it is no secret, since a key opens nothing."""


def issue(key: str, query: bytes) -> str:
    """A cursor that goes on behind the store's ``key``, good for ``query`` alone; safe inside a URL."""
    return urlsafe_b64encode(_fingerprint(query) + key.encode()).decode().rstrip("=")


def key(cursor: str, query: bytes) -> str:
    """The key that ``cursor`` was issued for. Raises `CursorInvalid` where ``query`` did not give it."""
    try:
        packed = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark, found = packed[:_MARK], packed[_MARK:].decode()
    except ValueError as error:
        raise CursorInvalid from error
    if mark != _fingerprint(query) or not found:
        raise CursorInvalid
    return found


def _fingerprint(query: bytes) -> bytes:
    return blake2b(query, digest_size=_MARK).digest()
