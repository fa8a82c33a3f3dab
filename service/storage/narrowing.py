"""A filter with its names resolved: what is asked of each column, and the values that it is asked by."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache
from typing import Literal, NamedTuple

import msgspec

from schemas.vocabularies import ClaimKind, Level, SourceKind, Status
from service.storage import reviewed
from service.storage.filters import (
    STANDING,
    ArticleFilter,
    ArticleTerms,
    ClaimFilter,
    ClaimTerms,
    ReviewFilter,
    ReviewTerms,
    SourceFilter,
)
from service.storage.names import fold
from service.storage.words import match

Value = str | int

Columns = Mapping[str, Sequence[Value]]

ARMS = 16
"""The most values that are merged. Behind more of them, a name that many articles' sources bear, rows are sorted."""

KEYS = ("claims.number", "articles.number", "sources.id", "reviews.number")
"""The columns that lists are ordered by. Many values of one are found in its order without being merged."""

CLAIM_LEADS = ("claims.number", "claims.article", "links.source", "claims.publisher", "claims.level", "claims.kind")
"""The columns whose values can lead to the rows of a list of claims or links, the narrowest first."""

ARTICLE_LEADS = ("articles.number", "articles.publisher")

SOURCE_LEADS = ("sources.id", "sources.kind")

REVIEW_LEADS = ("reviews.number", "reviews.claim", "reviews.author")

VOCABULARIES: Columns = {
    "claims.level": tuple(Level),
    "claims.kind": tuple(ClaimKind),
    "sources.kind": tuple(SourceKind),
}
"""The columns that can lead to a list's rows and hold one word of a closed vocabulary."""


OPEN = 2**63 - 1
"""The end of what has none: the greatest number that SQLite keeps."""

NOW = OPEN - 1
"""The sequence number of a moment behind all others."""


class World(Enum):
    """Where rows are found. What ``IS`` is all that stands, now; what ``WAS`` so at a moment may be so still, and is
    in the same tables, or is ``FORMER``, and in those of their own.
    """

    IS = "is"
    WAS = "was"
    FORMER = "former"


def past(as_of: int | None, last: int) -> int | None:
    """The moment, None where nothing has been changed since: then it is what is read fastest, now."""
    return None if as_of is None or as_of >= last else as_of


class Form(NamedTuple):
    """What is asked, without the values: all that is of one form is asked by one statement, which is made once.

    ``lead`` is the column whose values lead to the rows, or nothing; so many as ``arms`` of them are merged, none where
    they are found at once. ``columns`` and ``without`` are what else may hold certain values or may not, ``bounds``
    "since" and "until", ``words`` whether there is anything to search for, ``worlds`` where.
    """

    lead: str = ""
    arms: int = 0
    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    words: bool = False
    worlds: tuple[World, ...] = (World.IS,)

    @property
    def is_now(self) -> bool:
        """Whether it is of what stands now, and so of no moment."""
        return self.worlds == (World.IS,)


class Narrowing(NamedTuple):
    """What is asked, and its values by the names of the parameters that hold them."""

    form: Form
    values: dict[str, Value]


def claims(db: sqlite3.Connection, which: ClaimFilter, as_of: int | None = None) -> Narrowing:
    """The narrowing of claims, or of links."""
    then = _then(as_of, which.status)
    columns, without = _turned(_of_claims(db, which, then), _of_claims(db, which.without, then))
    if which.ids:
        columns["claims.number"] = numbers(db, "claims", which.ids)
    _of_reviewers(db, which, as_of, columns, without)
    more = _bounds(which.published_from, which.published_until)
    if which.q is not None:
        more["words"] = match(which.q)
    return _narrowing(CLAIM_LEADS, columns, without, more, then)


def articles(db: sqlite3.Connection, which: ArticleFilter, as_of: int | None = None) -> Narrowing:
    """The narrowing of articles."""
    then = _then(as_of, which.status)
    columns, without = _of_articles(db, which, then), _of_articles(db, which.without, then)
    if which.ids:
        columns["articles.number"] = numbers(db, "articles", which.ids)
    return _narrowing(ARTICLE_LEADS, columns, without, _bounds(which.published_from, which.published_until), then)


