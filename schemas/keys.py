"""A key: who may do what. Its secret is shown once, when it is made."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.queries import Total

_TIME = Meta(extra_json_schema={"format": "date-time"})

NAME = r"^[^\u0000-\u001f\u007f-\u009f]{1,100}$"


class Scope(StrEnum):
    """What a key may do: ``read``, ``write`` articles, ``review`` what was read from them, or, ``admin``, make keys.

    ``write`` and ``review`` may read too, neither may do what the other does; ``admin`` may do all.
    """

    READ = "read"
    WRITE = "write"
    REVIEW = "review"
    ADMIN = "admin"


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key that is to be made. ``name`` tells people whose it is or what for; several may have the same.

    After ``expires_at`` (a time with its offset) it opens nothing; without it, it holds until it is revoked.
    """

    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 100, "pattern": NAME})]
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=len(Scope))]
    expires_at: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET


class Key(Struct, frozen=True):
    """A key without its secret. Times are in UTC; ``last_used_at`` is the hour, absent where it never was.

    ``created_by`` and ``revoked_by`` are ids of keys, or ``cli``. A revoked key opens nothing, and stays listed for
    what it did.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: Annotated[str, _TIME]
    created_by: str
    expires_at: Annotated[str, _TIME] | UnsetType = UNSET
    revoked_at: Annotated[str, _TIME] | UnsetType = UNSET
    revoked_by: str | UnsetType = UNSET
    last_used_at: Annotated[str, _TIME] | UnsetType = UNSET


class MadeKey(Struct, frozen=True):
    """A new key with its ``secret``, which goes into Authorization. It is shown this once: only its hash is kept."""

    key: Key
    secret: str

    def __repr__(self) -> str:
        """The key, and not the secret, which must stand in no log."""
        return f"MadeKey({self.key!r})"


class KeyPage(Struct, frozen=True):
    """Keys in the order they were made, the revoked ones too; ``next`` is absent on the last page."""

    items: tuple[Key, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET
