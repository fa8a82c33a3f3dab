"""How the claims of a list are spread over values, as SQL.

The list is gone through once, and its claims or their links once more for each facet.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Sequence

from schemas.facets import Facet
from service.storage import queries
from service.storage.conditions import NUMBER, asked_of_link, every, table
from service.storage.narrowing import Form
from service.storage.queries import Run

MOST = 50
"""The most values of a facet that are told."""

COLUMNS = {
    Facet.SOURCE: "links.source",
    Facet.LEVEL: "claims.level",
    Facet.KIND: "claims.kind",
    Facet.ACT: "links.act",
    Facet.FACTUALITY: "links.factuality",
    Facet.EXTRACTION: "links.extraction",
    Facet.PUBLISHER: "claims.publisher",
}


def facets(form: Form, wanted: Sequence[Facet]) -> str:
    """For each wanted facet its `MOST` frequent values, the most frequent first.

    Rows are the facet, the value, its name where it is a source's, and how many claims have it.
    """
    columns = "number" if form.is_now else "number, sequence"
    # Materialised, the list is found once for all facets.
    return (
        f"WITH page ({columns}) AS MATERIALIZED ({queries.claim_keys(form, Run.NUMBERED)}),"
        f" facets (facet, value, claims) AS ({' UNION ALL '.join(_facet(form, facet) for facet in wanted)})"
        f" SELECT facets.facet, facets.value, {_name(form)}, facets.claims FROM facets"
        " ORDER BY facets.claims DESC, facets.value"
    )


def _name(form: Form) -> str:
    """The name of a source that is a facet's value, NULL of any other, as an expression."""
    name = "SELECT name FROM sources WHERE id = facets.value"
    former = "SELECT name FROM former_sources WHERE id = facets.value AND sequence <= :as_of AND until > :as_of"
    names = f"({name})" if form.is_now else f"coalesce(({former}), ({name}))"
    return f"CASE WHEN facets.facet IN ('source', 'publisher') THEN {names} END"


def _facet(form: Form, facet: Facet) -> str:
    column = COLUMNS[facet]
    name = column.partition(".")[0]
    tests = [f"{column} IS NOT NULL", *(asked_of_link(form) if name == "links" else [])]
    rows = " UNION ALL ".join(
        f"SELECT {column} AS value, {NUMBER[name]} AS number FROM page CROSS JOIN {table(name, world)}"
        f" ON {NUMBER[name]} = page.number{'' if form.is_now else f' AND {name}.sequence = page.sequence'}"
        f" WHERE {every(tests)}"
        for world in form.worlds
    )
    count = "*" if name == "claims" else "DISTINCT number"  # A claim that names a source twice counts once.
    return (
        f"SELECT * FROM (SELECT '{facet}', value, count({count}) FROM ({rows})"
        f" GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT {MOST})"
    )
