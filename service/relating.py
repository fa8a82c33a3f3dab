"""The use case: who else says so. What was said in, the claims beside it out, and how many speak for it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from schemas.articles import Article
from schemas.claims import Claim
from schemas.related import Related, RelatedPage, Relation
from schemas.sources import CountedSource
from service.matching.contents import content
from service.matching.corroboration import corroboration
from service.matching.features import Features, features
from service.matching.relations import compare
from service.storage.filters import (
    ANY,
    ArticleFilter,
    Slice,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore

T = TypeVar("T", Article, CountedSource)
Which = TypeVar("Which", SourceFilter, ArticleFilter)

RANKS = {relation: rank for rank, relation in enumerate(Relation)}

_CLAIM = msgspec.json.Decoder(Claim)


def related(claim: Claim, *, store: ClaimStore, as_of: int) -> RelatedPage:
    """The claims of other articles beside a stored one, which is among those that corroborate it."""
    return _compared([claim], claim.text, [claim], claim.article_id, store, as_of)


def matched(text: str, said: Sequence[Claim], *, store: ClaimStore, as_of: int) -> RelatedPage:
    """The claims beside a text, which was read as ``said`` and is not stored."""
    return _compared(said, text, [], None, store, as_of)


def _compared(
    said: Sequence[Claim], text: str, own: Sequence[Claim], article: str | None, store: ClaimStore, as_of: int
) -> RelatedPage:
    alike = store.alike(text, article, as_of)
    here = features(content(said))
    found = [item for claim in map(_CLAIM.decode, alike.items) if (item := _item(here, claim))]
    found.sort(key=lambda item: (RANKS[item.relation], -item.score))
    same = [*own, *(item.claim for item in found if item.relation is Relation.SAME)]
    sources, articles = _referred(same, store, as_of)
    same = [claim for claim in same if claim.article_id in articles]  # Any other was removed for good, a moment ago.
    return RelatedPage(tuple(found), corroboration(same, sources, articles), len(alike.items), alike.complete)


def _item(here: Features, claim: Claim) -> Related | None:
    likeness = compare(here, features(content([claim])))
    if likeness is None:
        return None
    return Related(likeness.relation, likeness.score, likeness.differences, claim)


def _referred(
    claims: Sequence[Claim], store: ClaimStore, as_of: int
) -> tuple[dict[str, CountedSource], dict[str, Article]]:
    """The articles of the claims, and the sources of both, by their ids."""
    article_ids = tuple(sorted({claim.article_id for claim in claims}))
    articles = _all(store.articles, ArticleFilter(ids=article_ids, status=ANY), as_of, Article)
    ids = {link.source.id for claim in claims for one in claim.attributions for link in one.chain}
    ids |= {source.id for article in articles for source in article.contributors}
    sources = _all(store.sources, SourceFilter(ids=tuple(sorted(ids)), status=ANY), as_of, CountedSource)
    return {source.id: source for source in sources}, {article.id: article for article in articles}


def _all(found: Callable[[Which, Window], Slice], which: Which, as_of: int, type: type[T]) -> Iterable[T]:
    items = found(which, Window(len(which.ids), as_of=as_of)).items if which.ids else ()
    return [msgspec.json.decode(item, type=type) for item in items]
