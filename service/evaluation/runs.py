"""One measurement of the engine: annotated texts in, the lines of its report out."""

from collections.abc import Iterable, Iterator

from schemas.vocabularies import Act
from service.evaluation import attribution as right
from service.evaluation import calibration as probable
from service.evaluation import factuality as committed
from service.evaluation import mistakes, report, spans
from service.evaluation import relations as related
from service.evaluation.gold import Document, Sentence, TextPair
from service.evaluation.spans import Attribute, Reading

RESOLVED = ".entity"
"""The end of the names of those figures that need the entities of gold."""


def attribution(
    documents: Iterable[Document], attribute: Attribute, acts: frozenset[Act], errors: int
) -> Iterator[str]:
    """How right the attributions of ``acts`` are; with ``errors``, what is wrong, and the so many worst sentences."""
    readings, tallies, compared = list[Reading[Document]](), [], []
    for reading in spans.read(documents, attribute):
        found = spans.attributions(reading.claims, acts)
        tallies.append(right.tally(reading.text, found))
        compared.append(mistakes.compare(reading.text, reading.claims, found) if errors else [])
        readings.append(reading)
    yield from report.heading(readings)
    known = any(a.entity is not None for r in readings for a in r.text.attributions)
    yield from report.attributions({n: s for n, s in right.score(tallies).items() if known or not n.endswith(RESOLVED)})
    if errors:
        yield from report.kinds(mistakes.by_kind(compared))
        yield from report.compared(mistakes.worst(compared, errors))


def calibration(documents: Iterable[Document], attribute: Attribute, acts: frozenset[Act]) -> Iterator[str]:
    """How far the links of ``acts`` are as often right as their probabilities say."""
    readings = list(spans.read(documents, attribute))
    yield from report.heading(readings)
    yield from report.probabilities(probable.score([probable.judge(r.text, r.claims, acts) for r in readings]))


def relation(pairs: Iterable[TextPair], attribute: Attribute, errors: int) -> Iterator[str]:
    """How rightly pairs of texts are told apart, half by half; with ``errors``, so many pairs that were not."""
    judged = list(related.judge(pairs, attribute))
    for half in dict.fromkeys(one.pair.half for one in judged):
        yield from report.relations(half, [one for one in judged if one.pair.half == half], errors)


def factuality(sentences: Iterable[Sentence], event: committed.Read, errors: int) -> Iterator[str]:
    """How near the factuality of events is to what people rated; with ``errors``, the so many that are furthest off."""
    rated = [(sentence, committed.read(sentence, event)) for sentence in sentences]
    read = [events for _, events in rated]
    yield from report.events(committed.score(read), committed.by_code(read))
    yield from report.worst(rated, errors)
