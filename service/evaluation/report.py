"""The figures, as they are printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from schemas.vocabularies import Factuality
from service.evaluation import attribution, calibration, factuality
from service.evaluation.bootstrap import Estimate
from service.evaluation.calibration import Group
from service.evaluation.factuality import VALUES, Rated
from service.evaluation.gold import Document, Sentence
from service.evaluation.mistakes import Compared, Count, Kind, Pair
from service.evaluation.relations import WANTED, Judged
from service.evaluation.relations import score as told_apart
from service.evaluation.spans import Reading

NAME = 26
SIDE = 44


def heading(readings: Sequence[Reading[Document]]) -> Iterator[str]:
    """How much was read, and what could not be, and why."""
    sentences, gold = sum(len(r.text.sents) for r in readings), sum(len(r.text.attributions) for r in readings)
    yield f"texts: {len(readings):,}; sentences: {sentences:,}; attributions: {gold:,}"
    for reading in readings:
        if reading.refused is not None:
            yield f"Not read, so nothing was found in it: {reading.text.id}. {reading.refused}"
    yield ""


def attributions(figures: Mapping[str, attribution.Score]) -> Iterator[str]:
    """A line for each figure."""
    yield f"{'per cent':{NAME}}    P      R     F1  (95 %)           found   gold"
    for name, score in figures.items():
        shares = f"{score.precision:5.1f}  {score.recall:5.1f}  {_percent(score.f1)}"
        yield f"{name:{NAME}}{shares}  {score.found:6}  {score.gold:5}"


def kinds(counts: Mapping[Kind, Count]) -> Iterator[str]:
    """A line for each kind of mistake."""
    yield ""
    yield f"{'any.pair.head, by kind':{NAME}}  gold  missed          found  wrong"
    for name, n in counts.items():
        missed, wrong = _of(n.missed, n.gold), _of(n.wrong, n.ours)
        yield f"{name:{NAME}}{n.gold:6}  {n.missed:6} {missed}  {n.ours:5}  {n.wrong:5} {wrong}".rstrip()


def compared(sentences: Iterable[Compared]) -> Iterator[str]:
    """The sentences, each with its pairs side by side: ``-`` was missed, ``+`` is wrong."""
    for sentence in sentences:
        yield from ("", f"{sentence.document}:", f"    {sentence.text}")
        for gold, ours in sentence.rows:
            sign = "-" if ours is None else "+" if gold is None else " "
            alone = gold if ours is None else ours if gold is None else None
            kinds = ", ".join(sorted(alone.kinds)) if alone is not None else ""
            yield f"  {sign} {_name(gold):{SIDE}} | {_name(ours):{SIDE}} {kinds}".rstrip()


def relations(half: str, judged: Sequence[Judged], errors: int) -> Iterator[str]:
    """A line for each relation in one half of the pairs, and as many pairs as ``errors`` that were misjudged."""
    yield f"{f'{half}: {len(judged)} pairs':{NAME}}    P      R   found   gold"
    for relation, found in told_apart(judged).items():
        shares = f"{100 * found.precision:5.1f}  {100 * found.recall:5.1f}"
        yield f"{relation:{NAME}}{shares}  {found.found:6}  {found.gold:5}"
    for one in [one for one in judged if one.found is not WANTED[one.pair.kind]][:errors]:
        yield f"  {one.pair.id}, found {one.found or 'unrelated'}:"
        yield from (f"    {text}" for text in (one.pair.one, one.pair.other))
    yield ""


def events(score: factuality.Score, codes: Mapping[Factuality, Sequence[Rated]]) -> Iterator[str]:
    """The figures, and what people rated those events that were read as each code."""
    yield f"{'events':{NAME}}{score.events:6}"
    yield f"{'mean absolute error':{NAME}}{_plain(score.error)}"
    yield f"{'Pearson’s r':{NAME}}{_plain(score.correlation)}"
    yield ""
    yield f"{'read as':{NAME}}events  mean gold  error"
    for code, rated in codes.items():
        gold, error = (sum(column) / len(rated) for column in zip(*((r.gold, r.error) for r in rated), strict=True))
        yield f"{f'{code} ({VALUES[rated[0].read]:+})':{NAME}}{len(rated):6}  {gold:9.2f}  {error:5.2f}"


def worst(sentences: Iterable[tuple[Sentence, Iterable[Rated]]], number: int) -> Iterator[str]:
    """The events that were read furthest off, each in its sentence."""
    rated = [(sentence, r) for sentence, all_ in sentences for r in all_ if r.error]
    for sentence, r in sorted(rated, key=lambda pair: -pair[1].error)[:number]:
        before, after = sentence.text[: r.event.start], sentence.text[r.event.end :]
        yield ""
        yield f"gold {r.gold:+.1f}, read as {r.read} ({VALUES[r.read]:+}):"
        yield f"    {before}[{r.event.text}]{after}"


def probabilities(score: calibration.Score) -> Iterator[str]:
    """The bins, the grades and the figures over all."""
    yield f"{'probability':{NAME}}links   mean  right  (95 %)"
    width = 1 / len(score.bins)
    yield from (_group(f"{n * width:.1f} to {(n + 1) * width:.1f}", group) for n, group in enumerate(score.bins))
    yield ""
    yield from (_group(grade, group) for grade, group in score.grades.items())
    yield _group("all", score.all)
    yield ""
    yield f"{'expected calibration error':{NAME}} {_plain(score.calibration_error)}"
    yield f"{'Brier score':{NAME}} {_plain(score.brier)}"


def _group(name: str, group: Group) -> str:
    if not group.links:
        return f"{name:{NAME}}{0:5}"
    return f"{name:{NAME}}{group.links:5}  {group.probability:5.3f}  {_plain(group.right)}"


def _percent(estimate: Estimate) -> str:
    return f"{estimate.value:5.1f}  ({estimate.low:.1f} to {estimate.high:.1f})".ljust(NAME - 5)


def _plain(estimate: Estimate) -> str:
    return f"{estimate.value:.3f}  ({estimate.low:.3f} to {estimate.high:.3f})"


def _of(part: int, whole: int) -> str:
    return f"({part / whole:4.0%})" if whole else " " * 6


def _name(pair: Pair | None) -> str:
    """The source, in one line that is not longer than its column."""
    name = " ".join(pair.name.split()) or "(none)" if pair is not None else ""
    return name if len(name) <= SIDE else f"{name[: SIDE - 1]}…"
