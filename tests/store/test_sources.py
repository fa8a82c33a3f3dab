"""Lists of sources."""

import pytest

from schemas.vocabularies import SourceKind
from service.storage.filters import SourceFilter, SourceTerms
from service.storage.port import ClaimStore
from tests.records import AP, KCNA
from tests.store.news import ids


class TestSources:
    """Lists of sources."""

    @pytest.mark.parametrize(
        ("which", "expected"),
        [
            (SourceFilter(), ["analysts-congress", "analysts-drills", AP.id, KCNA.id, "the-guardian"]),
            (SourceFilter(kind=(SourceKind.STATE_MEDIA,)), [KCNA.id]),
            (SourceFilter(kind=(SourceKind.STATE_MEDIA, SourceKind.OUTLET)), [KCNA.id, "the-guardian"]),
            (SourceFilter(named=False), ["analysts-congress", "analysts-drills"]),
            (SourceFilter(without=SourceTerms(kind=(SourceKind.UNNAMED_GROUP, SourceKind.OUTLET))), [AP.id, KCNA.id]),
            (SourceFilter(named=True, kind=(SourceKind.UNNAMED_GROUP,)), []),
            (SourceFilter(ids=(KCNA.id, "nobody", AP.id)), [AP.id, KCNA.id]),
            (SourceFilter(ids=(KCNA.id, AP.id), kind=(SourceKind.STATE_MEDIA,)), [KCNA.id]),
            (SourceFilter(ids=("AP", "KCNA")), []),
            (SourceFilter(q="PRESS"), [AP.id]),
            (SourceFilter(q="kcn"), [KCNA.id]),
            (SourceFilter(q="The Guard"), ["the-guardian"]),
            (SourceFilter(q="%"), []),
            (SourceFilter(q="a", named=True), [AP.id, KCNA.id, "the-guardian"]),
        ],
        ids=str,
    )
    def test_filter(self, news: ClaimStore, which: SourceFilter, expected: list[str]) -> None:
        """Sources come by id, narrowed by kind, by being named, by a part of a name."""
        assert ids(news, which) == expected
