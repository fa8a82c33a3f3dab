"""The layers of spaCy's token vectors, with less to do. What they compute is the same but for rounding."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model

from service.attribution.features import Floats, Integers

WORDS = 50_000  # The vectors of so many words are kept, 20 MB; a batch of sentences has fewer.
BLOCK = 16
"""Vectors are computed for so many words at once, never fewer: what a matrix product rounds to depends on its size, and
what is told of a text must not depend on what was read before it."""

EPSILON = np.float32(1e-8)  # As in thinc's layer norm.


def quicken(vectors: Model[Any, Any]) -> None:
    """``vectors``, the model of a `Tok2Vec` that embeds words and then looks at their neighbours, predicts faster.

    It can no more be trained.
    """
    for node in list(vectors.walk()):
        if node.name == "maxout>>layernorm":
            vectors.replace_node(node, _layer(_maxout(*node.layers)))
    embedding = vectors.layers[0]
    vectors.replace_node(embedding, _layer(Embedding(embedding)))


def _layer(compute: Callable[[Any], Any]) -> Model[Any, Any]:
    return Model("quickened", lambda model, x, is_train: (compute(x), lambda y: y))


class Embedding:
    """The vectors of words by themselves, which depend on nothing around them and are remembered."""

    def __init__(self, stock: Model[Any, Any]) -> None:
        features, _, self._embed, self._mix, _ = stock.layers
        self._columns = features.attrs["columns"]
        self._vectors = np.empty((WORDS, stock.get_dim("nO")), np.float32)
        self._places: dict[bytes, int] = {}

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The vectors (n, d) of each document's tokens."""
        rows = np.concatenate([doc.to_array(self._columns) for doc in docs])
        keys = rows.view(f"V{rows.itemsize * rows.shape[1]}")[:, 0].tolist()
        words = dict(zip(keys, rows, strict=True))
        new = {key: row for key, row in words.items() if key not in self._places}
        if len(self._places) + len(new) > WORDS:
            self._places.clear()
            new = words
        if new:
            self._learn(new)
        vectors = self._vectors[[self._places[key] for key in keys]]
        return np.split(vectors, list(accumulate(map(len, docs)))[:-1])

    def _learn(self, words: Mapping[bytes, Integers]) -> None:
        """The vectors of ``words``, each by its key, are known."""
        rows = np.zeros((-(-len(words) // BLOCK) * BLOCK, len(self._columns)), np.uint64)
        rows[: len(words)] = list(words.values())
        blocks = [rows[first : first + BLOCK] for first in range(0, len(rows), BLOCK)]
        places = range(len(self._places), len(self._places) + len(words))
        vectors = np.concatenate([self._mix.predict(self._embed.predict(block)) for block in blocks])
        self._vectors[places.start : places.stop] = vectors[: len(words)]
        self._places.update(zip(words, places, strict=True))


def _maxout(stock: Model[Any, Any], norm: Model[Any, Any]) -> Callable[[Floats], Floats]:
    """The greatest of the pieces of each number, and these normalised.

    Here a piece's numbers stand side by side; in thinc a number's pieces do, which no processor compares many at once.
    """
    width, pieces, inputs = (stock.get_dim(name) for name in ("nO", "nP", "nI"))
    weights, bias = np.asarray(stock.get_param("W")), np.asarray(stock.get_param("b"))
    weights = np.ascontiguousarray(weights.swapaxes(0, 1).reshape(pieces * width, inputs).T)
    bias = bias.T.ravel()
    scale, shift = (np.asarray(norm.get_param(name)) for name in ("G", "b"))

    def compute(x: Floats) -> Floats:
        computed = x @ weights + bias
        y: Floats = computed[:, :width].copy()
        for piece in range(1, pieces):
            np.maximum(y, computed[:, piece * width : (piece + 1) * width], out=y)
        y -= y.mean(1, keepdims=True)
        y *= (np.einsum("ij,ij->i", y, y)[:, None] / np.float32(width) + EPSILON) ** np.float32(-0.5)
        y *= scale
        y += shift
        return y

    return compute
