"""An article: one publication of a text."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.corrections import Retraction
from schemas.queries import Total
from schemas.sources import SourceRef
from schemas.vocabularies import Status

_CONTROL = r"\u0000-\u0008\u000e-\u001f\u007f-\u0081\u0086-\u009f"

# Behind the end no line may end: in Python, though not in JSON Schema, the sign for the end lets one.
URL = rf"^https?://[^\s\u0085/{_CONTROL}]+(/[^\s\u0085{_CONTROL}]*)?$(?!\n)"

# Patterns that tell a client what fits. They are not checked as such, since the engine refuses in better words.
_LINE = {"pattern": f"^[^{_CONTROL}]*$"}
_TAG = {"pattern": "^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$"}


class NewArticle(Struct, frozen=True, forbid_unknown_fields=True):
    """An article as it is handed in. Only ``text`` is required.

    ``title`` is kept and not read: a headline that is to be a claim stands in ``text`` too.
    ``published_at`` is a date (2026-02-08) or a time with its offset (2026-02-08T09:30:00Z).
    ``publisher`` is a name or an alias. ``language`` is a BCP 47 tag (en, en-US); English alone is read.
    """

    text: Annotated[str, Meta(extra_json_schema=_LINE)]
    title: Annotated[str, Meta(max_length=1000, extra_json_schema=_LINE)] | UnsetType = UNSET
    url: Annotated[str, Meta(max_length=2048, pattern=URL)] | UnsetType = UNSET
    publisher: Annotated[str, Meta(max_length=200, extra_json_schema=_LINE)] | UnsetType = UNSET
    published_at: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    language: Annotated[str, Meta(max_length=35, extra_json_schema=_TAG)] | UnsetType = UNSET


class Article(Struct, frozen=True):
    """One publication of a text, and how many claims it gave.

    ``contributors`` are the sources that a credit or a dateline names. ``length`` is in code points.
    ``text`` is there when a stored article is asked for by id; spans count from its beginning.
    ``created_at`` (UTC) is when it was stored, absent where it was not. ``version`` counts its texts from 1.
    ``status`` and ``retraction`` are there where it was taken back.
    """

    id: str
    language: str
    length: Annotated[int, Meta(ge=0)]
    claims: Annotated[int, Meta(ge=0)]
    contributors: tuple[SourceRef, ...] = ()
    title: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    publisher: SourceRef | UnsetType = UNSET
    published_at: str | UnsetType = UNSET
    created_at: Annotated[str, Meta(extra_json_schema={"format": "date-time"})] | UnsetType = UNSET
    text: str | UnsetType = UNSET
    version: Annotated[int, Meta(ge=1)] = 1
    status: Status | UnsetType = UNSET
    retraction: Retraction | UnsetType = UNSET


class ArticlePage(Struct, frozen=True):
    """Articles in the order that was asked for, without text; ``next`` is absent on the last page."""

    items: tuple[Article, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET


class Outcome(StrEnum):
    """What storing an article did: ``unchanged`` where it was there already as it is and nothing was added, ``updated``
    where it was there with another text, which is kept as an earlier version, or was said otherwise to be.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Receipt(Struct, frozen=True):
    """The stored article, and what this request did to it."""

    outcome: Outcome
    article: Article
