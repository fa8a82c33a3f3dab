"""Tells which sentences go on with what their neighbours attribute, without saying so."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from service.attribution.features import Floats
from service.attribution.network import Network, Step
from service.attribution.scenes import Scene

CONTINUED = 0.9  # A sentence continues its neighbour's attribution where that is so likely.
FARTHEST = 30  # No attribution is continued further than so many sentences from its cue.
BETWEEN = 9


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


class Ends(Struct, frozen=True):
    """Where a match is continued from: its first and last tokens, and the states (d,) of these and its cue's head."""

    first: int
    last: int
    cue: Floats
    before: Floats
    behind: Floats


class Neighbour(Struct, frozen=True):
    """What of a sentence tells whether it continues its neighbours, or they it.

    ``ends`` are those of its matches; ``greatest`` and ``mean`` (d,) are of its tokens' states; ``cue`` is how likely
    its likeliest cue is.
    """

    scene: Scene
    ends: Sequence[Ends]
    greatest: Floats
    mean: Floats
    cue: float


def continued(network: Network, sentences: Mapping[int, Neighbour]) -> Mapping[int, Continued]:
    """For each sentence beside an attribution the likeliest that it continues, however likely."""
    best: dict[int, Continued] = {}
    open_ = [(n, k, way) for n, one in sentences.items() for k, _ in enumerate(one.ends) for way in (1, -1)]
    for distance in range(1, FARTHEST + 1):
        open_ = [(n, k, way) for n, k, way in open_ if n + way * distance in sentences]
        steps = (_step(sentences[n], k, sentences[n + way * distance], way == 1, distance > 1) for n, k, way in open_)
        likely = network.continues(steps)
        for (n, k, way), p in zip(open_, likely, strict=True):
            to = n + way * distance
            best[to] = max(best.get(to, NOTHING), Continued(n, k, p), key=lambda one: one.likely)
        open_ = [one for one, p in zip(open_, likely, strict=True) if p >= CONTINUED]
    return best


def _step(near: Neighbour, match: int, far: Neighbour, forward: bool, further: bool) -> Step:
    ends = near.ends[match]
    edge, state = (ends.last, ends.behind) if forward else (ends.first, ends.before)
    told = np.array(between(near.scene, edge, far.scene, forward, further, far.cue), np.float32)
    return Step(ends.cue, state, far.greatest, far.mean, told)
