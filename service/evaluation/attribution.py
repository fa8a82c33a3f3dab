"""How right the attributions of a document are: who each sentence is attributed to, and which words say so.

A sentence is attributed to a source where a word of it is content ("any"), or where at least half of those of its words
are that stand in no source or cue ("major"). *detect* asks whether it is attributed at all, *pair* to whom: sources are
matched one to one by the `Likeness` of their names. *source*, *cue* and *content* compare the words of these spans, and
*relation* whole attributions, which match where all three share a word.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import numpy as np
from msgspec import Struct, structs

from service.evaluation import naming
from service.evaluation.bootstrap import Estimate, Sums, estimate
from service.evaluation.gold import Attribution, Document
from service.evaluation.naming import Likeness, Names, matches
from service.evaluation.words import Numbers, Words

HALF = 0.5

Tally = tuple[float, float, float, float]
"""How many of the found are right, of how many found; how many of the gold were found, of how many there are."""


class Rule(StrEnum):
    """How much of a sentence has to be content."""

    ANY = "any"
    MAJOR = "major"


class Marked(Struct, frozen=True):
    """An attribution by the numbers of its words, and the names its source goes by."""

    source: Numbers
    cue: Numbers
    content: Numbers
    names: Names
    of: Attribution


class Score(Struct, frozen=True):
    """Precision, recall and their harmonic mean, in per cent, and of how many attributions or sentences."""

    precision: float
    recall: float
    f1: Estimate
    found: int
    gold: int


def score(tallies: Sequence[dict[str, Tally]]) -> dict[str, Score]:
    """Each figure, of the tallies of all documents."""
    return {name: _score([tally[name] for tally in tallies]) for name in (tallies[0] if tallies else ())}


def tally(document: Document, found: Iterable[Attribution]) -> dict[str, Tally]:
    """What is right in ``found``, by the figure's name. Pairs of *entity* compare resolved names, not written ones."""
    words = Words(document.text)
    sentences = [words.beginning(start, end) for start, end in document.sents]
    gold, ours = marked(words, document.attributions), marked(words, found)
    named = [renamed(side, naming.resolved) for side in (gold, ours)]
    return {
        **_of_sentences(sentences, gold, ours),
        **_of_spans(gold, ours),
        "relation.overlap": _both(_related(gold, ours), len(gold), len(ours)),
        **{f"{name}.entity": t for name, t in _of_sentences(sentences, *named).items() if ".pair." in name},
    }


def marked(words: Words, attributions: Iterable[Attribution]) -> list[Marked]:
    """The attributions, but for those whose content holds no word; each with its source as it is written."""
    sides = [
        Marked(words.touched(a.source), words.touched(a.cue), words.clause(a.content), naming.written(a), a)
        for a in attributions
    ]
    return [side for side in sides if side.content]


def by_source(sentence: Numbers, side: Sequence[Marked], rule: Rule = Rule.ANY) -> list[list[Marked]]:
    """The attributions that the sentence is attributed by, those together whose sources have the same words."""
    body = len(sentence - frozenset().union(*(m.source | m.cue for m in side))) or 1
    sources: dict[Names, list[Marked]] = {}
    for m in side:
        share = len(m.content & sentence)
        if share >= (1 if rule is Rule.ANY else HALF * body):
            sources.setdefault(naming.key(m.names[0]), []).append(m)
    return list(sources.values())


def renamed(side: Iterable[Marked], names: Callable[[Attribution], Names]) -> list[Marked]:
    """The same attributions, with what ``names`` calls their sources."""
    return [structs.replace(m, names=names(m.of)) for m in side]


def _of_sentences(sentences: Sequence[Numbers], gold: Sequence[Marked], ours: Sequence[Marked]) -> dict[str, Tally]:
    figures: dict[str, Tally] = {}
    for rule in Rule:
        pairs = [(_names(s, gold, rule), _names(s, ours, rule)) for s in sentences]
        attributed = sum(bool(g) for g, _ in pairs), sum(bool(o) for _, o in pairs)
        figures[f"{rule}.detect"] = _both(sum(bool(g and o) for g, o in pairs), *attributed)
        there = sum(len(g) for g, _ in pairs), sum(len(o) for _, o in pairs)
        for likeness in Likeness:
            right = sum(len(matches(g, o, likeness)) for g, o in pairs)
            figures[f"{rule}.pair.{likeness.name.lower()}"] = _both(right, *there)
    return figures


def _names(sentence: Numbers, side: Sequence[Marked], rule: Rule) -> list[Names]:
    return [together[0].names for together in by_source(sentence, side, rule)]


def _of_spans(gold: Sequence[Marked], ours: Sequence[Marked]) -> dict[str, Tally]:
    figures: dict[str, Tally] = {}
    for part in ("source", "cue", "content"):
        g, o = ([words for m in side if (words := getattr(m, part))] for side in (gold, ours))
        exact = (Counter(g) & Counter(o)).total()
        all_g, all_o = frozenset[int]().union(*g), frozenset[int]().union(*o)
        figures |= {
            f"{part}.exact": _both(exact, len(g), len(o)),
            f"{part}.overlap": (_touching(o, g), len(o), _touching(g, o), len(g)),
            f"{part}.soft": (_shared(o, g), len(o), _shared(g, o), len(g)),
            f"{part}.token": _both(len(all_g & all_o), len(all_g), len(all_o)),
        }
    return figures


def _touching(these: Sequence[Numbers], those: Sequence[Numbers]) -> int:
    """How many of ``these`` share a word with one of ``those``."""
    return sum(any(a & b for b in those) for a in these)


def _shared(these: Sequence[Numbers], those: Sequence[Numbers]) -> float:
    """For each of ``these``, the share of its words that are in the best of ``those``; their sum."""
    return sum(max((len(a & b) / len(a) for b in those), default=0) for a in these)


def _related(gold: Sequence[Marked], ours: Sequence[Marked]) -> int:
    """How many of ``gold`` have one of ``ours`` to themselves that is about the same."""
    free = list(ours)
    for wanted in gold:
        if (like := next((m for m in free if same(wanted, m)), None)) is not None:
            free.remove(like)
    return len(ours) - len(free)


def same(gold: Marked, found: Marked) -> bool:
    """Whether content, cue and source share words. Where gold has no cue, any will do; where it has no source, none."""
    sources = gold.source & found.source or not (gold.source or found.source)
    return bool(gold.content & found.content and (gold.cue & found.cue or not gold.cue) and sources)


def _both(right: int, gold: int, found: int) -> Tally:
    """The tally of what is right one to one."""
    return (right, found, right, gold)


def _score(tallies: Sequence[Tally]) -> Score:
    (precision, recall), f1 = _shares(np.sum(tallies, axis=0)), estimate(tallies, _f1)
    _, found, _, gold = np.sum(tallies, axis=0)
    return Score(float(precision), float(recall), f1, int(found), int(gold))


def _shares(sums: Sums) -> tuple[Sums, Sums]:
    """Precision and recall in per cent, 0 of nothing."""
    right_found, found, right_gold, gold = np.moveaxis(sums, -1, 0)
    return 100 * (right_found / np.maximum(found, 1)), 100 * (right_gold / np.maximum(gold, 1))


def _f1(sums: Sums) -> Sums:
    precision, recall = _shares(sums)
    return 2 * precision * recall / np.where(precision + recall, precision + recall, 1)
