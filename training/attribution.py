"""Fits the attribution network: annotated articles in, weights out.

    python -m training.attribution TRAIN.jsonl WEIGHTS.npz

Every tenth article is kept back. One thread and fixed seeds: the same files give the same figures. Needs PyTorch
(2.13.0 was used).
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from msgspec import Struct
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.utils.rnn import pad_sequence

from service.attribution import features, names
from service.attribution.continuing import BETWEEN, between
from service.attribution.features import FLAGS, Features, Vocabulary
from service.attribution.parser import Parser
from service.attribution.scenes import Scene
from training import examples
from training.examples import Example, Target

SEED = 0
EPOCHS = 10
ARTICLES = 2  # A batch holds so many articles, whole: steps lead from sentence to sentence.
RATE = 2e-3
DROPPED = 0.35
INPUT, STATE, VIEW = 96, 64, 48  # How wide the layers are: what an LSTM reads, and its states each way.
SEEN_WORD = 15  # A function word is known from so many occurrences on,
SEEN_CUE = (8, 0.05)  # another word where it is in cues so often, and in so great a share of its occurrences.
SEEN_PATH = 10
PATHS = 3000


class Sentence(Struct):
    """A sentence as tensors, with the targets whose cue it holds."""

    number: int
    scene: Scene
    features: Features
    targets: list[Target]
    views: list[tuple[Tensor, Tensor]]


class Walk(Struct):
    """A step from a target to a neighbouring sentence, and whether it holds content of it."""

    at: int
    target: Target
    to: int
    edge: int
    forward: bool
    further: bool
    right: bool


class Article(Struct):
    """An article's sentences, in order, and the steps between them (indexes into ``sentences``)."""

    sentences: list[Sentence]
    walks: list[Walk]


