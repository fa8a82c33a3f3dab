"""Removals for good: what is left of something whose words may be kept no more."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.changes import Entity, Sequence, Time
from schemas.corrections import Reason


class NewRemoval(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an article or a claim is removed. Everybody may read it for ever: it must not repeat what is removed."""

    reason: Reason


class Removal(Struct, frozen=True):
    """What is left of what was removed: that it was there, and when, by whom and why it went.

    ``id`` is no name: that of an article or a claim as it was, of a source `removed-` and 26 hexadecimal digits of the
    SHA-256 of the id that it had. ``sequence`` is the number of the revision that removed it. Until it is ``wiped``,
    nothing gives it any more, but its bytes may be in the files of the database: when the service next starts, they go.
    """

    entity: Entity
    id: Annotated[str, Meta(min_length=1)]
    sequence: Sequence
    at: Time
    by: str
    reason: str
    wiped: bool = False
