"""A record: an article read whole, as it is handed from the reader to the store."""

from msgspec import Struct

from schemas.articles import Article
from schemas.claims import Claim
from schemas.sources import Source


class Record(Struct, frozen=True):
    """An article, its text and claims, and every source that they and its contributors refer to.

    ``engine`` is the edition of the one that read it.
    """

    article: Article
    text: str
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    engine: str = ""
