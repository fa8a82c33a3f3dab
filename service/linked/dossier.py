"""All that is told of one claim, whatever the words; and the paths by which its things go."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from schemas.articles import Article
from schemas.changes import Change
from schemas.claims import Claim, Link
from schemas.reviews import Review
from schemas.sources import Source

Node = dict[str, object]
"""A thing and what is said of it, as JSON-LD."""


class Dossier(Struct, frozen=True):
    """A claim as of one moment, with its article and sources, by their ids, and its ``changes`` up to then.

    ``version`` is that of the article in which the claim stands, or stood last, and ``text`` is that version's.
    """

    claim: Claim
    article: Article
    version: int
    text: str
    sources: Mapping[str, Source]
    reviews: Sequence[Review]
    changes: Sequence[Change]

    def links(self) -> Iterator[tuple[Link, Source]]:
        """Every link with its source, in the order of the chains."""
        for attribution in self.claim.attributions:
            for link in attribution.chain:
                yield link, self.sources[link.source.id]

    @property
    def place(self) -> str:
        """The path of the claim."""
        return f"/v1/claims/{self.claim.id}"

    @property
    def article_place(self) -> str:
        """The path of the article."""
        return f"/v1/articles/{self.article.id}"

    @property
    def version_place(self) -> str:
        """The path of the version of the article."""
        return f"{self.article_place}/versions/{self.version}"


def source_place(source: Source) -> str:
    """The path of the source."""
    return f"/v1/sources/{source.id}"


def filled(**members: object) -> Node:
    """What is said, without what is not: nothing, the empty and the absent."""
    return {name: value for name, value in members.items() if value or value == 0}
