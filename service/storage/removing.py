"""Removing for good, inside a transaction that is open: words and names leave every table, and the record too.

The revisions of what goes keep their numbers, times and actors, and hold nothing else any more. What the index of words
and the files keep of it besides is for `service.storage.wiping`.
"""

# ruff: noqa: S608 - what is put together here are names of tables and columns.

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from schemas.articles import Article
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.removals import Removal
from service.errors import ArticleUnknown, ClaimUnknown
from service.matching import signatures
from service.storage import correcting, forgetting, redacting, removals
from service.storage.redacting import Words
from service.storage.removals import Gone
from service.storage.writing import COUNT, Writer

ARTICLE = "SELECT number FROM articles WHERE id = :id UNION SELECT number FROM former_articles WHERE id = :id"
CLAIM = """
    SELECT number, id, text, article FROM claims WHERE id = :id
    UNION SELECT number, id, text, article FROM former_claims WHERE id = :id
"""
CLAIMS = """
    SELECT number, id, text, article FROM claims WHERE article = :article
    UNION SELECT number, id, text, article FROM former_claims WHERE article = :article
"""
BODIES = "SELECT sequence, body FROM revisions WHERE entity = ? AND entity_id = ? AND body <> '' ORDER BY sequence"
REVIEWS = """
    SELECT number, id FROM reviews WHERE claim = ?1 UNION SELECT number, id FROM former_reviews WHERE claim = ?1
"""
KNOWN = "SELECT 1 FROM revisions WHERE entity = ? AND entity_id = ?"


class Found(NamedTuple):
    """A claim, which stands or once stood."""

    number: int
    id: str
    text: str
    article: int


def article(writer: Writer, id: str, reason: str) -> Removal:
    """Nothing is left of the article, its claims, their reviews, and the sources that nothing else names.

    Raises `ArticleUnknown`.
    """
    row = writer.db.execute(ARTICLE, {"id": id}).fetchone()
    if row is None:
        raise ArticleUnknown(id)
    claims = _found(writer.db, CLAIMS, article=row[0])
    named = _named(writer.db, claims)
    for (body,) in _bodies(writer.db, Entity.ARTICLE, id):
        named.update(redacting.mentioned_by_article(msgspec.json.decode(body, type=Article)))
    if writer.db.execute(KNOWN, (Entity.SOURCE, id)).fetchone():
        named.add(id)  # What nobody published is its own source, by its title, be it named or not.
    for claim in claims:
        _remove_claim(writer, claim, reason)
    named |= _given(writer.db, Entity.ARTICLE, row[0])
    for rows in ("articles WHERE number", "former_articles WHERE number", "versions WHERE article",
                 "engines WHERE article"):  # fmt: skip
        writer.db.execute(f"DELETE FROM {rows} = ?", (row[0],))
    _forget_given(writer.db, Entity.ARTICLE, row[0])
    writer.db.execute("DELETE FROM receipts WHERE receipt ->> '$.article.id' = ?", (id,))
    removal = removals.tombstone(writer, Entity.ARTICLE, id, reason, row[0])
    forgetting.forget(writer, named, reason)
    return removal


def claim(writer: Writer, id: str, reason: str) -> Removal:
    """Nothing is left of the claim, its sentence in all texts of its article, and the sources that nothing else names.

    The sentence goes as often as the article has it, and what it says goes from the spans of other claims. Raises
    `ClaimUnknown`.
    """
    found = _found(writer.db, CLAIM, id=id)
    if not found:
        raise ClaimUnknown(id)
    others = _found(writer.db, CLAIMS, article=found[0].article)
    gone = [one for one in others if one.text == found[0].text]
    places = {
        (said.start, said.end)
        for one in gone
        for (body,) in _bodies(writer.db, Entity.CLAIM, one.id)
        if (said := msgspec.json.decode(body, type=Claim))
    }
    named = _named(writer.db, gone)
    article_id = _article_id(writer.db, found[0])
    made = {one.id: _remove_claim(writer, one, reason) for one in gone}
    words = _block_texts(writer.db, found[0], places)
    _block_article(writer, article_id, found[0])
    for one in others:
        if one not in gone:
            _block_claim(writer, one, words)
    writer.db.execute("DELETE FROM receipts WHERE receipt ->> '$.article.id' = ?", (article_id,))
    forgetting.forget(writer, named, reason)
    return made[id]


def again(db: sqlite3.Connection, gone: Gone) -> None:
    """What was removed is removed from a record that has it still, or that does not know of it."""
    was = gone.removal
    if removals.find(db, was.entity, was.id):
        return
    writer = Writer(db, at=datetime.fromisoformat(was.at), actor=was.by)
    try:
        if was.entity is Entity.ARTICLE:
            article(writer, was.id, was.reason)
        elif was.entity is Entity.CLAIM:
            claim(writer, was.id, was.reason)
        elif writer.db.execute(KNOWN, (was.entity, was.id)).fetchone():
            # Any other source goes with all that names it, and a review with its claim.
            removals.tombstone(writer, was.entity, was.id, was.reason)
    except (ArticleUnknown, ClaimUnknown):
        number = gone.number if writer.db.execute(KNOWN, (was.entity, was.id)).fetchone() else None
        removals.tombstone(writer, was.entity, was.id, was.reason, number)


def _found(db: sqlite3.Connection, query: str, **values: str | int) -> list[Found]:
    return [Found(*row) for row in db.execute(query, values)]


def _bodies(db: sqlite3.Connection, entity: Entity, id: str) -> list[tuple[str]]:
    return [(body,) for _, body in db.execute(BODIES, (entity, id))]


