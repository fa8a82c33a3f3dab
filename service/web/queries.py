"""Query parameters: each is declared once, and the declaration both reads it and documents it."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct

from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind
from service.errors import ParameterInvalid, ParameterUnknown
from service.storage.port import ArticleFilter, ClaimFilter, SourceFilter, Window
from service.web import cursors

Filter = TypeVar("Filter", bound=Struct)

DEFAULT_LIMIT = 50
MAX_VALUES = 100

Limit = Annotated[int, Meta(ge=1, le=200, extra_json_schema={"default": DEFAULT_LIMIT})]


def _text(bad: str) -> Any:
    """A text that is not all white space and holds no ``bad`` character. The pattern is for clients: `take` refuses."""
    pattern = rf"^[^{bad}]*[^\s\u0085{bad}][^{bad}]*$"
    return Annotated[str, Meta(min_length=1, max_length=500, extra_json_schema={"pattern": pattern})]


Text = _text(r"\u0000-\u001f\ufffd")
Name = _text(r"\u0000-\u001f\ufffd,")

WANTED = {
    Limit: "a number from 1 to 200",
    Text: "a text of 1 to 500 characters",
    Name: "a text of 1 to 500 characters",
    date: "a day, as 2026-02-28",
}
"""What to give where the type is no list of words."""


class Parameter(Struct, frozen=True):
    """A query parameter. ``type`` is that of one value; where there may be ``many``, they are split at commas.

    ``example`` is None where none would do for everybody.
    """

    name: str
    type: Any
    example: Any
    description: str
    many: bool = False

    def take(self, given: list[str]) -> Any:
        """The value of the parameter, a sorted tuple where there may be many. Raises `ParameterInvalid`."""
        if any(character < " " or character == "\ufffd" for value in given for character in value):
            raise ParameterInvalid(self.name, "it holds a control character or bytes that are not UTF-8.")
        if self.many:
            parts = [part for value in given for part in value.split(",")]
            if len(parts) > MAX_VALUES:
                raise ParameterInvalid(self.name, f"it has {len(parts)} values. Give {MAX_VALUES} at most.")
            return tuple(sorted({self._read(part) for part in parts}))
        if len(given) > 1:
            raise ParameterInvalid(self.name, f"it is given {len(given)} times. Give it once.")
        return self._read(given[0])

    def _read(self, value: str) -> Any:
        # A '+' that a client did not escape arrives as a space, and no code holds a space.
        text = value.replace(" ", "+") if self.type is Factuality else value.strip()
        literal = self.type is bool or self.type is Limit
        try:
            return _decoder(self.type).decode(text if literal else msgspec.json.encode(text))
        except msgspec.DecodeError as error:
            raise ParameterInvalid(self.name, self._fault(value)) from error

    def _fault(self, value: str) -> str:
        if wanted := WANTED.get(self.type):
            return f"give {wanted}."
        words = ("true", "false") if self.type is bool else tuple(self.type)
        return f"'{value}' is none of: {', '.join(words)}."


@cache
def _decoder(type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type)  # To make one takes longer than to read a value with it.


class Asked(Struct, Generic[Filter], frozen=True):
    """What a query asks for, and the pairs that asked."""

    which: Filter
    window: Window
    pairs: list[tuple[str, str]]


class Query(Struct, Generic[Filter], frozen=True):
    """The parameters of a list, and the filter that they make."""

    name: str
    filter: type[Filter]
    parameters: dict[str, Parameter]

    def read(self, query_string: bytes, **own: Any) -> Asked[Filter]:
        """What ``query_string`` asks for, ``own`` fields of the filter given by the path. Raises `QueryError`."""
        pairs = _pairs(query_string, self.parameters)
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        values = {name: self.parameters[name].take(texts) for name, texts in given.items()}
        limit, cursor = values.pop("limit", DEFAULT_LIMIT), values.pop("cursor", None)
        which = self.filter(**own, **values)
        after = cursors.key(cursor, self._identity(which)) if cursor is not None else None
        return Asked(which, Window(limit, after), pairs)

    def cursor(self, which: Filter, key: str) -> str:
        """The cursor that goes on behind ``key`` in this query."""
        return cursors.issue(key, self._identity(which))

    def without(self, *names: str) -> "Query[Filter]":
        """The same query where the path gives what ``names`` would."""
        return msgspec.structs.replace(self, parameters={n: p for n, p in self.parameters.items() if n not in names})

    def _identity(self, which: Filter) -> bytes:
        return msgspec.json.encode((self.name, which))


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


_WINDOW = (
    Parameter("limit", Limit, DEFAULT_LIMIT, "How many items a page holds at most."),
    Parameter(
        "cursor",
        str,
        None,
        "Where to go on: `next` of the page before, with all other parameters as they were.",
    ),
)

_PUBLISHED = (
    Parameter("publisher", Name, ["associated-press"], "Ids, names or aliases of publishers, in any case.", many=True),
    Parameter("published_from", date, "2026-02-01", "The article was published on this day or later."),
    Parameter("published_until", date, "2026-02-28", "The article was published on this day or earlier."),
)

_CLAIMS = (
    Parameter(
        "source",
        Name,
        ["kcna"],
        "Ids, names or aliases of sources, in any case, found anywhere in a chain. `role`, `act`, `factuality` and "
        "`extraction` narrow the same link. A name that holds a comma is asked for by its id.",
        many=True,
    ),
    Parameter("role", Role, ["origin"], "The link's place in its chain.", many=True),
    Parameter("act", Act, ["statement"], "What the attributed words do.", many=True),
    Parameter("factuality", Factuality, ["PR+", "PS+"], "How far the link's source commits to the content.", many=True),
    Parameter("extraction", Extraction, ["explicit"], "How the service knows of the link.", many=True),
    Parameter("level", Level, ["medium"], "The claim's confidence level.", many=True),
    Parameter("kind", ClaimKind, ["statement"], "What the sentence is.", many=True),
    Parameter("article", Name, ["art_5f0c1d2e3a4b5968"], "Ids of articles.", many=True),
    *_PUBLISHED,
    Parameter(
        "q", Text, '"party congress" missile', "Words that all stand in the sentence; in double quotes, side by side."
    ),
)

_SOURCES = (
    Parameter("kind", SourceKind, ["news_agency"], "Who or what the source is.", many=True),
    Parameter("named", bool, True, 'False for "experts" or "a senior official".'),
    Parameter("q", Text, "press", "A part of a name or an alias, in any case."),
)


def _query(name: str, filter: type[Filter], parameters: Iterable[Parameter]) -> Query[Filter]:
    return Query(name, filter, {p.name: p for p in (*parameters, *_WINDOW)})


CLAIMS = _query("claims", ClaimFilter, _CLAIMS)
ATTRIBUTIONS = _query("attributions", ClaimFilter, _CLAIMS)
SOURCES = _query("sources", SourceFilter, _SOURCES)
ARTICLES = _query("articles", ArticleFilter, _PUBLISHED)
