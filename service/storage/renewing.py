"""An article that came before: what has changed of it since, or of how it is read, and what stands."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from schemas.articles import Article, Outcome, Receipt
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import SourceRef
from schemas.vocabularies import ClaimKind, Status
from service.errors import ArticleBarred, ArticleRetracted, ArticleUnknown, Overtaken
from service.storage import bands, correcting, engines, identities, redacting, references, removals
from service.storage.narrowing import OPEN
from service.storage.port import Given
from service.storage.writing import Writer, publication


class Stored(NamedTuple):
    """An article as it stands, with the sources that it was given, and its text."""

    number: int
    sequence: int
    article: Article
    text: str


class Held(NamedTuple):
    """A claim as it stands, or as it was left."""

    number: int
    claim: Claim


class Step(NamedTuple):
    """What becomes of one claim. What was not ``held`` is new."""

    action: Action
    claim: Claim
    held: Held | None = None


STORED = """
    SELECT number, articles.sequence, CAST(body AS BLOB), text FROM articles JOIN revisions USING (sequence)
    JOIN versions ON versions.article = articles.number WHERE id = ? ORDER BY version DESC LIMIT 1
"""
WITHDRAWN = "SELECT 1 FROM former_articles WHERE id = ? AND until = ?"
HELD = """
    SELECT number, body FROM claims JOIN revisions USING (sequence) WHERE article = ?
    UNION ALL
    SELECT number, body FROM former_claims JOIN revisions USING (sequence) WHERE article = ? AND until = ?
