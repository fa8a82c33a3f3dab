"""The figures as they are printed, beside what is wanted of them."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from msgspec import Struct

from tests.benchmarks.serving.load import Figures, Taken

Figure = Callable[[Figures], float]


class Wish(Struct, frozen=True):
    """How many times as many requests a second as another contender, ``than`` it, one should answer, ``of`` them, at
    ``least``; or at ``most``, how many times as late.
    """

    of: str
    than: str
    least: float | None = None
    most: float | None = None


def rate(figures: Figures) -> float:
    """Requests a second."""
    return figures.rate


def p99(figures: Figures) -> float:
    """The latency that 99 of 100 keep to."""
    return figures.p99


def lines(taken: Taken, one: str) -> Iterator[str]:
    """A line a contender, of medians; ``one`` is the contender whose rate the others' are shares of."""
    yield f"{'':24} {'requests/s':>10} {'share':>6} {'p50 ms':>7} {'p99 ms':>7}"
    for name, rounds in taken.items():
        share = _ratio(taken, name, one, rate)
        middle, late = (median(values) for values in zip(*((each.median, each.p99) for each in rounds), strict=True))
        yield f"{name:24} {median(map(rate, rounds)):10,.0f} {share:6.2f} {middle:7.1f} {late:7.1f}"


def judged(taken: Taken, wishes: Sequence[Wish]) -> Iterator[str]:
    """A line a wish: what is wanted, and what there is."""
    for wish in wishes:
        figure, what = (rate, "requests/s") if wish.most is None else (p99, "p99")
        wanted = f"{wish.least:g} or more" if wish.most is None else f"{wish.most:g} or less"
        yield f"{what} of {wish.of} / {wish.than}: {_ratio(taken, wish.of, wish.than, figure):.2f}, wanted {wanted}"


def _ratio(taken: Taken, of: str, than: str, figure: Figure) -> float:
    """The median ratio of two measurements in one round."""
    return median(figure(ours) / figure(theirs) for ours, theirs in zip(taken[of], taken[than], strict=True))