class LSTM(nn.Module):
    """An LSTM there and back, under the names that `service.attribution.network` reads."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.run = nn.LSTM(width, size, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        """The outputs (b, n, 2 * size), both ways side by side."""
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return nn.utils.rnn.pad_packed_sequence(self.run(packed)[0], batch_first=True, total_length=x.shape[1])[0]


class Network(nn.Module):
    """The network of `service.attribution.network`, so that it can be fitted."""

    def __init__(self, known: Vocabulary) -> None:
        super().__init__()
        sizes = (len(known.words) + 2, len(known.tags) + 1, len(known.dependencies) + 1, len(features.SHAPES), 3)
        widths = (64, 24, 24, 8, 4)
        self.embed = nn.ModuleList(nn.Embedding(n, w) for n, w in zip(sizes, widths, strict=True))
        self.input = nn.Linear(sum(widths) + FLAGS + sum(widths[:3]), INPUT)
        states = 2 * STATE
        self.first, self.second, self.view = LSTM(INPUT, STATE), LSTM(states, STATE), LSTM(INPUT, VIEW)
        self.cue = nn.ModuleList([nn.Linear(states, 64), nn.Linear(64, 1)])
        self.step = nn.ModuleList([nn.Linear(4 * states + BETWEEN, 64), nn.Linear(64, 1)])
        self.head, self.token = nn.Linear(states, INPUT), nn.Linear(states, INPUT)
        self.path, self.distance = nn.Embedding(len(known.paths) + 1, INPUT), nn.Embedding(17, INPUT)
        self.roles, self.nobody = nn.Linear(2 * VIEW, 3), nn.Linear(states, 1)
        self.drop = nn.Dropout(DROPPED)

    def encode(self, symbols: Tensor, heads: Tensor, flags: Tensor, lengths: Tensor) -> Tensor:
        """The hidden states (b, n, 2 * STATE)."""
        seen = [table(symbols[:, :, n]) for n, table in enumerate(self.embed)]
        above = torch.cat(seen[:3], -1)
        above = torch.gather(above, 1, heads.unsqueeze(-1).expand(-1, -1, above.shape[-1]))
        x = self.drop(torch.relu(self.input(self.drop(torch.cat([*seen, flags, above], -1)))))
        return self.drop(self.second(self.drop(self.first(x, lengths)), lengths))

    def cues(self, hidden: Tensor) -> Tensor:
        """The logit of each token to head a cue."""
        return self.cue[1](self.drop(torch.relu(self.cue[0](hidden)))).squeeze(-1)

    def relate(self, hidden: Tensor, of_cue: Tensor, paths: Tensor, distances: Tensor, lengths: Tensor) -> Tensor:
        """The logits (b, n + 1, 3) to be content, head of the source and cue; the row in front is for no source."""
        seen = self.token(hidden) + self.head(of_cue).unsqueeze(1) + self.path(paths) + self.distance(distances)
        roles = self.roles(self.drop(self.view(self.drop(torch.relu(seen)), lengths)))
        return torch.cat([self.nobody(of_cue).unsqueeze(1).expand(-1, 1, 3), roles], 1)

    def continues(self, pooled: Tensor) -> Tensor:
        """The logit of each step."""
        return self.step[1](self.drop(torch.relu(self.step[0](pooled)))).squeeze(-1)


def vocabulary(found: Sequence[Example]) -> Vocabulary:
    """The symbols that ``found`` shows often enough; of words outside the closed classes only those of cues."""
    closed, words, cued, paths = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    tags, dependencies = set[str](), set[str]()
    for example in found:
        cues = {(t.sentence, i) for t in example.targets for i in t.cue}
        for n, scene in enumerate(example.scenes):
            for token in scene.doc if scene is not None else ():
                tags.add(token.tag_)
                dependencies.add(token.dep_)
                if features.closed(token.tag_, token.dep_):
                    closed[features.word(token)] += 1
                elif not names.proper(token):
                    words[features.word(token)] += 1
                    cued[features.word(token)] += (n, token.i) in cues
        for target in example.targets:
            scene = example.scenes[target.sentence]
            assert scene is not None
            paths.update(features.paths(features.ways(scene.doc), target.head))
    often, share = SEEN_CUE
    known = {w for w, n in closed.items() if n >= SEEN_WORD}
    known |= {w for w, n in cued.items() if n >= often and n / words[w] >= share}
    common = sorted(((n, p) for p, n in paths.items() if n >= SEEN_PATH), key=lambda c: (-c[0], c[1]))[:PATHS]
    return Vocabulary.of(sorted(known), sorted(tags), sorted(dependencies), [p for _, p in common])


def article(example: Example, known: Vocabulary) -> Article:
    """The example as tensors, with each step that training looks at."""
    found: list[Sentence] = []
    where: dict[int, int] = {}
    for n, scene in enumerate(example.scenes):
        if scene is not None:
            seen = features.read(scene.doc, scene.setting, scene.rules, known)
            targets = [t for t in example.targets if t.sentence == n]
            views = [_view(scene, t.head, known) for t in targets]
            where[n] = len(found)
            found.append(Sentence(n, scene, seen, targets, views))
    walks = [w for t in example.targets if t.content for w in _walks(t, where)]
    return Article(found, walks)


def _view(scene: Scene, head: int, known: Vocabulary) -> tuple[Tensor, Tensor]:
    numbers = [known.paths.get(path, 0) for path in features.paths(features.ways(scene.doc), head)]
    return torch.tensor(numbers), torch.from_numpy(features.distances(len(scene.doc), head)).long()


def _walks(target: Target, where: dict[int, int]) -> Iterator[Walk]:
    """The steps both ways up to the first sentence that holds no content of the target."""
    for way, edge in ((1, max(target.content)), (-1, min(target.content))):
        at = target.sentence + way
        while at in where:
            right = at in target.continued
            yield Walk(where[target.sentence], target, where[at], edge, way == 1, abs(at - target.sentence) > 1, right)
            if not right:
                break
            at += way


def loss(network: Network, batch: Sequence[Article]) -> Tensor:
    """The loss of a batch, a sentence."""
    sentences = [s for a in batch for s in a.sentences]
    lengths = torch.tensor([len(s.features.heads) for s in sentences])
    symbols = _padded([s.features.symbols for s in sentences]).long()
    heads = _padded([s.features.heads for s in sentences]).long()
    flags = _padded([s.features.flags for s in sentences])
    hidden = network.encode(symbols, heads, flags, lengths)
    cues = network.cues(hidden)
    headed = torch.zeros_like(cues)
    for n, s in enumerate(sentences):
        headed[n, [t.head for t in s.targets]] = 1
    total = (cross_entropy(cues, headed, reduction="none") * _mask(lengths, cues.shape[1])).sum()
    total = total + _related(network, sentences, hidden, lengths) + _stepped(network, batch, hidden, cues)
    return total / len(sentences)


def _padded(rows: Sequence[np.ndarray]) -> Tensor:
    return pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True)


def _mask(lengths: Tensor, width: int) -> Tensor:
    return (torch.arange(width)[None] < lengths[:, None]).float()


def _related(network: Network, sentences: Sequence[Sentence], hidden: Tensor, lengths: Tensor) -> Tensor:
    pairs = [(n, t, view) for n, s in enumerate(sentences) for t, view in zip(s.targets, s.views, strict=True)]
    if not pairs:
        return torch.zeros(())
    rows = torch.tensor([n for n, _, _ in pairs])
    width = hidden.shape[1]
    paths, distances = (
        torch.stack([nn.functional.pad(view[part], (0, width - len(view[part]))) for _, _, view in pairs])
        for part in (0, 1)
    )
    of_cue = hidden[rows, torch.tensor([t.head for _, t, _ in pairs])]
    scores = network.relate(hidden[rows], of_cue, paths, distances, lengths[rows])
    content, cue = torch.zeros(len(pairs), width), torch.zeros(len(pairs), width)
    for n, (_, t, _) in enumerate(pairs):
        content[n, list(t.content)] = 1
        cue[n, list(t.cue)] = 1
    mask = _mask(lengths[rows], width)
    named = torch.tensor([0 if t.source is None else t.source + 1 for _, t, _ in pairs])
    here = torch.tensor([0.0 if t.source == -1 else 1.0 for _, t, _ in pairs])
    sources = scores[:, :, 1].masked_fill(torch.cat([torch.ones(len(pairs), 1), mask], 1) == 0, -1e4)
    return (
        0.3 * (cross_entropy(scores[:, 1:, 0], content, reduction="none") * mask).sum()
        + 0.5 * (cross_entropy(scores[:, 1:, 2], cue, reduction="none") * mask).sum()
        + (nn.functional.cross_entropy(sources, named, reduction="none") * here).sum()
    )


def _stepped(network: Network, batch: Sequence[Article], hidden: Tensor, cues: Tensor) -> Tensor:
    pooled, right, first = [], [], 0
    for a in batch:
        for walk in a.walks:
            at, to = first + walk.at, first + walk.to
            near, far = a.sentences[walk.at], a.sentences[walk.to]
            neighbour = hidden[to, : len(far.features.heads)]
            likeliest = float(torch.sigmoid(cues[to, : len(far.features.heads)].detach().max()))
            told = between(near.scene, walk.edge, far.scene, walk.forward, walk.further, likeliest)
            states = (hidden[at, walk.target.head], hidden[at, walk.edge], neighbour.amax(0), neighbour.mean(0))
            pooled.append(torch.cat([*states, torch.tensor(told)]))
            right.append(float(walk.right))
        first += len(a.sentences)
    if not pooled:
        return torch.zeros(())
    return cross_entropy(network.continues(torch.stack(pooled)), torch.tensor(right), reduction="sum")


def fit(articles: Sequence[Article], known: Vocabulary, epochs: int = EPOCHS) -> Network:
    """A network fitted to ``articles``; what it lost in each epoch is printed."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    order = random.Random(SEED)
    network = Network(known)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    batches = -(-len(articles) // ARTICLES)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=epochs * batches, pct_start=0.15)
    for epoch in range(epochs):
        network.train()
        shuffled, total = order.sample(list(articles), len(articles)), 0.0
        for first in range(0, len(shuffled), ARTICLES):
            lost = loss(network, shuffled[first : first + ARTICLES])
            optimiser.zero_grad()
            lost.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            pace.step()
            total += lost.item()
        print(f"epoch {epoch + 1}: {total / batches:.3f}", flush=True)
    network.eval()
    return network


def weights(network: Network) -> dict[str, np.ndarray]:
    """The weights under the names and in the shapes that `service.attribution.network` reads, in half precision."""
    state = {k: v.detach().numpy() for k, v in network.state_dict().items()}
    found = {}
    for n, table in enumerate(("word", "tag", "dependency", "shape", "side")):
        found[f"embed.{table}"] = state[f"embed.{n}.weight"]
    for table in ("path", "distance"):
        found[f"embed.{table}"] = state[f"{table}.weight"]
    for layer in ("input", "head", "token", "roles", "nobody"):
        found |= {f"{layer}.{part}": state[f"{layer}.{part}"] for part in ("weight", "bias")}
    for layer in ("cue", "step"):
        for n in (0, 1):
            found |= {f"{layer}.{n + 1}.{part}": state[f"{layer}.{n}.{part}"] for part in ("weight", "bias")}
    for layer in ("first", "second", "view"):
        for way, end in (("there", ""), ("back", "_reverse")):
            found[f"{layer}.{way}.input"] = state[f"{layer}.run.weight_ih_l0{end}"]
            found[f"{layer}.{way}.state"] = state[f"{layer}.run.weight_hh_l0{end}"]
            found[f"{layer}.{way}.bias"] = state[f"{layer}.run.bias_ih_l0{end}"] + state[f"{layer}.run.bias_hh_l0{end}"]
    return {k: v.astype(np.float16) for k, v in found.items()}


def save(path: Path, network: Network, known: Vocabulary) -> None:
    """The network and its vocabulary, in a file that is read without pickle."""
    symbols = {f"known.{k}": np.array(list(getattr(known, k))) for k in Vocabulary.__struct_fields__}
    arrays: dict[str, Any] = {**weights(network), **symbols}
    np.savez_compressed(path, **arrays)


def main(source: Path, target: Path) -> None:
    """The weights fitted on ``source`` are in ``target``."""
    parser = Parser()
    with parser.memory():
        found = examples.read(source, parser)
        known = vocabulary(found)
        articles = [article(example, known) for example in found]
    save(target, fit(articles, known), known)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
