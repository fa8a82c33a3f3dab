"""What a row must be to be in a list, as SQL.

Each value is a parameter that has the name of its column. A `+` before a column keeps SQLite from letting it lead. In
every world the tables go by the names that they have where all stands that stands now.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Iterable

from service.storage.narrowing import Form, World, parameter

NUMBER = {
    "claims": "claims.number",
    "links": "links.claim",
    "claims_fts": "claims_fts.rowid",
    "articles": "articles.number",
    "reviews": "reviews.number",
}
"""The column of each table by which its list is in the order of storing."""

PUBLISHED = {
    "claims": "claims.published",
    "links": "links.published",
    "claims_fts": "claims.published",
    "articles": "articles.published",
    "reviews": "reviews.published",
}
"""The column that holds when the article, or the review, was published, for each table that leads to a list."""

SINCE = {
    "claims": "claims",
    "links": "links",
    "claims_fts": "claims",
    "articles": "articles",
    "sources": "sources",
    "reviews": "reviews",
}
"""The table that says since when a row is what it is, for each table that leads to a list."""


def first(form: Form) -> str:
    """The table that leads to the claims."""
    return "claims_fts" if form.words else form.lead.partition(".")[0] or "claims"


def table(name: str, world: World, alias: str = "") -> str:
    """The rows of the table ``name`` in the world, which go by that name there too, or by ``alias``."""
    if world is World.FORMER and name != "claims_fts":
        return f"former_{name} AS {alias or name}"
    return f"{name} AS {alias}" if alias else name


def then(leading: str, world: World) -> list[str]:
    """That a row of the ``leading`` table stood at the moment, and in a list."""
    kept = SINCE[leading]
    since = f"{kept}.sequence <= :as_of"
    if world is World.FORMER:
        return [since, f"{kept}.until > :as_of", f"{kept}.status IN (SELECT value FROM json_each(:statuses))"]
    return [since] if world is World.WAS else []


MATCHES = "claims_fts MATCH :words"
"""That the words stand in a claim."""


def of_claim(form: Form, world: World, *, of_links: bool = False) -> list[str]:
    """What is asked of a claim but by the leading column and by words, and but when it stood; where the list is
    ``of_links``, that it has one to show.
    """
    return [*wanted(form, "claims"), *barred(form, "claims"), *_of_links(form, world, of_links=of_links)]


def joined(form: Form, world: World, *, placed: bool = False) -> str:
    """The claims, where another table leads and something is asked of them. Words are those of all there ever were."""
    leading = first(form)
    asked = placed or form.words or _has(form.columns, "claims") or _has(form.without, "claims")
    if leading == "claims" or not asked:
        return ""
    same = " AND claims.sequence = links.sequence" if world is World.FORMER and leading == "links" else ""
    return f" CROSS JOIN {table('claims', world)} ON claims.number = {NUMBER[leading]}{same}"


def of_link(form: Form) -> list[str]:
    """What is asked of one link alone."""
    return [*asked_of_link(form), *barred(form, "links")]


def asked_of_link(form: Form) -> list[str]:
    """What one link must be."""
    lead = [_among(form.lead)] if form.lead.startswith("links.") else []
    return [*lead, *wanted(form, "links")]


def wanted(form: Form, name: str) -> list[str]:
    """What the columns of the table ``name`` but the leading one must hold."""
    return [_among(column) for column in form.columns if column.startswith(f"{name}.")]


def barred(form: Form, name: str) -> list[str]:
    """What the columns of the table ``name`` may not hold. NULL is never among it."""
    columns = (column for column in form.without if column.startswith(f"{name}."))
    return [f"({_among(column, prefix='no_')}) IS NOT TRUE" for column in columns]


def within(form: Form, published: str) -> dict[str, str]:
    """That ``published``, a column, is between the bounds: what each of them asks."""
    signs = {"since": ">=", "until": "<="}
    return {bound: f"{published} {signs[bound]} :{bound}" for bound in form.bounds}


def every(tests: Iterable[str]) -> str:
    """That all tests hold."""
    return " AND ".join(tests) or "TRUE"


def _of_links(form: Form, world: World, *, of_links: bool) -> list[str]:
    tests = wanted(form, "links") + (barred(form, "links") if of_links else [])
    nowhere = [] if of_links else _nowhere(form, world)
    if first(form) == "links" or not tests:
        return tests + nowhere
    # Not joined, since a claim would come once for each of its links.
    there = f"SELECT 1 FROM {table('links', world)} WHERE {_own(form, world, 'links')} AND {every(tests)}"
    return [f"EXISTS ({there})", *nowhere]


def _nowhere(form: Form, world: World) -> list[str]:
    """That no link of the claim, among those for which the other columns' tests hold, holds what it may not."""
    there = f"SELECT 1 FROM {table('links', world, 'others')} WHERE {_own(form, world, 'others')} AND "
    asked = [column for column in (form.lead, *form.columns) if column.startswith("links.")]
    barred = []
    for column in form.without:
        if column.startswith("links."):
            tests = [_among(column, "others", "no_"), *(_among(other, "others") for other in asked if other != column)]
            barred.append(f"NOT EXISTS ({there}{every(tests)})")
    return barred


def _own(form: Form, world: World, links: str) -> str:
    """That a row of ``links`` is the claim's, as it is in the same row."""
    leading = first(form)
    own = f"{links}.claim = {NUMBER[leading]}"
    return f"{own} AND {links}.sequence = {SINCE[leading]}.sequence" if world is World.FORMER else own


def _among(column: str, table: str = "", prefix: str = "") -> str:
    own, _, name = column.partition(".")
    return f"+{table or own}.{name} IN (SELECT value FROM json_each(:{parameter(column, prefix)}))"


def _has(columns: Iterable[str], name: str) -> bool:
    return any(column.startswith(f"{name}.") for column in columns)
