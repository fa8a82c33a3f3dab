"""Recognises the attributions of an article: what the rules find and the network confirms, and what it finds beside."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct, structs
from spacy.tokens import Doc

from schemas.vocabularies import ClaimKind
from service.attribution import cues, features, framing, sources
from service.attribution.cues import permitted
from service.attribution.features import Floats, Setting, Vocabulary
from service.attribution.matches import Match
from service.attribution.network import Candidate, Network, Relation, Step
from service.attribution.quotations import Quotations
from service.attribution.sentences import Sentence

LIKELY = 0.1  # What is less likely than this to be a cue is looked at no further.
CONTINUED = 0.5  # A sentence continues its neighbour's attribution where that is so likely.
NESTED = 0.003  # What another match reports is kept where it is at least so likely: annotators leave most of it out.
KEPT = 0.1  # What the rules find is kept where it is at least so likely,
FOUND = 0.5  # and what only the network finds, where it is so likely.
FARTHEST = 30  # No attribution is continued further than so many sentences from its cue.
BETWEEN = 9


class Scene(Struct, frozen=True):
    """A sentence with all that is read beside it. ``quotations`` has, for each token, the numbers of those around."""

    doc: Doc
    setting: Setting
    quotations: tuple[frozenset[int], ...]
    rules: tuple[Match, ...]

    @property
    def touched(self) -> frozenset[int]:
        """The numbers of all quotations that the sentence touches."""
        return frozenset().union(*self.quotations)


def scenes(
    cut: Sequence[Sentence], kinds: Sequence[ClaimKind], docs: Sequence[Doc | None], quotations: Quotations
) -> list[Scene | None]:
    """Each sentence with what the rules find in it; None for a credit, and for one that was not parsed."""
    around = [
        _around(doc, sentence, quotations) if doc is not None and len(doc) and kind is not ClaimKind.CREDIT else None
        for sentence, kind, doc in zip(cut, kinds, docs, strict=True)
    ]
    shares = [sum(map(bool, these)) / len(these) if these else 0.0 for these in around]
    padded = (0.0, *shares, 0.0)
    found: list[Scene | None] = []
    for n, (doc, these) in enumerate(zip(docs, around, strict=True)):
        if doc is None or these is None:
            found.append(None)
            continue
        quoted = frozenset(i for i, numbers in enumerate(these) if numbers)
        setting = Setting(cut[n], kinds[n], quoted, padded[n], padded[n + 1], padded[n + 2])
        found.append(Scene(doc, setting, these, tuple(cues.find(doc, quoted))))
    return found


def _around(doc: Doc, sentence: Sentence, quotations: Quotations) -> tuple[frozenset[int], ...]:
    near = [(n, quotations[n]) for n in quotations.touching(sentence.start, sentence.end)]
    at = [sentence.body + token.idx for token in doc]
    return tuple(frozenset(n for n, q in near if q.start <= a < q.end) for a in at)


def between(near: Scene, edge: int, far: Scene, forward: bool, further: bool, cue: float) -> list[float]:
    """What stands between an attribution whose content ends (begins) at ``edge`` and a neighbour; see `Step`.

    ``cue`` is how likely the likeliest cue in the neighbour is.
    """
    sentence, other = near.setting.sentence, far.setting.sentence
    return [
        forward,
        further,
        bool(near.quotations[edge] & far.touched),
        sentence.paragraph == other.paragraph,
        abs(sentence.paragraph - other.paragraph) == 1,
        far.setting.share,
        near.setting.share,
        bool(near.quotations[edge]),
        cue,
    ]


class Continued(NamedTuple):
    """Which match of which sentence another sentence continues, and how likely that is."""

    sentence: int
    match: int
    likely: float


NOTHING = Continued(0, 0, 0.0)


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
        seen = [features.read(s.doc, s.setting, s.rules, self._known) for s in here]
        views = [_View(s, h, self._network.cues(h)) for s, h in zip(here, self._network.encode(seen), strict=True)]
        matches: list[list[Match]] = [[] for _ in found]
        for n, these in zip(places, self._matches(views, interview), strict=True):
            matches[n] = these
        continued = self._continued(dict(zip(places, views, strict=True)), matches)
        unspoken = [0.5] * len(found)
        for n, view in zip(places, views, strict=True):
            unspoken[n] = float(1 - view.cues.max()) * (1 - (continued[n].likely if n in continued else 0.0))
        certain = {n: one for n, one in continued.items() if one.likely >= CONTINUED and not interview}
        return Recognised(matches, certain, unspoken)

    def _matches(self, views: Sequence["_View"], interview: bool) -> Iterator[list[Match]]:
        heads = [[int(i) for i in np.flatnonzero(view.cues >= LIKELY)] for view in views]
        candidates = [c for view, these in zip(views, heads, strict=True) for c in self._candidates(view, these)]
        relations = iter(self._network.relate(candidates))
        for view, these in zip(views, heads, strict=True):
            related = {head: next(relations) for head in these}
            yield judged(view.scene, view.cues, related, interview)

    def _candidates(self, view: "_View", heads: Sequence[int]) -> Iterator[Candidate]:
        among = features.ways(view.scene.doc) if heads else ()
        for head in heads:
            numbers = np.array([self._known.paths.get(path, 0) for path in features.paths(among, head)])
            yield Candidate(view.hidden, head, numbers, features.distances(len(among), head))

    def _continued(self, views: Mapping[int, "_View"], matches: Sequence[Sequence[Match]]) -> Mapping[int, Continued]:
        """For each sentence beside an attribution the likeliest that it continues, however likely."""
        best: dict[int, Continued] = {}
        open_ = [(n, k, way) for n, these in enumerate(matches) for k, _ in enumerate(these) for way in (1, -1)]
        for distance in range(1, FARTHEST + 1):
            open_ = [(n, k, way) for n, k, way in open_ if n + way * distance in views]
            steps = (self._step(views, matches[n][k], n, n + way * distance, way) for n, k, way in open_)
            likely = self._network.continues(steps)
            for (n, k, way), p in zip(open_, likely, strict=True):
                to = n + way * distance
                best[to] = max(best.get(to, NOTHING), Continued(n, k, p), key=lambda one: one.likely)
            open_ = [one for one, p in zip(open_, likely, strict=True) if p >= CONTINUED]
        return best

    def _step(self, views: Mapping[int, "_View"], match: Match, at: int, to: int, way: int) -> Step:
        near, far = views[at], views[to]
        words = match.content or match.cue
        edge = max(words) if way == 1 else min(words)
        told = between(near.scene, edge, far.scene, way == 1, abs(to - at) > 1, float(far.cues.max()))
        return Step(near.hidden[_head(match, near.cues)], near.hidden[edge], far.hidden, np.array(told, np.float32))


class _View(Struct, frozen=True):
    """A scene as the network sees it: hidden states (n, d) and the probability of each token to head a cue (n,)."""

    scene: Scene
    hidden: Floats
    cues: Floats


def judged(scene: Scene, cues: Floats, relations: Mapping[int, Relation], interview: bool) -> list[Match]:
    """The matches that the rules find and the network does not deny, and those that it finds and no rule forbids."""
    by_rule = [_scored(m, cues, relations) for m in scene.rules]
    if interview:
        return by_rule
    kept = [m for m in by_rule if m.outer or cues[_head(m, cues)] >= KEPT]
    passed_on = [m for m in by_rule if m not in kept and cues[_head(m, cues)] >= NESTED and _nested(m, kept)]
    taken = frozenset(i for m in kept for i in m.cue)
    heads = [h for h in relations if cues[h] >= FOUND and h not in taken]
    found = [m for h in heads if (m := _found(scene, h, float(cues[h]), relations[h])) is not None]
    found = [m for m in found if not any(_told_already(m, k) for k in kept)]
    return sorted([*kept, *passed_on, *found], key=lambda m: m.cue)


def _nested(match: Match, kept: Sequence[Match]) -> bool:
    """Whether another match reports ``match``, which most annotators leave out, so that the network doubts it."""
    return any(set(match.cue) <= m.content for m in kept)


def _told_already(match: Match, kept: Match) -> bool:
    """Whether a match only says once more what the rules found, or stands in it without a source of its own."""
    if kept.origin is not None and match.source in (kept.source, kept.origin):
        return True
    if match.source is None:
        return set(match.cue) <= kept.content or bool(match.content & kept.content)
    return match.source == kept.source and bool(match.content & kept.content)


def _scored(match: Match, cues: Floats, relations: Mapping[int, Relation]) -> Match:
    head = _head(match, cues)
    sourced = relations[head].source[0 if match.source is None else match.source + 1] if head in relations else 0.0
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
    return Match(
        cue=cue,
        source=source if source >= 0 else None,
        content=content,
        act=act,
        commits=commits,
        head=framing.clause(doc, content),
        likely=likely * float(relation.source[source + 1]),
    )
