"""A review: what a third party, such as fact-checkers, says of a claim. It has no part in the confidence level."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.articles import URL
from schemas.corrections import Retraction
from schemas.queries import Total
from schemas.vocabularies import Status

_LINE = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$(?!\n)"

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_LINE)]
Url = Annotated[str, Meta(max_length=2048, pattern=URL)]


class ReviewerKind(StrEnum):
    """Whether who reviews is an ``organisation`` or a ``person``."""

    ORGANISATION = "organisation"
    PERSON = "person"


class Reviewer(Struct, frozen=True):
    """Who reviews. ``url`` is their own, not the review's."""

    name: Line
    kind: ReviewerKind
    url: Url | UnsetType = UNSET


class Rating(Struct, frozen=True):
    """A verdict as it was given, in words (``name``), as a ``value`` on a scale from ``worst`` to ``best``, or as both.

    Nothing is reckoned from it: what a value means, its own scale says.
    """

    name: Line | UnsetType = UNSET
    value: float | UnsetType = UNSET
    worst: float | UnsetType = UNSET
    best: float | UnsetType = UNSET


class GivenReviewer(Reviewer, frozen=True, forbid_unknown_fields=True):
    """Who reviews, as it is handed in."""


class GivenRating(Rating, frozen=True, forbid_unknown_fields=True):
    """A verdict as it is handed in: by its ``name``, by its ``value``, or both."""


class NewReview(Struct, frozen=True, forbid_unknown_fields=True):
    """A review as it is handed in: who says what of a claim, where it can be read, and on which day they said it."""

    author: GivenReviewer
    url: Url
    rating: GivenRating
    published_at: date


class Review(Struct, frozen=True):
    """What a third party says of a claim. ``status`` and ``retraction`` are there where it was taken back."""

    id: str
    claim_id: str
    author: Reviewer
    url: str
    rating: Rating
    published_at: date
    status: Status | UnsetType = UNSET
    retraction: Retraction | UnsetType = UNSET


class ReviewPage(Struct, frozen=True):
    """Reviews in the order that was asked for; ``next`` is the cursor of the following page, absent on the last."""

    items: tuple[Review, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET
