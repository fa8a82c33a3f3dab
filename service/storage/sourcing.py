"""Writing sources: what articles call them, and what they are shown as since."""

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from schemas.articles import Article
from schemas.changes import Action
from schemas.records import Record
from schemas.sources import Source
from schemas.vocabularies import Status
from service.storage import identities
from service.storage.identities import Known, names
from service.storage.names import fold
from service.storage.narrowing import OPEN
from service.storage.recording import Recorder, Row

SHOWN = """
    SELECT body FROM sources JOIN revisions USING (sequence) WHERE id = :id
    UNION ALL
    SELECT body FROM former_sources JOIN revisions USING (sequence) WHERE id = :id AND until = :open
"""
WAS = """
    INSERT INTO former_sources (id, sequence, name, kind, named, until, status)
    SELECT id, sequence, name, kind, named, ?, 'active' FROM sources WHERE id = ?
"""
NO_MORE = "UPDATE former_sources SET until = ? WHERE id = ? AND until = ?"
IS = """
    INSERT INTO sources (id, sequence, name, kind, named) VALUES (:id, :sequence, :name, :kind, :named)
    ON CONFLICT DO UPDATE SET sequence = :sequence, name = :name, kind = :kind
"""
BORE = """
    INSERT INTO former_aliases (key, source, sequence, until)
    SELECT key, source, sequence, ? FROM aliases WHERE source = ? AND key = ?
"""
BORE_NO_MORE = "UPDATE former_aliases SET until = ? WHERE source = ? AND until = ?"


class SourceWriter(Recorder):
    """Writes sources."""

    def sources(self, record: Record) -> None:
        """Every source of the record is there, with every name that it has there."""
        for source in record.sources:
            self.source(source, record.article)

    def source(self, source: Source, article: Article) -> None:
        """The source is there, with every name that it has here, unless a person took one from it."""
        known = identities.find(self.db, source.id)
        if known is None:
            sequence = self.revision(Action.CREATED, "source", source.id, source)
            self.source_is(source, sequence)
        else:
            self._rename(known, source, article)

    def show(self, id: str, action: Action, reason: str) -> None:
        """The source is shown as what is now known of it; nothing is done where it was so."""
        (body,) = self.db.execute(SHOWN, {"id": id, "open": OPEN}).fetchone()
        if identities.shown(self.db, id) != msgspec.json.decode(body, type=Source):
            self.place(id, self.tell(id, action, reason))

    def tell(self, id: str, action: Action, reason: str) -> int:
        """What is now known of the source is recorded; gives the revision's number."""
        self.identities.forget()
        return self.revision(action, "source", id, identities.shown(self.db, id), reason)

    def place(self, id: str, sequence: int) -> None:
        """The source is in its lists as what is now known of it, which the revision told."""
        self.source_was(id, sequence)
        self.source_is(identities.shown(self.db, id), sequence)
        self.identities.forget()

    def _rename(self, known: Known, source: Source, article: Article) -> None:
        """Articles call the known source by the names of ``source`` too."""
        read, reason = known.read, f"named so in {article.id}"
        before = set(map(fold, names(read)))
        new = {fold(name): name for name in names(source) if fold(name) not in before}
        if not new:
            return
        read = replace(read, aliases=(*read.aliases, *new.values()))
        if not identities.is_judged(self.db, source.id):
            sequence = self.revision(Action.UPDATED, "source", read.id, read, reason)
            self.source_was(read.id, sequence)
            return self.source_is(read, sequence)
        identities.keep(self.db, known._replace(read=read))
        for id in identities.line(self.db, source.id):
            self.show(id, Action.UPDATED, reason)

    def source_was(self, id: str, until: int) -> None:
        """What the source was until then is kept."""
        self.db.execute(WAS, (until, id))
        self.db.execute(NO_MORE, (until, id, OPEN))
        self.db.execute(BORE_NO_MORE, (until, id, OPEN))

    def source_is(self, source: Source, sequence: int) -> None:
        """The source is in lists; where it was merged, in none but those that its status is asked for."""
        row: Row = {"id": source.id, "sequence": sequence}
        row |= {"name": source.name, "kind": source.kind, "named": source.named}
        keys = sorted({fold(name) for name in names(source)})
        if source.status is not Status.MERGED:
            self.db.execute(IS, row)
            self._names(source.id, sequence, keys)
            return
        self._names(source.id, sequence, ())
        self.db.execute("DELETE FROM sources WHERE id = ?", (source.id,))
        rests: Row = {"until": OPEN, "status": source.status}
        self.insert("former_sources", **row, **rests, merged_into=source.merged_into or None)
        for key in keys:
            self.insert("former_aliases", key=key, source=source.id, sequence=sequence, **rests)

    def _names(self, id: str, sequence: int, keys: Collection[str]) -> None:
        """The source is found by these names alone, folded, since the revision ``sequence``."""
        before = [key for (key,) in self.db.execute("SELECT key FROM aliases WHERE source = ? ORDER BY key", (id,))]
        for key in before:
            if key not in keys:
                self.db.execute(BORE, (sequence, id, key))
                self.db.execute("DELETE FROM aliases WHERE source = ? AND key = ?", (id, key))
        for key in keys:
            if key not in before:
                self.insert("aliases", key=key, source=id, sequence=sequence)