def reviews(db: sqlite3.Connection, which: ReviewFilter, as_of: int | None = None) -> Narrowing:
    """The narrowing of reviews."""
    columns, without = _of_review(db, which), _of_review(db, which.without)
    if which.ids:
        columns["reviews.number"] = numbers(db, "reviews", which.ids)
    bounds = _bounds(which.published_from, which.published_until)
    return _narrowing(REVIEW_LEADS, columns, without, bounds, _then(as_of, which.status))


def sources(which: SourceFilter, as_of: int | None = None) -> Narrowing:
    """The narrowing of sources. ``q`` is folded as their names are."""
    columns, without = _turned(_filled({"sources.kind": which.kind}), _filled({"sources.kind": which.without.kind}))
    if which.ids:
        columns["sources.id"] = which.ids
    if which.named is not None:
        columns["sources.named"] = (int(which.named),)
    words: dict[str, Value] = {} if which.q is None else {"words": fold(which.q)}
    return _narrowing(SOURCE_LEADS, columns, without, words, _then(as_of, which.status))


@cache
def parameter(column: str, prefix: str = "") -> str:
    """The name of the parameter for the values of a column."""
    return prefix + column.replace(".", "_")


class _Then(NamedTuple):
    """Where is sought, and the moment and the statuses by the names of their parameters, where the moment is not now
    or the statuses are not the usual ones.
    """

    worlds: tuple[World, ...]
    values: dict[str, Value]


_IS = _Then((World.IS,), {})


def _then(as_of: int | None, statuses: tuple[Status, ...]) -> _Then:
    if as_of is None and statuses == STANDING:
        return _IS
    worlds = (World.WAS, World.FORMER) if Status.ACTIVE in statuses else (World.FORMER,)
    return _Then(worlds, {"as_of": NOW if as_of is None else as_of, "statuses": _list(statuses)})


def _narrowing(
    leads: Sequence[str], columns: Columns, without: Columns, more: dict[str, Value], then: _Then
) -> Narrowing:
    lead = "" if "words" in more else next((column for column in leads if column in columns), "")
    led = columns[lead] if lead else ()
    arms = led if len(led) <= ARMS and lead not in KEYS else ()
    values: dict[str, Value] = {parameter(column): _list(found) for column, found in columns.items()}
    values |= {parameter(column, "no_"): _list(found) for column, found in without.items()}
    values |= {f"arm_{number}": value for number, value in enumerate(arms)} | more | then.values
    others = tuple(column for column in columns if column != lead)
    bounds = tuple(bound for bound in ("since", "until") if bound in more)
    return Narrowing(Form(lead, len(arms), others, tuple(without), bounds, "words" in more, then.worlds), values)


def _list(values: Sequence[Value]) -> str:
    return msgspec.json.encode(values).decode()


def _bounds(first: date | None, last: date | None) -> dict[str, Value]:
    """What stands before each time of the first day, and behind each of the last."""
    bounds: dict[str, Value] = {} if first is None else {"since": first.isoformat()}
    return bounds if last is None else bounds | {"until": f"{last.isoformat()}~"}


def _of_claims(db: sqlite3.Connection, terms: ClaimTerms, then: _Then) -> dict[str, Sequence[Value]]:
    asked = _filled(
        {
            "links.role": terms.role,
            "links.act": terms.act,
            "links.factuality": terms.factuality,
            "links.extraction": terms.extraction,
            "claims.level": terms.level,
            "claims.kind": terms.kind,
        }
    )
    if terms.source:
        asked["links.source"] = _bearers(db, terms.source, then)
    if terms.publisher:
        asked["claims.publisher"] = _bearers(db, terms.publisher, then)
    if terms.article:
        asked["claims.article"] = numbers(db, "articles", terms.article)
    return asked