"""


def put(writer: Writer, record: Record) -> Receipt:
    """The record is what its article now is, but for what was removed from it.

    Raises `ArticleRetracted` or `ArticleBarred`.
    """
    if gone := removals.find(writer.db, Entity.ARTICLE, record.article.id):
        raise ArticleBarred(gone.id, gone.at, gone.reason)
    if removed := removals.among(writer.db, [claim.id for claim in record.claims]):
        record = redacting.record(record, removed)
    stored = _find(writer.db, record.article.id)
    if stored is None and writer.db.execute(WITHDRAWN, (record.article.id, OPEN)).fetchone():
        raise ArticleRetracted(record.article.id)
    if stored is None:
        return Receipt(Outcome.CREATED, writer.record(record))
    article = _renewed(stored, record)
    # How well a text is read does not make it another: what was read of the same one stays.
    if references.same(_read_as(stored.article, article), stored.article):
        return Receipt(Outcome.UNCHANGED, writer.shown(stored.article))
    _renew(writer, stored, record, article)
    return Receipt(Outcome.UPDATED, writer.shown(article))


def reread(writer: Writer, record: Record, after: int) -> Mapping[Action, int]:
    """The article, whose last revision was ``after``, has the record's claims; tells how many became what.

    Raises `Overtaken` where it is no more what was read.
    """
    record = redacting.unblocked(record)
    stored, steps = _rehearsed(writer.db, record, after)
    writer.sources(record)
    reason = f"read anew by engine {record.engine}"
    article = _read_as(record.article, stored.article)
    if not references.same(article, stored.article):
        writer.changed_article(stored.number, article, reason)
    _take(writer, stored.number, article, record, steps, dict.fromkeys(Action, reason))
    return _counted(steps)


def rehearse(db: sqlite3.Connection, record: Record, after: int) -> Mapping[Action, int]:
    """How many claims would become what by `reread`. Raises as that."""
    return _counted(_rehearsed(db, redacting.unblocked(record), after)[1])


def held_claims(db: sqlite3.Connection, article: int) -> Iterator[Held]:
    """Every claim that the article has or had, as it is now, with the sources that it was given."""
    for number, body in db.execute(HELD, (article, article, OPEN)).fetchall():
        yield Held(number, identities.given(db, number, msgspec.json.decode(body, type=Claim)))


def given(db: sqlite3.Connection, id: str) -> Given:
    """The article as it was given, to be read anew. Raises `ArticleUnknown` or `ArticleRetracted`."""
    stored = _find(db, id)
    if stored is None:
        raise ArticleRetracted(id) if db.execute(WITHDRAWN, (id, OPEN)).fetchone() else ArticleUnknown(id)
    article, name = msgspec.structs.replace(stored.article, text=stored.text), identities.publisher(db, id)
    if article.publisher and name:
        article = msgspec.structs.replace(article, publisher=SourceRef(article.publisher.id, name))
    return Given(stored.sequence, article)


def _find(db: sqlite3.Connection, id: str) -> Stored | None:
    row = db.execute(STORED, (id,)).fetchone()
    if row is None:
        return None
    number, sequence, body, text = row
    return Stored(number, sequence, identities.given(db, number, msgspec.json.decode(body, type=Article)), text)


def _renewed(stored: Stored, record: Record) -> Article:
    """The article as it is by the record: another version where the text is another."""
    version = stored.article.version + (record.text != stored.text)
    return msgspec.structs.replace(record.article, version=version, created_at=stored.article.created_at, text=UNSET)


def _read_as(read: Article, article: Article) -> Article:
    """The article, but what the text tells of it as in ``read``."""
    return msgspec.structs.replace(article, claims=read.claims, contributors=read.contributors, language=read.language)


def _rehearsed(db: sqlite3.Connection, record: Record, after: int) -> tuple[Stored, list[Step]]:
    stored = _find(db, record.article.id)
    if stored is None or stored.sequence != after:
        raise Overtaken
    return stored, list(_steps(held_claims(db, stored.number), record, moved=False))


def _counted(steps: list[Step]) -> Mapping[Action, int]:
    return Counter(step.action for step in steps)


def _renew(writer: Writer, stored: Stored, record: Record, article: Article) -> None:
    writer.sources(record)
    sequence = writer.changed_article(stored.number, article)
    reason = f"read anew by engine {record.engine}"
    if article.version > stored.article.version:
        writer.version(stored.number, article, sequence, record.text)
        reason = f"not in version {article.version}"
    moved = publication(writer.shown(article)) != publication(writer.shown(stored.article))
    steps = list(_steps(held_claims(writer.db, stored.number), record, moved=moved))
    _take(writer, stored.number, article, record, steps, {Action.SUPERSEDED: reason})


def _steps(held: Iterator[Held], record: Record, *, moved: bool) -> Iterator[Step]:
    """What becomes of each claim that is not what it was, or whose article was ``moved`` in the lists."""
    left = {one.claim.id: one for one in held}
    for claim in record.claims:
        was = left.pop(claim.id, None)
        if was is None:
            yield Step(Action.CREATED, claim)
            continue
        new = _outlived(claim, was.claim, record.text)
        if moved or not references.same(new, was.claim):
            yield Step(Action.RESTORED if was.claim.status is Status.SUPERSEDED else Action.UPDATED, new, was)
    for one in left.values():
        if one.claim.status is UNSET:
            yield Step(Action.SUPERSEDED, msgspec.structs.replace(one.claim, status=Status.SUPERSEDED), one)
        elif moved:
            yield Step(Action.UPDATED, one.claim, one)


def _outlived(read: Claim, held: Claim, text: str) -> Claim:
    """The claim as it was read. What a person said of it stays."""
    claim = correcting.outlived(read, held, text)
    if held.status is Status.RETRACTED:
        return msgspec.structs.replace(claim, status=Status.RETRACTED, retraction=held.retraction)
    return claim


def _take(
    writer: Writer,
    number: int,
    article: Article,
    record: Record,
    steps: list[Step],
    reasons: Mapping[Action, str],
) -> None:
    """The steps are taken. What was read of a claim that a person has corrected is kept beside it."""
    published = publication(writer.shown(article))
    correcting.keep_readings(writer, number, record.claims)
    for action, claim, held in steps:
        if held is None:
            writer.claim(claim, number, published, reasons.get(action))
            continue
        writer.revise(held.number, action, claim, number, published, reasons.get(action))
        if claim.kind is ClaimKind.STATEMENT and held.claim.kind is not claim.kind:
            bands.sign(writer.db, [(held.number, claim.text)])
    engines.note(writer.db, number, record.engine)
