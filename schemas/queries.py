"""What can be asked of a list besides which items are in it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

Total = Annotated[int, Meta(ge=0, description="How many items the whole list has, where `count=exact` asked for it.")]


class Expand(StrEnum):
    """What items refer to, or is said of them, and a page can bring along."""

    SOURCE = "source"
    ARTICLE = "article"
    REVIEW = "review"


class ClaimSort(StrEnum):
    """The order of claims: as they were stored, by when their articles were published, or the most relevant first.

    Behind a minus the last comes first. Claims of articles without a date come last either way. Claims are relevant to
    the words of ``q``, without which there is no such order.
    """

    STORED = "stored"
    LAST_STORED = "-stored"
    PUBLISHED = "published_at"
    LAST_PUBLISHED = "-published_at"
    RELEVANCE = "relevance"


class AttributionSort(StrEnum):
    """The order of links: as they were stored, or by when their articles were published; those of a claim side by side.

    Behind a minus the last comes first. Links of articles without a date come last either way.
    """

    STORED = "stored"
    LAST_STORED = "-stored"
    PUBLISHED = "published_at"
    LAST_PUBLISHED = "-published_at"


class ArticleSort(StrEnum):
    """The order of articles: as they were stored, or by when they were published.

    Behind a minus the last comes first. Articles without a date come last either way.
    """

    STORED = "stored"
    LAST_STORED = "-stored"
    PUBLISHED = "published_at"
    LAST_PUBLISHED = "-published_at"


class ReviewSort(StrEnum):
    """The order of reviews: as they were stored, or by the day on which they were published.

    Behind a minus the last comes first.
    """

    STORED = "stored"
    LAST_STORED = "-stored"
    PUBLISHED = "published_at"
    LAST_PUBLISHED = "-published_at"


class SourceSort(StrEnum):
    """The order of sources: by id, or those with the most claims first."""

    ID = "id"
    MOST_CLAIMS = "-claims"


class Count(StrEnum):
    """How a list is counted."""

    EXACT = "exact"
