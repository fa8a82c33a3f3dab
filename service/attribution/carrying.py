"""Carries a speaker over to the sentences of a quotation that have no cue of their own."""

from collections.abc import Sequence

from msgspec import UNSET, Struct, structs

from schemas.claims import Link, Span
from schemas.vocabularies import Act, Extraction, Factuality
from service.attribution.drafts import Draft
from service.attribution.quotations import Quotation
from service.attribution.sentences import Sentence

WHOLE = 0.8  # A sentence is quoted whole where so much of its letters stands in quotation marks.


class Quoted(Struct, frozen=True):
    """A sentence: how its own words commit, the numbers of the quotations it shares words with, how much is quoted."""

    commits: Factuality
    rule: str
    because: Span | None
    quotations: frozenset[int]
    share: float


def carry(
    cut: Sequence[Sentence], drafts: Sequence[list[Draft]], quoted: Sequence[Quoted], quotations: Sequence[Quotation]
) -> list[list[Draft]]:
    """``drafts`` with one added for each wholly quoted sentence that nobody was found to speak.

    Its speaker is that of the same quotation; else of the quotation before it in the paragraph, else behind it;
    else of the paragraph before where that left its quotation open; else of the last quotation of the
    paragraph before.
    """
    found = [list(d) for d in drafts]
    for n in range(len(cut)):
        if quoted[n].share >= WHOLE and not any(d.quotations & quoted[n].quotations for d in found[n]):
            speaker = _speaker(n, cut, found, quoted, quotations)
            if speaker is not None:
                found[n] = [*(_extended(d, speaker) for d in found[n]), _carried(cut[n], speaker, quoted[n])]
    return found


def _speaker(
    n: int,
    cut: Sequence[Sentence],
    drafts: Sequence[list[Draft]],
    quoted: Sequence[Quoted],
    quotations: Sequence[Quotation],
) -> Draft | None:
    own, paragraph = quoted[n].quotations, cut[n].paragraph
    same = [d for found in drafts for d in found if d.quotations & own]
    if same:
        return same[0]
    here = [m for m in range(len(cut)) if cut[m].paragraph == paragraph]
    before = [m for m in range(n) if cut[m].paragraph == paragraph - 1]
    continued = any(quotations[q].runs_on for m in before for q in quoted[m].quotations)
    order = [m for m in reversed(here) if m < n]
    order = order if order or continued else [m for m in here if m > n]
    for m in [*order, *reversed(before)]:
        speaking = [d for d in drafts[m] if d.quotations]
        if speaking:
            return speaking[-1]
    return None


def _carried(sentence: Sentence, speaker: Draft, quoted: Quoted) -> Draft:
    first, *relays = speaker.links
    origin = structs.replace(first, factuality=quoted.commits, extraction=Extraction.CARRIED)
    whole = (Span(sentence.start, sentence.end, sentence.text),)
    links = tuple(_unmentioned(item) for item in (origin, *relays))
    return Draft(Act.STATEMENT, (), whole, links, quoted.rule, quoted.because, quoted.quotations)


def _extended(nested: Draft, speaker: Draft) -> Draft:
    """What a quoted speaker reports of somebody else, with the speaker as its relay."""
    passing = (
        structs.replace(_unmentioned(item), factuality=Factuality.UNCOMMITTED, extraction=Extraction.CARRIED)
        for item in speaker.links
    )
    return structs.replace(nested, links=(*nested.links, *passing))


def _unmentioned(item: Link) -> Link:
    return structs.replace(item, mention=UNSET)
