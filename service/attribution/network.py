"""The network that reads attributions off features: two layers of LSTM over a sentence, one over each cue's view of it.

`training/attribution.py` fits the same network; here it only runs, on one core, over whole articles at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import accumulate, islice
from typing import TypeVar

import numpy as np
from msgspec import Struct

from service.attribution.features import Features, Floats, Integers, Vocabulary
from service.attribution.lstm import LSTM

Weights = Mapping[str, Floats]

T = TypeVar("T")
R = TypeVar("R")

WEIGHTS = files("service.attribution") / "data" / "attribution.npz"
BATCH = 64  # Sentences, or cues, that are read side by side.
TABLES = ("word", "tag", "dependency", "shape", "side")


class Candidate(Struct, frozen=True):
    """A token that may head a cue.

    ``hidden`` (n, d) are the states of its sentence, ``head`` is its index, ``paths`` (n,) has the number of the path
    to each token and ``distances`` (n,) its bucket.
    """

    hidden: Floats
    head: int
    paths: Integers
    distances: Integers


class Relation(Struct, frozen=True):
    """What a cue relates, in probabilities: which tokens are ``content`` (n,) and ``cue`` (n,), which heads the
    ``source`` (n + 1,); the first of these is that none is named.
    """

    content: Floats
    cue: Floats
    source: Floats


class Step(Struct, frozen=True):
    """From an attribution to a neighbouring sentence that may continue it.

    ``cue`` (d,) is the state of its cue's head, ``edge`` (d,) that of its content's last (or first) token,
    ``greatest`` and ``mean`` (d,) are of those of the sentence, ``between`` (9,) is what stands between them.
    """

    cue: Floats
    edge: Floats
    greatest: Floats
    mean: Floats
    between: Floats


class Network:
    """A fitted network. It keeps no state, and is safe to share."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._layers = [LSTM(weights, name) for name in ("first", "second")]
        self._view = LSTM(weights, "view")

    def encode(self, sentences: Sequence[Features]) -> list[Floats]:
        """The hidden states (n, d) of each sentence's tokens."""
        return _batched(sentences, lambda f: len(f.heads), self._encode)

    def cues(self, hidden: Floats) -> Floats:
        """The probability of each token to head a cue."""
        return _sigmoid(self._linear("cue.2", _relu(self._linear("cue.1", hidden)))[:, 0])

    def relate(self, candidates: Sequence[Candidate]) -> list[Relation]:
        """What each candidate relates, were it a cue."""
        return _batched(candidates, lambda c: len(c.paths), self._relate)

    def continues(self, steps: Iterable[Step]) -> list[float]:
        """The probability of each step that the neighbour continues the attribution."""
        return [p for batch in _cut(steps) for p in self._continues(batch)]

    def _linear(self, name: str, x: Floats) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _encode(self, batch: Sequence[Features]) -> list[Floats]:
        lengths = [len(f.heads) for f in batch]
        symbols = np.concatenate([f.symbols for f in batch])
        starts = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths)
        heads = np.concatenate([f.heads for f in batch]) + starts
        seen = [self._weights[f"embed.{name}"][symbols[:, n]] for n, name in enumerate(TABLES)]
        above = np.concatenate(seen[:3], 1)[heads]
        x = _relu(self._linear("input", np.concatenate([*seen, np.concatenate([f.flags for f in batch]), above], 1)))
        for layer in self._layers:
            x = layer(x, lengths)
        return _apart(x, lengths)

    def _relate(self, batch: Sequence[Candidate]) -> list[Relation]:
        lengths = [len(c.paths) for c in batch]
        of_cue = np.stack([c.hidden[c.head] for c in batch])
        seen = self._linear("token", np.concatenate([c.hidden for c in batch]))
        seen += np.repeat(self._linear("head", of_cue), lengths, 0)
        seen += self._weights["embed.path"][np.concatenate([c.paths for c in batch])]
        seen += self._weights["embed.distance"][np.concatenate([c.distances for c in batch])]
        scores = self._linear("roles", self._view(_relu(seen), lengths))
        nobody = self._linear("nobody", of_cue)[:, 0]
        return [
            Relation(_sigmoid(s[:, 0]), _sigmoid(s[:, 2]), _softmax(np.concatenate(([none], s[:, 1]))))
            for s, none in zip(_apart(scores, lengths), nobody, strict=True)
        ]

    def _continues(self, batch: Sequence[Step]) -> list[float]:
        pooled = [np.concatenate((s.cue, s.edge, s.greatest, s.mean, s.between)) for s in batch]
        likely = _sigmoid(self._linear("step.2", _relu(self._linear("step.1", np.stack(pooled))))[:, 0])
        return [float(p) for p in likely]


def _batched(items: Sequence[T], length: Callable[[T], int], run: Callable[[Sequence[T]], Iterable[R]]) -> list[R]:
    """``run`` over all items in batches of like length, longest first; the results stand in the items' order."""
    order = sorted(range(len(items)), key=lambda n: -length(items[n]))
    found: dict[int, R] = {}
    for first in range(0, len(order), BATCH):
        numbers = order[first : first + BATCH]
        found.update(zip(numbers, run([items[n] for n in numbers]), strict=True))
    return [found[n] for n in range(len(items))]


def _cut(items: Iterable[T]) -> Iterator[list[T]]:
    """``items`` in batches, in their order."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _apart(rows: Floats, lengths: Sequence[int]) -> list[Floats]:
    """The rows of each sequence, which stand one behind the other."""
    return [rows[end - length : end] for end, length in zip(accumulate(lengths), lengths, strict=True)]


def _relu(x: Floats) -> Floats:
    return np.maximum(x, np.float32(0))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(np.tanh(x / 2) / 2 + 0.5, np.float32)


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max())
    return np.asarray(powers / powers.sum(), np.float32)


def load(path: Traversable = WEIGHTS) -> tuple[Network, Vocabulary]:
    """The network in the file ``path``, and its vocabulary; see ``MODEL_CARD.md`` for the one of the package."""
    with path.open("rb") as file:
        read = np.load(file, allow_pickle=False)
        known = Vocabulary.of(*(read[f"known.{part}"].tolist() for part in Vocabulary.__struct_fields__))
        weights = {name: read[name].astype(np.float32) for name in read.files if not name.startswith("known.")}
    return Network(weights), known
