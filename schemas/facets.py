"""Facets: how the claims of a list are spread over the values of what they can be narrowed by."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType


class Facet(StrEnum):
    """What the claims of a list can be counted by; each is a parameter of the list too."""

    SOURCE = "source"
    LEVEL = "level"
    KIND = "kind"
    ACT = "act"
    FACTUALITY = "factuality"
    EXTRACTION = "extraction"
    PUBLISHER = "publisher"


class FacetCount(Struct, frozen=True):
    """A value, and how many claims of the list have it. ``value`` of a source is its id, ``name`` its name."""

    value: str
    claims: Annotated[int, Meta(ge=1)]
    name: str | UnsetType = UNSET


class Facets(Struct, frozen=True):
    """The facets that were asked for: of each the fifty values that most claims have, the most frequent first."""

    source: tuple[FacetCount, ...] | UnsetType = UNSET
    level: tuple[FacetCount, ...] | UnsetType = UNSET
    kind: tuple[FacetCount, ...] | UnsetType = UNSET
    act: tuple[FacetCount, ...] | UnsetType = UNSET
    factuality: tuple[FacetCount, ...] | UnsetType = UNSET
    extraction: tuple[FacetCount, ...] | UnsetType = UNSET
    publisher: tuple[FacetCount, ...] | UnsetType = UNSET
