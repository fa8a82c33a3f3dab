"""What a page brings along with its claims or links, found for all of them at once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct

from schemas.claims import Span
from schemas.queries import Expand
from service.storage.filters import (
    ANY,
    ArticleFilter,
    Json,
    ReviewFilter,
    Slice,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore

Which = TypeVar("Which", SourceFilter, ArticleFilter)


REVIEWS = 1000
"""How many reviews a page brings along at most."""


class _Said(Struct):
    """What a claim says, and where."""

    id: str
    text: str
    start: int


_SAID = msgspec.json.Decoder(_Said)


class _Ref(Struct):
    id: str


class _Link(Struct):
    source: _Ref


class _Attribution(Struct):
    chain: tuple[_Link, ...]


class _Item(Struct):
    """What a claim refers to, or a link; the rest of either is not read."""

    article_id: str
    id: str = ""
    claim_id: str = ""
    attributions: tuple[_Attribution, ...] = ()
    source: _Ref | None = None

    def sources(self) -> set[str]:
        own = {self.source.id} if self.source else set()
        return own | {link.source.id for attribution in self.attributions for link in attribution.chain}


_ITEM = msgspec.json.Decoder(_Item)


def expand(
    store: ClaimStore, items: Sequence[Json], wanted: Sequence[Expand], as_of: int | None = None
) -> dict[str, Any]:
    """The JSON of an `Expanded`: what is ``wanted`` of all that ``items`` refer to, whether it stands or not."""
    read = [_ITEM.decode(item) for item in items]
    expanded: dict[str, Any] = {}
    if Expand.SOURCE in wanted:
        ids = _sorted({id for item in read for id in item.sources()})
        expanded["sources"] = _all(store.sources, SourceFilter(ids=ids, status=ANY), as_of)
    if Expand.ARTICLE in wanted:
        ids = _sorted({item.article_id for item in read})
        expanded["articles"] = _all(store.articles, ArticleFilter(ids=ids, status=ANY), as_of)
    if Expand.REVIEW in wanted:
        claims = _sorted({item.claim_id or item.id for item in read})
        which = ReviewFilter(claim=claims)
        expanded["reviews"] = _embedded(store.reviews(which, Window(REVIEWS, as_of=as_of))) if claims else ()
    return expanded


def highlights(store: ClaimStore, items: Sequence[Json], q: str) -> dict[str, list[Span]]:
    """Where in each of ``items``, which are claims, the words of ``q`` stand, by the claims' ids."""
    said = [_SAID.decode(item) for item in items]
    found = store.stretches(q, [claim.text for claim in said])
    return {
        claim.id: [Span(claim.start + start, claim.start + end, claim.text[start:end]) for start, end in stretches]
        for claim, stretches in zip(said, found, strict=True)
    }


def _all(list: Callable[[Which, Window], Slice], which: Which, as_of: int | None) -> Sequence[Raw]:
    return _embedded(list(which, Window(len(which.ids), as_of=as_of))) if which.ids else ()


def _embedded(slice: Slice) -> Sequence[Raw]:
    """The items, to stand as they are in other JSON."""
    return [Raw(item) for item in slice.items]


def _sorted(ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
