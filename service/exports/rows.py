"""Claims as a flat table: a row for each link, and on each row all that is known of its claim.

Every cell holds one value, so that a spreadsheet filters and counts by source, level or publisher without a formula.
The rows with `attribution` 0 and `link` 0 are each claim once, with the source that is named first.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from schemas.articles import Article
from schemas.claims import Attribution, Claim, Link, Span
from schemas.vocabularies import Status
from service.exports.moments import Moment, Stretch, decoded

GAP = " … "
"""What stands between spans that are apart in the text."""


class Row(NamedTuple):
    """One link of one claim, in the order of the columns."""

    claim_id: str
    article_id: str
    published_at: str | None
    publisher: str | None
    title: str | None
    url: str | None
    position: int
    kind: str
    level: str
    status: str
    text: str
    attribution: int
    link: int
    role: str
    source_id: str
    source: str
    act: str
    manner: str | None
    factuality: str
    extraction: str
    probability: float
    mention: str | None
    cue: str
    content: str


def rows(moment: Moment, stretch: Stretch) -> Iterator[Row]:
    """A row for each link of the claims, in their order."""
    claims = decoded(stretch)
    articles = moment.articles({claim.article_id for claim in claims})
    for claim in claims:
        article = articles.get(claim.article_id)
        if article is None:
            continue  # It was removed for good, a moment ago.
        for place, attribution in enumerate(claim.attributions):
            for step, link in enumerate(attribution.chain):
                yield _row(article, claim, place, attribution, step, link)


def _row(article: Article, claim: Claim, place: int, attribution: Attribution, step: int, link: Link) -> Row:
    return Row(
        claim_id=claim.id,
        article_id=claim.article_id,
        published_at=given(article.published_at),
        publisher=article.publisher.name if article.publisher else None,
        title=given(article.title),
        url=given(article.url),
        position=claim.position,
        kind=claim.kind,
        level=claim.confidence.level,
        status=claim.status or Status.ACTIVE,
        text=claim.text,
        attribution=place,
        link=step,
        role=link.role,
        source_id=link.source.id,
        source=link.source.name,
        act=attribution.act,
        manner=given(attribution.manner),
        factuality=link.factuality,
        extraction=link.extraction,
        probability=link.probability,
        mention=link.mention.text if link.mention else None,
        cue=words(attribution.cue),
        content=words(attribution.content),
    )


def given(value: str | UnsetType) -> str | None:
    """The text, None where there is none."""
    return None if value is UNSET else value


def words(spans: Sequence[Span]) -> str:
    """What stands in the spans."""
    return GAP.join(span.text for span in spans)
