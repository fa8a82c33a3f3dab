"""What is found in one sentence before anybody is named: cue, source and content, as token indexes."""

from msgspec import Struct

from schemas.vocabularies import Act, Factuality


class Match(Struct, frozen=True):
    """One attribution in a sentence.

    ``source`` is the head of the phrase that names the source, ``head`` that of the content where it is a clause.
    ``source`` is None where the sentence names none: "it is feared that".
    ``origin`` is the head of whoever this source cites or quotes, ``told`` of whoever it told. ``outer`` says that
    the phrase stands at the sentence's edge and takes in all of it. ``likely`` is the network's
    probability that the cue attributes, and to this source.
    """

    cue: tuple[int, ...]
    source: int | None
    content: frozenset[int]
    act: Act
    commits: Factuality
    head: int | None = None
    origin: int | None = None
    told: int | None = None
    outer: bool = False
    likely: float = 1.0
