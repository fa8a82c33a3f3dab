"""How the claims of a list are spread over values, as SQL.

The list is gone through once, and its claims or their links once more for each facet.
"""

# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter.

from collections.abc import Sequence

from schemas.facets import Facet
from service.storage import queries
from service.storage.conditions import NUMBER, asked_of_link, every
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
    # Materialised, the list is found once for all facets.
    return (
        f"WITH page (number) AS MATERIALIZED ({queries.claim_keys(form, Run.NUMBERED)}),"
        f" facets (facet, value, claims) AS ({' UNION ALL '.join(_facet(form, facet) for facet in wanted)})"
        " SELECT facets.facet, facets.value, sources.name, facets.claims FROM facets"
        " LEFT JOIN sources ON facets.facet IN ('source', 'publisher') AND sources.id = facets.value"
        " ORDER BY facets.claims DESC, facets.value"
    )


def _facet(form: Form, facet: Facet) -> str:
    column = COLUMNS[facet]
    table = column.partition(".")[0]
    number = NUMBER[table]
    asked = asked_of_link(form) if table == "links" else []
    count = "*" if table == "claims" else f"DISTINCT {number}"  # A claim that names a source twice counts once.
    return (
        f"SELECT * FROM (SELECT '{facet}', {column}, count({count}) FROM page CROSS JOIN {table}"
        f" ON {number} = page.number WHERE {every([f'{column} IS NOT NULL', *asked])}"
        f" GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT {MOST})"
    )
