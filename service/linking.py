"""The use case: a claim is told in the words of a vocabulary that others know."""

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile

import msgspec

from schemas.articles import Article
from schemas.changes import Change, Entity
from schemas.claims import Claim
from schemas.reviews import Review
from schemas.sources import Source
from service.linked import annotation, provenance, schema_org
from service.linked.dossier import Dossier, Node
from service.storage.filters import (
    ANY,
    ChangeFilter,
    ReviewFilter,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore

VIEWS: Mapping[str, Callable[[Dossier], Node]] = {
    schema_org.CONTEXT: schema_org.view,
    annotation.CONTEXT: annotation.view,
    provenance.PROFILE: provenance.view,
}
"""Each view by its profile, the first where none is asked for."""

REVIEWS = 1000
"""How many reviews are told of at most."""


def dossier(id: str, *, store: ClaimStore, as_of: int) -> Dossier:
    """All that is told of the claim, as of one moment. Raises `ClaimUnknown`."""
    claim = msgspec.json.decode(store.claim(id, as_of), type=Claim)
    article = store.article(claim.article_id, as_of)
    version, text = _quoted(claim, article, store)
    ids = {link.source.id for attribution in claim.attributions for link in attribution.chain}
    sources = store.sources(SourceFilter(ids=tuple(ids), status=ANY), Window(len(ids), as_of=as_of)).items
    reviews = store.reviews(ReviewFilter(claim=(id,)), Window(REVIEWS, as_of=as_of)).items
    return Dossier(
        claim,
        article,
        version,
        text,
        {source.id: source for source in (msgspec.json.decode(item, type=Source) for item in sources)},
        [msgspec.json.decode(item, type=Review) for item in reviews],
        list(takewhile(lambda change: change.sequence <= as_of, _changes(id, store))),
    )


def _quoted(claim: Claim, article: Article, store: ClaimStore) -> tuple[int, str]:
    """The number and the text of the last version in which the claim stands where it says."""
    number, text = article.version, str(article.text)
    while text[claim.start : claim.end] != claim.text and number > 1:
        number -= 1
        text = str(store.version(article.id, number).text)
    return number, text


def _changes(id: str, store: ClaimStore) -> Iterator[Change]:
    after = None
    while True:
        page = store.changes(ChangeFilter(entity=Entity.CLAIM, id=id), Window(limit=200, after=after))
        yield from (msgspec.json.decode(item, type=Change) for item in page.items)
        if (after := page.next) is None:
            return
