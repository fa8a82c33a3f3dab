"""What is asked of a store: which things, and which stretch of their list; and what such a stretch is."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from schemas.changes import Entity
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind, Status

Json = bytes
"""A thing as the wire carries it: JSON in UTF-8."""


class ClaimTerms(Struct, frozen=True, omit_defaults=True):
    """What is asked of claims by lists of values.

    ``source`` and ``publisher`` are ids, names or aliases, in any case; a name that several sources bear
    means any of them, and the id of one that was merged the other.
    """

    source: tuple[str, ...] = ()
    role: tuple[Role, ...] = ()
    act: tuple[Act, ...] = ()
    factuality: tuple[Factuality, ...] = ()
    extraction: tuple[Extraction, ...] = ()
    level: tuple[Level, ...] = ()
    kind: tuple[ClaimKind, ...] = ()
    article: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    reviewer: tuple[str, ...] = ()


STANDING = (Status.ACTIVE,)
"""The statuses that lists show unless they are asked for others."""


ANY = tuple(Status)
"""All of them: what something refers to is looked up whether it stands or not."""


class ClaimFilter(ClaimTerms, frozen=True, omit_defaults=True):
    """Which claims. Fields AND; inside a field any value will do; an empty field asks nothing.

    ``source``, ``role``, ``act``, ``factuality`` and ``extraction`` must hold of one and the same link.
    ``without`` holds values that must not be there. In a field of links: no link of the claim for which the
    filter's other fields of links hold may have one; a list of links asks it of each link alone. A claim whose
    publisher is not known has none of them. Dates are inclusive; an article without a date is in no range.
    ``q`` is words that must all stand in the sentence, "in quotes" side by side; one outside them that ends in a
    star means any word that begins so. ``ids`` are the claims' own;
    those that are not stored are passed over. ``status`` is any of these. ``reviewer`` is a name, in any case, of a
    third party who says something of the claim; ``reviewed`` whether anybody does. Reviews taken back are none.
    """

    ids: tuple[str, ...] = ()
    status: tuple[Status, ...] = STANDING
    published_from: date | None = None
    published_until: date | None = None
    q: str | None = None
    reviewed: bool | None = None
    without: ClaimTerms = ClaimTerms()


class SourceTerms(Struct, frozen=True, omit_defaults=True):
    """What is asked of sources by lists of values."""

    kind: tuple[SourceKind, ...] = ()


class SourceFilter(SourceTerms, frozen=True, omit_defaults=True):
    """Which sources, of no kind in ``without``. ``q`` is a part of a name or an alias, in any case.

    ``ids`` and ``status`` as in `ClaimFilter`.
    """

    ids: tuple[str, ...] = ()
    status: tuple[Status, ...] = STANDING
    named: bool | None = None
    q: str | None = None
    without: SourceTerms = SourceTerms()


class ArticleTerms(Struct, frozen=True, omit_defaults=True):
    """What is asked of articles by lists of values; as in `ClaimTerms`."""

    publisher: tuple[str, ...] = ()


class ArticleFilter(ArticleTerms, frozen=True, omit_defaults=True):
    """Which articles; as in `ClaimFilter`."""

    ids: tuple[str, ...] = ()
    status: tuple[Status, ...] = STANDING
    published_from: date | None = None
    published_until: date | None = None
    without: ArticleTerms = ArticleTerms()


class ReviewTerms(Struct, frozen=True, omit_defaults=True):
    """What is asked of reviews by lists of values: the ids of claims, the names, in any case, of who reviews them and
    of what they say. A rating without a name has none of them.
    """

    claim: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    rating: tuple[str, ...] = ()


class ReviewFilter(ReviewTerms, frozen=True, omit_defaults=True):
    """Which reviews; as in `ClaimFilter`. Dates are the reviews' own."""

    ids: tuple[str, ...] = ()
    status: tuple[Status, ...] = STANDING
    published_from: date | None = None
    published_until: date | None = None
    without: ReviewTerms = ReviewTerms()


class ChangeFilter(Struct, frozen=True, omit_defaults=True):
    """Which changes: those behind the sequence number ``after``; where there is an ``id``, of that ``entity`` alone."""

    after: int = 0
    entity: Entity | None = None
    id: str | None = None


RANKED = 500
"""How many claims a list by relevance holds at most. Its key says which were shown, and must fit into a URL."""


class Order(StrEnum):
    """The order of a list: as it was ``stored`` (sources: by id), by when its articles were ``published_at``, by the
    ``relevance`` of claims to the words that are searched for, by their ``position`` in their article, or by how many
    ``claims`` sources have.
    """

    STORED = "stored"
    PUBLISHED = "published_at"
    RELEVANCE = "relevance"
    POSITION = "position"
    CLAIMS = "claims"


class Window(Struct, frozen=True):
    """Which stretch of a list: at most ``limit`` items behind the key ``after`` (None: from the start).

    ``backwards`` the list begins with its last, but what has no date is last either way, and a list by relevance is
    never turned. The whole list is ``counted`` only where that is asked. ``as_of`` is a sequence number: the list is
    what it was when that was the record's last (None: as it is). What is read in ``passing``, by who goes through the
    whole of a long list, takes no room from what is kept in memory for others.
    """

    limit: int = 50
    after: str | None = None
    counted: bool = False
    order: Order = Order.STORED
    backwards: bool = False
    as_of: int | None = None
    passing: bool = False


class Slice(Struct, frozen=True):
    """A stretch of a list: its ``items``; ``next`` is the key to go on from, or None.

    ``total`` is how many items the whole list has, None where it was not counted. ``sequence`` is the number of the
    record's last revision that was seen: as of it, the list is for ever what it was. None where the record has none.
    ``removed`` is how many of the things that there were at the moment which was asked for, whatever was asked of them,
    have been removed for good since: claims, where it is a list of claims or links. Of now, and of changes, it is 0.
    The store holds on to items that are ``shared``, so that to keep them too takes no room while it does.
    """

    items: Sequence[Json]
    next: str | None
    total: int | None = None
    sequence: int | None = None
    removed: int = 0
    shared: bool = False
