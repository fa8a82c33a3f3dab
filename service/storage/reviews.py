"""What third parties say of claims, written.

A review changes nothing of its claim. What was said once is in ``former_reviews``, as with all that is stored.
"""

from typing import NamedTuple

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Outcome
from schemas.changes import Action, Entity
from schemas.corrections import Retraction
from schemas.reviews import Review
from schemas.vocabularies import Status
from service.errors import ClaimUnknown, NotRetracted, NotStanding, Overtaken, ReviewUnknown
from service.storage import removals
from service.storage.names import fold
from service.storage.narrowing import OPEN
from service.storage.numbering import following
from service.storage.recording import Row
from service.storage.writing import Writer

TABLES = """
    -- A column that is added must have a default. Every row says what it is, so that nothing ever takes this one.
    DROP INDEX revisions_entity;
    ALTER TABLE revisions RENAME COLUMN entity TO was;
    ALTER TABLE revisions ADD COLUMN entity TEXT NOT NULL DEFAULT 'claim'
        CHECK (entity IN ('article', 'claim', 'source', 'review'));
    UPDATE revisions SET entity = was WHERE was <> 'claim';
    ALTER TABLE revisions DROP COLUMN was;
    CREATE INDEX revisions_entity ON revisions (entity, entity_id);

    -- `claim` is the claim's number, `author` and `rating` are names as they are compared, `published` is a day.
    CREATE TABLE reviews (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL REFERENCES revisions,
        claim INTEGER NOT NULL,
        author TEXT NOT NULL,
        rating TEXT,
        published TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reviews_claim ON reviews (claim);
    CREATE INDEX reviews_author ON reviews (author);
    CREATE INDEX reviews_published ON reviews (published);
    CREATE INDEX reviews_claim_published ON reviews (claim, published);
    CREATE INDEX reviews_author_published ON reviews (author, published);

    CREATE TABLE former_reviews (
        number INTEGER NOT NULL,
        sequence INTEGER NOT NULL REFERENCES revisions,
        until INTEGER NOT NULL,
        status TEXT NOT NULL,
        id TEXT NOT NULL,
        claim INTEGER NOT NULL,
        author TEXT NOT NULL,
        rating TEXT,
        published TEXT NOT NULL,
        PRIMARY KEY (number, sequence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_reviews_id ON former_reviews (id);
    CREATE INDEX former_reviews_claim ON former_reviews (claim, number, sequence);
    CREATE INDEX former_reviews_author ON former_reviews (author, number, sequence);
    CREATE INDEX former_reviews_published ON former_reviews (published, number, sequence);
    CREATE INDEX former_reviews_claim_published ON former_reviews (claim, published, number, sequence);
    CREATE INDEX former_reviews_author_published ON former_reviews (author, published, number, sequence);
"""

_CLAIM = "SELECT number FROM claims WHERE id = :id UNION ALL SELECT number FROM former_claims WHERE id = :id LIMIT 1"
_HELD = """
    SELECT number, sequence, body FROM (
        SELECT number, sequence FROM reviews WHERE id = :id
        UNION ALL SELECT number, sequence FROM former_reviews WHERE id = :id AND until = :open
    ) JOIN revisions USING (sequence)
"""
_COLUMNS = "number, sequence, id, claim, author, rating, published"
_WAS = f"""
    INSERT INTO former_reviews ({_COLUMNS}, until, status) SELECT {_COLUMNS}, ?, 'active' FROM reviews WHERE number = ?
"""  # noqa: S608 - names of columns
_CLOSE = "UPDATE former_reviews SET until = ? WHERE number = ? AND until = ?"


class _Held(NamedTuple):
    number: int
    sequence: int
    review: Review


def put(writer: Writer, review: Review) -> Outcome:
    """The review is what its author now says. Raises `ClaimUnknown`, or `NotStanding` where it was taken back."""
    _claim(writer, review.claim_id)
    held = _held(writer, review.id)
    if held is None:
        number = following(writer.db, "reviews")
        place(writer, number, writer.revision(Action.CREATED, "review", review.id, review), review)
        return Outcome.CREATED
    if held.review.status is not UNSET:
        raise NotStanding(review.id, held.review.status)
    if held.review == review:
        return Outcome.UNCHANGED
    place(writer, held.number, writer.revision(Action.UPDATED, "review", review.id, review), review)
    return Outcome.UPDATED


def withdraw(writer: Writer, id: str, retraction: Retraction | None, after: int) -> Review:
    """The review is in no list, or where there is no ``retraction`` in them again; gives what it is.

    Raises `ReviewUnknown`, `NotStanding`, `NotRetracted`, or `Overtaken` where ``after`` is no more its last revision.
    """
    held = _held(writer, id)
    if held is None:
        raise ReviewUnknown(id)
    if held.sequence != after:
        raise Overtaken
    if retraction is None:
        return _restored(writer, held)
    if held.review.status is not UNSET:
        raise NotStanding(id, held.review.status)
    gone = replace(held.review, status=Status.RETRACTED, retraction=retraction)
    reason = f"{retraction.kind}: {retraction.reason}"
    place(writer, held.number, writer.revision(Action.RETRACTED, "review", id, gone, reason), gone)
    return gone


def place(writer: Writer, number: int, sequence: int, review: Review) -> None:
    """The review is in its lists as the revision told, and no more as it was."""
    row = _row(number, _left(writer, number, sequence), review, _claim(writer, review.claim_id))
    if review.status is UNSET:
        writer.insert("reviews", **row)
    else:
        writer.insert("former_reviews", **row, until=OPEN, status=review.status)


def _restored(writer: Writer, held: _Held) -> Review:
    if held.review.retraction is UNSET:
        raise NotRetracted(held.review.id)
    review = replace(held.review, status=UNSET, retraction=UNSET)
    sequence = writer.revision(Action.RESTORED, "review", review.id, review, "retraction undone")
    place(writer, held.number, sequence, review)
    return review


def _left(writer: Writer, number: int, until: int) -> int:
    """What the review was until then, if anything, is kept; gives ``until``."""
    writer.db.execute(_CLOSE, (until, number, OPEN))
    writer.db.execute(_WAS, (until, number))
    writer.db.execute("DELETE FROM reviews WHERE number = ?", (number,))
    return until


def _row(number: int, sequence: int, review: Review, claim: int) -> Row:
    return {
        "number": number,
        "sequence": sequence,
        "id": review.id,
        "claim": claim,
        "author": fold(review.author.name),
        "rating": fold(review.rating.name) if review.rating.name else None,
        "published": review.published_at.isoformat(),
    }


def _claim(writer: Writer, id: str) -> int:
    row = writer.db.execute(_CLAIM, {"id": id}).fetchone()
    if row is None:
        raise removals.error(writer.db, Entity.CLAIM, id) or ClaimUnknown(id)
    number: int = row[0]
    return number


def _held(writer: Writer, id: str) -> _Held | None:
    row = writer.db.execute(_HELD, {"id": id, "open": OPEN}).fetchone()
    return _Held(row[0], row[1], msgspec.json.decode(row[2], type=Review)) if row else None
