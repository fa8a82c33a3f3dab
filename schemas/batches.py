"""A batch of articles: what is told of each."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.articles import Receipt
from schemas.problems import Problem


class BatchLine(Struct, frozen=True):
    """What became of the article in one line: its ``receipt``, or the ``problem`` that it met.

    ``line`` counts all lines from 1, empty ones too. ``status`` is what the article alone would have been answered
    with.
    """

    line: Annotated[int, Meta(ge=1)]
    status: int
    receipt: Receipt | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET
