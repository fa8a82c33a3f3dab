"""An article that came before: what has changed of it since, and what stands."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from schemas.articles import Article, Outcome, Receipt
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.records import Record
from schemas.vocabularies import Status
from service.errors import ArticleBarred, ArticleRetracted
from service.storage import correcting, redacting, references, removals
from service.storage.narrowing import OPEN
from service.storage.writing import Publication, Writer, publication


class Stored(NamedTuple):
    """An article as it stands, with the sources that it was given, and its text."""

    number: int
    article: Article
    text: str


class Held(NamedTuple):
    """A claim as it stands, or as it was left."""

    number: int
    claim: Claim


STORED = """
    SELECT number, CAST(body AS BLOB), text FROM articles JOIN revisions USING (sequence)
    JOIN versions ON versions.article = articles.number WHERE id = ? ORDER BY version DESC LIMIT 1
"""
WITHDRAWN = "SELECT 1 FROM former_articles WHERE id = ? AND until = ?"
HELD = """
    SELECT number, body FROM claims JOIN revisions USING (sequence) WHERE article = ?
    UNION ALL
    SELECT number, body FROM former_claims JOIN revisions USING (sequence) WHERE article = ? AND until = ?
"""


def put(writer: Writer, record: Record) -> Receipt:
    """The record is what its article now is, but for what was removed from it. Raises `ArticleRetracted` or
    `ArticleBarred`.
    """
    if gone := removals.find(writer.db, Entity.ARTICLE, record.article.id):
        raise ArticleBarred(gone.id, gone.at, gone.reason)
    if removed := removals.among(writer.db, [claim.id for claim in record.claims]):
        record = redacting.record(record, removed)
    row = writer.db.execute(STORED, (record.article.id,)).fetchone()
    if row is None and writer.db.execute(WITHDRAWN, (record.article.id, OPEN)).fetchone():
        raise ArticleRetracted(record.article.id)
    if row is None:
        return Receipt(Outcome.CREATED, writer.record(record))
    number, body, text = row
    stored = Stored(number, writer.given(number, msgspec.json.decode(body, type=Article)), text)
    article = _renewed(stored, record)
    if references.same(article, stored.article):
        return Receipt(Outcome.UNCHANGED, writer.shown(article))
    _renew(writer, stored, record, article)
    return Receipt(Outcome.UPDATED, writer.shown(article))


def _renewed(stored: Stored, record: Record) -> Article:
    """The article as it is by the record: another version where the text is another."""
    version = stored.article.version + (record.text != stored.text)
    # How well a text is read does not make it another: what was read of the same one stays.
    read = record.article if version > stored.article.version else stored.article
    return msgspec.structs.replace(
        record.article,
        version=version,
        created_at=stored.article.created_at,
        claims=read.claims,
        contributors=read.contributors,
        language=read.language,
        text=UNSET,
    )


def _renew(writer: Writer, stored: Stored, record: Record, article: Article) -> None:
    writer.sources(record)
    sequence = writer.changed_article(stored.number, article)
    if article.version > stored.article.version:
        writer.version(stored.number, article, sequence, record.text)
    published = publication(writer.shown(article))
    moved = published != publication(writer.shown(stored.article))
    held = dict(held_claims(writer, stored.number))
    for claim in record.claims:
        _keep(writer, held.pop(claim.id, None), claim, stored.number, published, record.text, moved=moved)
    for left in held.values():
        if left.claim.status is UNSET:
            gone = msgspec.structs.replace(left.claim, status=Status.SUPERSEDED)
            reason = f"not in version {article.version}"
            writer.revise(left.number, Action.SUPERSEDED, gone, stored.number, published, reason)


def held_claims(writer: Writer, article: int) -> Iterator[tuple[str, Held]]:
    """Every claim that the article has or had, by its id, as it is now, with the sources that it was given."""
    for number, body in writer.db.execute(HELD, (article, article, OPEN)).fetchall():
        claim = msgspec.json.decode(body, type=Claim)
        yield claim.id, Held(number, writer.given(number, claim))


def _keep(
    writer: Writer, held: Held | None, claim: Claim, article: int, published: Publication, text: str, *, moved: bool
) -> None:
    """The claim is there as the article now has it. What a person said of it stays."""
    if held is None:
        return writer.claim(claim, article, published)
    if held.claim.correction is not UNSET:
        correcting.keep_reading(writer, held.number, claim)
        claim = correcting.outlived(claim, held.claim, text)
    if held.claim.status is Status.RETRACTED:
        claim = msgspec.structs.replace(claim, status=Status.RETRACTED, retraction=held.claim.retraction)
    if moved or not references.same(claim, held.claim):
        action = Action.RESTORED if held.claim.status is Status.SUPERSEDED else Action.UPDATED
        writer.revise(held.number, action, claim, article, published)
