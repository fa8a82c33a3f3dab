"""The use case: a person puts right what was read of a sentence."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from schemas.claims import Attribution, Claim, Link, Span
from schemas.corrections import ChangedLink, Corrected, GivenAttribution, GivenLink, NewCorrection, Stretch
from schemas.sources import SourceRef
from schemas.vocabularies import Extraction
from service.attribution import confidence
from service.errors import FieldInvalid, SourceUnknown

Sources = Callable[[str], SourceRef]
"""The source with an id. Raises `SourceUnknown`."""


def corrected(claim: Claim, correction: NewCorrection, text: str, sources: Sources) -> Claim:
    """The claim as the person says it is, who is believed to the full.

    ``text`` is its article's. Raises `FieldInvalid` for a link, a source or a stretch of the text that is not there.
    """
    if correction.kind is UNSET and correction.attributions is UNSET and correction.links is UNSET:
        raise FieldInvalid("", "it corrects nothing. Give kind, attributions or links.")
    attributions = claim.attributions
    if given := correction.attributions:
        attributions = tuple(_attribution(place, one, text, sources) for place, one in enumerate(given))
    for place, change in enumerate(correction.links or ()):
        attributions = _changed(attributions, change, f"/links/{place}", sources)
    kind = correction.kind or claim.kind
    before = claim.correction.members if claim.correction else ()
    own = [*(["kind"] if correction.kind else []), *(["attributions"] if attributions != claim.attributions else [])]
    return msgspec.structs.replace(
        claim,
        kind=kind,
        attributions=attributions,
        confidence=confidence.reviewed(kind, attributions),
        correction=Corrected(correction.reason, tuple(sorted({*before, *own}))),
    )


def _attribution(place: int, given: GivenAttribution, text: str, sources: Sources) -> Attribution:
    path = f"/attributions/{place}"
    chain = [_link(link, f"{path}/chain/{step}", text, sources) for step, link in enumerate(given.chain)]
    cue, content = (_spans(getattr(given, name) or (), f"{path}/{name}", text) for name in ("cue", "content"))
    return Attribution(given.act, cue, content, tuple(chain), given.manner)


def _link(given: GivenLink, path: str, text: str, sources: Sources) -> Link:
    mention = _span(given.mention, f"{path}/mention", text) if given.mention else UNSET
    source = _source(given.source, f"{path}/source", sources)
    return Link(given.role, source, given.factuality, Extraction.REVIEWED, 1.0, mention)


def _changed(
    attributions: Sequence[Attribution], change: ChangedLink, path: str, sources: Sources
) -> tuple[Attribution, ...]:
    """The attributions, of which one link is another."""
    try:
        attribution = attributions[change.attribution]
        link = attribution.chain[change.link]
    except IndexError:
        raise FieldInvalid(path, "the claim has no such link. Both count from 0.") from None
    new: dict[str, Any] = {"extraction": Extraction.REVIEWED, "probability": 1.0, "candidates": UNSET}
    if change.source:
        new["source"] = _source(change.source, f"{path}/source", sources)
    if change.factuality:
        new["factuality"] = change.factuality
    chain = _replaced(attribution.chain, change.link, msgspec.structs.replace(link, **new))
    return _replaced(attributions, change.attribution, msgspec.structs.replace(attribution, chain=chain))


def _replaced(items: Iterable[Any], place: int, item: Any) -> tuple[Any, ...]:
    return tuple(item if at == place else one for at, one in enumerate(items))


def _source(id: str, path: str, sources: Sources) -> SourceRef:
    try:
        return sources(id)
    except SourceUnknown as error:
        raise FieldInvalid(path, "there is no such source. Give the id of one that /v1/sources lists.") from error


def _spans(given: Sequence[Stretch], path: str, text: str) -> tuple[Span, ...]:
    return tuple(_span(stretch, f"{path}/{place}", text) for place, stretch in enumerate(given))


def _span(given: Stretch, path: str, text: str) -> Span:
    if not given.start < given.end <= len(text):
        raise FieldInvalid(path, f"it is no stretch of the article's text, which has {len(text)} characters.")
    return Span(given.start, given.end, text[given.start : given.end])
