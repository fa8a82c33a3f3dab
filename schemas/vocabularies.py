"""The closed vocabularies of the record, each member with its definition.

A client reads the definitions at ``/v1/confidence-levels`` and in the OpenAPI document.
"""

from enum import StrEnum


class ClaimKind(StrEnum):
    """What a stored sentence is."""

    STATEMENT = "statement"
    QUESTION = "question"
    HEADING = "heading"
    CREDIT = "credit"


class Status(StrEnum):
    """Whether a claim, an article or a source stands; lists leave out what does not unless they are asked for it.

    A claim is ``superseded`` where its article no longer has the sentence, and ``retracted`` where a person said so.
    A source is ``merged`` where it was found to be another one.
    """

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    RETRACTED = "retracted"
    MERGED = "merged"


class SourceKind(StrEnum):
    """Who or what a source is; ``article`` stands for an article whose publisher is not known."""

    PERSON = "person"
    NEWS_AGENCY = "news_agency"
    STATE_MEDIA = "state_media"
    OUTLET = "outlet"
    GOVERNMENT_BODY = "government_body"
    ORGANISATION = "organisation"
    DOCUMENT = "document"
    UNNAMED_PERSON = "unnamed_person"
    UNNAMED_GROUP = "unnamed_group"
    ARTICLE = "article"


class Role(StrEnum):
    """A link's place in its chain: who first said it, who passed it on, who published it."""

    ORIGIN = "origin"
    RELAY = "relay"
    PUBLISHER = "publisher"


class Act(StrEnum):
    """What the attributed words do: state, believe, intend, or take a stand."""

    STATEMENT = "statement"
    BELIEF = "belief"
    INTENTION = "intention"
    ATTITUDE = "attitude"


class Manner(StrEnum):
    """How the source's words are given: quoted, reported, or some of each."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Factuality(StrEnum):
    """How far a source commits to the content (FactBank's codes; Saurí & Pustejovsky 2009).

    ``CT`` certain, ``PR`` probable, ``PS`` possible; ``+`` that it is so, ``-`` that it is not.
    ``CTu`` certain without telling which, ``Uu`` uncommitted.
    """

    CERTAIN = "CT+"
    CERTAIN_NOT = "CT-"
    PROBABLE = "PR+"
    PROBABLE_NOT = "PR-"
    POSSIBLE = "PS+"
    POSSIBLE_NOT = "PS-"
    CERTAIN_UNTOLD = "CTu"
    UNCOMMITTED = "Uu"


class Extraction(StrEnum):
    """How the service knows of a link.

    ``explicit``: source, cue and content stand in the sentence. ``resolved``: the source is reached
    through an alias, a pronoun or a description. ``carried``: no cue here, a quotation continues its
    neighbour. ``assumed``: nothing found, the publisher's own voice. ``ambiguous``: two or more
    candidates live, and all are returned. ``reviewed``: a person said so.
    """

    EXPLICIT = "explicit"
    RESOLVED = "resolved"
    CARRIED = "carried"
    ASSUMED = "assumed"
    AMBIGUOUS = "ambiguous"
    REVIEWED = "reviewed"


class Level(StrEnum):
    """How firmly the text commits the claim's origin to it; it does not say whether it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNDETERMINED = "undetermined"


class Axis(StrEnum):
    """Which of the two readings a reason for a level belongs to."""

    FACTUALITY = "factuality"
    EXTRACTION = "extraction"


class Rule(StrEnum):
    """What decided a level; the reason's span holds the words that it read.

    Of the factuality axis: a ``…-cue`` is how firmly the attributing words commit their source ("said" certain,
    "denied" denying, "believes" probable, "doubts" doubting, "asked" open, "knows whether" untold). The others
    are how the content itself is put: ``plain-clause`` without a hedge; ``modal`` may, might, could; ``adverb``
    likely, possibly; ``raising-verb`` appears to, is expected to; ``graded-adjective`` is likely to;
    ``denied-hedge`` does not appear to; ``condition`` if, unless; ``open-question`` whether; ``question`` it
    asks; ``no-claim`` a heading or a credit; ``reviewed`` a person said so. Of the extraction axis: ``…-source`` is how
    the origin is known.
    """

    CERTAIN_CUE = "certain-cue"
    DENYING_CUE = "denying-cue"
    PROBABLE_CUE = "probable-cue"
    DOUBTING_CUE = "doubting-cue"
    OPEN_CUE = "open-cue"
    UNTOLD_CUE = "untold-cue"
    PLAIN_CLAUSE = "plain-clause"
    MODAL = "modal"
    ADVERB = "adverb"
    RAISING_VERB = "raising-verb"
    GRADED_ADJECTIVE = "graded-adjective"
    DENIED_HEDGE = "denied-hedge"
    CONDITION = "condition"
    OPEN_QUESTION = "open-question"
    QUESTION = "question"
    NO_CLAIM = "no-claim"
    REVIEWED = "reviewed"
    EXPLICIT_SOURCE = "explicit-source"
    RESOLVED_SOURCE = "resolved-source"
    CARRIED_SOURCE = "carried-source"
    ASSUMED_SOURCE = "assumed-source"
    AMBIGUOUS_SOURCE = "ambiguous-source"
    REVIEWED_SOURCE = "reviewed-source"


LEVEL_DEFINITIONS: dict[Level, str] = {
    Level.HIGH: (
        "The text commits the claim's origin to it as certain (CT), and has that origin, named or not, in the sentence."
    ),
    Level.MEDIUM: (
        "The text commits the origin to it as probable (PR); or as certain, where the origin is only carried over "
        "from a neighbouring sentence or assumed to be the publisher."
    ),
    Level.LOW: "The text commits the origin to it as no more than possible (PS).",
    Level.UNDETERMINED: (
        "The text commits nobody to it (a question, a condition, a heading, a credit: Uu or CTu), or leaves open "
        "who the origin is."
    ),
}
