"""The one way from a text to its claims."""

from schemas.articles import NewArticle
from schemas.records import Record


class Engine:
    """Reads articles. Safe to call from any thread; one article is read at a time."""

    def attribute(self, new: NewArticle) -> Record:
        """Every sentence of the article as a claim, with its sources and confidence.

        Raises `TextEmpty`, `TextUnreadable`, `LanguageUnsupported` or `FieldInvalid`.
        """
        raise NotImplementedError


def load() -> Engine:
    """The engine, its language model and source directory read from the installed package."""
    return Engine()
