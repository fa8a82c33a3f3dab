"""What can be asked of a list besides which items are in it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

Total = Annotated[int, Meta(ge=0, description="How many items the whole list has, where `count=exact` asked for it.")]


class Expand(StrEnum):
    """What items refer to and a page can bring along."""

    SOURCE = "source"
    ARTICLE = "article"


class Sort(StrEnum):
    """The order of a list: as its items were stored, or the last stored first."""

    STORED = "stored"
    LAST_STORED = "-stored"


class Count(StrEnum):
    """How a list is counted."""

    EXACT = "exact"
