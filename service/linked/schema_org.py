"""The words of schema.org: a Claim, the article in which it appears, and what others say of it, as ClaimReview.

What fact-checkers and search engines read. It has no words for a chain of sources, nor for how far one commits: the
origins are the claim's authors, and `provenance` tells the chain. An article is no ``firstAppearance``, since nobody
knows which was the first, and nobody interprets: the words are the article's.
"""

from collections.abc import Mapping

from msgspec import UNSET

from schemas.reviews import Review, ReviewerKind
from schemas.sources import Source
from schemas.vocabularies import Role, SourceKind
from service.linked.dossier import Dossier, Node, filled, source_place

CONTEXT = "https://schema.org"

AUTHORS: Mapping[SourceKind, str] = {
    SourceKind.PERSON: "Person",
    SourceKind.UNNAMED_PERSON: "Person",
    SourceKind.UNNAMED_GROUP: "Organization",
    SourceKind.ORGANISATION: "Organization",
    SourceKind.GOVERNMENT_BODY: "GovernmentOrganization",
    SourceKind.NEWS_AGENCY: "NewsMediaOrganization",
    SourceKind.STATE_MEDIA: "NewsMediaOrganization",
    SourceKind.OUTLET: "NewsMediaOrganization",
}
"""The class of each kind of source that can say something. A document says it for somebody, whom nobody named."""

REVIEWERS: Mapping[ReviewerKind, str] = {
    ReviewerKind.ORGANISATION: "Organization",
    ReviewerKind.PERSON: "Person",
}


def view(dossier: Dossier) -> Node:
    """The claim as a ``Claim`` of schema.org."""
    claim = dossier.claim
    first = {source.id: source for link, source in dossier.links() if link.role is not Role.RELAY}
    origins = {source.id: source for link, source in dossier.links() if link.role is Role.ORIGIN} or first
    return {
        "@context": CONTEXT,
        "@id": dossier.place,
        "@type": "Claim",
        **filled(
            identifier=claim.id,
            text=claim.text,
            inLanguage=dossier.article.language,
            author=[_author(source) for source in origins.values() if source.kind in AUTHORS],
            isBasedOn=[_document(source) for source in origins.values() if source.kind is SourceKind.DOCUMENT],
            appearance=_article(dossier),
            creativeWorkStatus=str(claim.status) if claim.status else None,
            review=[_review(review, dossier) for review in dossier.reviews],
        ),
    }


def _author(source: Source) -> Node:
    return {
        "@id": source_place(source),
        "@type": AUTHORS[source.kind],
        **filled(name=source.name, alternateName=source.aliases, sameAs=_wikidata(source)),
    }


def _document(source: Source) -> Node:
    return {"@id": source_place(source), "@type": "CreativeWork", "name": source.name}


def _wikidata(source: Source) -> str | None:
    return f"http://www.wikidata.org/entity/{source.wikidata}" if source.wikidata else None


def _article(dossier: Dossier) -> Node:
    article = dossier.article
    publisher = article.publisher
    return {
        "@id": dossier.article_place,
        "@type": "NewsArticle",
        **filled(
            headline=article.title or None,
            url=article.url or None,
            datePublished=article.published_at or None,
            inLanguage=article.language,
            publisher={"@id": f"/v1/sources/{publisher.id}", "@type": "Organization", "name": publisher.name}
            if publisher
            else None,
        ),
    }


def _review(review: Review, dossier: Dossier) -> Node:
    author, rating = review.author, review.rating
    given = {
        "alternateName": rating.name,
        "ratingValue": rating.value,
        "worstRating": rating.worst,
        "bestRating": rating.best,
    }
    return {
        "@id": f"/v1/reviews/{review.id}",
        "@type": "ClaimReview",
        "url": review.url,
        "datePublished": review.published_at.isoformat(),
        "itemReviewed": {"@id": dossier.place},
        "author": {"@type": REVIEWERS[author.kind], **filled(name=author.name, url=author.url or None)},
        "reviewRating": {"@type": "Rating", **{name: value for name, value in given.items() if value is not UNSET}},
    }
