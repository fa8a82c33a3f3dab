"""Measuring which texts are told to say the same, with the command."""

import json
from pathlib import Path

import pytest

from schemas.related import Relation
from service.evaluation import relations
from service.evaluation.gold import PairKind, TextPair
from service.evaluation.relations import Figures, Judged
from tests.test_cli import sayso

PAIRS = Path(__file__).with_name("pairs.jsonl")

DAM = "The Kessell dam released 400 tonnes of water into the valley on Sunday."


def pair(id: str, kind: str, other: str, half: str = "tuning") -> dict[str, str]:
    """A line of gold."""
    return {"id": id, "half": half, "kind": kind, "one": DAM, "other": other}


def test_command(tmp_path: Path) -> None:
    """Each half has its figures, and what was misjudged is shown where that is asked for."""
    lines = [
        pair("a", "copy", DAM),
        pair("b", "rewording", "A rewording that shares no word."),
        pair("c", "opposed", DAM.replace("released", "never released"), "held-out"),
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    printed = sayso(tmp_path, "evaluate", "pairs.jsonl", "--kind", "relation", "--errors", "5").stdout.splitlines()
    assert printed[0].split()[:3] == ["tuning:", "2", "pairs"]
    assert printed[1].split() == ["same", "100.0", "50.0", "1", "2"]
    assert "  b, found unrelated:" in printed
    held_out = next(n for n, line in enumerate(printed) if line.startswith("held-out: 1 pairs"))
    assert printed[held_out + 2].split() == ["opposed", "100.0", "100.0", "1", "1"]


def test_score() -> None:
    """Precision is of what was found, recall of what there is."""

    def judged(kind: PairKind, found: Relation | None) -> Judged:
        return Judged(TextPair("id", "tuning", kind, "", ""), found)

    figures = relations.score(
        [
            judged(PairKind.COPY, Relation.SAME),
            judged(PairKind.REWORDING, Relation.SIMILAR),
            judged(PairKind.DIFFERENT, Relation.SAME),
            judged(PairKind.UNRELATED, Relation.SAME),
            judged(PairKind.OPPOSED, None),
        ]
    )
    assert figures[Relation.SAME] == Figures(gold=2, found=3, right=1)
    assert figures[Relation.SAME].precision == pytest.approx(1 / 3)
    assert figures[Relation.SAME].recall == 0.5
    assert (figures[Relation.OPPOSED].precision, figures[Relation.OPPOSED].recall) == (1.0, 0.0)


def test_pairs() -> None:
    """The pairs that come with the tests are sound: two hundred at least, no two alike, about half of them held out."""
    pairs = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    assert len(pairs) >= 200
    assert len({(one["one"], one["other"]) for one in pairs}) == len(pairs)
    assert all(one["one"] != one["other"] for one in pairs)
    held_out = sum(one["half"] == "held-out" for one in pairs)
    assert 0.4 < held_out / len(pairs) < 0.6
