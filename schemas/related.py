"""Who else says so: claims beside a claim or a text, and how many speak for it."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.claims import Claim
from schemas.sources import SourceRef


class Relation(StrEnum):
    """How what a claim says goes with what is compared with it.

    ``same``: it says it too, perhaps in other words, or as a part. ``opposed``: it says that it is not so.
    ``similar``: it is about the same thing and says something else of it, or it cannot be told to say the same.
    """

    SAME = "same"
    OPPOSED = "opposed"
    SIMILAR = "similar"


class Aspect(StrEnum):
    """In what two texts differ.

    ``numbers``, ``times`` (days, months) and ``names``: each has some that the other has not. ``certainty``: one says
    that it is so, another that it will or may be. ``polarity``: one denies. ``wording``: in the same words something
    else stands. ``order``: the same names have changed places.
    """

    NUMBERS = "numbers"
    TIMES = "times"
    NAMES = "names"
    CERTAINTY = "certainty"
    POLARITY = "polarity"
    WORDING = "wording"
    ORDER = "order"


class Difference(Struct, frozen=True):
    """What tells two texts apart: the words, as they were compared, ``here`` where was asked and ``there``."""

    aspect: Aspect
    here: tuple[str, ...]
    there: tuple[str, ...]


class Related(Struct, frozen=True):
    """A claim, and how it goes with what was asked for.

    ``score`` in [0, 1] is how much of their words they share, by weight. Where it is high and the relation ``similar``,
    the ``differences`` say why.
    """

    relation: Relation
    score: Annotated[float, Meta(ge=0, le=1)]
    differences: tuple[Difference, ...]
    claim: Claim


class Voices(Struct, frozen=True):
    """How many there are: those who are ``named``, each once, and so many who are not."""

    count: Annotated[int, Meta(ge=0)]
    named: tuple[SourceRef, ...]
    unnamed: Annotated[int, Meta(ge=0)]


class Corroboration(Struct, frozen=True):
    """How many speak for it: of the claims that say the same, the one that was asked for among them.

    ``origins`` are those with whom it begins, as far back as each claim tells. Copies are one: what a publisher says in
    its own voice is the agency's that its article credits, and in the words of another claim no origin of its own. An
    origin that is not named, as "officials" are, counts once for all claims in the same words that call it so, and else
    once for each article, which may be too often: nobody can tell whether two articles' officials are the same people.
    ``relays`` are those who passed it on, ``publishers`` those who printed it.
    """

    claims: Annotated[int, Meta(ge=0)]
    articles: Annotated[int, Meta(ge=0)]
    origins: Voices
    relays: Voices
    publishers: Voices


class RelatedPage(Struct, frozen=True):
    """Claims of other articles: the same first, then the opposed, then the similar, and of each the likest first.

    ``compared`` is how many claims were looked at, and ``complete`` whether these were all that share enough words to
    be found. ``corroboration`` is over all that were looked at. There is never a ``next``.
    """

    items: tuple[Related, ...]
    corroboration: Corroboration
    compared: Annotated[int, Meta(ge=0)]
    complete: bool
    next: str | UnsetType = UNSET


class Match(Struct, frozen=True, forbid_unknown_fields=True):
    """A text to compare with what is stored, such as a sentence that somebody said."""

    text: Annotated[str, Meta(max_length=1000)]
