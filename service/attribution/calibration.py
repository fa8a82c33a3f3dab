"""How often what the network is so sure of is right: its probabilities, scaled on articles it was not fitted on."""

import math
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from schemas.vocabularies import Extraction
from service.attribution import lexicon

EDGE = 1e-4  # No probability is told that is nearer to 0 or 1 than this.


class Scaling(Struct, frozen=True):
    """Platt's scaling (Platt 1999): the logit of a probability, times ``slope``, plus ``shift``."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, probability: float) -> float:
        """The scaled probability, to four digits."""
        scaled = 1 / (1 + math.exp(-(self.slope * logit(probability) + self.shift)))
        return round(min(max(scaled, EDGE), 1 - EDGE), 4)


def logit(probability: float) -> float:
    """The logarithm of the odds, of probabilities no nearer to 0 or 1 than `EDGE`."""
    held = min(max(probability, EDGE), 1 - EDGE)
    return math.log(held / (1 - held))


@cache
def load() -> Mapping[Extraction, Scaling]:
    """The scaling of each way of finding a link that comes with the package; see ``MODEL_CARD.md``."""
    return {Extraction(grade): Scaling(**values) for grade, values in lexicon.read("probabilities").items()}
