"""Recognises the attributions of an article: what the rules find and the network confirms, and what it finds beside."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct, structs

from schemas.vocabularies import Act, ClaimKind
from service.attribution import continuing, features, framing, sources
from service.attribution.continuing import CONTINUED, Continued, Ends, Neighbour
from service.attribution.cues import permitted
from service.attribution.features import Floats, Vocabulary
from service.attribution.matches import Match
from service.attribution.network import Candidate, Network, Relation
from service.attribution.scenes import Scene

WINDOW = 256  # So many sentences are read at a time; the states of all words of a long article would fill the memory.
LIKELY = 0.3  # What is less likely than this to be a cue is looked at no further.
KEPT = 0.1  # What the rules find is kept where it is at least so likely,
FOUND = 0.5  # and what only the network finds, where it is so likely;
THING = 0.7  # an attitude to a thing, which no clause tells, where it is so likely.
IN_INTERVIEW = 0.9  # How likely what the rules find in an interview is taken to be.


class Recognised(Struct, frozen=True):
    """For each sentence its matches, whom it may continue, and how likely nobody but the article speaks in it."""

    matches: list[list[Match]]
    continued: Mapping[int, Continued]
    unspoken: list[float]


class Recogniser:
    """Recognises attributions with a fitted network. Safe to share."""

    def __init__(self, network: Network, known: Vocabulary) -> None:
        self._network, self._known = network, known

    def recognise(self, found: Sequence[Scene | None], interview: bool) -> Recognised:
        """The attributions of an article whose sentences are ``found``.

        An ``interview`` is left to the rules: the network was fitted on reports, and misreads half of one.
        """
        places = [n for n, scene in enumerate(found) if scene is not None]
        here = [scene for scene in found if scene is not None]
        windows = (here[first : first + WINDOW] for first in range(0, len(here), WINDOW))
        read = [one for window in windows for one in self._read(window, interview)]
        neighbours = {n: neighbour for n, (_, neighbour) in zip(places, read, strict=True)}
        continued = continuing.continued(self._network, neighbours)
        matches: list[list[Match]] = [[] for _ in found]
        unspoken = [0.5] * len(found)
        for n, (these, neighbour) in zip(places, read, strict=True):
            matches[n] = these
            carried = continued[n].likely if n in continued else 0.0
            unspoken[n] = (1 - neighbour.cue) * (1 - carried) * (1 - neighbour.scene.setting.share)
        certain = {n: one for n, one in continued.items() if one.likely >= CONTINUED and not interview}
        return Recognised(matches, certain, unspoken)

    def _read(self, window: Sequence[Scene], interview: bool) -> Iterator[tuple[list[Match], Neighbour]]:
        """The matches of each sentence, and the sentence as a neighbour."""
        seen = [features.read(s.doc, s.setting, s.rules, self._known) for s in window]
        hidden = self._network.encode(seen)
        cues = [self._network.cues(states) for states in hidden]
        heads = [[] if interview else [int(i) for i in np.flatnonzero(likely >= LIKELY)] for likely in cues]
        views = zip(window, hidden, heads, strict=True)
        relations = iter(self._network.relate([c for view in views for c in self._candidates(*view)]))
        for scene, states, likely, these in zip(window, hidden, cues, heads, strict=True):
            matches = judged(scene, likely, {head: next(relations) for head in these}, interview)
            ends = [_ends(match, states, likely) for match in matches]
            yield matches, Neighbour(scene, ends, states.max(0), states.mean(0), float(likely.max()))

    def _candidates(self, scene: Scene, hidden: Floats, heads: Sequence[int]) -> Iterator[Candidate]:
        among = features.ways(scene.doc) if heads else ()
        for head in heads:
            numbers = np.array([self._known.paths.get(path, 0) for path in features.paths(among, head)])
            yield Candidate(hidden, head, numbers, features.distances(len(among), head))


def _ends(match: Match, hidden: Floats, cues: Floats) -> Ends:
    words = match.content or match.cue
    first, last = min(words), max(words)
    cue, before, behind = (hidden[i].copy() for i in (_head(match, cues), first, last))
    return Ends(first, last, cue, before, behind)


def judged(scene: Scene, cues: Floats, relations: Mapping[int, Relation], interview: bool) -> list[Match]:
    """The matches that the rules find and the network does not deny, and those that it finds and no rule forbids."""
    if interview:
        return [structs.replace(m, likely=IN_INTERVIEW) for m in scene.rules]
    by_rule = [_scored(m, cues, relations) for m in scene.rules]
    kept = [m for m in by_rule if m.outer or cues[_head(m, cues)] >= KEPT]
    passed_on = [m for m in by_rule if m not in kept and _nested(m, kept)]
    taken = frozenset(i for m in kept for i in m.cue)
    heads = [h for h in relations if cues[h] >= FOUND and h not in taken]
    found = [m for h in heads if (m := _found(scene, h, float(cues[h]), relations[h])) is not None]
    found = [m for m in found if not any(_told_already(m, k) for k in kept)]
    return sorted([*kept, *passed_on, *found], key=lambda m: m.cue)


def _nested(match: Match, kept: Sequence[Match]) -> bool:
    """Whether another match reports ``match``, which most annotators leave out, so that the network doubts it."""
    return any(set(match.cue) <= m.content for m in kept)


def _told_already(match: Match, kept: Match) -> bool:
    """Whether a match says no more of its source than the rules found, or stands in that and names no source."""
    if kept.origin is not None and match.source in (kept.source, kept.origin):
        return True
    if match.source is None:
        return set(match.cue) <= kept.content or bool(match.content & kept.content)
    stance = match.head is None or match.act is not Act.STATEMENT
    return match.source == kept.source and (stance or bool(match.content & kept.content))


def _scored(match: Match, cues: Floats, relations: Mapping[int, Relation]) -> Match:
    head = _head(match, cues)
    sourced = relations[head].source[0 if match.source is None else match.source + 1] if head in relations else 1.0
    return structs.replace(match, likely=float(cues[head] * sourced))


def _head(match: Match, cues: Floats) -> int:
    """The token of a match's cue that the network takes for its head."""
    return max(match.cue, key=lambda i: float(cues[i]))


def _found(scene: Scene, head: int, likely: float, relation: Relation) -> Match | None:
    """The match that the network sees in the cue headed by ``head``; None where it sees no content."""
    doc, source = scene.doc, int(relation.source.argmax()) - 1
    cue = tuple(sorted({head, *(int(i) for i in np.flatnonzero(relation.cue >= 0.5))}))
    named = {t.i for t in sources.phrase(doc[source])} if source >= 0 else set()
    content = frozenset(int(i) for i in np.flatnonzero(relation.content >= 0.5)) - named - set(cue)
    if not any(not doc[i].is_punct for i in content):
        return None
    named_by = doc[source] if source >= 0 else None
    framed = framing.frame(doc, head, named_by, content, scene.setting.quoted)
    if framed is None or not permitted(doc[head], named_by, framed[0], scene.setting.quoted):
        return None
    act, commits = framed
    clause = framing.clause(doc, content)
    thing = act is Act.ATTITUDE and clause is None
    if thing and (likely < THING or scene.setting.kind is ClaimKind.HEADING):
        return None
    return Match(
        cue=cue,
        source=source if source >= 0 else None,
        content=content,
        act=act,
        commits=commits,
        head=clause,
        likely=likely * float(relation.source[source + 1]),
    )
