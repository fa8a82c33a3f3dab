"""The network and what it sees. How good it is, `sayso evaluate` tells."""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from service.attribution import features, network
from service.attribution.features import Features
from service.attribution.network import Candidate, Network
from service.attribution.parsed import parse
from service.attribution.parser import Parser
from service.attribution.scenes import Scene, scenes

WEIGHTS = files("service.attribution") / "data" / "attribution.npz"
MEGABYTE = 2**20
TEXT = (
    "The ferry will sail again on Monday, the harbour master said. It rained.\n\n"
    "“We were lucky,” said Ada Lund, who owns the yard. “Nobody was on the quay.”"
)


@pytest.fixture(scope="module")
def parser() -> Parser:
    """The language model, loaded once."""
    return Parser()


@pytest.fixture(scope="module")
def fitted() -> tuple[Network, features.Vocabulary]:
    """The network that comes with the package."""
    return network.load()


def read(text: str, parser: Parser, known: features.Vocabulary) -> tuple[list[Scene], list[Features]]:
    """The scenes of ``text`` and their features."""
    found = scenes(parse(text, parser))
    here = [scene for scene in found if scene is not None]
    return here, [features.read(s.doc, s.setting, s.rules, known) for s in here]


def test_the_weights_are_small_and_hold_no_pickle() -> None:
    """The file is under 20 MB, and numpy reads every array in it with pickle forbidden."""
    with WEIGHTS.open("rb") as file:
        assert file.seek(0, 2) < 20 * MEGABYTE
        file.seek(0)
        read = np.load(file, allow_pickle=False)
        assert all(read[name].dtype.kind in "fU" for name in read.files)


def test_no_name_is_seen(parser: Parser, fitted: tuple[Network, features.Vocabulary]) -> None:
    """Other names and other words that are no cue change nothing in what the network sees."""
    _, known = fitted
    _, first = read("Harold Quill said the blue ferry had sunk near Oslo.", parser, known)
    _, second = read("Martha Voss said the old bridge had burned near Quito.", parser, known)
    assert np.array_equal(first[0].symbols, second[0].symbols)
    assert np.array_equal(first[0].flags, second[0].flags)


def test_the_vocabulary_holds_no_names(fitted: tuple[Network, features.Vocabulary]) -> None:
    """All its words are in lower case: function words, signs, and lemmas that are cues."""
    _, known = fitted
    assert all(word == word.lower() for word in known.words)


def test_a_sentence_is_read_alike_alone_and_among_others(
    parser: Parser, fitted: tuple[Network, features.Vocabulary]
) -> None:
    """What stands in the same batch changes a sentence's hidden states by no more than rounding."""
    net, known = fitted
    _, seen = read(TEXT, parser, known)
    together = net.encode(seen)
    for one, hidden in zip(seen, together, strict=True):
        assert np.allclose(net.encode([one])[0], hidden, atol=1e-4)


def test_probabilities_are_probabilities(parser: Parser, fitted: tuple[Network, features.Vocabulary]) -> None:
    """Each lies in [0, 1], and those of the source, nobody first, add up to 1."""
    net, known = fitted
    here, seen = read(TEXT, parser, known)
    hidden = net.encode(seen)[0]
    doc = here[0].doc
    head = next(token.i for token in doc if token.text == "said")
    numbers = np.array([known.paths.get(path, 0) for path in features.paths(features.ways(doc), head)])
    [relation] = net.relate([Candidate(hidden, head, numbers, features.distances(len(doc), head))])
    assert len(relation.content) == len(relation.cue) == len(relation.source) - 1 == len(doc)
    assert all(0 <= p <= 1 for p in (*relation.content, *relation.cue, *net.cues(hidden)))
    assert relation.source.sum() == pytest.approx(1, abs=1e-4)


def test_paths_lead_over_the_tree(parser: Parser) -> None:
    """A path goes up and down dependencies, and a long one is cut off."""
    [doc] = parser.parse(["The harbour master said that the ferry had left."])
    assert doc is not None
    said = next(token.i for token in doc if token.text == "said")
    by_word = dict(zip((t.text for t in doc), features.paths(features.ways(doc), said), strict=True))
    assert by_word["said"] == ""
    assert by_word["master"] == ">nsubj"
    assert by_word["left"] == ">ccomp"
    assert by_word["ferry"] == ">ccomp>nsubj"


def test_distances_are_told_in_buckets() -> None:
    """The middle bucket is the cue itself, and one far away shares its bucket with others."""
    buckets = features.distances(60, 30)
    assert buckets[30] == len(features.NEAREST) + 1
    assert buckets[31] - buckets[30] == buckets[30] - buckets[29] == 1
    assert buckets[0] == buckets[5] == 0
    assert buckets[59] == 2 * (len(features.NEAREST) + 1)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs a system that lists a process's threads")
def test_to_read_takes_one_thread() -> None:
    """Those of several processes would wait for each other at each product of two matrices."""
    read = "from service.attribution.pipeline import load; load(); import os; print(len(os.listdir('/proc/self/task')))"
    environ = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", read], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
