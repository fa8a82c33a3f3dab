"""The benchmarks print what they say they do. Whether a figure is good is for a reader to judge."""

from tests.benchmarks import speed


def test_speed() -> None:
    """A text that textacy refuses is left out for all, and every reader has its line."""
    pairs, single = "“The road is open,” said Ada Lund. It rained.", "“The road is open, said Ada Lund."
    kept = speed.paired([pairs, single])
    assert kept == [pairs]
    taken = speed.measure(kept, rounds=1)
    printed = speed.table(speed.sentences(kept), taken, dict.fromkeys(speed.READERS, 1.0))
    assert [line[:19].strip() for line in printed.splitlines()[1:]] == list(speed.READERS)
