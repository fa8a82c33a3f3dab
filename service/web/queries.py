"""Queries: what their parameters ask for, read from the text in the URL."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct

from schemas.claims import ClaimField
from schemas.exports import Format
from schemas.facets import Facet
from schemas.queries import ArticleSort, AttributionSort, ClaimSort, Count, Expand, ReviewSort, SourceSort
from service.errors import ParameterInvalid, ParameterUnknown
from service.storage.filters import Order, Window
from service.web import cursors
from service.web.parameters import DEFAULT_LIMIT, Parameter

Filter = TypeVar("Filter", bound=Struct)

AnySort = ClaimSort | AttributionSort | ArticleSort | SourceSort | ReviewSort

ORDERS: dict[str, tuple[Order, bool]] = {
    "id": (Order.STORED, False),
    "stored": (Order.STORED, False),
    "-stored": (Order.STORED, True),
    "published_at": (Order.PUBLISHED, False),
    "-published_at": (Order.PUBLISHED, True),
    "relevance": (Order.RELEVANCE, False),
    "-claims": (Order.CLAIMS, True),
    "position": (Order.POSITION, False),
}
"""The order that each sort means, and whether it is turned round."""


CURSOR = "cursor"


class All(Struct, frozen=True):
    """The filter of a list that is not narrowed."""


class Options(Struct, frozen=True):
    """What is asked of a list besides which items are in it."""

    limit: int = DEFAULT_LIMIT
    count: Count | None = None
    as_of: str | None = None
    sort: AnySort = ClaimSort.STORED
    facets: tuple[Facet, ...] = ()
    expand: tuple[Expand, ...] = ()
    highlight: bool = False
    fields: tuple[ClaimField, ...] = ()
    format: tuple[Format, ...] = ()


class Asked(Struct, Generic[Filter], frozen=True):
    """What a query asks for. ``again`` is the query that asks for it, but for its cursor.

    It is ``quick`` where an index leads to all of it: nothing is to be counted or searched for, nothing must not be.
    ``shown`` are the words whose places are to be shown. A cursor is bound to the ``mark``.
    """

    which: Filter
    window: Window
    options: Options
    quick: bool
    shown: str | None
    mark: bytes
    again: str

    def behind(self, after: str) -> "Asked[Filter]":
        """The same behind the key. To name all of it takes half the time of a copy with something replaced."""
        first = self.window
        window = Window(first.limit, after, first.counted, first.order, first.backwards)
        return Asked(self.which, window, self.options, self.quick, self.shown, self.mark, self.again)


class Query(Struct, Generic[Filter], frozen=True, eq=False):
    """The parameters of a list, and the filter that they make, with ``terms`` that must not hold."""

    name: str
    filter: type[Filter]
    terms: type[Struct]
    parameters: dict[str, Parameter]

    def read(self, query_string: bytes, **own: Any) -> Asked[Filter]:
        """What ``query_string`` asks for, ``own`` fields of the filter given by the path. Raises `QueryError`."""
        before, cursor = _parted(query_string)
        asked, others = _asked(self, before, tuple(own.items()))
        if others:
            cursor = self.parameters[CURSOR].take([*others, *([cursor] if cursor else [])]).wanted
        return asked.behind(cursors.key(cursor, asked.mark)) if cursor is not None else asked

    def cursor(self, asked: Asked[Filter], key: str) -> str:
        """The cursor that goes on behind ``key`` in what was asked."""
        return cursors.issue(key, asked.mark)

    def without(self, *names: str) -> "Query[Filter]":
        """The same query where the path gives what ``names`` would."""
        return msgspec.structs.replace(self, parameters={n: p for n, p in self.parameters.items() if n not in names})

    def besides(self, parameter: Parameter) -> "Query[Filter]":
        """The same query with one parameter more."""
        return msgspec.structs.replace(self, parameters={parameter.name: parameter, **self.parameters})


_LAST = re.compile(rb"(.*)&cursor=([A-Za-z0-9_-]+)", re.DOTALL)


def _parted(query_string: bytes) -> tuple[bytes, str | None]:
    """The query string without the cursor at its end, where there is one, as in every link to a next page."""
    if found := _LAST.fullmatch(query_string):
        return found[1], found[2].decode()
    return query_string, None


@lru_cache(256)
def _asked(query: Query[Any], query_string: bytes, own: tuple[tuple[str, Any], ...]) -> tuple[Asked[Any], list[str]]:
    """What is asked for from its start, and the cursors. Who goes through a list asks for it again with each page's."""
    pairs = _pairs(query_string, query.parameters)
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    after = given.pop(CURSOR, [])
    taken = {name: query.parameters[name].take(texts) for name, texts in given.items()}
    wanted = {name: value.wanted for name, value in taken.items()}
    options = Options(**{name: wanted.pop(name) for name in Options.__struct_fields__ if name in wanted})
    if without := {name: value.unwanted for name, value in taken.items() if value.unwanted}:
        wanted["without"] = query.terms(**without)
    which = query.filter(**dict(own), **wanted)
    window = Window(options.limit, None, options.count is Count.EXACT, *ORDERS[options.sort])
    quick = not without and _is_quick(wanted, options, window.order)
    mark = cursors.mark(_identity(query.name, which, options))
    again = urlencode([pair for pair in pairs if pair[0] != CURSOR], safe=",")
    return Asked(which, window, options, quick, _shown(wanted, options), mark, again), after


def _identity(name: str, which: Struct, options: Options) -> bytes:
    # A filter's JSON leaves out what is not asked, so that cursors outlive the coming of a new parameter.
    usual = ORDERS[options.sort] == (Order.STORED, False)
    identity = (name, which) if usual else (name, which, options.sort)
    return msgspec.json.encode(identity if options.as_of is None else (*identity, {"as_of": options.as_of}))


def _is_quick(wanted: Mapping[str, Any], options: Options, order: Order) -> bool:
    # Days are found in the order of publication alone; in any other the whole list may be gone through for them.
    dated = order is not Order.PUBLISHED and ("published_from" in wanted or "published_until" in wanted)
    counted = options.count or options.facets or (options.as_of and order is Order.CLAIMS)
    return not (dated or counted or wanted.keys() & {"q", "status", "reviewer", "reviewed"})


def _shown(wanted: Mapping[str, Any], options: Options) -> str | None:
    if not options.highlight:
        return None
    if "q" not in wanted:
        raise ParameterInvalid("highlight", "it shows where the words of 'q' stand. Give 'q' too.")
    words: str = wanted["q"]
    return words


def refuse(query_string: bytes) -> None:
    """Returns where there is no parameter at all, else raises `ParameterUnknown`."""
    _pairs(query_string, {})


def _pairs(query_string: bytes, known: dict[str, Parameter]) -> list[tuple[str, str]]:
    if not query_string:
        return []
    pairs = parse_qsl(query_string.decode(errors="replace"), keep_blank_values=True)
    for name, _ in pairs:
        if name not in known:
            raise ParameterUnknown(name, tuple(known))
    return pairs
