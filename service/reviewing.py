"""The use case: what a third party says of a claim is attached to it."""

from datetime import datetime

from msgspec import UNSET
from msgspec.structs import asdict

from schemas.articles import Outcome
from schemas.reviews import NewReview, Rating, Review, Reviewer
from service.attribution.identity import review_id
from service.errors import FieldInvalid
from service.storage.port import ClaimStore


def attach(new: NewReview, claim: str, *, store: ClaimStore, at: datetime, by: str) -> tuple[Outcome, Review]:
    """The review is there, and the claim is as it was; tells what became of the review.

    Who says another thing of the same claim at the same address has changed their mind: that is the same review.
    Raises `FieldInvalid` where the rating says nothing, and as `ClaimStore.put_review`; nothing is stored then.
    """
    if new.rating.name is UNSET and new.rating.value is UNSET:
        raise FieldInvalid("/rating", "it names no verdict. Give its name, its value, or both.")
    author, rating = Reviewer(**asdict(new.author)), Rating(**asdict(new.rating))
    review = Review(review_id(claim, author.name, new.url), claim, author, new.url, rating, new.published_at)
    return store.put_review(review, at=at, actor=by), review
