"""Query parameters: each is declared once, and the declaration both reads it and documents it."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role, SourceKind
from service.errors import ParameterInvalid, ParameterUnknown
from service.storage.port import ArticleFilter, ClaimFilter, SourceFilter, Window
from service.web import cursors

Filter = TypeVar("Filter", bound=Struct)

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_VALUES = 100
MAX_LENGTH = 500


class Parameter(Struct, frozen=True):
    """A query parameter. ``read`` gives one value or raises `ParameterInvalid`; ``many`` are split at commas."""

    name: str
    description: str
    schema: dict[str, Any]
    example: Any
    read: Callable[[str], Any]
    many: bool = False

    def take(self, given: list[str]) -> Any:
        """The value of the parameter, a sorted tuple where there may be many. Raises `ParameterInvalid`."""
        for value in given:
            self._check(value)
        if self.many:
            return self._all({part for value in given for part in value.split(",")})
        if len(given) > 1:
            raise ParameterInvalid(self.name, f"it is given {len(given)} times. Give it once.")
        return self.read(given[0])

    def _all(self, parts: set[str]) -> tuple[Any, ...]:
        if len(parts) > MAX_VALUES:
            raise ParameterInvalid(self.name, f"it has {len(parts)} values. Give {MAX_VALUES} at most.")
        return tuple(sorted({self.read(part) for part in parts}))

    def _check(self, value: str) -> None:
        if any(character < " " or character == "\ufffd" for character in value):
            raise ParameterInvalid(self.name, "it holds a control character or bytes that are not UTF-8.")


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


def _choices(name: str, vocabulary: type[StrEnum], example: list[str], description: str) -> Parameter:
    members = {member.value: member for member in vocabulary}

    def read(value: str) -> StrEnum:
        # A '+' that a client did not escape arrives as a space, and no member holds a space.
        member = members.get(value.replace(" ", "+"))
        if member is None:
            raise ParameterInvalid(name, f"'{value}' is none of: {', '.join(members)}.")
        return member

    return Parameter(
        name, description, _array({"$ref": f"#/components/schemas/{vocabulary.__name__}"}), example, read, many=True
    )


def _names(name: str, example: list[str], description: str) -> Parameter:
    text = _text(name, example, description)
    return msgspec.structs.replace(text, schema=_array(text.schema), many=True)


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": MAX_VALUES}


def _text(name: str, example: Any, description: str) -> Parameter:
    def read(value: str) -> str:
        if not 0 < len(value.strip()) <= MAX_LENGTH:
            raise ParameterInvalid(name, f"give a text of 1 to {MAX_LENGTH} characters.")
        return value.strip()

    return Parameter(name, description, {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}, example, read)


def _day(name: str, example: str, description: str) -> Parameter:
    def read(value: str) -> date:
        # ISO 8601 has weeks and compact forms too, which the document does not promise.
        with suppress(ValueError):
            if (day := date.fromisoformat(value)).isoformat() == value:
                return day
        raise ParameterInvalid(name, f"'{value}' is no day. Write it as {example}.")

    return Parameter(name, description, {"type": "string", "format": "date"}, example, read)


def _flag(name: str, description: str) -> Parameter:
    def read(value: str) -> bool:
        if value not in ("true", "false"):
            raise ParameterInvalid(name, f"'{value}' is none of: true, false.")
        return value == "true"

    return Parameter(name, description, {"type": "boolean"}, True, read)


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= MAX_LIMIT):
        raise ParameterInvalid("limit", f"'{value}' is no number from 1 to {MAX_LIMIT}.")
    return int(value)


_WINDOW = (
    Parameter(
        "limit",
        "How many items a page holds at most.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        DEFAULT_LIMIT,
        _limit,
    ),
    Parameter(
        "cursor",
        "Where to go on: `next` of the page before, with all other parameters as they were.",
        {"type": "string"},
        "3q2-796tvu9jbG0",
        str,
    ),
)

_PUBLISHED = (
    _names("publisher", ["associated-press"], "Ids, names or aliases of publishers, in any case."),
    _day("published_from", "2026-02-01", "The article was published on this day or later."),
    _day("published_until", "2026-02-28", "The article was published on this day or earlier."),
)

_CLAIMS = (
    _names(
        "source",
        ["kcna"],
        "Ids, names or aliases of sources, in any case, found anywhere in a chain. `role`, `act`, `factuality` and "
        "`extraction` narrow the same link. A name that holds a comma is asked for by its id.",
    ),
    _choices("role", Role, ["origin"], "The link's place in its chain."),
    _choices("act", Act, ["statement"], "What the attributed words do."),
    _choices("factuality", Factuality, ["PR+", "PS+"], "How far the link's source commits to the content."),
    _choices("extraction", Extraction, ["explicit"], "How the service knows of the link."),
    _choices("level", Level, ["medium"], "The claim's confidence level."),
    _choices("kind", ClaimKind, ["statement"], "What the sentence is."),
    _names("article", ["art_5f0c1d2e3a4b5968"], "Ids of articles."),
    *_PUBLISHED,
    _text("q", '"party congress" missile', "Words that all stand in the sentence; in double quotes, side by side."),
)

_SOURCES = (
    _choices("kind", SourceKind, ["news_agency"], "Who or what the source is."),
    _flag("named", 'False for "experts" or "a senior official".'),
    _text("q", "press", "A part of a name or an alias, in any case."),
)


def _query(name: str, filter: type[Filter], parameters: Iterable[Parameter]) -> Query[Filter]:
    return Query(name, filter, {p.name: p for p in (*parameters, *_WINDOW)})


CLAIMS = _query("claims", ClaimFilter, _CLAIMS)
ATTRIBUTIONS = _query("attributions", ClaimFilter, _CLAIMS)
SOURCES = _query("sources", SourceFilter, _SOURCES)
ARTICLES = _query("articles", ArticleFilter, _PUBLISHED)
