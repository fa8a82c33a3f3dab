"""Carries a speaker over to the sentences of a quotation that have no cue of their own."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import UNSET, Struct, structs

from schemas.claims import Link, Span
from schemas.vocabularies import Act, Extraction, Factuality
from service.attribution.calibration import Scaling
from service.attribution.drafts import Draft, Evidence
from service.attribution.sentences import Sentence

WHOLE = 0.8  # A sentence is quoted whole where so much of its letters stands in quotation marks.


class Speaking(NamedTuple):
    """The draft that a sentence continues, and the network's probability that it does."""

    draft: Draft
    likely: float


class Own(Struct, frozen=True):
    """A sentence by itself: how its words commit, the quotations it touches, and how much of it they hold (0 to 1)."""

    evidence: Evidence
    quotations: frozenset[int]
    share: float


def carry(
    cut: Sequence[Sentence],
    drafts: Sequence[list[Draft]],
    own: Sequence[Own],
    speaking: Mapping[int, Speaking],
    scalings: Mapping[Extraction, Scaling],
) -> list[list[Draft]]:
    """``drafts`` with one added for each sentence that nobody was found to speak and that continues another's.

    ``speaking`` has, by the sentence that may continue it, the draft that it continues.
    """
    found = [list(d) for d in drafts]
    for n, (speaker, likely) in speaking.items():
        silent = not found[n] or (own[n].share >= WHOLE and not any(d.quotations & own[n].quotations for d in found[n]))
        if silent and speaker.links:
            probability = scalings[Extraction.CARRIED].of(likely * speaker.likely)
            carried = _carried(cut[n], speaker, own[n], probability)
            found[n] = [*(_extended(d, speaker) for d in found[n]), carried]
    return found


def _carried(sentence: Sentence, speaker: Draft, own: Own, probability: float) -> Draft:
    first, *relays = speaker.links
    commits = own.evidence.factuality
    origin = structs.replace(first, factuality=commits, extraction=Extraction.CARRIED, probability=probability)
    whole = (Span(sentence.start, sentence.end, sentence.text),)
    links = tuple(_elsewhere(item) for item in (origin, *relays))
    return Draft(Act.STATEMENT, (), whole, links, own.evidence, own.quotations)


def _extended(nested: Draft, speaker: Draft) -> Draft:
    """What a quoted speaker reports of somebody else, with the speaker as its relay."""
    passing = (
        structs.replace(_elsewhere(item), factuality=Factuality.UNCOMMITTED, extraction=Extraction.CARRIED)
        for item in speaker.links
    )
    return structs.replace(nested, links=(*nested.links, *passing))


def _elsewhere(item: Link) -> Link:
    """The link without its mention, which stands in another sentence."""
    return structs.replace(item, mention=UNSET)
