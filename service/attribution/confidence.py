"""The confidence level of a claim: a gate over its origins' commitment and how they were found, with the evidence."""

from collections.abc import Sequence

from msgspec import UNSET

from schemas.claims import Attribution, Confidence, Reason
from schemas.vocabularies import Axis, ClaimKind, Extraction, Factuality, Level, Rule
from service.attribution.drafts import Evidence

FIRMNESS = {Level.HIGH: 3, Level.MEDIUM: 2, Level.LOW: 1, Level.UNDETERMINED: 0}
LEVELS = {"CT": Level.HIGH, "PR": Level.MEDIUM, "PS": Level.LOW}
CAPPED = (Extraction.CARRIED, Extraction.ASSUMED)


def rate(attributions: Sequence[Attribution], evidence: Sequence[Evidence]) -> Confidence:
    """The level of a claim, the firmest of its attributions', and why.

    ``evidence`` is that for the factuality of each attribution's first link.
    """
    rated = [(_level(a), a, e) for a, e in zip(attributions, evidence, strict=True)]
    level, attribution, decided = max(rated, key=lambda r: FIRMNESS[r[0]])
    origin = attribution.chain[0]
    commitment = Reason(decided.rule, Axis.FACTUALITY, decided.span or UNSET)
    return Confidence(level, (commitment, Reason(Rule(f"{origin.extraction}-source"), Axis.EXTRACTION, origin.mention)))


def reviewed(kind: ClaimKind, attributions: Sequence[Attribution]) -> Confidence:
    """The level of a claim of which a person said what it is."""
    if kind is not ClaimKind.STATEMENT:
        rule = Rule.QUESTION if kind is ClaimKind.QUESTION else Rule.NO_CLAIM
        return Confidence(Level.UNDETERMINED, (Reason(rule, Axis.FACTUALITY),))
    evidence = [Evidence(attribution.chain[0].factuality, Rule.REVIEWED) for attribution in attributions]
    return rate(attributions, evidence)


def _level(attribution: Attribution) -> Level:
    origin = attribution.chain[0]
    open_ = origin.factuality in (Factuality.UNCOMMITTED, Factuality.CERTAIN_UNTOLD)
    if open_ or origin.extraction is Extraction.AMBIGUOUS:
        return Level.UNDETERMINED
    level = LEVELS[origin.factuality[:2]]
    return Level.MEDIUM if level is Level.HIGH and origin.extraction in CAPPED else level
