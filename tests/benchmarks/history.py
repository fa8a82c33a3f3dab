"""What a list as of a moment costs beside the same list of now, where every claim has a history.

``python -m tests.benchmarks.history CLAIMS REVISIONS [FILE]``: it makes so many claims, changes all of them, one after
another, until each has so many revisions, and asks for random pages of several lists, of now and of three moments by
turns: anew, pages that nobody has asked for before, and then the same again, when what is kept of them is in memory.
With a FILE the database is made there, or used again where it is there already.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from schemas.vocabularies import Level
from service.storage.filters import ClaimFilter, Order, Window
from service.storage.sqlite import SqliteStore, open_store
from tests.benchmarks.serving import databases
from tests.benchmarks.serving.copies import in_bulk
from tests.benchmarks.serving.rows import SPEAKERS, id_of, vocabulary
from tests.records import NOON

ROUNDS, PAGES = 5, 40

Read = Callable[[int | None], object]
"""Reads something as of a moment, or of now."""

TURNED = """
    INSERT INTO revisions (sequence, at, actor, action, entity, entity_id, body)
    SELECT :base + number, :at, 'benchmark', 'updated', 'claim', id,
        iif((number + :turn) % 2, replace(body, '"level":"high"', '"level":"low"'), body)
    FROM claims CROSS JOIN revisions USING (sequence) ORDER BY number
"""
"""The next revision of each claim, by turns of a lower level and of its own."""

SPANS = """
    WITH RECURSIVE turns (turn) AS (SELECT 0 UNION ALL SELECT turn + 1 FROM turns WHERE turn < :turns - 1)
    SELECT number, turn, iif(turn = 0, sequence, :base + (turn - 1) * :claims + number) AS since,
        :base + turn * :claims + number AS until,
        iif((number + turn) % 2 AND turn AND level = 'high', 'low', level) AS level
    FROM claims CROSS JOIN turns
"""
"""From when until when each claim was what, in order."""

WERE = f"""
    INSERT INTO former_claims (number, sequence, until, status, id, article, kind, level, publisher, published,
        position, text)
    SELECT number, since, until, 'active', id, article, kind, spans.level, publisher, published, position, text
    FROM ({SPANS}) AS spans CROSS JOIN claims USING (number)
"""  # noqa: S608

LINKS_WERE = f"""
    INSERT INTO former_links (claim, sequence, until, status, attribution, link, source, role, act, factuality,
        extraction, probability, published)
    SELECT number, since, until, 'active', attribution, link, source, role, act, factuality, extraction, probability,
        published FROM ({SPANS}) AS spans CROSS JOIN links ON links.claim = number
