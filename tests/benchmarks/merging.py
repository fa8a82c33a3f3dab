"""What it takes to rename a source, to merge it into another and to split them, and what others wait meanwhile.

``python -m tests.benchmarks.merging CLAIMS …``: for each number a new database, where one agency published so many.
"""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from msgspec.structs import replace

from schemas.changes import Entity
from schemas.corrections import NewMerge, NewSourceCorrection
from schemas.records import Record
from schemas.sources import SourceRef
from service.storage import references
from service.storage.filters import ClaimFilter, Window
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.benchmarks.serving.rows import AGENCIES, records, ref
from tests.records import NOON

AGENCY, OTHER, *_ = AGENCIES


def published(claims: int) -> Iterator[Record]:
    """Articles of together so many claims, all by one agency."""
    ids = {agency.id for agency in AGENCIES}
    for record in records(claims):
        refs = {one.id: ref(one) for one in record.sources}

        def of(id: str, refs: dict[str, SourceRef] = refs) -> SourceRef:
            return ref(AGENCY) if id in ids else refs[id]

        told = tuple(references.referring(one, references.places(one), of) for one in record.claims)
        article = references.referring(record.article, references.places(record.article), of)
        yield replace(record, article=article, claims=told)


def waits(store: ClaimStore, ended: Event, found: list[float]) -> None:
    """How long each page took that was asked for until it ``ended``."""
    while not ended.is_set():
        begun = time.perf_counter()
        store.claims(ClaimFilter(source=(AGENCY.id,)), Window(50))
        found.append(time.perf_counter() - begun)
        time.sleep(0.01)


def measured(store: ClaimStore, judge: Callable[[int], object]) -> str:
    """The seconds that it took, those of a processor among them, and those of the longest page of claims meanwhile."""
    ended, found = Event(), list[float]()
    reader = Thread(target=waits, args=(store, ended, found))
    after = store.last(Entity.SOURCE, AGENCY.id)
    reader.start()
    begun, worked = time.perf_counter(), time.thread_time()
    judge(after)
    taken, work = time.perf_counter() - begun, time.thread_time() - worked
    ended.set()
    reader.join()
    return f"{taken:8.2f} s, {work:7.2f} of a processor; a page {max(found) * 1e3:6.1f} ms at most"


def table(claims: int) -> str:
    """A line for each of the three."""
    with TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "sayso.db"))
        for record in published(claims):
            store.put(record, at=NOON, actor="benchmark")
        name = NewSourceCorrection("So it is.", name="Another")
        merge = NewMerge(OTHER.id, "They are one.")
        judges: dict[str, Callable[[int], object]] = {
            "rename": lambda after: store.correct(AGENCY.id, name, after=after, at=NOON, actor="benchmark"),
            "merge": lambda after: store.merge(AGENCY.id, merge, after=after, at=NOON, actor="benchmark"),
            "split": lambda after: store.merge(AGENCY.id, None, after=after, at=NOON, actor="benchmark"),
        }
        lines = [f"{what:8} {measured(store, judge)}" for what, judge in judges.items()]
        store.close()
    return "\n".join([f"a source of {claims:,} claims", *lines])


if __name__ == "__main__":
    for count in sys.argv[1:]:
        print(table(int(count)), flush=True)
