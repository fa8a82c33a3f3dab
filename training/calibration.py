"""Scales the network's probabilities on articles that it was not fitted on: prints ``data/probabilities.toml``.

    python -m training.calibration TRAIN.jsonl

Of the articles that `training.attribution` fits the network on, those are read that it kept back.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from schemas.articles import NewArticle
from schemas.vocabularies import Extraction
from service.attribution import directory, network
from service.attribution.calibration import Scaling, logit
from service.attribution.parser import Parser
from service.attribution.pipeline import Engine
from service.attribution.recognition import Recogniser
from service.evaluation import calibration, gold
from service.evaluation.calibration import Judged
from training.examples import KEPT_BACK

STEPS = 50
START = np.array([1.0, 0.0])  # The network's own probabilities, to which few links hold more than many.
FEWEST = 50  # A grade with fewer links than this keeps the network's own probabilities.


def unscaled() -> Engine:
    """The engine, giving the network's own probabilities."""
    plain = {grade: Scaling() for grade in Extraction}
    return Engine(Parser(), Recogniser(*network.load()), directory.load(), plain)


def fit(judged: Sequence[Judged]) -> Scaling:
    """The scaling under which ``judged`` are likeliest, found by Newton's method (Platt 1999)."""
    if len(judged) < FEWEST:
        return Scaling()
    x = np.array([[logit(j.probability), 1.0] for j in judged])
    y = np.array([float(j.right) for j in judged])
    weights = START.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        curve = x.T @ (x * (p * (1 - p))[:, None]) + np.eye(2)
        step = np.linalg.solve(curve, x.T @ (p - y) + weights - START)
        weights -= np.clip(step, -0.5, 0.5)
    return Scaling(slope=round(float(weights[0]), 3), shift=round(float(weights[1]), 3))


def toml(scalings: Iterable[tuple[Extraction, Scaling]]) -> str:
    """The scalings as they stand in ``probabilities.toml``."""
    return "\n".join(f"{grade} = {{ slope = {s.slope}, shift = {s.shift} }}" for grade, s in scalings)


def main(path: Path) -> None:
    """The scalings are printed."""
    engine = unscaled()
    documents = gold.read(path, gold.Document)[KEPT_BACK - 1 :: KEPT_BACK]
    judged = [
        j for d in documents for j in calibration.judge(d, engine.attribute(NewArticle(d.text, language="en")).claims)
    ]
    print(toml((grade, fit([j for j in judged if j.extraction is grade])) for grade in Extraction))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
