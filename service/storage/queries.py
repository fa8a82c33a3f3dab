"""From a filter to SQL.

A list is read in the order of its key and costs what it shows, however deep: the values of one column *lead*, and
each is an arm of a UNION that SQLite merges in the order of the arms' indexes. The other conditions are tried on each
row. Statements are made of a filter's form alone, and kept: to make one takes a sixth of the time of its page.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

from service.storage import conditions
from service.storage.conditions import NUMBER, PUBLISHED, every
from service.storage.narrowing import KEYS, Form, parameter

EVERY = -1
"""The limit that is none."""

KEPT = 512
"""How many statements of one kind are kept. Nobody makes more of them by asking oddly."""


class Run(Enum):
    """A stretch of a list that one statement goes through, behind the key in its parameters.

    ``NUMBERED`` is all of it as it was stored (sources: by id), behind ``after``. ``DATED`` is what has a date, behind
    ``at`` and ``after`` on that date; ``UNDATED`` is the rest, as it was stored. ``COUNTED`` are sources by how many
    claims they have, behind ``at`` and ``after`` among those that have as many.
    """

    NUMBERED = "numbered"
    DATED = "dated"
    UNDATED = "undated"
    COUNTED = "counted"


@lru_cache(KEPT)
def claims(form: Form, run: Run, backwards: bool) -> str:
    """The key and JSON of each claim in the run."""
    return _page("bodies.number", "bodies.body", run, claim_keys(form, run, backwards=backwards))


@lru_cache(KEPT)
def articles(form: Form, run: Run, backwards: bool) -> str:
    """The key and JSON of each article in the run."""
    return _page("articles.number", ARTICLE, run, article_keys(form, run, backwards=backwards))


@lru_cache(KEPT)
def sources(form: Form, run: Run, backwards: bool) -> str:
    """The key and JSON of each source in the run."""
    return _page("sources.id", COUNTED, run, source_keys(form, run, backwards=backwards))


@lru_cache(KEPT)
def attributions(form: Form) -> str:
    """The key and JSON of each of the first ``:links`` links behind ``:claim``, ``:attribution`` and ``:link``.

    They are those of the first ``:limit`` claims behind ``:after``.
    """
    tests = every(
        ["(links.claim, links.attribution, links.link) > (:claim, :attribution, :link)", *conditions.of_link(form)]
    )
    return (
        f"WITH page (number) AS ({claim_keys(form, Run.NUMBERED, of_links=True)})"
        f" SELECT links.claim, links.attribution, links.link, {ATTRIBUTION} FROM page"
        " CROSS JOIN links ON links.claim = page.number"
        " CROSS JOIN claims ON claims.number = page.number"
        " CROSS JOIN articles ON articles.number = claims.article"
        " CROSS JOIN sources ON sources.id = links.source"
        f" WHERE {tests} ORDER BY links.claim, links.attribution, links.link LIMIT :links"
    )


def claim_keys(form: Form, run: Run, *, of_links: bool = False, backwards: bool = False) -> str:
    """The first keys of the run of claims, or of claims with links to show, where the list is ``of_links``."""
    table = conditions.first(form)
    at = _published(form, table)
    tests = [*conditions.of_claim(form, of_links=of_links), *_within(form, run, at, backwards=backwards)]
    tables = table + conditions.joined(form, dated=run is not Run.NUMBERED)
    return _keys(tables, NUMBER[table], run, at, _lead(form), tests, backwards=backwards)


def article_keys(form: Form, run: Run, *, backwards: bool = False) -> str:
    """The first keys of the run of articles."""
    tests = [*conditions.wanted(form, "articles"), *conditions.barred(form, "articles")]
    at = _published(form, "articles")
    tests += _within(form, run, at, backwards=backwards)
    return _keys("articles", "articles.number", run, at, _lead(form), tests, backwards=backwards)


def source_keys(form: Form, run: Run, *, backwards: bool = False) -> str:
    """The first keys of the run of sources; what is searched for is a folded part of a name."""
    bears = "EXISTS (SELECT 1 FROM aliases WHERE aliases.source = sources.id AND instr(aliases.key, :words))"
    tests = [*conditions.wanted(form, "sources"), *([bears] if form.words else [])]
    return _keys("sources", "sources.id", run, "sources.claims", _lead(form), tests, backwards=backwards)


ARTICLE = "CAST(revisions.body AS BLOB)"
"""The JSON of an article, as an expression."""

ATTRIBUTION = """
    CAST(json_object(
        'claim_id', claims.id, 'article_id', articles.id, 'attribution', links.attribution, 'link', links.link,
        'role', links.role, 'source', json_object('id', sources.id, 'name', sources.name), 'act', links.act,
        'factuality', links.factuality, 'extraction', links.extraction, 'probability', links.probability,
        'kind', claims.kind, 'level', claims.level, 'text', claims.text
    ) AS BLOB)
