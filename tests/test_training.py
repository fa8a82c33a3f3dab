"""The fitting of the network: what PyTorch fits is what numpy runs. How good it gets, `sayso evaluate` tells."""

import json
from pathlib import Path

import numpy as np
import pytest

from service.attribution import network
from service.attribution.network import Candidate
from service.attribution.parser import Parser

torch = pytest.importorskip("torch", reason="PyTorch, which fits the network, is not installed")

from torch.nn.utils.rnn import pad_sequence  # noqa: E402

from training import attribution, examples  # noqa: E402
from training.attribution import Article, Network  # noqa: E402

ALIKE = 2e-3  # Weights are kept in half precision.
SENTENCES = (
    ("The harbour master", "said", "that the ferry would sail on Monday."),
    ("Ada Lund", "hopes", "to open the yard again."),
    ("The council", "denied", "that the bridge had ever been closed."),
)


def annotated(path: Path) -> Path:
    """A file with one annotated article."""
    text, attributions = "", []
    for words in SENTENCES:
        spans = []
        for part in words:
            spans.append([{"start": len(text), "end": len(text) + len(part), "text": part}])
            text += part + " "
        attributions.append(dict(zip(("source", "cue", "content"), spans, strict=True)))
    document = {"id": "yard", "text": text.strip(), "attributions": attributions}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, list[Article], Path]:
    """A network fitted to an article for an epoch, the article, and the file of the weights."""
    folder = tmp_path_factory.mktemp("training")
    parser = Parser()
    with parser.memory():
        found = examples.read(annotated(folder / "articles.jsonl"), parser)
        known = attribution.vocabulary(found)
        articles = [attribution.article(example, known) for example in found]
    net = attribution.fit(articles, known, epochs=1)
    attribution.save(folder / "weights.npz", net, known)
    return net, articles, folder / "weights.npz"


def test_numpy_runs_what_was_fitted(fitted: tuple[Network, list[Article], Path]) -> None:
    """States, cues and relations are those of the fitted network, but for rounding."""
    net, [article], path = fitted
    own, _ = network.load(path)
    seen = [s.features for s in article.sentences]
    lengths = torch.tensor([len(f.heads) for f in seen])
    symbols, heads, flags = (
        pad_sequence([torch.from_numpy(getattr(f, part)) for f in seen], batch_first=True)
        for part in ("symbols", "heads", "flags")
    )
    with torch.no_grad():
        wanted = net.encode(symbols.long(), heads.long(), flags, lengths)
        likely = torch.sigmoid(net.cues(wanted))
        for n, (sentence, states) in enumerate(zip(article.sentences, own.encode(seen), strict=True)):
            long = len(states)
            assert np.allclose(states, wanted[n, :long], atol=ALIKE)
            assert np.allclose(own.cues(states), likely[n, :long], atol=ALIKE)
            [target], [(paths, distances)] = sentence.targets, sentence.views
            [relation] = own.relate([Candidate(states, target.head, paths.numpy(), distances.numpy())])
            one = slice(n, n + 1)
            scores = net.relate(
                wanted[one, :long], wanted[one, target.head], paths[None], distances[None], lengths[one]
            )[0]
            assert np.allclose(relation.content, torch.sigmoid(scores[1:, 0]), atol=ALIKE)
            assert np.allclose(relation.source, torch.softmax(scores[:, 1], 0), atol=ALIKE)


def test_the_same_articles_give_the_same_weights(fitted: tuple[Network, list[Article], Path], tmp_path: Path) -> None:
    """Fitting twice gives the same file."""
    _, articles, path = fitted
    _, known = network.load(path)
    attribution.save(tmp_path / "again.npz", attribution.fit(articles, known, epochs=1), known)
    first, second = np.load(path), np.load(tmp_path / "again.npz")
    assert all(np.array_equal(first[name], second[name]) for name in first.files)
