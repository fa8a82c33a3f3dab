"""A source: who a claim is attributed to."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.corrections import Corrected
from schemas.queries import Total
from schemas.vocabularies import SourceKind, Status


class SourceRef(Struct, frozen=True):
    """A source by id and name."""

    id: str
    name: str


class Source(Struct, frozen=True):
    """Who a claim can be attributed to.

    ``named`` is false for "experts" or "a senior official". A source that cannot be told apart outside
    its article (unnamed, or known by a surname alone) carries ``article_id``; two articles' experts are
    two sources. ``aliases`` are the other names it goes by; ``country`` is ISO 3166-1 alpha-2. ``member_of`` is the id
    of the source that it is a part of. ``correction`` is there where a person put it right, ``status`` and
    ``merged_into``, the id of the source that it is, where it was merged: then no claim names it.
    """

    id: str
    name: str
    kind: SourceKind
    named: bool
    aliases: tuple[str, ...] = ()
    country: str | UnsetType = UNSET
    wikidata: str | UnsetType = UNSET
    article_id: str | UnsetType = UNSET
    member_of: str | UnsetType = UNSET
    correction: Corrected | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    merged_into: str | UnsetType = UNSET


class CountedSource(Source, frozen=True, kw_only=True):
    """A source, and how many stored claims name it anywhere in a chain."""

    claims: Annotated[int, Meta(ge=0)]


class SourcePage(Struct, frozen=True):
    """Sources in the order that was asked for; ``next`` is the cursor of the following page, absent on the last."""

    items: tuple[CountedSource, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET


class KnownBy(StrEnum):
    """What of a source a name is: its ``id`` or that of one merged into it, its ``name``, or one of its aliases."""

    ID = "id"
    NAME = "name"
    ALIAS = "alias"


class Resolution(Struct, frozen=True):
    """Which source a name means, and by what it is known.

    Where several bear it, as "analysts", or none does, there is no ``source``, but ``candidates``: those who bear it,
    or who have it in a name of theirs, fifty at most.
    """

    name: str
    candidates: tuple[CountedSource, ...]
    source: CountedSource | UnsetType = UNSET
    known_by: KnownBy | UnsetType = UNSET
