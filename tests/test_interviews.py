"""Who "I", "we" and "you" are in an interview, and who else is spoken of in one."""

import pytest

from schemas.claims import Claim
from service.attribution.pipeline import Engine
from tests.test_attribution import chains, claims

TALK = """

Do you think that the harbour will grow?

We think that it will grow by half. Ships are built larger now.

What did the council say to you?

I believe that they liked it."""


def found(engine: Engine, text: str, words: str) -> Claim:
    """The claim that begins with ``words``."""
    return next(c for c in claims(engine, text) if c.text.startswith(words))


@pytest.mark.parametrize(
    "opening",
    [
        "The Courier interviews a mill owner about the flood\n\nAda Lund, owner of the mill at Torvik, was born there.",
        "The Courier interviewed the owner of a mill.\n\nThe mill is near Mark Hale’s, and is owned by Ada Lund.",
    ],
)
def test_described(engine: Engine, opening: str) -> None:
    """A guest whom the opening only describes is whoever the article describes so, or who does what the noun says."""
    assert chains(found(engine, opening + TALK, "I believe")) == [("Ada Lund",)]


def test_who_of_two(engine: Engine) -> None:
    """Of two guests it is left open who speaks."""
    opening = "The Courier interviewed the owners of a mill.\n\nThe mill is owned by Ada Lund and Mark Hale."
    (attribution,) = found(engine, opening + TALK, "I believe").attributions
    assert {c.name for c in attribution.chain[0].candidates or ()} == {"Ada Lund", "Mark Hale"}


def test_pictured(engine: Engine) -> None:
    """The one person whom the opening names may be named by a picture, if the surname stands alone elsewhere."""
    opening = "The harbour of Torvik\n\nThaxo Lundrim image: the Courier.\n\nLundrim was born in Torvik."
    assert chains(found(engine, opening + TALK, "I believe")) == [("Thaxo Lundrim",)]


def test_we(engine: Engine) -> None:
    """Where a guest says "we", it is the guest who says so."""
    opening = "An interview with Ada Lund, who runs the harbour of Torvik."
    assert chains(found(engine, opening + TALK, "We think")) == [("Ada Lund",)]


def test_somebody_else(engine: Engine) -> None:
    """Of a guest who speaks "she" is somebody else, whom she described."""
    opening = "An interview with Ada Lund, who runs the harbour of Torvik."
    told = opening + TALK + " A woman came to the harbour. She said that Ada Lund was right."
    assert chains(found(engine, told, "She said")) == [("woman",)]


def test_cited(engine: Engine) -> None:
    """Whom a quotation cites does not speak it."""
    quoted = "\n\n“The millers say that the harbour is old. It leaks,” Mark Hale wrote in May."
    told = "An interview with Ada Lund, who runs the harbour of Torvik." + quoted + TALK
    assert chains(found(engine, told, "“The millers")) == [("Mark Hale",), ("millers", "Mark Hale")]
