"""What a claim says, without who says so."""

import re
from collections.abc import Iterable, Sequence

from msgspec import UNSET

from schemas.claims import Attribution, Claim, Span
from schemas.vocabularies import Act
from service.matching import lexicon

_DATELINE = re.compile(r"^(?:[A-Z][A-Z .,'’-]+(?:, [A-Z][\w. ]+)?)?\s*(?:\([A-Z][\w ]+\))?\s*[-–—]+\s+(?=[A-Z“\"])")

_EDGES = " ,;:-–—"


def content(claims: Sequence[Claim]) -> str:
    """What the claims, which stand side by side, say: their texts without the words that attribute, and to whom.

    What denies stays, and who speaks stays where the text may mean them by a pronoun: one company's "it will cut jobs"
    is not another's.
    """
    return " ".join(_said(claim) for claim in claims)


def _said(claim: Claim) -> str:
    text = _DATELINE.sub("", " ".join(_without(claim, _attributing(claim)).split()))
    return re.sub(r"\s+([,.])", r"\1", text).strip(_EDGES) or claim.text


def _attributing(claim: Claim) -> Iterable[Span]:
    """The spans that only attribute."""
    for attribution in claim.attributions:
        if attribution.act is Act.STATEMENT and _only_tells(attribution):
            yield from attribution.cue
            if not _meant(attribution):
                yield from (link.mention for link in attribution.chain if link.mention is not UNSET)


def _only_tells(attribution: Attribution) -> bool:
    """Whether the cue, as "said" and unlike "denied", is no part of what is said."""
    return all(_words(span.text) <= lexicon.telling() for span in attribution.cue)


def _meant(attribution: Attribution) -> bool:
    """Whether the content may speak of who says it."""
    return any(_words(span.text) & lexicon.words("pronouns") for span in attribution.content)


def _words(text: str) -> set[str]:
    return set(map(lexicon.stem, re.findall(r"\w+", text.lower())))


def _without(claim: Claim, spans: Iterable[Span]) -> str:
    kept, at = [], claim.start
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if claim.start <= span.start and span.end <= claim.end and span.start >= at:
            kept.append(claim.text[at - claim.start : span.start - claim.start])
            at = span.end
    return " ".join([*kept, claim.text[at - claim.start :]])
