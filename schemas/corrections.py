"""What people say of what was read: corrections and retractions."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.vocabularies import Act, ClaimKind, Factuality, Manner, Role, SourceKind

Reason = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S")]
Index = Annotated[int, Meta(ge=0)]
Id = Annotated[str, Meta(min_length=1, max_length=200)]


class Stretch(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of the article's text: half-open, in Unicode code points."""

    start: Index
    end: Annotated[int, Meta(ge=1)]


class GivenLink(Struct, frozen=True, forbid_unknown_fields=True):
    """A link as a person gives it. ``source`` is an id; ``mention`` is where the text names it."""

    role: Role
    source: Id
    factuality: Factuality
    mention: Stretch | UnsetType = UNSET


class GivenAttribution(Struct, frozen=True, forbid_unknown_fields=True):
    """An attribution as a person gives it, origin first."""

    act: Act
    chain: Annotated[tuple[GivenLink, ...], Meta(min_length=1, max_length=10)]
    cue: Annotated[tuple[Stretch, ...], Meta(max_length=10)] | UnsetType = UNSET
    content: Annotated[tuple[Stretch, ...], Meta(max_length=10)] | UnsetType = UNSET
    manner: Manner | UnsetType = UNSET


class ChangedLink(Struct, frozen=True, forbid_unknown_fields=True):
    """What one link is instead. ``attribution`` and ``link`` count from 0 in the claim and its chain.

    With neither ``source`` nor ``factuality`` it says that the link is right as it was read.
    """

    attribution: Index
    link: Index
    source: Id | UnsetType = UNSET
    factuality: Factuality | UnsetType = UNSET


class NewCorrection(Struct, frozen=True, forbid_unknown_fields=True):
    """What of a claim was read wrong, and why.

    ``attributions`` replaces all of them, ``links`` what single links are.
    """

    reason: Reason
    kind: ClaimKind | UnsetType = UNSET
    attributions: Annotated[tuple[GivenAttribution, ...], Meta(min_length=1, max_length=10)] | UnsetType = UNSET
    links: Annotated[tuple[ChangedLink, ...], Meta(min_length=1, max_length=20)] | UnsetType = UNSET


class Corrected(Struct, frozen=True):
    """Which members of a claim or a source are a person's word, and why. No reading of a text changes them any more."""

    reason: str
    members: tuple[str, ...]


GivenName = Annotated[
    str,
    Meta(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    ),
]


class NewSourceCorrection(Struct, frozen=True, forbid_unknown_fields=True):
    """What a source is, and why. What is not given stays as it is.

    ``aliases`` are all that it goes by besides its name: one that is left out is taken from it, and no article gives it
    back. Where a new ``name`` comes without them, the one before becomes an alias. ``member_of`` is the id of the
    source that it is a part of, empty for none.
    """

    reason: Reason
    name: GivenName | UnsetType = UNSET
    kind: SourceKind | UnsetType = UNSET
    aliases: Annotated[tuple[GivenName, ...], Meta(max_length=200)] | UnsetType = UNSET
    member_of: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class NewMerge(Struct, frozen=True, forbid_unknown_fields=True):
    """That a source is another one, whose id is ``into``, and why."""

    into: Id
    reason: Reason


class RetractionKind(StrEnum):
    """Why something is taken back: it is ``erroneous``, its publisher withdrew it, the law asks, it is there twice."""

    ERRONEOUS = "erroneous"
    WITHDRAWN_BY_PUBLISHER = "withdrawn_by_publisher"
    LEGAL = "legal"
    DUPLICATE = "duplicate"


class NewRetraction(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a claim or an article is taken out of the lists."""

    kind: RetractionKind
    reason: Reason


class Retraction(Struct, frozen=True):
    """Why something is in no list. ``with_article`` says of a claim that its whole article was taken back."""

    kind: RetractionKind
    reason: str
    with_article: bool | UnsetType = UNSET
