"""A claim: one sentence of an article, who it is attributed to, and how sure."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.articles import Article
from schemas.corrections import Corrected, Retraction
from schemas.facets import Facets
from schemas.pages import Expanded
from schemas.queries import Total
from schemas.sources import SourceRef
from schemas.vocabularies import Act, Axis, ClaimKind, Extraction, Factuality, Level, Manner, Role, Rule, Status

Offset = Annotated[int, Meta(ge=0)]
Probability = Annotated[float, Meta(ge=0, le=1)]


class Span(Struct, frozen=True):
    """A stretch of the article's text: half-open, in Unicode code points; ``article[start:end] == text``."""

    start: Offset
    end: Offset
    text: str


class Link(Struct, frozen=True):
    """One source in a chain, what it commits to, and how the service knows.

    ``probability`` in [0, 1] is how likely the link is right. ``candidates`` is there only
    where ``extraction`` is ``ambiguous``: every source that the words may mean, ``source`` among them.
    """

    role: Role
    source: SourceRef
    factuality: Factuality
    extraction: Extraction
    probability: Probability
    mention: Span | UnsetType = UNSET
    candidates: tuple[SourceRef, ...] | UnsetType = UNSET


class Attribution(Struct, frozen=True):
    """One chain of sources for one claim, origin first, and the words it rests on.

    ``manner`` is absent where the article speaks in its own voice.
    """

    act: Act
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    chain: tuple[Link, ...]
    manner: Manner | UnsetType = UNSET


class Reason(Struct, frozen=True):
    """Why the level is what it is: the rule, what it reads, and the words that decided, where there are any."""

    rule: Rule
    axis: Axis
    span: Span | UnsetType = UNSET


class Confidence(Struct, frozen=True):
    """How firmly the text commits the claim's origin to it, with the evidence; not whether it is true."""

    level: Level
    because: tuple[Reason, ...]


class Claim(Struct, frozen=True):
    """A sentence of an article. ``position`` counts the article's sentences from 0.

    ``status`` is there where the claim no longer stands, ``retraction`` where a person took it back, ``correction``
    where one put it right.
    """

    id: str
    article_id: str
    position: Annotated[int, Meta(ge=0)]
    kind: ClaimKind
    text: str
    start: Offset
    end: Offset
    attributions: tuple[Attribution, ...]
    confidence: Confidence
    status: Status | UnsetType = UNSET
    correction: Corrected | UnsetType = UNSET
    retraction: Retraction | UnsetType = UNSET


class ClaimPage(Struct, frozen=True):
    """Claims in the order that was asked for; ``next`` is the cursor of the following page, absent on the last.

    Where they were asked for, ``facets`` are of the whole list, ``expanded`` is what the items refer to, and
    ``highlights`` are the spans of the words that were searched for, by the ids of the items.
    """

    items: tuple[Claim, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET
    facets: Facets | UnsetType = UNSET
    expanded: Expanded | UnsetType = UNSET
    highlights: dict[str, tuple[Span, ...]] | UnsetType = UNSET


class ClaimField(StrEnum):
    """A member of a claim."""

    ID = "id"
    ARTICLE_ID = "article_id"
    POSITION = "position"
    KIND = "kind"
    TEXT = "text"
    START = "start"
    END = "end"
    ATTRIBUTIONS = "attributions"
    CONFIDENCE = "confidence"
    STATUS = "status"
    CORRECTION = "correction"
    RETRACTION = "retraction"


class SparseClaim(Struct, frozen=True):
    """A claim of which only those members are there that were asked for."""

    id: str | UnsetType = UNSET
    article_id: str | UnsetType = UNSET
    position: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    kind: ClaimKind | UnsetType = UNSET
    text: str | UnsetType = UNSET
    start: Offset | UnsetType = UNSET
    end: Offset | UnsetType = UNSET
    attributions: tuple[Attribution, ...] | UnsetType = UNSET
    confidence: Confidence | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    correction: Corrected | UnsetType = UNSET
    retraction: Retraction | UnsetType = UNSET


class SparseClaimPage(Struct, frozen=True):
    """As a page of claims, but of each claim only the members that were asked for."""

    items: tuple[SparseClaim, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET
    facets: Facets | UnsetType = UNSET
    expanded: Expanded | UnsetType = UNSET
    highlights: dict[str, tuple[Span, ...]] | UnsetType = UNSET


class Extract(Struct, frozen=True):
    """An article and its claims, as read from a text; nothing of it need be stored."""

    article: Article
    claims: tuple[Claim, ...]


class AttributionRow(Struct, frozen=True):
    """One link of one claim, flat: ``attribution`` and ``link`` count from 0 inside the claim and its chain."""

    claim_id: str
    article_id: str
    attribution: Annotated[int, Meta(ge=0)]
    link: Annotated[int, Meta(ge=0)]
    role: Role
    source: SourceRef
    act: Act
    factuality: Factuality
    extraction: Extraction
    probability: Probability
    kind: ClaimKind
    level: Level
    text: str


class AttributionPage(Struct, frozen=True):
    """Links in the order their claims were stored; ``next`` is the following page's cursor, absent on the last."""

    items: tuple[AttributionRow, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET
    expanded: Expanded | UnsetType = UNSET


class ConfidenceLevel(Struct, frozen=True):
    """A confidence level, what it means, and how many stored claims have it."""

    level: Level
    definition: str
    claims: Annotated[int, Meta(ge=0)]


class ConfidenceLevelPage(Struct, frozen=True):
    """All confidence levels, firmest first."""

    items: tuple[ConfidenceLevel, ...]
    next: str | UnsetType = UNSET
