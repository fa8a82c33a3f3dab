"""How near the factuality of events comes to what people rated, on the scale of 3, it happened, to -3, it did not."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from msgspec import Struct

from schemas.vocabularies import Factuality
from service.evaluation.bootstrap import Estimate, Sums, estimate
from service.evaluation.gold import Event, Sentence

Read = Callable[[str, Sequence[tuple[int, int]]], list[Factuality]]
"""From a sentence and the spans of its events to how far it is committed to each."""

VALUES = {
    Factuality.CERTAIN: 3,
    Factuality.PROBABLE: 2,
    Factuality.POSSIBLE: 1,
    Factuality.UNCOMMITTED: 0,
    Factuality.CERTAIN_UNTOLD: 0,
    Factuality.POSSIBLE_NOT: -1,
    Factuality.PROBABLE_NOT: -2,
    Factuality.CERTAIN_NOT: -3,
}


class Rated(Struct, frozen=True):
    """An event, and what it was read as."""

    event: Event
    read: Factuality

    @property
    def gold(self) -> float:
        """What people rated it as."""
        rating = self.event.factuality
        return VALUES[rating] if isinstance(rating, Factuality) else rating

    @property
    def error(self) -> float:
        """How far off the reading is: 0 to 6."""
        return abs(self.gold - VALUES[self.read])


class Score(Struct, frozen=True):
    """Of ``events``: the mean absolute error, and Pearson's r, not a number where either side is all the same."""

    events: int
    error: Estimate
    correlation: Estimate


def read(sentence: Sentence, read: Read) -> list[Rated]:
    """The events of the sentence as they were read."""
    codes = read(sentence.text, [(event.start, event.end) for event in sentence.events])
    return [Rated(event, code) for event, code in zip(sentence.events, codes, strict=True)]


def score(sentences: Sequence[Iterable[Rated]]) -> Score:
    """The figures over all events; the intervals are of other sentences."""
    sums = np.array([_sums(rated) for rated in sentences])
    return Score(int(sums[:, 0].sum()), estimate(sums, _error), estimate(sums, _correlation))


def by_code(sentences: Iterable[Iterable[Rated]]) -> dict[Factuality, list[Rated]]:
    """The events that were read as each code, for those that occur."""
    rated = [event for sentence in sentences for event in sentence]
    return {code: those for code in Factuality if (those := [event for event in rated if event.read is code])}


def _sums(rated: Iterable[Rated]) -> Sums:
    """How many events, their error, and the five sums that Pearson's r is made of."""
    pairs = np.array([(r.gold, VALUES[r.read]) for r in rated], dtype=np.float64).reshape(-1, 2)
    g, s = pairs.T
    return np.array([len(pairs), abs(g - s).sum(), g.sum(), s.sum(), g @ g, s @ s, g @ s])


def _error(sums: Sums) -> Sums:
    error: Sums = sums[..., 1] / sums[..., 0]
    return error


def _correlation(sums: Sums) -> Sums:
    n, _, g, s, gg, ss, gs = np.moveaxis(sums, -1, 0)
    spread = np.sqrt(np.maximum(n * gg - g * g, 0)) * np.sqrt(np.maximum(n * ss - s * s, 0))
    correlation: Sums = (n * gs - g * s) / np.where(spread > 0, spread, np.nan)
    return correlation
