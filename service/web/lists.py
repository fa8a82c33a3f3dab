"""The parameters of each list and each thing, declared once: the declaration both reads them and documents them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from schemas.claims import ClaimField
from schemas.exports import Format
from schemas.facets import Facet
from schemas.queries import ArticleSort, AttributionSort, ClaimSort, Count, Expand, ReviewSort, SourceSort
from schemas.related import Relation
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind, Status
from schemas.webhooks import DeliveryStatus
from service.storage.filters import (
    ArticleFilter,
    ArticleTerms,
    ChangeFilter,
    ClaimFilter,
    ClaimTerms,
    ReviewFilter,
    ReviewTerms,
    SourceFilter,
    SourceTerms,
)
from service.storage.outbox import DeliveryFilter
from service.web.parameters import DEFAULT_LIMIT, After, Id, Limit, Moment, Name, Parameter, Text
from service.web.queries import CURSOR, All, AnySort, Filter, Query


class RelatedFilter(Struct, frozen=True, omit_defaults=True):
    """Which claims of those that are compared: any of these relations, or all."""

    relation: tuple[Relation, ...] = ()


class NameFilter(Struct, frozen=True, omit_defaults=True):
    """Which name is asked for."""

    name: str | None = None


def _listed(name: str, type: Any, example: Any, description: str) -> Parameter:
    return Parameter(name, type, example, description, many=True, negates=True)


_AS_OF = Parameter(
    "as_of",
    Moment,
    None,
    "Answers as the service would have then: when the revision with this sequence number was the last, or at this time "
    "(`2026-02-08T09:30:00Z`). A list tells its own number in `Sayso-Sequence`; asked for as of it, it is the same for "
    "ever.",
)

_LIMIT = Parameter("limit", Limit, DEFAULT_LIMIT, "How many items a page holds at most.")

_RELATION = Parameter(
    "relation", Relation, ["same"], "How the claims go with what is asked for. Without it all come.", many=True
)

_WINDOW = (
    _AS_OF,
    Parameter(
        "count",
        Count,
        "exact",
        "Adds `total`, how many items the whole list has. Without it nothing is counted: a large list takes longer.",
    ),
    _LIMIT,
    Parameter(
        CURSOR,
        str,
        None,
        "Where to go on: `next` of the page before, with all other parameters as they were.",
    ),
)


def _ids(example: str) -> Parameter:
    description = (
        "Ids. What is not stored, or is of no `status` that is asked for, is passed over: who asks for many finds out "
        "by what does not come."
    )
    return Parameter("ids", Id, [example], description, many=True)


_STATUS = Parameter(
    "status",
    Status,
    ["retracted"],
    "Whether they stand. Without it lists have what is `active`.",
    many=True,
)


def _sort(type: type[AnySort], example: str) -> Parameter:
    return Parameter("sort", type, example, "The order of the list; a cursor goes on in the order that gave it.")


_EXPAND = Parameter(
    "expand",
    Expand,
    ["article"],
    "Adds `expanded`: the `sources` of the page's links, the `articles` of its items and the `reviews` of its claims, "
    "each once and as their own list shows them.",
    many=True,
)

_HIGHLIGHT = Parameter(
    "highlight",
    bool,
    None,
    "Adds `highlights`: for each claim of the page, by its id, the spans in which the words of `q` stand, a phrase as "
    "one. They count from the beginning of the article's text, as all spans do.",
)

_FIELDS = Parameter(
    "fields",
    ClaimField,
    ["id", "text", "confidence"],
    "The members of each claim that are wanted. Without it they all come.",
    many=True,
)

_FORMAT = Parameter(
    "format",
    Format,
    ["csv"],
    "The formats whose files are to be made, so that their size and digest are told. That takes as long as to "
    "download them.",
    many=True,
)

_FACETS = Parameter(
    "facets",
    Facet,
    ["level", "source"],
    "Adds `facets`: how many claims of the whole list have each source, level and so on, of each the fifty most "
    "frequent. A source's, an act's, a factuality's and an extraction's are counted on those links for which the "
    "parameters of links hold.",
    many=True,
)

_PUBLISHED = (
    _listed("publisher", Name, ["associated-press"], "Ids, names or aliases of publishers, in any case."),
    Parameter("published_from", date, "2026-02-01", "The article was published on this day or later."),
    Parameter("published_until", date, "2026-02-28", "The article was published on this day or earlier."),
)

_CLAIMS = (
    _listed(
        "source",
        Name,
        ["kcna"],
        "Ids, names or aliases of sources, in any case, found anywhere in a chain. `role`, `act`, `factuality` and "
        "`extraction` narrow the same link. A name that holds a comma is asked for by its id.",
    ),
    _listed("role", Role, ["origin"], "The link's place in its chain."),
    _listed("act", Act, ["statement"], "What the attributed words do."),
    _listed("factuality", Factuality, ["PR+", "PS+"], "How far the link's source commits to the content."),
    _listed("extraction", Extraction, ["explicit"], "How the service knows of the link."),
    _listed("level", Level, ["medium"], "The claim's confidence level."),
    _listed("kind", ClaimKind, ["statement"], "What the sentence is."),
    _listed("article", Name, ["art_3a3913a1cb1cfb1d3b25be2961"], "Ids of articles."),
    *_PUBLISHED,
    Parameter(
        "q",
        Text,
        '"party congress" missile',
        "Words that all stand in the sentence; in double quotes, side by side. `nucl*` means any word that begins so, "
        "also at the end of a phrase. There is no word for or, and none for not.",
    ),
    _listed(
        "reviewer",
        Name,
        ["The Fact Desk"],
        "Names, in any case, of third parties who say something of the claim. What they say has no part in its level.",
    ),
    Parameter("reviewed", bool, True, "Whether any third party says something of the claim."),
    _STATUS,
)

_SOURCES = (
    _listed("kind", SourceKind, ["news_agency"], "Who or what the source is."),
    Parameter("named", bool, True, 'False for "experts" or "a senior official".'),
    Parameter("q", Text, "press", "A part of a name or an alias, in any case."),
    _STATUS,
)


def _query(name: str, filter: type[Filter], terms: type[Struct], parameters: Iterable[Parameter]) -> Query[Filter]:
    return Query(name, filter, terms, {p.name: p for p in (*parameters, *_WINDOW)})


CLAIMS = _query(
    "claims",
    ClaimFilter,
    ClaimTerms,
    (_ids("clm_91854a2af617dae4c99ba19925"), *_CLAIMS, _sort(ClaimSort, "-published_at"), _FACETS, _EXPAND, _HIGHLIGHT),
)
SPARSE_CLAIMS = CLAIMS.besides(_FIELDS)
EXPORTED = CLAIMS.without("count", "limit", CURSOR, "sort", "facets", "expand", "highlight")
EXPORTS = EXPORTED.besides(_FORMAT)
ATTRIBUTIONS = _query(
    "attributions", ClaimFilter, ClaimTerms, (*_CLAIMS, _sort(AttributionSort, "-published_at"), _EXPAND)
)
RELATED = Query("related", RelatedFilter, All, {p.name: p for p in (_RELATION, _LIMIT, _AS_OF)})
ONE = Query("one", All, All, {"as_of": _AS_OF})
SOURCES = _query(
    "sources", SourceFilter, SourceTerms, (_ids("associated-press"), *_SOURCES, _sort(SourceSort, "-claims"))
)
ARTICLES = _query(
    "articles",
    ArticleFilter,
    ArticleTerms,
    (_ids("art_3a3913a1cb1cfb1d3b25be2961"), *_PUBLISHED, _STATUS, _sort(ArticleSort, "-published_at")),
)
_REVIEWS = (
    _listed("claim", Name, ["clm_91854a2af617dae4c99ba19925"], "Ids of claims."),
    _listed("author", Name, ["The Fact Desk"], "Names of who reviews, in any case."),
    _listed("rating", Name, ["False"], "What the verdict is called, in any case."),
    Parameter("published_from", date, "2026-02-01", "The review was published on this day or later."),
    Parameter("published_until", date, "2026-02-28", "The review was published on this day or earlier."),
)
REVIEWS = _query(
    "reviews",
    ReviewFilter,
    ReviewTerms,
    (_ids("rev_ec0da2cc03781b30bb72364a54"), *_REVIEWS, _STATUS, _sort(ReviewSort, "-published_at")),
)
_PAGES = tuple(parameter for parameter in _WINDOW if parameter.name in ("limit", CURSOR))
_AFTER = Parameter("after", After, 0, "Changes behind the one with this sequence number. From the first, without it.")
CHANGES = Query("changes", ChangeFilter, All, {p.name: p for p in (_AFTER, *_PAGES)})
REVISIONS = CHANGES.without("after")
NAMED = Query(
    "named",
    NameFilter,
    All,
    {
        "name": Parameter("name", Name, "KCNA", "An id, a name or an alias, in any case.", required=True),
        "as_of": _AS_OF,
    },
)
KEYS = Query("keys", All, All, {p.name: p for p in _WINDOW if p is not _AS_OF})
WEBHOOKS = Query("webhooks", All, All, KEYS.parameters)
_DELIVERED = Parameter(
    "status", DeliveryStatus, ["dead"], "How it is with them. Without it all come that are kept.", many=True
)
DELIVERIES = Query("deliveries", DeliveryFilter, All, {"status": _DELIVERED, **KEYS.parameters})
