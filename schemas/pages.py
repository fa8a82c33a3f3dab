"""What a page of claims or links brings along besides its items."""

from msgspec import UNSET, Struct, UnsetType

from schemas.articles import Article
from schemas.reviews import Review
from schemas.sources import CountedSource


class Expanded(Struct, frozen=True):
    """What the items of a page refer to, each once: articles without text as they were stored, sources by id.

    ``reviews`` are what third parties say of the items, the first thousand as they were stored.
    """

    sources: tuple[CountedSource, ...] | UnsetType = UNSET
    articles: tuple[Article, ...] | UnsetType = UNSET
    reviews: tuple[Review, ...] | UnsetType = UNSET
