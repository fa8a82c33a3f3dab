"""What people put right in a claim, written."""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from schemas.changes import Action
from schemas.claims import Attribution, Claim, Span
from schemas.vocabularies import ClaimKind
from service.errors import ArticleRetracted, ClaimUnknown, Overtaken
from service.storage import bands
from service.storage.narrowing import OPEN
from service.storage.port import Correction
from service.storage.writing import Publication, Writer

FOUND = """
    WITH found AS (
        SELECT number, sequence, article FROM claims WHERE id = :id
        UNION ALL SELECT number, sequence, article FROM former_claims WHERE id = :id AND until = :open
    )
    SELECT found.*, publisher, published FROM found JOIN articles ON articles.number = article
    UNION ALL
    SELECT found.*, publisher, published FROM found JOIN former_articles ON former_articles.number = article
    WHERE until = :open
"""
STANDS = "SELECT 1 FROM articles WHERE number = ?"
CORRECTED = """
    SELECT number, id FROM claims CROSS JOIN readings USING (number) WHERE article = :article
    UNION ALL
    SELECT number, id FROM former_claims CROSS JOIN readings USING (number) WHERE article = :article AND until = :open
"""
CORRECTIONS = """
    WITH page AS (SELECT number, body FROM readings WHERE number > :after ORDER BY number LIMIT :limit)
    SELECT number, revisions.body, page.body FROM page CROSS JOIN revisions ON sequence = coalesce(
        (SELECT sequence FROM claims WHERE claims.number = page.number),
        (SELECT sequence FROM former_claims WHERE former_claims.number = page.number AND until = :open)
    )
"""
READ = "INSERT OR REPLACE INTO readings (number, body) VALUES (?, ?)"


class Found(NamedTuple):
    """Where a claim is."""

    number: int
    sequence: int
    article: int
    publisher: str | None
    published: str | None

    @property
    def publication(self) -> Publication:
        """As its article has it now."""
        return {"publisher": self.publisher, "published": self.published}


def find(writer: Writer, id: str) -> Found:
    """Where the claim is. Raises `ClaimUnknown`."""
    row = writer.db.execute(FOUND, {"id": id, "open": OPEN}).fetchone()
    if row is None:
        raise ClaimUnknown(id)
    return Found(*row)


def revise(writer: Writer, was: Claim, claim: Claim, action: Action, after: int, reason: str) -> Claim:
    """The claim is what it was not; gives what is shown of it.

    Raises `Overtaken` where the revision ``after`` is no more its last, and `ArticleRetracted` where it would stand and
    its article does not.
    """
    found = find(writer, claim.id)
    if found.sequence != after:
        raise Overtaken
    if claim.status is UNSET and not writer.db.execute(STANDS, (found.article,)).fetchone():
        raise ArticleRetracted(claim.article_id)
    if claim.kind is ClaimKind.STATEMENT and was.kind is not claim.kind:
        bands.sign(writer.db, [(found.number, claim.text)])
    if claim.correction is not UNSET and was.correction is UNSET:
        keep_reading(writer, found.number, was)
    if claim.correction is UNSET:
        writer.db.execute("DELETE FROM readings WHERE number = ?", (found.number,))
    return writer.revise(found.number, action, claim, found.article, found.publication, reason)


def keep_reading(writer: Writer, number: int, read: Claim) -> None:
    """What the engine read is kept beside what a person made of it."""
    body = replace(read, status=UNSET, correction=UNSET, retraction=UNSET)
    writer.db.execute(READ, (number, msgspec.json.encode(body).decode()))


def keep_readings(writer: Writer, article: int, read: Iterable[Claim]) -> None:
    """What the engine read of those of the article's claims that people have corrected is kept beside them."""
    by_id = {claim.id: claim for claim in read}
    for number, id in writer.db.execute(CORRECTED, {"article": article, "open": OPEN}).fetchall():
        if id in by_id:
            keep_reading(writer, number, by_id[id])


def corrections(db: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, Correction]]:
    """The first corrected claims behind the number ``after``, each with its own."""
    rows = db.execute(CORRECTIONS, {"after": after, "limit": limit, "open": OPEN})
    return [(number, Correction(*(msgspec.json.decode(body, type=Claim) for body in both))) for number, *both in rows]


def outlived(read: Claim, held: Claim, text: str) -> Claim:
    """What was ``read`` anew, but where a person has said what it is.

    The sentence is the same, and may stand elsewhere in the ``text``: so do the words that the person named.
    """
    if held.correction is UNSET:
        return read
    moved = partial(_moved, shift=read.start - held.start, text=text)
    because = tuple(replace(reason, span=moved(reason.span)) for reason in held.confidence.because)
    own: dict[str, Any] = {"correction": held.correction}
    if "kind" in held.correction.members:
        own["kind"] = held.kind
    # Of what a sentence is to a person alone, no attributions were read that fit, nor is a level.
    if "attributions" in held.correction.members or own.get("kind", read.kind) is not read.kind:
        own["attributions"] = tuple(_attribution(one, moved) for one in held.attributions)
        own["confidence"] = replace(held.confidence, because=because)
    return replace(read, **own)


def _attribution(held: Attribution, moved: Callable[[Span | UnsetType], Span | UnsetType]) -> Attribution:
    chain = tuple(replace(link, mention=moved(link.mention)) for link in held.chain)
    cue, content = ([span for span in map(moved, spans) if span] for spans in (held.cue, held.content))
    return replace(held, chain=chain, cue=tuple(cue), content=tuple(content))


def _moved(span: Span | UnsetType, shift: int, text: str) -> Span | UnsetType:
    """The same words where they now are; none where they are there no more, as another sentence's may."""
    if span is UNSET:
        return UNSET
    start, end = span.start + shift, span.end + shift
    return Span(start, end, span.text) if text[start:end] == span.text else UNSET