def _of_reviewers(
    db: sqlite3.Connection,
    which: ClaimFilter,
    as_of: int | None,
    columns: dict[str, Sequence[Value]],
    without: dict[str, Sequence[Value]],
) -> None:
    """What is asked of third parties, who say something of few claims: these, by their numbers, are asked for."""
    wanted = [reviewed.claims(db, which.reviewer, as_of)] if which.reviewer else []
    if which.reviewed:
        wanted.append(reviewed.claims(db, None, as_of))
    for found in wanted:
        columns["claims.number"] = sorted(found.intersection(columns.get("claims.number", found)))
    if which.reviewed is False:
        without["claims.number"] = sorted(reviewed.claims(db, None, as_of))
    elif which.without.reviewer:
        without["claims.number"] = sorted(reviewed.claims(db, which.without.reviewer, as_of))


def _of_review(db: sqlite3.Connection, terms: ReviewTerms) -> dict[str, Sequence[Value]]:
    asked = {"reviews.author": terms.author, "reviews.rating": terms.rating}
    columns = _filled({column: [fold(name) for name in names] for column, names in asked.items()})
    if terms.claim:
        columns["reviews.claim"] = numbers(db, "claims", terms.claim)
    return columns


def _of_articles(db: sqlite3.Connection, terms: ArticleTerms, then: _Then) -> dict[str, Sequence[Value]]:
    return {"articles.publisher": _bearers(db, terms.publisher, then)} if terms.publisher else {}


def _filled(columns: Columns) -> dict[str, Sequence[Value]]:
    return {column: values for column, values in columns.items() if values}


def _turned(columns: Columns, without: Columns) -> tuple[dict[str, Sequence[Value]], dict[str, Sequence[Value]]]:
    """The same, where a column of a closed vocabulary is asked for the words that are left, which an index finds."""
    wanted = dict(columns)
    for column, words in VOCABULARIES.items():
        if column in without:
            wanted[column] = [word for word in columns.get(column, words) if word not in without[column]]
    return wanted, {column: values for column, values in without.items() if column not in VOCABULARIES}


def bearers(db: sqlite3.Connection, name: str, as_of: int | None) -> tuple[str, ...]:
    """The ids of all sources that have the name, in order."""
    return tuple(sorted(_bearers(db, [name], _then(as_of, STANDING))))


def _bearers(db: sqlite3.Connection, names: Sequence[str], then: _Then) -> list[str]:
    """The ids of all sources that have one of ``names`` as id, name or alias, or had it then.

    One that was merged has none: its id means the one that it is.
    """
    keys = {fold(name) for name in names}
    ids = {*names, *(name.casefold() for name in names)}
    # Marks and no JSON: for the one name that most ask by, that takes half the time.
    query = f"""
        SELECT id FROM sources WHERE id IN ({_marks(ids)})
        UNION ALL SELECT source FROM aliases WHERE key IN ({_marks(keys)})
        UNION ALL SELECT merged_into FROM former_sources
            WHERE id IN ({_marks(ids)}) AND until = {OPEN} AND merged_into NOT NULL
    """  # noqa: S608 - nothing but question marks
    values: list[Value] = [*ids, *keys, *ids]
    if then is not _IS:
        moment = then.values["as_of"]
        query = f"""
            SELECT id FROM sources WHERE id IN ({_marks(ids)}) AND sequence <= ?
            UNION ALL SELECT source FROM aliases WHERE key IN ({_marks(keys)}) AND sequence <= ?
            UNION ALL SELECT coalesce(merged_into, id) FROM former_sources
                WHERE id IN ({_marks(ids)}) AND sequence <= ? AND until > ?
            UNION ALL SELECT source FROM former_aliases
                WHERE key IN ({_marks(keys)}) AND sequence <= ? AND until > ? AND status = 'active'
        """  # noqa: S608 - nothing but question marks
        values = [*ids, moment, *keys, moment, *ids, moment, moment, *keys, moment, moment]
    return list({id for (id,) in db.execute(query, values)})


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))


def numbers(db: sqlite3.Connection, table: Literal["articles", "claims", "reviews"], ids: Sequence[str]) -> list[int]:
    """The numbers of those articles, claims or reviews that are stored."""
    query = f"""
        WITH asked (id) AS (SELECT value FROM json_each(?))
        SELECT number FROM {table} WHERE id IN asked UNION SELECT number FROM former_{table} WHERE id IN asked
    """  # noqa: S608 - a table's name
    return [number for (number,) in db.execute(query, (_list(ids),))]
