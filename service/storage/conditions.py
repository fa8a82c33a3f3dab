"""What a row must be to be in a list, as SQL.

Each value is a parameter that has the name of its column. A `+` before a column keeps SQLite from letting it lead.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Iterable

from service.storage.narrowing import Form, parameter

NUMBER = {
    "claims": "claims.number",
    "links": "links.claim",
    "claims_fts": "claims_fts.rowid",
    "articles": "articles.number",
}
"""The column of each table by which its list is in the order of storing."""

PUBLISHED = {
    "claims": "claims.published",
    "links": "links.published",
    "claims_fts": "claims.published",
    "articles": "articles.published",
}
"""The column that holds when the article was published, for each table that leads to a list."""


def first(form: Form) -> str:
    """The table that leads to the claims."""
    return "claims_fts" if form.words else form.lead.partition(".")[0] or "claims"


def of_claim(form: Form, *, of_links: bool = False) -> list[str]:
    """What is asked of a claim but by the leading column; where the list is ``of_links``, that it has one to show."""
    tests = [*wanted(form, "claims"), *barred(form, "claims"), *_of_links(form, of_links=of_links)]
    return ["claims_fts MATCH :words", *tests] if form.words else tests


def joined(form: Form, *, dated: bool) -> str:
    """The claims, where another table leads and something is asked of them; ``dated`` asks when they were published."""
    leading = first(form)
    asked = _has(form.columns, "claims") or _has(form.without, "claims")
    asked = asked or (leading == "claims_fts" and (dated or bool(form.bounds)))
    return f" CROSS JOIN claims ON claims.number = {NUMBER[leading]}" if asked and leading != "claims" else ""


def of_link(form: Form) -> list[str]:
    """What is asked of one link alone."""
    return [*asked_of_link(form), *barred(form, "links")]


def asked_of_link(form: Form) -> list[str]:
    """What one link must be."""
    lead = [_among(form.lead)] if form.lead.startswith("links.") else []
    return [*lead, *wanted(form, "links")]


def wanted(form: Form, table: str) -> list[str]:
    """What the columns of ``table`` but the leading one must hold."""
    return [_among(column) for column in form.columns if column.startswith(f"{table}.")]


def barred(form: Form, table: str) -> list[str]:
    """What the columns of ``table`` may not hold. NULL is never among it."""
    columns = (column for column in form.without if column.startswith(f"{table}."))
    return [f"({_among(column, prefix='no_')}) IS NOT TRUE" for column in columns]


def within(form: Form, published: str) -> dict[str, str]:
    """That ``published``, a column, is between the bounds: what each of them asks."""
    signs = {"since": ">=", "until": "<="}
    return {bound: f"{published} {signs[bound]} :{bound}" for bound in form.bounds}


def every(tests: Iterable[str]) -> str:
    """That all tests hold."""
    return " AND ".join(tests) or "TRUE"


def _of_links(form: Form, *, of_links: bool) -> list[str]:
    tests = wanted(form, "links") + (barred(form, "links") if of_links else [])
    nowhere = [] if of_links else _nowhere(form)
    if first(form) == "links" or not tests:
        return tests + nowhere
    # Not joined, since a claim would come once for each of its links.
    there = f"SELECT 1 FROM links WHERE links.claim = {NUMBER[first(form)]} AND {every(tests)}"
    return [f"EXISTS ({there})", *nowhere]


def _nowhere(form: Form) -> list[str]:
    """That no link of the claim, among those for which the other columns' tests hold, holds what it may not."""
    there = f"SELECT 1 FROM links AS others WHERE others.claim = {NUMBER[first(form)]} AND "
    asked = [column for column in (form.lead, *form.columns) if column.startswith("links.")]
    barred = []
    for column in form.without:
        if column.startswith("links."):
            tests = [_among(column, "others", "no_"), *(_among(other, "others") for other in asked if other != column)]
            barred.append(f"NOT EXISTS ({there}{every(tests)})")
    return barred


def _among(column: str, table: str = "", prefix: str = "") -> str:
    own, _, name = column.partition(".")
    return f"+{table or own}.{name} IN (SELECT value FROM json_each(:{parameter(column, prefix)}))"


def _has(columns: Iterable[str], table: str) -> bool:
    return any(column.startswith(f"{table}.") for column in columns)
