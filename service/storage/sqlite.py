"""The store that keeps everything in one SQLite file."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import UNSET

from schemas.articles import Article, Outcome, Receipt
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.corrections import NewMerge, NewSourceCorrection, Retraction
from schemas.facets import Facet, FacetCount, Facets
from schemas.records import Record
from schemas.removals import Removal
from schemas.reviews import Review
from schemas.sources import CountedSource
from schemas.versions import ArticleVersion
from schemas.vocabularies import Level
from service.errors import (
    NotCorrected,
    NotRetracted,
    NotStanding,
    Overtaken,
    StoreError,
    StoreUnsupported,
    VersionUnknown,
)
from service.storage import (
    bands,
    correcting,
    counting,
    engines,
    facets,
    history,
    identities,
    judging,
    narrowing,
    numbering,
    queries,
    ranking,
    receipts,
    removals,
    removing,
    renewing,
    reviews,
    things,
    versions,
    windows,
    wiping,
    withdrawing,
    words,
)
from service.storage.bodies import in_passing
from service.storage.commits import Kept
from service.storage.connections import Connections
from service.storage.filters import (
    ArticleFilter,
    ChangeFilter,
    ClaimFilter,
    Json,
    Order,
    ReviewFilter,
    Slice,
    SourceFilter,
    Window,
)
from service.storage.keys import SqliteKeys
from service.storage.memory import Memory, View
from service.storage.narrowing import NOW, OPEN, Form, Narrowing, Value, past
from service.storage.port import (
    Alike,
    Correction,
    Given,
    Held,
    Once,
    Size,
    State,
)
from service.storage.queries import EVERY
from service.storage.times import stamp
from service.storage.turns import Turns
from service.storage.webhooks import SqliteOutbox
from service.storage.windows import cut, items, page
from service.storage.writing import Writer


def open_store(database: str) -> "SqliteStore":
    """The store in the file that ``database`` names, made or brought up to date.

    ``database`` is a path, or ``sqlite:///path`` with a path as it stands after the third slash. Raises
    `StoreUnsupported` for anything else, and `StoreForeign`, `StoreTooNew`, `StoreCorrupt`, `StoreUnwritable`
    or `StoreBusy`; the file is then as it was.
    """
    return SqliteStore(located(database))


def located(database: str) -> Path:
    """The file that ``database`` names, as in `open_store`. Raises `StoreUnsupported`."""
    path = database.removeprefix("sqlite:///")
    if not path or "://" in path or path == ":memory:":
        raise StoreUnsupported(database)
    return Path(path)


class SqliteStore:
    """A `ClaimStore`, which says what each method does, in the file at ``path``. Several processes may have it open."""

    def __init__(self, path: Path) -> None:
        self.connections = Connections(path)
        self.keys = SqliteKeys(self.connections)
        self._turns = Turns(path.with_name(f"{path.name}-turns"))
        self.outbox = SqliteOutbox(self.connections, self._turns)
        self._state = Kept(self.connections.commits, self._look)
        self._memory = Memory()
        # Nobody can restore another in its place while it is open.
        self._lineage = int(self.connections.glance("PRAGMA user_version")[0])
        self._wipe()  # What a process that was killed left to be done.

    def put(self, record: Record, *, at: datetime, actor: str, once: Once | None = None) -> Receipt:
        with self.connections.writing() as db:
            if once and (kept := receipts.kept(db, once, at)):
                return kept
            receipt = renewing.put(Writer(db, at=at, actor=actor), record)
            if once:
                receipts.keep(db, once, at, receipt)
            return receipt

    def receipt(self, once: Once, *, at: datetime) -> Receipt | None:
        with self.connections.reading() as db:
            return receipts.kept(db, once, at)

    def alone(self, once: Once) -> AbstractContextManager[None]:
        return self._turns.alone(f"{once.sender} {once.key}".encode())

    def unread(self, engine: str, window: Window) -> Slice:
        with self.connections.snapshot() as (db, last):
            rows, count = engines.unread(db, engine, windows.number(window), window)
            return cut(rows, items(rows, window), window, last, count, 0)

    def given(self, id: str) -> Given:
        with self.connections.snapshot() as (db, _):
            return renewing.given(db, id)

    def reread(self, record: Record, *, after: int, at: datetime, actor: str) -> Mapping[Action, int]:
        with self.connections.writing() as db:
            return renewing.reread(Writer(db, at=at, actor=actor), record, after)

    def rehearse(self, record: Record, *, after: int) -> Mapping[Action, int]:
        with self.connections.snapshot() as (db, _):
            return renewing.rehearse(db, record, after)

    def corrections(self) -> Iterator[Correction]:
        number = 0
        while True:
            with self.connections.reading() as db:
                found = correcting.corrections(db, number, CORRECTIONS)
            yield from (correction for _, correction in found)
            if len(found) < CORRECTIONS:
                return
            number = found[-1][0]

    def article(self, id: str, as_of: int | None = None) -> Article:
        with self.connections.reading() as db:
            _, body = things.made(db, Entity.ARTICLE, id, as_of)
            text = things.text(db, id, as_of)
        return msgspec.structs.replace(msgspec.json.decode(body, type=Article), text=text)

    def versions(self, id: str) -> list[ArticleVersion]:
        with self.connections.reading() as db:
            found = versions.every(db, id)
            if not found:
                raise things.error(db, Entity.ARTICLE, id)
        return found

    def version(self, id: str, version: int) -> ArticleVersion:
        count = len(self.versions(id))
        with self.connections.reading() as db:
            found = versions.one(db, id, version)
        if found is None:
            raise VersionUnknown(id, version, count)
        return found

    def publisher(self, id: str) -> str | None:
        self.article(id)
        with self.connections.reading() as db:
            return identities.publisher(db, id)

    def articles(self, which: ArticleFilter, window: Window) -> Slice:
        with self.connections.snapshot() as (db, last):
            narrowed = narrowing.articles(db, which, past(window.as_of, last))
            rows = page(db, queries.articles, narrowed, window, windows.of_publications(window, narrowed))
            count = total(db, window, counting.articles, narrowed)
            return cut(rows, items(rows, window), window, last, count, gone(db, Entity.ARTICLE, window))

    def claim(self, id: str, as_of: int | None = None) -> Json:
        view = self._view()
        if kept := view.claim(id, as_of):
            return kept
        with self.connections.reading() as db:
            return view.keep(id, as_of, *things.made(db, Entity.CLAIM, id, as_of))

    def claims(self, which: ClaimFilter, window: Window) -> Slice:
        view = self._memory.now(self.state().sequence)
        if view:
            with self.connections.reading() as db:
                if found := view.page(db, which, window):
                    return found
        window = windows.pinned(window)
        with self.connections.snapshot() as (db, last):
            view = self._memory.at(db, last)
            narrowed = view.narrowed(db, which, past(window.as_of, last))
            if found := view.page(db, which, window):
                return found
            count = total(db, window, counting.claims, narrowed)
            if window.order is Order.RELEVANCE:
                return ranking.page(db, view.bodies, narrowed, window, last, count)
            rows = page(db, queries.claims, narrowed, window, windows.of_publications(window, narrowed))
            sequences = [row[-1] for row in rows[: window.limit]]
            shown = in_passing(db, sequences) if window.passing else view.bodies.of(db, sequences)
            found = cut(rows, shown, window, last, count, gone(db, Entity.CLAIM, window))
            return found if window.passing else msgspec.structs.replace(found, shared=True)

    def turnover(self) -> int:
        return self._memory.turnover()

    def alike(self, text: str, article: str | None = None, as_of: int | None = None) -> Alike:
        with self.connections.snapshot() as (db, last):
            own = narrowing.numbers(db, "articles", (article,)) if article else []
            return Alike(*bands.alike(db, text, own[0] if own else None, last if as_of is None else as_of))

    def stretches(self, q: str, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return words.stretches(q, texts)

    def facets(self, which: ClaimFilter, wanted: Sequence[Facet], as_of: int | None = None) -> Facets:
        found: dict[str, tuple[FacetCount, ...]] = {facet.value: () for facet in wanted}
        with self.connections.snapshot() as (db, last):
            form, values = narrowing.claims(db, which, past(as_of, last))
            values |= {"after": 0, "limit": EVERY}
            for facet, value, name, claims in db.execute(facets.facets(form, wanted), values):
                found[facet] += (FacetCount(value, claims, name or UNSET),)
        return Facets(**found)

    def held(self, id: str) -> Held:
        with self.connections.reading() as db:
            number, sequence, body = things.held(db, id)
            return Held(sequence, identities.given(db, number, msgspec.json.decode(body, type=Claim)))

    def last(self, entity: Entity, id: str) -> int:
        with self.connections.reading() as db:
            return things.last(db, entity, id)

    def reading(self, id: str) -> Claim:
        if self.held(id).claim.correction is UNSET:
            raise NotCorrected(id)
        with self.connections.reading() as db:
            return msgspec.json.decode(things.reading(db, id), type=Claim)

    def revise(self, claim: Claim, action: Action, *, after: int, at: datetime, actor: str, reason: str) -> Claim:
        with self.connections.writing() as db:
            return correcting.revise(
                Writer(db, at=at, actor=actor), self.held(claim.id).claim, claim, action, after, reason
            )

    def withdraw(self, id: str, retraction: Retraction | None, *, after: int, at: datetime, actor: str) -> Article:
        with self.connections.writing() as db:
            writer, article = Writer(db, at=at, actor=actor), self.article(id)
            bare = msgspec.structs.replace(article, text=UNSET)
            if retraction is None:
                if article.retraction is UNSET:
                    raise NotRetracted(id)
                changed = withdrawing.restore(writer, bare, after)
            elif article.status is not UNSET:
                raise NotStanding(id, article.status)
            else:
                changed = withdrawing.withdraw(writer, bare, retraction, after)
        return msgspec.structs.replace(changed, text=article.text)

    def put_review(self, review: Review, *, at: datetime, actor: str) -> Outcome:
        with self.connections.writing() as db:
            return reviews.put(Writer(db, at=at, actor=actor), review)

    def withdraw_review(
        self, id: str, retraction: Retraction | None, *, after: int, at: datetime, actor: str
    ) -> Review:
        with self.connections.writing() as db:
            return reviews.withdraw(Writer(db, at=at, actor=actor), id, retraction, after)

    def review(self, id: str, as_of: int | None = None) -> Json:
        with self.connections.reading() as db:
            return things.made(db, Entity.REVIEW, id, as_of)[1]

    def reviews(self, which: ReviewFilter, window: Window) -> Slice:
        with self.connections.snapshot() as (db, last):
            narrowed = narrowing.reviews(db, which, past(window.as_of, last))
            rows = page(db, queries.reviews, narrowed, window, windows.of_publications(window, narrowed))
            return cut(
                rows,
                items(rows, window),
                window,
                last,
                total(db, window, counting.reviews, narrowed),
                gone(db, Entity.REVIEW, window),
            )

    def remove(self, entity: Entity, id: str, reason: str, *, after: int, at: datetime, actor: str) -> Removal:
        remove = {Entity.ARTICLE: removing.article, Entity.CLAIM: removing.claim}[entity]
        with self.connections.outside() as db:
            db.execute(wiping.SECURE)
        with self.connections.writing() as db:
            if self.last(entity, id) != after:
                raise Overtaken
            removal = remove(Writer(db, at=at, actor=actor), id, reason)
        return msgspec.structs.replace(removal, wiped=self._wipe())

    def removed(self, entity: Entity, as_of: int) -> int:
        with self.connections.reading() as db:
            return removals.count(db, entity, as_of)

    def attributions(self, which: ClaimFilter, window: Window) -> Slice:
        with self.connections.snapshot() as (db, last):
            narrowed = narrowing.claims(db, which, past(window.as_of, last))
            rows = page(db, queries.attributions, narrowed, window, windows.of_links(window, narrowed))
            count = total(db, window, counting.attributions, narrowed)
            return cut(rows, items(rows, window), window, last, count, gone(db, Entity.CLAIM, window))

    def source(self, id: str, as_of: int | None = None) -> CountedSource:
        with self.connections.reading() as db:
            return things.source(db, id, as_of)

    def correct(
        self, id: str, correction: NewSourceCorrection | None, *, after: int, at: datetime, actor: str
    ) -> CountedSource:
        with self.connections.writing() as db:
            writer = Writer(db, at=at, actor=actor)
            if correction is None:
                judging.undo(writer, id, after)
            else:
                judging.correct(writer, id, correction, after)
            return things.source(db, id)

    def merge(self, id: str, merge: NewMerge | None, *, after: int, at: datetime, actor: str) -> CountedSource:
        with self.connections.writing() as db:
            writer = Writer(db, at=at, actor=actor)
            if merge is None:
                judging.split(writer, id, after)
            else:
                judging.merge(writer, id, merge, after)
            return things.source(db, id)

    def sources(self, which: SourceFilter, window: Window) -> Slice:
        with self.connections.snapshot() as (db, last):
            narrowed = narrowing.sources(which, past(window.as_of, last))
            rows = page(db, queries.sources, narrowed, window, windows.of_sources(window))
            count = total(db, window, counting.sources, narrowed, "")
            return cut(rows, items(rows, window), window, last, count, gone(db, Entity.SOURCE, window))

    def bearers(self, name: str, as_of: int | None = None) -> tuple[str, ...]:
        with self.connections.snapshot() as (db, last):
            return narrowing.bearers(db, name, past(as_of, last))

    def levels(self, as_of: int | None = None) -> dict[Level, int]:
        with self.connections.reading() as db:
            counts = dict(db.execute(LEVELS, {"as_of": NOW if as_of is None else as_of}).fetchall())
        return {level: counts.get(level, 0) for level in Level}

    def changes(self, which: ChangeFilter, window: Window) -> Slice:
        after = which.after if window.after is None else windows.number(window)
        with self.connections.reading() as db:
            rows = list(history.changes(db, which, after, window))
        more = str(rows[window.limit - 1][0]) if len(rows) > window.limit else None
        return Slice([item for _, item in rows[: window.limit]], more)

    def as_of(self, at: datetime) -> int:
        with self.connections.reading() as db:
            return history.sequence_at(db, stamp(at))

    def state(self) -> State:
        return self._state.get()

    def sequence(self) -> int:
        return self._look().sequence

    def lineage(self) -> int:
        return self._lineage

    def size(self) -> Size:
        with self.connections.reading() as db:
            return Size(*db.execute(SIZE).fetchone())

    def close(self) -> None:
        self.connections.close()
        self._turns.close()

    def _view(self) -> View:
        """What is kept of the record as it is now."""
        view = self._memory.now(self.state().sequence)
        if view is None:
            with self.connections.snapshot() as (db, last):
                view = self._memory.at(db, last)
        return view

    def _look(self) -> State:
        row = self.connections.glance("SELECT sequence, at FROM revisions ORDER BY sequence DESC LIMIT 1")
        return State(row[0], datetime.fromisoformat(row[1])) if row else State(0, None)

    def _wipe(self) -> bool:
        """What was removed is out of the files. Where they cannot be written anew now, they are when next opened."""
        with suppress(StoreError), self.connections.outside() as db:
            wiping.wipe(db, self.connections.path)
            return not removals.unwiped(db)
        return False


CORRECTIONS = 100
"""How many corrected claims are read at once."""

# Articles and claims are numbered from 1, and no number is given twice, so that the last is how many there were.
SIZE = f"""
    SELECT ({numbering.LAST["articles"]}) - (SELECT count(*) FROM former_articles WHERE until = {OPEN})
            - (SELECT count(*) FROM removals WHERE entity = 'article' AND number IS NOT NULL),
        ({numbering.LAST["claims"]}) - (SELECT count(*) FROM former_claims WHERE until = {OPEN})
            - (SELECT count(*) FROM removals WHERE entity = 'claim' AND number IS NOT NULL),
        (SELECT count(*) FROM sources), page_count * page_size
    FROM pragma_page_count, pragma_page_size
"""  # noqa: S608
LEVELS = """
    SELECT level, count(*) FROM (
        SELECT level FROM claims WHERE sequence <= :as_of
        UNION ALL SELECT level FROM former_claims WHERE sequence <= :as_of AND until > :as_of AND status = 'active'
    ) GROUP BY level
"""


def gone(db: sqlite3.Connection, entity: Entity, window: Window) -> int:
    """How many of the things that there were at the window's moment have been removed since; of now, none."""
    return 0 if window.as_of is None else removals.count(db, entity, window.as_of)


def total(
    db: sqlite3.Connection, window: Window, count: Callable[[Form], str], narrowed: Narrowing, start: Value = 0
) -> int | None:
    """How many items the whole list has, from ``start``; it is counted only where the window asks."""
    if not window.counted:
        return None
    values = narrowed.values | {"after": start, "limit": EVERY}
    found: int = db.execute(count(narrowed.form), values).fetchone()[0]
    return found
