"""Versions of an article: the texts that it has had."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.changes import Sequence, Time

Position = Annotated[int, Meta(ge=0)]


class Place(Struct, frozen=True):
    """A claim, and where it stands in its article; ``was`` is where it stood in the version before."""

    id: str
    position: Position | UnsetType = UNSET
    was: Position | UnsetType = UNSET


class Difference(Struct, frozen=True):
    """How the claims of a version differ from those of the version before it.

    Claims are ``moved`` whose order among those that stayed is another: what was added before them moves none.
    """

    added: tuple[Place, ...]
    removed: tuple[Place, ...]
    moved: tuple[Place, ...]


class ArticleVersion(Struct, frozen=True):
    """One text of an article: since which revision it is there, and who brought it.

    Where one version is asked for by its number, it has its ``text`` and, unless it is the first, the ``difference``.
    """

    version: Annotated[int, Meta(ge=1)]
    sequence: Sequence
    at: Time
    by: str
    length: Annotated[int, Meta(ge=0)]
    text: str | UnsetType = UNSET
    difference: Difference | UnsetType = UNSET


class ArticleVersionPage(Struct, frozen=True):
    """The versions of an article, the first first; all of them are on the one page."""

    items: tuple[ArticleVersion, ...]
    next: str | UnsetType = UNSET
