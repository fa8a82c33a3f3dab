"""Names of sources leave the record: of those that nothing names any more, and of those that are an article's title.

A name is not its source's alone: whatever the source was merged into bears it too.
"""

# ruff: noqa: S608 - what is put together here are names of tables and columns.

import re
import sqlite3
from collections.abc import Callable, Collection
from functools import partial

import msgspec
from msgspec.structs import replace

from schemas.changes import Action, Entity
from schemas.sources import Source
from schemas.vocabularies import SourceKind
from service.storage import identities, redacting, removals
from service.storage.identities import names
from service.storage.names import fold
from service.storage.writing import Writer

REASON = "what was removed left it"
"""Why what stays is not what it was: told by a revision, so that copies follow."""

BODIES = (
    "SELECT sequence, body FROM revisions WHERE entity = 'source' AND entity_id = ? AND body <> '' ORDER BY sequence"
)
MENTIONED = """
    SELECT EXISTS (SELECT 1 FROM links WHERE source = :id)
        OR EXISTS (SELECT 1 FROM former_links WHERE source = :id)
        OR EXISTS (SELECT 1 FROM claims WHERE publisher = :id)
        OR EXISTS (SELECT 1 FROM former_claims WHERE publisher = :id)
        OR EXISTS (SELECT 1 FROM articles WHERE publisher = :id)
        OR EXISTS (SELECT 1 FROM former_articles WHERE publisher = :id)
        OR EXISTS (SELECT 1 FROM mentions WHERE source = :id)
        OR EXISTS (SELECT 1 FROM readings WHERE instr(body, :quoted))
        OR EXISTS (SELECT 1 FROM former_readings WHERE instr(body, :quoted))
        OR EXISTS (SELECT 1 FROM revisions WHERE entity = 'article' AND instr(body, :quoted))
        OR EXISTS (
            SELECT 1 FROM links CROSS JOIN revisions USING (sequence)
            WHERE extraction = 'ambiguous' AND instr(body, :quoted)
        )
        OR EXISTS (
            SELECT 1 FROM former_links CROSS JOIN revisions USING (sequence)
            WHERE extraction = 'ambiguous' AND instr(body, :quoted)
        )
"""
"""Whether an article or a claim names the source, or once did. A candidate may stand in its claim's JSON alone."""

SAID_WITH = (
    "SELECT DISTINCT entity_id FROM revisions WHERE entity = 'source' AND entity_id <> :id AND instr(body, :quoted)"
)
"""The sources that people have merged into the source, or said to be its members."""

BEARERS = ("aliases WHERE source", "former_aliases WHERE source", "sources WHERE id", "former_sources WHERE id",
           "judged WHERE id", "former_judged WHERE id")  # fmt: skip
TOLD = "SELECT sequence, reason FROM revisions WHERE instr(reason, ?)"


def forget(writer: Writer, ids: Collection[str], reason: str) -> None:
    """Those of the sources that nothing names any more are gone, and are called by what is no name.

    Who else bears their names, since they were merged into it, does so no more, and never did.
    """
    db, gone = writer.db, _unnamed(writer.db, ids)
    borne = {id: [msgspec.json.decode(body, type=Source) for _, body in db.execute(BODIES, (id,))] for id in gone}
    for id in gone:
        for rows in BEARERS:  # A judgement that goes leaves what it was in the last of them.
            db.execute(f"DELETE FROM {rows} = ?", (id,))
    for sources in borne.values():
        keys = {fold(name) for source in sources for name in names(source)}
        for other in {source.merged_into for source in sources if source.merged_into} - borne.keys():
            own = {fold(name) for name in names(identities.shown(db, str(other)))}
            _rename(writer, str(other), partial(_kept, keys - own))
    for id in gone:
        pseudonym = removals.pseudonym(id)
        _retell(db, id, pseudonym)
        db.execute("UPDATE revisions SET entity_id = ? WHERE entity = 'source' AND entity_id = ?", (pseudonym, id))
        removals.tombstone(writer, Entity.SOURCE, pseudonym, reason)


def block(writer: Writer, id: str, sentence: str) -> None:
    """No name of the source that is an article repeats the sentence, nor does one of those that it was merged into."""
    sources = [msgspec.json.decode(body, type=Source) for _, body in writer.db.execute(BODIES, (id,))]
    titles = {
        source.name
        for source in sources
        if source.kind is SourceKind.ARTICLE and redacting.named(source.name, sentence) != source.name
    }
    if not titles:
        return
    others = {str(source.merged_into) for source in sources if source.merged_into}
    for one in (id, *sorted(others)):  # Itself first: the others are made of it.
        _rename(writer, one, lambda name: redacting.named(name, sentence) if name in titles else name)


def _kept(lost: Collection[str], name: str) -> str:
    return "" if fold(name) in lost else name


def _unnamed(db: sqlite3.Connection, ids: Collection[str]) -> list[str]:
    """Those of the sources that nothing names but each other, in the order of their ids."""
    gone = {id for id in ids if not db.execute(MENTIONED, _values(id)).fetchone()[0]}
    said = {id: {other for (other,) in db.execute(SAID_WITH, _values(id))} for id in gone}
    while kept := {id for id in gone if said[id] - gone}:
        gone -= kept
    return sorted(gone)


def _values(id: str) -> dict[str, str]:
    return {"id": id, "quoted": msgspec.json.encode(id).decode()}


def _rename(writer: Writer, id: str, of: Callable[[str], str]) -> None:
    """Each name of the source is, and always was, what ``of`` gives for it; of an alias nothing may be left."""
    db, changed, made, was = writer.db, dict[str, str](), None, None
    for sequence, body in db.execute(BODIES, (id,)).fetchall():
        was = msgspec.json.decode(body, type=Source)
        made = _renamed(was, of)
        if made != was:
            db.execute("UPDATE revisions SET body = ? WHERE sequence = ?", (_json(made), sequence))
            changed |= {fold(name): fold(of(name)) for name in names(was) if of(name) != name}
            for table in ("sources", "former_sources"):
                db.execute(f"UPDATE {table} SET name = ? WHERE id = ? AND sequence = ?", (made.name, id, sequence))
    for key, other in changed.items():
        for table in ("aliases", "former_aliases"):
            if other:
                db.execute(f"UPDATE OR REPLACE {table} SET key = ? WHERE source = ? AND key = ?", (other, id, key))
            else:
                db.execute(f"DELETE FROM {table} WHERE source = ? AND key = ?", (id, key))
    for table in ("judged", "former_judged"):
        for (body,) in db.execute(f"SELECT DISTINCT read FROM {table} WHERE id = ? AND read <> ''", (id,)).fetchall():
            read = _renamed(msgspec.json.decode(body, type=Source), of)
            db.execute(f"UPDATE {table} SET read = ? WHERE id = ? AND read = ?", (_json(read), id, body))
    if made != was:
        writer.place(id, writer.tell(id, Action.UPDATED, REASON))


def _renamed(source: Source, of: Callable[[str], str]) -> Source:
    return replace(source, name=of(source.name) or source.name, aliases=tuple(filter(None, map(of, source.aliases))))


def _retell(db: sqlite3.Connection, id: str, pseudonym: str) -> None:
    """No reason of what was merged or renamed tells the id of the source, which is its name."""
    word = re.compile(rf"(?<![\w-]){re.escape(id)}(?![\w-])")
    for sequence, reason in db.execute(TOLD, (id,)).fetchall():
        db.execute("UPDATE revisions SET reason = ? WHERE sequence = ?", (word.sub(pseudonym, reason), sequence))


def _json(source: Source) -> str:
    return msgspec.json.encode(source).decode()
