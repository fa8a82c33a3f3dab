"""What a filter lets through of the record at one moment, read by stretches."""

from collections.abc import Collection, Iterator, Sequence

import msgspec
from msgspec import Struct

from schemas.articles import Article
from schemas.changes import Entity
from schemas.claims import Claim
from schemas.sources import CountedSource
from schemas.vocabularies import Status
from service.storage.filters import ArticleFilter, ClaimFilter, Json, SourceFilter, Window
from service.storage.port import ClaimStore

STRETCH = 200
"""How many claims are read at once, at most: no read keeps its hold on the database for more than milliseconds."""

LARGE = 1_000_000
"""About how many bytes are read at once, at most: of longer claims fewer."""

ANY = tuple(Status)

Stretch = Sequence[Json]

_CLAIMS = msgspec.json.Decoder(list[Claim])
_ARTICLE = msgspec.json.Decoder(Article)
_SOURCE = msgspec.json.Decoder(CountedSource)


class Moment(Struct, frozen=True):
    """The claims for which ``which`` holds when the record's last revision is the one numbered ``sequence``.

    However long they are read, and whatever is written meanwhile, they are the same, and in the same order. Only what
    is removed for good meanwhile may be missing.
    """

    store: ClaimStore
    which: ClaimFilter
    sequence: int

    def stretches(self) -> Iterator[Stretch]:
        """The claims in the order of storing. Raises as the store's `claims`."""
        after, limit = None, STRETCH
        while True:
            found = self.store.claims(self.which, Window(limit, after, as_of=self.sequence, passing=True))
            if found.items:
                yield found.items
                size = sum(map(len, found.items))
                limit = min(max(LARGE * len(found.items) // size, 1), STRETCH)
            if (after := found.next) is None:
                return

    def count(self) -> int:
        """How many claims there are."""
        return self.store.claims(self.which, Window(limit=1, counted=True, as_of=self.sequence)).total or 0

    def removed(self) -> int:
        """How many claims that there were then have been removed for good since."""
        return self.store.removed(Entity.CLAIM, self.sequence)

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """The articles with these ids, without text, whether they stood or not."""
        if not ids:
            return {}
        which = ArticleFilter(ids=tuple(ids), status=ANY)
        found = self.store.articles(which, Window(limit=len(ids), as_of=self.sequence))
        return {article.id: article for article in map(_ARTICLE.decode, found.items)}

    def sources(self, ids: Collection[str]) -> list[CountedSource]:
        """The sources with these ids, whether they stood or not."""
        if not ids:
            return []
        which = SourceFilter(ids=tuple(ids), status=ANY)
        found = self.store.sources(which, Window(limit=len(ids), as_of=self.sequence))
        return [_SOURCE.decode(item) for item in found.items]


def decoded(stretch: Stretch) -> list[Claim]:
    """The claims of the stretch."""
    return _CLAIMS.decode(b"[%b]" % b",".join(stretch))