def _article_id(db: sqlite3.Connection, claim: Found) -> str:
    query = "SELECT id FROM articles WHERE number = ?1 UNION SELECT id FROM former_articles WHERE number = ?1"
    id: str = db.execute(query, (claim.article,)).fetchone()[0]
    return id


def _named(db: sqlite3.Connection, claims: Iterable[Found]) -> set[str]:
    """The sources that the claims name, or once named, or were read to name."""
    readings = (
        "SELECT body FROM readings WHERE number = ?1 UNION ALL SELECT body FROM former_readings WHERE number = ?1"
    )
    named: set[str] = set()
    for one in claims:
        for (body,) in (*_bodies(db, Entity.CLAIM, one.id), *db.execute(readings, (one.number,))):
            named.update(redacting.mentioned_by_claim(msgspec.json.decode(body, type=Claim)))
        named |= _given(db, Entity.CLAIM, one.number)
    return named


def _given(db: sqlite3.Connection, entity: Entity, number: int) -> set[str]:
    """The sources that the thing was given, of which it may show others."""
    return {id for (id,) in db.execute("SELECT source FROM mentions WHERE entity = ? AND number = ?", (entity, number))}


def _forget_given(db: sqlite3.Connection, entity: Entity, number: int) -> None:
    for table in ("given", "former_given", "mentions"):  # What goes from the first leaves what it was in the second.
        db.execute(f"DELETE FROM {table} WHERE entity = ? AND number = ?", (entity, number))


def _remove_claim(writer: Writer, one: Found, reason: str) -> Removal:
    db = writer.db
    db.execute(COUNT, (-1, one.number))
    db.execute("INSERT INTO claims_fts (claims_fts, rowid, text) VALUES ('delete', ?, ?)", (one.number, one.text))
    for band in signatures.bands(one.text):
        db.execute("DELETE FROM bands WHERE band = ? AND number = ?", (band, one.number))
    # A reading that goes leaves what it was behind: that goes after it.
    for rows in ("links WHERE claim", "former_links WHERE claim", "readings WHERE number",
                 "former_readings WHERE number", "claims WHERE number", "former_claims WHERE number"):  # fmt: skip
        db.execute(f"DELETE FROM {rows} = ?", (one.number,))
    _forget_given(db, Entity.CLAIM, one.number)
    removal = removals.tombstone(writer, Entity.CLAIM, one.id, reason, one.number)
    _remove_reviews(writer, one.number, reason)
    return removal


def _remove_reviews(writer: Writer, claim: int, reason: str) -> None:
    """Nothing is left of what third parties said of the claim."""
    for number, id in writer.db.execute(REVIEWS, (claim,)).fetchall():
        for table in ("reviews", "former_reviews"):
            writer.db.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
        removals.tombstone(writer, Entity.REVIEW, id, reason, number)


def _block_texts(db: sqlite3.Connection, one: Found, places: Collection[tuple[int, int]]) -> dict[int, Words]:
    """The sentence is blocked out of every text of its article; gives each by the revision that brought it."""
    query = "SELECT sequence, text FROM versions WHERE article = ? ORDER BY version DESC"
    words = {sequence: redacting.out_of(text, one.text, places) for sequence, text in db.execute(query, (one.article,))}
    for sequence, changed in words.items():
        if changed.after != changed.before:
            update = "UPDATE versions SET text = ? WHERE article = ? AND sequence = ?"
            db.execute(update, (changed.after, one.article, sequence))
    return words


def _block_article(writer: Writer, id: str, one: Found) -> None:
    """The article's title, and the name of the source that it is, do not repeat the sentence.

    Where what it now is has changed, that is a revision, as with other claims: so that copies follow.
    """
    forgetting.block(writer, id, one.text)
    changed = False
    for sequence, body in writer.db.execute(BODIES, (Entity.ARTICLE, id)).fetchall():
        last = redacting.article(msgspec.json.decode(body, type=Article), one.text)
        changed = _rewrite(writer.db, sequence, body, last)
    if changed:
        writer.changed_article(one.article, writer.given(one.article, last), forgetting.REASON)


def _block_claim(writer: Writer, one: Found, words: dict[int, Words]) -> None:
    """No span of the other claim, as it is, was or was read, holds anything of the sentence."""
    db, changed = writer.db, False
    for sequence, body in db.execute(BODIES, (Entity.CLAIM, one.id)).fetchall():
        last = _without(msgspec.json.decode(body, type=Claim), words, sequence)
        changed = _rewrite(db, sequence, body, last)
    if changed:
        found = correcting.find(writer, one.id)
        given = writer.given(one.number, last)
        writer.revise(one.number, Action.UPDATED, given, found.article, found.publication, forgetting.REASON)
    for table in ("readings", "former_readings"):
        for (body,) in db.execute(f"SELECT body FROM {table} WHERE number = ?", (one.number,)).fetchall():
            made = _without(msgspec.json.decode(body, type=Claim), words)
            new = msgspec.json.encode(made).decode()
            db.execute(f"UPDATE {table} SET body = ? WHERE number = ? AND body = ?", (new, one.number, body))


def _without(claim: Claim, words: dict[int, Words], sequence: int | None = None) -> Claim:
    """The claim without the words, as the last text until then has them whose sentence it is."""
    for since, one in words.items():
        if (sequence is None or since <= sequence) and one.before[claim.start : claim.end] == claim.text:
            return redacting.claim(claim, one)
    return claim


def _rewrite(db: sqlite3.Connection, sequence: int, body: str, made: Article | Claim) -> bool:
    """The revision has this body; tells whether it had another."""
    new = msgspec.json.encode(made).decode()
    if new != body:
        db.execute("UPDATE revisions SET body = ? WHERE sequence = ?", (new, sequence))
    return new != body
