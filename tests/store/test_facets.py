"""How the claims of a list are spread."""

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from schemas.facets import Facet, FacetCount, Facets
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role
from service.storage.filters import ClaimFilter, ClaimTerms
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA
from tests.store.news import found

SOURCES = (AP.id, KCNA.id, GUARDIAN.id, "analysts-congress", "analysts-drills")


VALUES: dict[Facet, tuple[str, ...]] = {
    Facet.SOURCE: SOURCES,
    Facet.LEVEL: tuple(Level),
    Facet.KIND: tuple(ClaimKind),
    Facet.ACT: tuple(Act),
    Facet.FACTUALITY: tuple(Factuality),
    Facet.EXTRACTION: tuple(Extraction),
    Facet.PUBLISHER: SOURCES,
}


class TestFacets:
    """How the claims of a list are spread."""

    @pytest.mark.parametrize(
        "which",
        [
            ClaimFilter(),
            ClaimFilter(source=("KCNA", "analysts")),
            ClaimFilter(role=(Role.ORIGIN,), level=(Level.HIGH, Level.MEDIUM)),
            ClaimFilter(q="drills"),
            ClaimFilter(publisher=("AP", "guardian"), without=ClaimTerms(kind=(ClaimKind.HEADING,))),
        ],
        ids=str,
    )
    def test_as_narrowed(self, news: ClaimStore, which: ClaimFilter) -> None:
        """Each count is the length of the list narrowed to its value, the most first; other values have no claim."""
        facets = msgspec.structs.asdict(news.facets(which, tuple(Facet)))
        for facet in set(Facet) - {name for name in Facet if getattr(which, name)}:
            lengths = {value: len(found(news, replace(which, **{facet: (value,)}))) for value in VALUES[facet]}
            assert {count.value: count.claims for count in facets[facet]} == {v: n for v, n in lengths.items() if n}
            counts = [count.claims for count in facets[facet]]
            assert counts == sorted(counts, reverse=True)

    def test_own_links(self, news: ClaimStore) -> None:
        """A list of one source's claims counts only that source, and what its own links say."""
        facets = news.facets(ClaimFilter(source=("KCNA",)), (Facet.SOURCE, Facet.FACTUALITY))
        assert facets.source == (FacetCount(KCNA.id, 3, KCNA.name),)
        assert facets.factuality == (FacetCount("CT+", 2), FacetCount("PS-", 1))
        assert facets.level is UNSET

    def test_none(self, store: ClaimStore) -> None:
        """A facet of no claims is there and empty."""
        assert store.facets(ClaimFilter(), (Facet.LEVEL, Facet.PUBLISHER)) == Facets(level=(), publisher=())
