"""An LSTM over sequences of any lengths, there and back at once, in numpy."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.attribution.features import Floats


class LSTM:
    """The LSTM (Hochreiter & Schmidhuber 1997) that ``weights`` has under ``name``, fitted by PyTorch.

    Its gates stand in PyTorch's order there: in, forget, cell, out. Here the cell's come last, and the others' weights
    are halved: as sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, one tanh then does for all four.
    """

    def __init__(self, weights: Mapping[str, Floats], name: str) -> None:
        ways = (f"{name}.there", f"{name}.back")
        self._size = weights[f"{name}.there.state"].shape[1]
        self._input = [self._ordered(weights[f"{way}.input"]).T for way in ways]
        self._bias = [self._ordered(weights[f"{way}.bias"]) for way in ways]
        self._state = np.stack([self._ordered(weights[f"{way}.state"]).T for way in ways])

    def __call__(self, x: Floats, lengths: Sequence[int]) -> Floats:
        """The outputs (rows, 2 * size), there beside back, of sequences that stand one behind the other in ``x``.

        The longest comes first.
        """
        size = self._size
        ends = np.cumsum(lengths)
        place = np.arange(len(x)) - np.repeat(ends - lengths, lengths)
        orders = [np.argsort(p, kind="stable") for p in (place, np.repeat(lengths, lengths) - place - 1)]
        ways = zip(self._input, self._bias, orders, strict=True)
        gates = np.stack([(x @ weights + bias)[order] for weights, bias, order in ways])
        states = np.empty((2, len(x), size), np.float32)
        hidden = cell = np.zeros((2, len(lengths), size), np.float32)
        at = 0
        for alive in np.bincount(place):
            now = gates[:, at : at + alive]
            now += hidden[:, :alive] @ self._state
            np.tanh(now, out=now)
            sigmoid = now[..., : 3 * size]
            sigmoid *= 0.5
            sigmoid += 0.5
            entered, kept, told = (sigmoid[..., n * size : (n + 1) * size] for n in range(3))
            cell = kept * cell[:, :alive] + entered * now[..., 3 * size :]
            hidden = told * np.tanh(cell)
            states[:, at : at + alive] = hidden
            at += alive
        output = np.empty((len(x), 2 * size), np.float32)
        for way, order in enumerate(orders):
            output[order, way * size : (way + 1) * size] = states[way]
        return output

    def _ordered(self, rows: Floats) -> Floats:
        """``rows``, four gates of them, with the cell's last and the others' halved."""
        entered, kept, cell, told = np.split(rows, 4)
        return np.concatenate([entered / 2, kept / 2, told / 2, cell]).astype(np.float32)
