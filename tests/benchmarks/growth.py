"""How time and memory grow with an article: seconds a text of 1, 10, 100 and 1,000 KB takes, in several shapes.

    python -m tests.benchmarks.growth [SHAPE ...]

Beside the seconds, of the processor, stands how many times those of the text a tenth as long they are: where all is
well about ten. Memory is the peak of a process that has read this text alone.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice, product
from multiprocessing import get_context
from time import process_time

SIZES = (1, 10, 100, 1000)

NAMES = [
    " ".join(pair)
    for pair in product(
        (first + last for first, last in product(("Al", "Ber", "Cor", "Dag", "El", "Fre"), ("da", "win", "mar", "no"))),
        ("".join(parts) for parts in product(("Lund", "Moe", "Poole", "Okaf", "Strand"), ("", "berg", "sen", "or"))),
    )
]
"""480 names, with forenames and surnames shared among them."""


def plain() -> Iterator[str]:
    """Sentences that somebody said, and such that nobody did, in paragraphs."""
    for n in count():
        yield f"The minister said on Monday that bridge {n} would stay closed until the storm had passed. "
        yield "Rain fell on the town and on the hills behind it for most of the night.\n\n"


def quoted() -> Iterator[str]:
    """Quotations alone."""
    for n in count():
        yield f"“We will open road {n} again when the water has gone,” the mayor said. “It will take a week.”\n\n"


def names() -> Iterator[str]:
    """Another person a sentence, and from the 481st on with a number that makes a new one of each."""
    for n in count():
        round_, place = divmod(n, len(NAMES))
        yield f"{NAMES[place]}{f' {_roman(round_)}' if round_ else ''} said that the road was closed again. "


def _roman(number: int) -> str:
    """A word that is another for each number, as a family name might be."""
    return "V" + "".join("aeioulnrst"[int(digit)] for digit in str(number))


def pronouns() -> Iterator[str]:
    """Nobody by name."""
    yield "Ada Lund and Erik Moe spoke. "
    for n in count():
        yield f"He said that she had told them on day {n} that they would help him. "


def unclosed() -> Iterator[str]:
    """A quotation that opens the text and that nobody closes, in one paragraph."""
    yield "“"
    for n in count():
        yield f"The road to village {n} is closed, the mayor said. "


def lines() -> Iterator[str]:
    """Short lines, as in a list or a table."""
    for n in count():
        yield f"- Road {n} is shut, police say\n"


SHAPES: dict[str, Callable[[], Iterator[str]]] = {
    shape.__name__: shape for shape in (plain, quoted, names, pronouns, unclosed, lines)
}


def text(shape: str, size: int) -> str:
    """A text of this shape, ``size`` KB long but for what its last piece would add."""
    pieces, length = [], 0
    for piece in islice(SHAPES[shape](), size * 1000):
        length += len(piece.encode())
        if length > size * 1000:
            break
        pieces.append(piece)
    return "".join(pieces)


def cost(shape: str, size: int) -> tuple[float, float]:
    """The seconds that reading the text took this process, and the most MB that it has held."""
    from schemas.articles import NewArticle
    from service.attribution.pipeline import load

    engine = load()
    engine.attribute(NewArticle("Ada Lund said that it rained."))
    start = process_time()
    engine.attribute(NewArticle(text(shape, size), language="en"))
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes.
    return process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main(shapes: list[str]) -> None:
    """The figures have been printed, a line as soon as it is known."""
    print(f"{'':10} {'KB':>6} {'seconds':>9} {'times':>6} {'peak MB':>8}")
    for shape in shapes:
        before = None
        for size in SIZES:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                seconds, peak = process.submit(cost, shape, size).result()
            times = f"{seconds / before:6.1f}" if before else f"{'':6}"
            print(f"{shape:10} {size:6,} {seconds:9.2f} {times} {peak:8.0f}", flush=True)
            before = seconds


if __name__ == "__main__":
    main(sys.argv[1:] or list(SHAPES))
