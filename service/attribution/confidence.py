"""The confidence level of a claim: a gate over its origins' commitment and how they were found, with the evidence."""

from collections.abc import Sequence

from msgspec import UNSET

from schemas.claims import Attribution, Confidence, Reason, Span
from schemas.vocabularies import Axis, Extraction, Level

FIRMNESS = {Level.HIGH: 3, Level.MEDIUM: 2, Level.LOW: 1, Level.UNDETERMINED: 0}
BY_CODE = {"CT+": Level.HIGH, "CT-": Level.HIGH, "PR+": Level.MEDIUM, "PR-": Level.MEDIUM,
           "PS+": Level.LOW, "PS-": Level.LOW, "CTu": Level.UNDETERMINED, "Uu": Level.UNDETERMINED}  # fmt: skip
CAPPED = (Extraction.CARRIED, Extraction.ASSUMED)


def rate(attributions: Sequence[Attribution], evidence: Sequence[tuple[str, Span | None]]) -> Confidence:
    """The level of a claim, the firmest of its attributions', and why.

    ``evidence`` gives, for each attribution, the rule of factuality that decided and the words it read.
    """
    rated = [(_level(a), a, e) for a, e in zip(attributions, evidence, strict=True)]
    level, attribution, (rule, span) = max(rated, key=lambda r: FIRMNESS[r[0]])
    origin = attribution.chain[0]
    because = [Reason(rule, Axis.FACTUALITY, span or UNSET)]
    because.append(Reason(f"{origin.extraction}-source", Axis.EXTRACTION, origin.mention))
    return Confidence(level, tuple(because))


def _level(attribution: Attribution) -> Level:
    origin = attribution.chain[0]
    if origin.extraction is Extraction.AMBIGUOUS:
        return Level.UNDETERMINED
    level = BY_CODE[origin.factuality]
    return Level.MEDIUM if origin.extraction in CAPPED and level is Level.HIGH else level
