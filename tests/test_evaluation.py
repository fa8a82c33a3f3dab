"""Measuring the engine, with the command, as its users do it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.articles import NewArticle
from schemas.vocabularies import Act, Extraction, Factuality
from service.attribution.pipeline import Engine
from service.evaluation import bootstrap, calibration, mistakes, spans
from service.evaluation.calibration import Judged
from service.evaluation.gold import Document
from service.evaluation.naming import Likeness, matches
from tests.test_cli import sayso, told

SHARED = Path(__file__).parents[2] / "shared" / "evaluation"

MILL = """The mill will reopen in May, Ada Lund said. "We never gave up," she added. Otto Brand plans to buy it.

The river rose on Sunday. The council warned that the bridge may close, according to the Daily Bell.
"""
"""A text of ours, of five sentences, with the attributions below."""

ATTRIBUTIONS = [
    ("Ada Lund", "said", "The mill will reopen in May"),
    ("she", "added", "We never gave up"),
    ("Otto Brand", "plans", "to buy it"),
    ("The council", "warned", "that the bridge may close"),
]


def spanned(text: str, *parts: str) -> list[dict[str, Any]]:
    """Where the parts first stand in the text."""
    return [{"start": text.index(p), "end": text.index(p) + len(p), "text": p} for p in parts]


def document(id: str = "mill", text: str = MILL, listed: Sequence[tuple[str, str, str]] = tuple(ATTRIBUTIONS)) -> Any:
    """The text as a line of gold: source, cue and content of each attribution, a sentence to each full stop."""
    ends = [n + 1 for n, letter in enumerate(text) if letter == "." or text[n : n + 2] == '."']
    attributions = [
        {name: spanned(text, part) for name, part in zip(("source", "cue", "content"), parts, strict=True) if part}
        for parts in listed
    ]
    return {"id": id, "text": text, "sents": list(zip([0, *ends], ends, strict=False)), "attributions": attributions}


def written(file: Path, *lines: Any) -> Path:
    """A file of these lines: JSON of what is no text yet."""
    text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    return file


def figures(printed: str) -> dict[str, list[str]]:
    """By name the figures of each line, ours or those of the reference scorer, without interval and words."""
    rows = (line.partition("(") for line in printed.splitlines())
    table = {}
    for row, _, rest in rows:
        name, *numbers = [word for word in row.split() if word not in ("P", "R", "F1")] or [""]
        counts = [word.strip("(),") for word in rest.rpartition(" to ")[2].split() if word.strip("(),").isdigit()]
        table[name] = numbers + counts
    return table


class TestSpans:
    """``sayso extract --spans``."""

    def test_attributions(self, tmp_path: Path) -> None:
        """A line a text; each link of a chain but the publisher has its own, an outer one's content has the inner."""
        written(tmp_path / "gold.jsonl", {"id": "a", "text": MILL, "publisher": "x"}, {"id": "b", "text": "It rained."})
        printed = sayso(tmp_path, "extract", "--spans", "gold.jsonl").stdout.splitlines()
        a, b = (json.loads(line) for line in printed)
        assert b == {"id": "b", "attributions": []}
        assert a["id"] == "a"
        found = {attribution["source"][0]["text"]: attribution for attribution in a["attributions"]}
        assert set(found) == {"Ada Lund", "she", "Otto Brand", "The council", "the Daily Bell"}
        assert found["she"]["entity"] == {"name": "Ada Lund"}
        assert (found["she"]["extraction"], found["she"]["act"]) == ("resolved", "statement")
        inner, outer = found["The council"], found["the Daily Bell"]
        assert [*inner["content"], *inner["source"]] == outer["content"]
        for span in (s for f in found.values() for part in ("source", "cue", "content") for s in f[part]):
            assert MILL[span["start"] : span["end"]] == span["text"]

    def test_acts(self, tmp_path: Path) -> None:
        """Only attributions of the acts asked for; an act that is none is a usage error that names those there are."""
        written(tmp_path / "gold.jsonl", {"id": "a", "text": MILL})
        some = sayso(tmp_path, "extract", "--spans", "gold.jsonl", "--acts", "intention,attitude").stdout
        assert [a["source"][0]["text"] for a in json.loads(some)["attributions"]] == ["Otto Brand"]
        wrong = sayso(tmp_path, "extract", "--spans", "gold.jsonl", "--acts", "statement,song")
        assert wrong.returncode == 2
        assert "'song'" in wrong.stderr
        assert "statement, belief, intention, attitude" in wrong.stderr
        (tmp_path / "x.txt").write_text(MILL)
        assert sayso(tmp_path, "extract", "x.txt", "--acts", "statement").returncode == 2

    def test_unlikely(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        """A link that is too unlikely is left out."""
        claims = engine.attribute(_new("The dam is old, Ada Lund said.")).claims
        assert len(spans.attributions(claims)) == 1
        monkeypatch.setattr(spans, "LEAST", 1.1)
        assert spans.attributions(claims) == ()

    def test_reported(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever reports another's intention makes a statement."""
        monkeypatch.setattr(spans, "LEAST", 0)
        claims = engine.attribute(_new("Ada Lund said that the union vowed to leave.")).claims
        assert [(a.source[0].text, a.act) for a in spans.attributions(claims)] == [
            ("the union", Act.INTENTION),
            ("Ada Lund", Act.STATEMENT),
        ]
        assert [a.source[0].text for a in spans.attributions(claims, {Act.STATEMENT})] == ["Ada Lund"]

    def test_carried(self, engine: Engine) -> None:
        """A quotation that goes on in the next sentence is one attribution, with both in its content."""
        text = '"The dam is old," Ada Lund said. "It leaks. Nobody mends it."'
        claims = engine.attribute(_new(text)).claims
        (one,) = spans.attributions(claims)
        assert " ".join(span.text for span in one.content).count("It leaks") == 1
        assert one.content[-1].end == len(text)

    def test_carried_ahead(self, engine: Engine) -> None:
        """A quotation whose speaker is told in its last sentence is one attribution, apart from an earlier one."""
        text = 'She was late, Ada Lund said. Nobody saw her come. "The dam is old. It leaks," Ada Lund said.'
        early, late = spans.attributions(engine.attribute(_new(text)).claims)
        assert [span.text for span in early.content] == ["She was late"]
        assert [span.text for span in late.content] == ['It leaks,"', '"The dam is old.']

    def test_refused(self, tmp_path: Path) -> None:
        """A text that the engine refuses is told by its id, has no line, and the exit status tells of it."""
        written(tmp_path / "gold.jsonl", {"id": "bad", "text": "Hail\x07."}, {"id": "good", "text": "It rained."})
        result = sayso(tmp_path, "extract", "--spans", "gold.jsonl")
        assert told(result).startswith("sayso: bad: The text holds the character U+0007")
        assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["good"]


class TestAttribution:
    """``sayso evaluate``."""

    def test_figures(self, tmp_path: Path) -> None:
        """What was missed and what is wrong lower recall and precision; entities are told of where gold has them."""
        missed = document(listed=[*ATTRIBUTIONS, ("", "", "The river rose on Sunday")])
        written(tmp_path / "gold.jsonl", missed)
        result = sayso(tmp_path, "evaluate", "gold.jsonl")
        assert result.stdout.startswith("texts: 1; sentences: 5; attributions: 5\n")
        table = figures(result.stdout)
        assert table["any.detect"] == ["100.0", "80.0", "88.9", "4", "5"]
        assert table["any.pair.head"] == table["relation.overlap"] == ["80.0", "80.0", "80.0", "5", "5"]
        assert table["source.exact"] == ["80.0", "100.0", "88.9", "5", "4"]
        assert not any(name.endswith(".entity") for name in table)
        missed["attributions"][1]["entity"] = {"mentions": ["she", "Ms Lund"]}
        written(tmp_path / "gold.jsonl", missed)
        table = figures(sayso(tmp_path, "evaluate", "gold.jsonl").stdout)
        assert table["any.pair.head.entity"] == ["80.0", "80.0", "80.0", "5", "5"]

    def test_errors(self, tmp_path: Path) -> None:
        """The sentences with most mistakes are shown, gold beside ours, and mistakes are counted by kind."""
        quiet = document("quiet", "It rained, Ada Lund said.", [("Ada Lund", "said", "It rained")])
        gold = document(
            listed=[*ATTRIBUTIONS, ("", "", "The river rose on Sunday"), ("the bridge", "close", "The council")]
        )
        written(tmp_path / "gold.jsonl", quiet, gold)
        printed = sayso(tmp_path, "evaluate", "gold.jsonl", "--errors", "1").stdout
        shown = printed[printed.index("\nmill:") :]
        assert shown.splitlines()[2] == "    " + MILL.splitlines()[2].partition(". ")[2]
        assert [" ".join(line.split()) for line in shown.splitlines()[3:]] == [
            "The council | The council",
            "- the bridge | nested",
            "+ | the Daily Bell nested",
        ]
        kinds = figures(printed[printed.index("by kind") : printed.index("\nmill:")])
        assert kinds["no"][:3] == ["source", "1", "1"]
        assert "quiet" not in printed
        assert "The river" in sayso(tmp_path, "evaluate", "gold.jsonl", "--errors", "2").stdout

    def test_acts(self, tmp_path: Path) -> None:
        """Only attributions of the acts asked for are counted as found."""
        written(tmp_path / "gold.jsonl", document())
        table = figures(sayso(tmp_path, "evaluate", "gold.jsonl", "--acts", "intention").stdout)
        assert table["any.pair.head"] == ["100.0", "25.0", "40.0", "1", "4"]

    def test_refused(self, tmp_path: Path) -> None:
        """A text that the engine refuses is told, and its attributions count as missed."""
        written(tmp_path / "gold.jsonl", document(), document("bad", "Hail\x07, she said.", [("she", "said", "Hail")]))
        printed = sayso(tmp_path, "evaluate", "gold.jsonl").stdout
        assert "bad. The text holds the character U+0007" in printed
        assert figures(printed)["relation.overlap"] == ["80.0", "80.0", "80.0", "5", "5"]

    @pytest.mark.skipif(not SHARED.is_dir(), reason="the reference scorer ../shared/evaluation/score.py is not here")
    @pytest.mark.parametrize(("name", "texts"), [("gum_interview", 19), ("polnear_dev", 8)])
    def test_reference(self, tmp_path: Path, name: str, texts: int) -> None:
        """All figures are those of the reference scorer for what ``extract --spans`` prints, to the digit."""
        lines = (SHARED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[:texts]
        written(tmp_path / "gold.jsonl", *lines)
        (tmp_path / "ours.jsonl").write_text(sayso(tmp_path, "extract", "--spans", "gold.jsonl").stdout)
        ours = figures(sayso(tmp_path, "evaluate", "gold.jsonl").stdout)
        written_names, entities = (_reference(tmp_path, *flags) for flags in ((), ("--entity",)))
        assert len(written_names) == 21
        assert {figure: ours[figure] for figure in written_names} == written_names
        assert {f: ours[f"{f}.entity"] for f in entities if f"{f}.entity" in ours} == (
            {f: entities[f] for f in entities if ".pair." in f} if '"entity"' in lines[0] else {}
        )


class TestFactuality:
    """``sayso evaluate --kind factuality``."""

    def test_figures(self, tmp_path: Path) -> None:
        """Codes and numbers are taken; the worst events are shown in their sentence."""
        sure, may = "The mill reopened.", "The river may rise."
        lines = [
            {"text": sure, "events": [{**spanned(sure, "reopened")[0], "factuality": "CT+"}]},
            {"text": may, "events": [{**spanned(may, "rise")[0], "factuality": -1.5}]},
        ]
        written(tmp_path / "gold.jsonl", *lines)
        printed = sayso(tmp_path, "evaluate", "gold.jsonl", "--kind", "factuality", "--errors", "3").stdout
        table = figures(printed)
        assert (table["events"], table["mean"][:3]) == (["2"], ["absolute", "error", "1.250"])
        assert printed.endswith("\ngold -1.5, read as PS+ (+1):\n    The river may [rise].\n")
        assert printed.count("read as ") == 2

    @pytest.mark.skipif(not SHARED.is_dir(), reason="the reference scorer is not here")
    def test_reference(self, tmp_path: Path, engine: Engine) -> None:
        """The figures are those of the reference scorer."""
        gold = SHARED / "factuality_uw_dev.jsonl"
        written(tmp_path / "gold.jsonl", *gold.read_text(encoding="utf-8").splitlines()[:100])
        ours = [json.loads(line) for line in (tmp_path / "gold.jsonl").read_text().splitlines()]
        for sentence in ours:
            codes = engine.events(sentence["text"], [(e["start"], e["end"]) for e in sentence["events"]])
            for event, code in zip(sentence["events"], codes, strict=True):
                event["factuality"] = code
        written(tmp_path / "ours.jsonl", *ours)
        table = figures(sayso(tmp_path, "evaluate", "gold.jsonl", "--kind", "factuality").stdout)
        reference = _run(SHARED / "score_factuality.py", tmp_path)
        assert reference == f"n={table['events'][0]} MAE={table['mean'][2]} r={table['Pearson’s'][1]}\n"

    def test_event(self, engine: Engine) -> None:
        """The engine reads a sentence's events each by its own clause."""
        text = "The mill reopened, and the river may rise."
        spans = [(text.index(word), text.index(word) + len(word)) for word in ("reopened", "rise")]
        assert engine.events(text, spans) == [Factuality.CERTAIN, Factuality.POSSIBLE]


class TestCalibration:
    """``sayso evaluate --kind calibration``."""

    def test_figures(self, tmp_path: Path) -> None:
        """Every link but the publisher's that closes a chain is in its bin and its grade, right or wrong."""
        written(tmp_path / "gold.jsonl", document())
        printed = sayso(tmp_path, "evaluate", "gold.jsonl", "--kind", "calibration").stdout
        rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line and line[:1].isalpha()}
        assert {grade: (rows[grade][0], *rows[grade][2:3]) for grade in ("explicit", "resolved", "assumed")} == {
            "explicit": ("4", "0.750"),
            "resolved": ("1", "1.000"),
            "assumed": ("1", "1.000"),
        }
        assert rows["ambiguous"] == ["0"]
        assert rows["all"][0] == "6"

    def test_scores(self) -> None:
        """The calibration error is weighted by bin, Brier's score is the mean square; both are 0 at best."""
        score = calibration.score([[_judged(0.75, True), _judged(0.75, False)], [_judged(0.15, False)]])
        assert score.calibration_error.value == pytest.approx((2 * 0.25 + 0.15) / 3)
        assert score.brier.value == pytest.approx((0.25**2 + 0.75**2 + 0.15**2) / 3)
        assert [group.links for group in score.bins] == [0, 1, 0, 0, 0, 0, 0, 2, 0, 0]
        perfect = calibration.score([[_judged(1.0, True), _judged(0.0, False)]])
        assert (perfect.calibration_error.value, perfect.brier.value) == (0, 0)


class TestBootstrap:
    """Intervals."""

    def test_interval(self) -> None:
        """It holds the figure, is narrower for more documents, and is the same each time."""
        few = bootstrap.estimate([(1, 2), (0, 2), (2, 2)] * 4, _half)
        many = bootstrap.estimate([(1, 2), (0, 2), (2, 2)] * 40, _half)
        assert few.value == many.value == 0.5
        assert few.low < many.low < 0.5 < many.high < few.high
        assert bootstrap.estimate([(1, 2), (0, 2), (2, 2)] * 4, _half) == few

    def test_alike(self) -> None:
        """It is a point where all documents are alike."""
        assert bootstrap.estimate([(1, 2)] * 5, _half) == bootstrap.Estimate(0.5, 0.5, 0.5)


class TestNames:
    """Names of sources."""

    @pytest.mark.parametrize(
        ("gold", "found", "likeness"),
        [
            ("the Mayor’s office", "Mayor office", Likeness.EXACT),
            ("Ms Ada Lund", "Lund", Likeness.OVERLAP),
            ("the spokeswoman for Otto Brand", "spokeswoman", Likeness.HEAD),
            ("", "", Likeness.EXACT),
        ],
    )
    def test_likeness(self, gold: str, found: str, likeness: Likeness) -> None:
        """Names match from the likeness on that they have, and none below it."""
        matching = [level for level in Likeness if matches([(gold,)], [(found,)], level)]
        assert matching == [level for level in Likeness if level >= likeness]

    def test_one_to_one(self) -> None:
        """One name matches one other, and the same words go first."""
        gold, found = [("Ada Lund",), ("Lund",)], [("Lund",), ("she",)]
        assert matches(gold, found, Likeness.OVERLAP) == [(1, 0)]


class TestMistakes:
    """Where gold and ours differ."""

    def test_kinds(self) -> None:
        """A missed pair is of every kind that fits, or of none."""
        text = 'Ada Lund hopes to sing, Otto Brand said. "It rained. It hailed," they said. Hail fell, Bo said.'
        listed = [
            ("Otto Brand", "said", "Ada Lund hopes to sing"),
            ("Ada Lund", "hopes", "to sing"),
            ("they", "said", "It rained. It hailed"),
            ("Bo", "said", "Hail fell"),
        ]
        compared = mistakes.compare(_document(document("x", text, listed)), [], [])
        missed = {gold.name: set(gold.kinds) for c in compared for gold, _ in c.rows if gold is not None}
        assert missed == {
            "Otto Brand": {mistakes.Kind.NESTED},
            "Ada Lund": {mistakes.Kind.NESTED, mistakes.Kind.WANT},
            "they": {mistakes.Kind.PRONOUN, mistakes.Kind.RUN_ON},
            "Bo": set(),
        }
        counts = mistakes.by_kind([compared])
        assert counts[mistakes.Kind.ALL] == mistakes.Count(gold=5, missed=5, ours=0, wrong=0)
        assert counts[mistakes.Kind.OTHER].missed == 1

    def test_worst(self) -> None:
        """Of sentences with as many mistakes, each document's first come before any document's second."""
        text = "It rained, Ada said. It hailed, Bo said."
        listed = [("Ada", "said", "It rained"), ("Bo", "said", "It hailed")]
        compared = [mistakes.compare(_document(document(id, text, listed)), [], []) for id in ("a", "b")]
        assert [(c.document, c.text[:9]) for c in mistakes.worst(compared, 3)] == [
            ("a", "It rained"),
            ("b", "It rained"),
            ("a", "It hailed"),
        ]


class TestRefused:
    """What cannot be used."""

    @pytest.mark.parametrize(
        ("lines", "number", "fault"),
        [
            (["", json.dumps(document()), "{'id'}"], 3, "JSON is malformed"),
            ([document(), {"id": "b", "text": "It rained.", "attributions": []}], 2, "missing required field sents"),
            ([{**document(), "attributions": [{"cue": spanned(MILL, "said")}]}], 1, "missing required field content"),
            (
                [{**document(), "attributions": [{"content": [{"start": 4, "end": 8, "text": "mull"}]}]}],
                1,
                "at 4 to 8 the text is 'mill', not 'mull'",
            ),
            ([{**document(), "sents": [[0, 999]]}], 1, "the sentence at 0 to 999 is none of this text"),
            ([document(), document()], 2, "the id 'mill' is an earlier line's too"),
            ([""], 1, "there is no annotated text in this file"),
        ],
        ids=["not-json", "no-sentences", "no-content", "span", "sentence", "id", "empty"],
    )
    def test_documents(self, tmp_path: Path, lines: list[Any], number: int, fault: str) -> None:
        """One sentence tells the file, the line and what is wrong with it."""
        written(tmp_path / "gold.jsonl", *lines)
        message = told(sayso(tmp_path, "evaluate", "gold.jsonl"))
        assert message.startswith(f"sayso: gold.jsonl, line {number}: ")
        assert fault in message

    @pytest.mark.parametrize(
        ("event", "fault"),
        [
            ({"start": 0, "end": 2, "text": "It", "factuality": 4}, "<= 3.0"),
            ({"start": 0, "end": 2, "text": "It", "factuality": "CT"}, "'CT'"),
            ({"start": 0, "end": 2, "text": "Is", "factuality": 3}, "not 'Is'"),
            ({"start": 0, "end": 2, "text": "It"}, "missing required field factuality"),
        ],
        ids=["number", "code", "span", "missing"],
    )
    def test_events(self, tmp_path: Path, event: dict[str, Any], fault: str) -> None:
        """So with events."""
        written(tmp_path / "gold.jsonl", {"text": "It rained.", "events": [event]})
        message = told(sayso(tmp_path, "evaluate", "gold.jsonl", "--kind", "factuality"))
        assert message.startswith("sayso: gold.jsonl, line 1: ")
        assert fault in message

    def test_files(self, tmp_path: Path) -> None:
        """A file that is not there, not UTF-8 or of another form is told, by either command."""
        (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9", "text": "x"}\n')
        (tmp_path / "text.jsonl").write_text(MILL)
        for command in (("evaluate",), ("extract", "--spans")):
            assert "No such file" in told(sayso(tmp_path, *command, "none.jsonl"))
            assert "line 1: a byte that is not UTF-8" in told(sayso(tmp_path, *command, "latin.jsonl"))
            assert "text.jsonl, line 1: JSON is malformed" in told(sayso(tmp_path, *command, "text.jsonl"))
            assert "SAYSO_COLOUR" in told(sayso(tmp_path, *command, "text.jsonl", SAYSO_COLOUR="red"))

    def test_options(self, tmp_path: Path) -> None:
        """An option that the kind does not have is a usage error, not ignored."""
        written(tmp_path / "gold.jsonl", document())
        for words in (("factuality", "--acts", "belief"), ("calibration", "--errors", "3"), ("song",)):
            assert sayso(tmp_path, "evaluate", "gold.jsonl", "--kind", *words).returncode == 2


def _new(text: str) -> NewArticle:
    return NewArticle(text, language="en")


def _document(line: Any) -> Document:
    return msgspec.convert(line, Document)


def _judged(probability: float, right: bool) -> Judged:
    return Judged(Extraction.EXPLICIT, probability, right)


def _half(sums: bootstrap.Sums) -> bootstrap.Sums:
    share: bootstrap.Sums = sums[..., 0] / sums[..., 1]
    return share


def _reference(folder: Path, *flags: str) -> dict[str, list[str]]:
    """The reference scorer's figures for the files in ``folder``."""
    table = figures(_run(SHARED / "score.py", folder, *flags))
    return {name: row for name, row in table.items() if "." in name}


def _run(scorer: Path, folder: Path, *flags: str) -> str:
    command = [sys.executable, str(scorer), "gold.jsonl", "ours.jsonl", *flags]
    printed: str = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    return printed
