"""How the claims of a list are spread over values, as SQL.

The list is gone through once, and its claims or their links once more for each facet.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Sequence

from schemas.facets import Facet
from service.storage import queries
from service.storage.narrowing import Narrowing
from service.storage.queries import EVERY, Query

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


def facets(which: Narrowing, wanted: Sequence[Facet]) -> Query:
    """For each wanted facet its `MOST` frequent values, the most frequent first.

    Rows are the facet, the value, its name where it is a source's, and how many claims have it.
    """
    keys = queries.claim_numbers(which, 0, EVERY)
    parts = [_facet(which, facet) for facet in wanted]
    # Materialised, the list is found once for all facets.
    return Query(
        f"WITH page (number) AS MATERIALIZED ({keys.sql}),"
        f" facets (facet, value, claims) AS ({' UNION ALL '.join(part.sql for part in parts)})"
        " SELECT facets.facet, facets.value, sources.name, facets.claims FROM facets"
        " LEFT JOIN sources ON facets.facet IN ('source', 'publisher') AND sources.id = facets.value"
        " ORDER BY facets.claims DESC, facets.value",
        (*keys.values, *(value for part in parts for value in part.values)),
    )


def _facet(which: Narrowing, facet: Facet) -> Query:
    column = COLUMNS[facet]
    table = column.partition(".")[0]
    number = queries.NUMBER[table]
    asked = queries.asked_of_link(which) if table == "links" else []
    tests = queries.every([Query(f"{column} IS NOT NULL", ()), *asked])
    count = "*" if table == "claims" else f"DISTINCT {number}"  # A claim that names a source twice counts once.
    return Query(
        f"SELECT * FROM (SELECT ?, {column}, count({count}) FROM page"
        f" CROSS JOIN {table} ON {number} = page.number WHERE {tests.sql} GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ?)",
        (facet, *tests.values, MOST),
    )
