"""What a list as of a moment costs beside the same list of now, where every claim has a history.

``python -m tests.benchmarks.history CLAIMS REVISIONS``: it makes so many claims, each with so many revisions, and asks
for pages of random sources by turns.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from msgspec import UNSET
from msgspec.structs import replace

from schemas.changes import Action
from schemas.claims import Claim
from schemas.vocabularies import Level
from service.storage.numbering import following
from service.storage.port import ClaimFilter, Window
from service.storage.sqlite import SqliteStore, open_store
from service.storage.writing import Writer, publication
from tests.benchmarks.serving.rows import SPEAKERS, records
from tests.records import NOON

ROUNDS, PAGES = 9, 200

LEVELS = (Level.HIGH, Level.LOW)


def fill(store: SqliteStore, claims: int, revisions: int) -> None:
    """The store holds so many claims, each of which was changed until it had so many revisions."""
    for record in records(claims):
        with store.connections.writing() as db:
            writer = Writer(db, at=NOON, actor="benchmark")
            first = following(db, "claims")
            writer.record(record)
            number = db.execute("SELECT max(number) FROM articles").fetchone()[0]
            for turn in range(1, revisions):
                for place, claim in enumerate(record.claims, first):
                    other = changed(claim, turn)
                    writer.revise(place, Action.UPDATED, other, number, publication(record.article))


def changed(claim: Claim, turn: int) -> Claim:
    """The claim with another level, by turns."""
    return replace(claim, status=UNSET, confidence=replace(claim.confidence, level=LEVELS[turn % len(LEVELS)]))


def seconds(store: SqliteStore, asked: Sequence[tuple[str, int]], as_of: int | None) -> float:
    """How long the pages took that begin behind a number."""
    begun = time.process_time()
    for source, after in asked:
        store.claims(ClaimFilter(source=(source,)), Window(50, str(after), as_of=as_of))
    return time.process_time() - begun


def table(claims: int, revisions: int) -> str:
    """A line a moment: what its pages cost as a multiple of those of now."""
    with TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "sayso.db"))
        fill(store, claims, revisions)
        last, chance = store.sequence(), Random("history")
        speakers = [source.id for source in SPEAKERS[:40]]
        asked = [(chance.choice(speakers), chance.randrange(claims // 2)) for _ in range(PAGES)]
        moments = {"now": None, "as of the last": last, "a tenth before": last * 9 // 10, "half before": last // 2}
        taken: dict[str, list[float]] = {name: [] for name in moments}
        for _ in range(ROUNDS):
            for name, as_of in moments.items():
                taken[name].append(seconds(store, asked, as_of))
        store.close()
    lines = [
        f"{name:18} {median(times) / PAGES * 1e6:8.0f} us a page"
        f" {median(one / now for one, now in zip(times, taken['now'], strict=True)):6.2f}"
        for name, times in taken.items()
    ]
    return "\n".join([f"{claims:,} claims of {revisions} revisions each; medians of {ROUNDS} rounds", *lines])


if __name__ == "__main__":
    print(table(*map(int, sys.argv[1:])))
