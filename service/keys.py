"""The use cases of keys: one is made, and one that is shown is told from what is none.

A key's text is ``sayso_``, ten characters that its id repeats, 43 that hold its 256 random bits, and a checksum of six:
letters and digits, so that a double click selects it, a scanner finds it in what was published by mistake, and a typing
error is told from a key that was revoked.
"""

import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256
from string import ascii_letters, digits
from typing import NamedTuple
from zlib import crc32

from msgspec import UNSET

from schemas.keys import NAME, Key, MadeKey, NewKey, Scope
from service.errors import FieldInvalid, KeyInvalid, KeyUnknown
from service.storage.port import KeyStore
from service.storage.times import stamp

PREFIX = "sayso_"

ALPHABET = digits + ascii_letters

FORM = re.compile(rf"{PREFIX}([0-9A-Za-z]{{10}})[0-9A-Za-z]{{43}}([0-9A-Za-z]{{6}})")

MAY: dict[Scope, frozenset[Scope]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.WRITE: frozenset({Scope.READ, Scope.WRITE}),
    Scope.REVIEW: frozenset({Scope.READ, Scope.REVIEW}),
    Scope.ADMIN: frozenset(Scope),
}
"""What each scope lets a key do."""


class Caller(NamedTuple):
    """Who asks: the holder of ``key``, or anyone, who has none; and what they may do."""

    key: Key | None
    may: frozenset[Scope]

    @property
    def id(self) -> str:
        """The key's id, by which the record tells who did what."""
        return self.key.id if self.key else "anyone"


def make(new: NewKey, *, keys: KeyStore, at: datetime, by: str) -> MadeKey:
    """The key is kept, and shown with its secret this once. Raises `FieldInvalid`; nothing is kept then."""
    if not re.search(NAME, new.name):
        raise FieldInvalid("/name", "give 1 to 100 characters, none of them a control character.")
    if new.expires_at is not UNSET and new.expires_at <= at:
        raise FieldInvalid("/expires_at", "it is past. Give a later time.")
    name = _random(10)
    body = f"{PREFIX}{name}{_random(43)}"
    secret = body + _checksum(body)
    key = Key(
        id=f"key_{name}",
        name=new.name,
        scopes=tuple(scope for scope in Scope if scope in new.scopes),
        created_at=stamp(at),
        created_by=by,
        expires_at=stamp(new.expires_at) if new.expires_at is not UNSET else UNSET,
    )
    keys.add(key, digest(secret))
    return MadeKey(key, secret)


def caller(secret: str, *, keys: KeyStore, at: datetime) -> Caller:
    """The holder of the key whose text is ``secret``, at the time ``at``. Raises `KeyInvalid`, which says why."""
    form = FORM.fullmatch(secret)
    if not form or form[2] != _checksum(secret[:-6]):
        raise KeyInvalid("it is no key of this service, or mistyped")
    try:
        key, kept = keys.get(f"key_{form[1]}")
    except KeyUnknown:
        raise KeyInvalid("it is not known here") from None
    if not hmac.compare_digest(kept, digest(secret)):
        raise KeyInvalid("it is not known here")
    if key.revoked_at is not UNSET:
        raise KeyInvalid(f"it was revoked at {key.revoked_at}")
    return unexpired(Caller(key, frozenset().union(*(MAY[scope] for scope in key.scopes))), at)


def unexpired(caller: Caller, at: datetime) -> Caller:
    """The caller, whose key has not expired at the time ``at``. Raises `KeyInvalid`."""
    if caller.key and caller.key.expires_at is not UNSET and caller.key.expires_at <= stamp(at):
        raise KeyInvalid(f"it expired at {caller.key.expires_at}")
    return caller


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    """The CRC-32 of ``body`` as six letters and digits."""
    rest, written = crc32(body.encode()), ""
    for _ in range(6):
        rest, place = divmod(rest, len(ALPHABET))
        written = ALPHABET[place] + written
    return written


def digest(secret: str) -> bytes:
    """By what a secret is known again, where it is not to be kept."""
    # A slow hash protects what can be guessed, and 256 random bits cannot.
    return sha256(secret.encode()).digest()
