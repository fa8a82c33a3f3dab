"""Changes of the record, each a numbered revision."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.articles import Article
from schemas.claims import Claim
from schemas.reviews import Review
from schemas.sources import Source

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Sequence = Annotated[int, Meta(ge=1)]


class Entity(StrEnum):
    """What a change is of."""

    ARTICLE = "article"
    CLAIM = "claim"
    SOURCE = "source"
    REVIEW = "review"


class Action(StrEnum):
    """What became of it. What is ``superseded``, ``retracted`` or ``merged`` leaves the lists, and what is ``restored``
    returns. What is ``removed`` is gone for good, and from its earlier changes too.
    """

    CREATED = "created"
    UPDATED = "updated"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    MERGED = "merged"
    RESTORED = "restored"
    REMOVED = "removed"


class Change(Struct, frozen=True):
    """A revision: who changed what, when, and what it was from then on, in the member that ``entity`` names.

    ``sequence`` counts all changes of the record in the order in which they were made; there is none without a number.
    A change that ``removed`` something made nothing. An earlier one of the same thing has the number of that change in
    the member ``removed``, and no more what it made, nor its reason.
    """

    sequence: Sequence
    at: Time
    by: str
    action: Action
    entity: Entity
    id: str
    reason: str | UnsetType = UNSET
    article: Article | UnsetType = UNSET
    claim: Claim | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    review: Review | UnsetType = UNSET
    removed: Sequence | UnsetType = UNSET


class ChangePage(Struct, frozen=True):
    """Changes in the order in which they were made; ``next`` is absent where there are no more yet."""

    items: tuple[Change, ...]
    next: str | UnsetType = UNSET
