"""How far a figure would move with other documents: percentile intervals of the bootstrap (Efron & Tibshirani 1993)."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

DRAWS = 1_000
SEED = 20_260_208
OUTSIDE = (2.5, 97.5)

Sums = NDArray[np.float64]
"""Counts that are added over documents, in the last axis."""

Figure = Callable[[Sums], Sums]
"""From sums (…, counts) to a figure of them (…), not a number where they give none."""


class Estimate(Struct, frozen=True):
    """A figure of all documents, and between what it lies in 95 of 100 draws of as many documents, with replacement."""

    value: float
    low: float
    high: float


def estimate(counts: Sequence[Sequence[float]] | Sums, figure: Figure) -> Estimate:
    """``figure`` of the documents, each of which is a row of ``counts``. Always the same for the same rows."""
    rows = np.asarray(counts, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(figure(rows.sum(axis=0)))
        drawn = figure(_weights(len(rows)) @ rows)
    known = drawn[~np.isnan(drawn)]
    low, high = np.percentile(known, OUTSIDE) if len(known) else (np.nan, np.nan)
    return Estimate(value, float(low), float(high))


@cache
def _weights(documents: int) -> Sums:
    """How often each draw (a row) takes each document."""
    draws = np.random.default_rng(SEED).multinomial(documents, np.full(documents, 1 / documents), size=DRAWS)
    return draws.astype(np.float64)