"""  # noqa: S608

ARE = (
    "UPDATE claims SET sequence = :base + number, level = iif((number + :turn) % 2 AND level = 'high', 'low', level)",
    "UPDATE links SET sequence = :base + claim",
)


def fill(path: Path, claims: int, revisions: int) -> None:
    """A database is at the path with so many claims, each of which was changed until it had so many revisions.

    What was is written by SQL and indexed when it is there, which takes a tenth of the time that changes by the store
    would take, and leaves the same.
    """
    databases.store(path, claims)
    turns = revisions - 1
    with in_bulk(path) as db:
        (base,) = db.execute("SELECT max(sequence) FROM revisions").fetchone()
        for turn in range(turns):
            db.execute(TURNED, {"base": base + turn * claims, "turn": turn + 1, "at": NOON.isoformat()})
        for statement in (WERE, LINKS_WERE):
            db.execute(statement, {"base": base, "claims": claims, "turns": turns})
        for statement in ARE:
            db.execute(statement, {"base": base + (turns - 1) * claims, "turn": turns})


def reads(store: SqliteStore, claims: int, chance: Random) -> Mapping[str, list[Read]]:
    """So many reads of each kind, of random things and places."""
    words = [word for word in vocabulary() if len(word) > 6]

    def pages(which: Callable[[], ClaimFilter], order: Order = Order.STORED, backwards: bool = False) -> list[Read]:
        def start() -> str:
            number = chance.randrange(claims // 2)
            return f"2026-01-{chance.randrange(10, 20)}/{number}" if order is Order.PUBLISHED else str(number)

        return [partial(_page, store, which(), order, start(), backwards) for _ in range(PAGES)]

    def speaker() -> ClaimFilter:
        return ClaimFilter(source=(chance.choice(SPEAKERS[:40]).id,))

    return {
        "of a source": pages(speaker),
        "of a source, last first": pages(speaker, backwards=True),
        "of a source, by date": pages(speaker, Order.PUBLISHED),
        "of a level": pages(lambda: ClaimFilter(level=(chance.choice([Level.HIGH, Level.MEDIUM]),))),
        "of a source and level": pages(lambda: ClaimFilter(source=speaker().source, level=(Level.MEDIUM,))),
        "all": pages(ClaimFilter),
        "with a word": pages(lambda: ClaimFilter(q=chance.choice(words))),
        "one claim": [
            partial(store.claim, id_of(number // 25, number % 25))
            for number in (chance.randrange(claims) for _ in range(PAGES))
        ],
    }


def _page(store: SqliteStore, which: ClaimFilter, order: Order, start: str, backwards: bool, as_of: int | None) -> None:
    store.claims(which, Window(50, start, order=order, backwards=backwards, as_of=as_of))


def seconds(asked: list[Read], as_of: int | None) -> float:
    """How long the reads took."""
    begun = time.perf_counter()
    for read in asked:
        read(as_of)
    return time.perf_counter() - begun


Taken = dict[tuple[str, int | None, bool], list[float]]
"""By the name of a list, the moment and whether it was read again, the seconds of each round."""


def measured(store: SqliteStore, claims: int, moments: Sequence[int | None]) -> Taken:
    """What the reads took. In each round the moments come in another order, since what one reads the next may find."""
    chance, taken = Random("history"), Taken()
    for _ in range(ROUNDS):
        for name, asked in reads(store, claims, chance).items():
            for moment in chance.sample(moments, len(moments)):
                anew, _, again = (seconds(asked, moment) for _ in range(3))
                taken.setdefault((name, moment, False), []).append(anew)
                taken.setdefault((name, moment, True), []).append(again)
    return taken


def table(claims: int, revisions: int, path: Path) -> str:
    """A line a list, anew and again: what its pages take now, and as of three moments as a multiple of that."""
    begun = time.monotonic()
    there = path.exists()
    if not there:
        fill(path, claims, revisions)
    made = "was there" if there else f"made in {time.monotonic() - begun:.0f} s"
    with closing(open_store(str(path))) as store:
        changes = claims * (revisions - 1)
        then = [store.sequence() - changes * part // 100 for part in (10, 50, 95)]
        taken = measured(store, claims, [None, *then])
    lines = []
    for name in dict.fromkeys(name for name, _, _ in taken):
        line = f"{name:24}"
        for again in (False, True):
            now = taken[name, None, again]
            times = (median(a / b for a, b in zip(taken[name, one, again], now, strict=True)) for one in then)
            line += f"{median(now) / PAGES * 1e6:8.0f} us " + " ".join(f"{one:5.2f}" for one in times)
        lines.append(line)
    size = path.stat().st_size / 1e9
    head = f"{claims:,} claims of {revisions} revisions each, {size:.2f} GB, {made}; medians of {ROUNDS} rounds"
    columns = f"{'':24}{'anew':>8}    as of .9   .5  .05{'again':>9}    as of .9   .5  .05 of the changes"
    return "\n".join([head, columns, *lines])


if __name__ == "__main__":
    if len(sys.argv) > 3:
        print(table(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
    else:
        with TemporaryDirectory() as folder:
            print(table(int(sys.argv[1]), int(sys.argv[2]), Path(folder, "sayso.db")))