"""
"""The JSON of a link, an `AttributionRow`, as an expression."""

COUNTED = "CAST(json_insert(revisions.body, '$.claims', sources.claims) AS BLOB)"
"""The JSON of a source with its count, as an expression."""

KEY = {
    Run.NUMBERED: "page.key",
    Run.DATED: "page.at, page.key",
    Run.UNDATED: "'', page.key",
    Run.COUNTED: "page.at, page.key",
}
"""What a row of each run says of its place."""


def _page(key: str, json: str, run: Run, keys: str) -> str:
    """The key and the JSON of all that ``keys`` gives."""
    table = key.partition(".")[0]
    columns = "at, key" if run in (Run.DATED, Run.COUNTED) else "key"
    revised = "" if table == "bodies" else f" CROSS JOIN revisions ON revisions.sequence = {table}.sequence"
    return (
        f"WITH page ({columns}) AS ({keys}) SELECT {KEY[run]}, {json} FROM page"
        f" CROSS JOIN {table} ON {key} = page.key{revised}"
    )


def _keys(
    tables: str, key: str, run: Run, at: str, lead: Sequence[list[str]], tests: Sequence[str], *, backwards: bool
) -> str:
    """The first ``:limit`` keys of the run, in order and each once, for which all tests and one arm hold."""
    columns = f"{at}, {key}" if run in (Run.DATED, Run.COUNTED) else key
    # A claim has a row for each of its links, and else one row.
    select = f"SELECT {'DISTINCT ' if tables.startswith('links') else ''}{columns} FROM {tables} WHERE "
    arms = [every([*arm, behind, *tests]) for arm in lead for behind in _behind(key, run, at, backwards=backwards)]
    order = ", ".join(f"{place} {'DESC' if backwards else 'ASC'}" for place, _ in enumerate(columns.split(", "), 1))
    return f"{' UNION '.join(select + arm for arm in arms)} ORDER BY {order} LIMIT :limit"


def _published(form: Form, table: str) -> str:
    """The date of each row; with a plus, by which no index finds it, where rows are found by their own numbers."""
    return f"+{PUBLISHED[table]}" if form.lead in KEYS else PUBLISHED[table]


def _lead(form: Form) -> list[list[str]]:
    """What is asked of the leading column: each of its values apart, or all at once where they are many or none."""
    if not form.lead:
        return [[]]
    if not form.arms:
        return [[f"{form.lead} IN (SELECT value FROM json_each(:{parameter(form.lead)}))"]]
    return [[f"{form.lead} = :arm_{number}"] for number in range(form.arms)]


def _behind(key: str, run: Run, at: str, *, backwards: bool) -> list[str]:
    sign = "<" if backwards else ">"
    if run is Run.NUMBERED:
        return [f"{key} {sign} :after"]
    if run is Run.UNDATED:
        return [f"{at} IS NULL AND {key} {sign} :after"]
    if key in ("claims.number", "articles.number"):
        # A row's own number is in every index, but SQLite does not seek to both columns of one at once.
        return [f"{at} = :at AND {key} {sign} :after", f"{at} {sign} :at"]
    return [f"({at}, {key}) {sign} (:at, :after)"]


def _within(form: Form, run: Run, published: str, *, backwards: bool) -> list[str]:
    """The bounds. A run in the order of dates begins at one and ends at the other, which SQLite is to see."""
    end = "" if run is Run.NUMBERED else "since" if backwards else "until"
    return [test if bound == end else f"+{test}" for bound, test in conditions.within(form, published).items()]
