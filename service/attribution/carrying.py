"""Carries a speaker over to the sentences of a quotation that have no cue of their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import UNSET, Struct, structs

from schemas.claims import Link, Span
from schemas.vocabularies import Act, Extraction, Factuality
from service.attribution.calibration import Scaling
from service.attribution.drafts import Draft, Evidence
from service.attribution.parsed import Parsed
from service.attribution.quotations import Quotations
from service.attribution.sentences import Sentence

WHOLE = 0.8  # A sentence is quoted whole where so much of its letters stands in quotation marks.
UNSEEN = 0.5  # How likely a sentence is taken to continue its neighbour where the network sees no sign of it.
NEIGHBOURS = 30  # No speaker is looked for further away than this many sentences.


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
    parsed: Parsed,
    drafts: Sequence[list[Draft]],
    own: Sequence[Own],
    speaking: Mapping[int, Speaking],
    scaling: Scaling,
) -> list[list[Draft]]:
    """``drafts`` with one added for each wholly quoted sentence that nobody was found to speak.

    A label at a paragraph's head gives all its sentences to the one whom it names. ``speaking`` has, by the sentence
    that the network takes for the continuation of another's attribution, the draft of that.
    """
    cut, quotations = parsed.cut, parsed.quotations
    found = [list(d) for d in drafts]
    speaks: defaultdict[int, list[Draft]] = defaultdict(list)
    for draft in (d for these in found for d in these):
        for number in draft.quotations:
            speaks[number].append(draft)
    for n, sentence in enumerate(cut):
        if own[n].share >= WHOLE and not any(d.quotations & own[n].quotations for d in found[n]):
            same = [d for number in sorted(own[n].quotations) for d in speaks[number]]
            speaker = next(iter(same), None) or next(_speakers(n, cut, found, own, quotations), None)
        else:
            speaker = _labelled(n, cut, drafts)
        speaker = speaker or (speaking[n].draft if n in speaking and not found[n] else None)
        if speaker is not None and speaker.links:
            likely = speaker.likely * (speaking[n].likely if n in speaking else UNSEEN)
            speakers = [_elsewhere(item, scaling.of(likely)) for item in speaker.links]
            carried = _carried(sentence, speakers, own[n], likely)
            found[n] = [*(_extended(d, speakers) for d in found[n]), carried]
    return found


def _labelled(n: int, cut: Sequence[Sentence], drafts: Sequence[list[Draft]]) -> Draft | None:
    """Whom the label at the head of its paragraph gives sentence ``n`` to: its draft is the one without a cue."""
    head = n
    while not cut[head].opens and n - head < NEIGHBOURS:
        head -= 1
    return next((d for d in drafts[head] if not d.cue), None) if head < n else None


def _speakers(
    n: int, cut: Sequence[Sentence], drafts: Sequence[list[Draft]], own: Sequence[Own], quotations: Quotations
) -> Iterator[Draft]:
    """Who may speak sentence ``n``, likeliest first.

    Whoever spoke last before it in its paragraph; else, where the paragraph before does not leave its quotation
    open, who speaks next in it; else who spoke last in the paragraph before.
    """
    paragraph = cut[n].paragraph
    near = range(max(n - NEIGHBOURS, 0), min(n + NEIGHBOURS, len(cut)))
    before = [m for m in near if m < n and cut[m].paragraph == paragraph]
    behind = [m for m in near if m > n and cut[m].paragraph == paragraph]
    above = [m for m in near if cut[m].paragraph == paragraph - 1]
    continued = any(quotations[q].runs_on for m in above for q in own[m].quotations)
    for m in (*reversed(before), *(behind if not before and not continued else ()), *reversed(above)):
        yield from (d for d in reversed(drafts[m]) if d.quotations)


def _carried(sentence: Sentence, speakers: Sequence[Link], own: Own, likely: float) -> Draft:
    """The whole sentence as what the first of ``speakers`` says, the others passing it on."""
    first, *relays = speakers
    whole = (Span(sentence.start, sentence.end, sentence.text),)
    links = (structs.replace(first, factuality=own.evidence.factuality), *relays)
    return Draft(Act.STATEMENT, (), whole, links, own.evidence, own.quotations, likely)


def _extended(nested: Draft, speakers: Iterable[Link]) -> Draft:
    """What a quoted speaker reports of somebody else, with the speaker as its relay."""
    passing = (structs.replace(item, factuality=Factuality.UNCOMMITTED) for item in speakers)
    return structs.replace(nested, links=(*nested.links, *passing))


def _elsewhere(item: Link, likely: float) -> Link:
    """The link in a sentence that it is carried to, where it has no mention."""
    alone = likely / len(item.candidates or (item,))
    return structs.replace(item, mention=UNSET, extraction=Extraction.CARRIED, probability=alone)
