"""Lists of links."""

from datetime import date

import msgspec
import pytest

from schemas.claims import AttributionRow
from schemas.vocabularies import Act, Factuality, Level, Role
from service.storage.filters import ClaimFilter, ClaimTerms, Window
from service.storage.port import ClaimStore
from tests.records import KCNA
from tests.store.news import BARE, CONGRESS, DRILLS, found, rows, walk


class TestAttributions:
    """Lists of links."""

    def test_all(self, news: ClaimStore) -> None:
        """Each link is a row, in the order of claims, attributions and chains."""
        items = news.attributions(ClaimFilter(), Window()).items
        stored = [msgspec.json.decode(item, type=AttributionRow) for item in items]
        assert stored == [row for one in (CONGRESS, DRILLS, BARE) for row in rows(one)]

    @pytest.mark.parametrize(
        "which",
        [
            ClaimFilter(source=("KCNA",)),
            ClaimFilter(source=("KCNA", "analysts")),
            ClaimFilter(role=(Role.PUBLISHER,), factuality=(Factuality.UNCOMMITTED,)),
            ClaimFilter(q="the"),
            ClaimFilter(level=(Level.MEDIUM,)),
            ClaimFilter(article=("art_congress",), act=(Act.STATEMENT,)),
            ClaimFilter(published_from=date(2026, 3, 1)),
            ClaimFilter(without=ClaimTerms(source=("KCNA",))),
            ClaimFilter(without=ClaimTerms(role=(Role.ORIGIN, Role.RELAY), act=(Act.BELIEF,))),
            ClaimFilter(source=("KCNA", "analysts"), without=ClaimTerms(source=("KCNA",))),
            ClaimFilter(q="the", without=ClaimTerms(factuality=(Factuality.UNCOMMITTED,))),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("limit", [1, 2, 50])
    def test_filter(self, news: ClaimStore, which: ClaimFilter, limit: int) -> None:
        """The links are those of the claims that the filter lets through for which the filter's own words hold."""
        claims = found(news, msgspec.structs.replace(which, without=ClaimTerms()))
        expected = [
            row
            for one in (CONGRESS, DRILLS, BARE)
            for row in rows(one)
            if row.claim_id.removeprefix("clm_") in claims and holds(which, row)
        ]
        items = walk(lambda window: news.attributions(which, window), Window(limit))
        assert [msgspec.json.decode(item, type=AttributionRow) for item in items] == expected != []


def holds(which: ClaimFilter, row: AttributionRow) -> bool:
    """Whether the link is one that the filter asks for."""
    bears = {"KCNA": row.source.id == KCNA.id, "analysts": row.source.name == "analysts"}
    without = which.without
    return (
        (not which.source or any(bears[name] for name in which.source))
        and (not which.role or row.role in which.role)
        and (not which.act or row.act in which.act)
        and (not which.factuality or row.factuality in which.factuality)
        and not any(bears[name] for name in without.source)
        and row.role not in without.role
        and row.act not in without.act
        and row.factuality not in without.factuality
    )
