"""Who a source is: what articles call it, what people say of it, and what it is shown as.

What a source is by itself is kept apart from what it is shown as, and so is what a claim or an article was given from
what it shows. What is shown is made of that alone, so that whatever a person says can be undone without a loss.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from schemas.articles import Article
from schemas.claims import Claim
from schemas.corrections import Corrected
from schemas.sources import Source, SourceRef
from schemas.vocabularies import SourceKind, Status
from service.errors import SourceUnknown
from service.storage import references
from service.storage.names import fold
from service.storage.narrowing import OPEN
from service.storage.references import Places, T

TABLES = """
    -- Sources that people have said something of, or merged others into: what articles say of each, and what people do.
    -- Both are JSON.
    CREATE TABLE judged (
        id TEXT PRIMARY KEY,
        read TEXT NOT NULL,
        judgement TEXT NOT NULL,
        merged_into TEXT AS (judgement ->> '$.merged_into'),
        member_of TEXT AS (judgement ->> '$.member_of')
    ) STRICT;
    CREATE INDEX judged_merged_into ON judged (merged_into);
    CREATE INDEX judged_member_of ON judged (member_of);

    -- The ids of the sources that a claim or an article was given, in their places, where it shows others.
    CREATE TABLE given (
        entity TEXT NOT NULL CHECK (entity IN ('article', 'claim')),
        number INTEGER NOT NULL,
        places TEXT NOT NULL,
        PRIMARY KEY (entity, number)
    ) STRICT, WITHOUT ROWID;

    -- Which claims and articles were given a source that no column tells: a candidate, a contributor, or one that was
    -- merged. A row stays when that is so no more.
    CREATE TABLE mentions (
        source TEXT NOT NULL,
        entity TEXT NOT NULL CHECK (entity IN ('article', 'claim')),
        number INTEGER NOT NULL,
        PRIMARY KEY (source, entity, number)
    ) STRICT, WITHOUT ROWID;
    INSERT OR IGNORE INTO mentions
        SELECT one.value ->> '$.id', 'article', number FROM (
            SELECT number, sequence FROM articles
            UNION ALL SELECT number, sequence FROM former_articles WHERE until = 9223372036854775807
        ) CROSS JOIN revisions USING (sequence) CROSS JOIN json_each(body, '$.contributors') AS one;
    INSERT OR IGNORE INTO mentions
        SELECT one.value ->> '$.id', 'claim', number FROM (
            SELECT DISTINCT claim AS number, sequence FROM links WHERE extraction = 'ambiguous'
            UNION SELECT claim, sequence FROM former_links
            WHERE extraction = 'ambiguous' AND until = 9223372036854775807
        ) CROSS JOIN revisions USING (sequence) CROSS JOIN json_each(body, '$.attributions') AS attribution
        CROSS JOIN json_each(attribution.value, '$.chain') AS link
        CROSS JOIN json_each(link.value, '$.candidates') AS one;

    -- A source that was merged is among those of once, with no end, and with the id of the one that it is.
    ALTER TABLE former_sources ADD COLUMN merged_into TEXT;
    ALTER TABLE former_aliases ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
"""


class Judgement(Struct, frozen=True, omit_defaults=True):
    """What people say of a source; ``reason`` is the last one's.

    ``aliases`` are the names that it goes by besides its own and those of what was merged into it; and it goes by none
    of the ``dropped``, which are folded, whatever articles call it.
    """

    reason: str = ""
    members: tuple[str, ...] = ()
    name: str | UnsetType = UNSET
    kind: SourceKind | UnsetType = UNSET
    aliases: tuple[str, ...] | UnsetType = UNSET
    dropped: tuple[str, ...] = ()
    member_of: str | UnsetType = UNSET
    merged_into: str | UnsetType = UNSET


class Known(NamedTuple):
    """A source as articles name it, and what people say of it."""

    read: Source
    judgement: Judgement

    @property
    def itself(self) -> Source:
        """What it is, whatever was merged into it, and it into what."""
        said = self.judgement
        if not said.members:
            return self.read
        name, given = said.name or self.read.name, said.aliases or ()
        aliases = _distinct((*given, self.read.name, *self.read.aliases), {fold(name), *said.dropped})
        kind, correction = said.kind or self.read.kind, Corrected(said.reason, said.members)
        return replace(self.read, name=name, kind=kind, aliases=aliases, correction=correction)


READ = "SELECT body FROM sources JOIN revisions USING (sequence) WHERE id = ?"
JUDGED = "SELECT read, judgement FROM judged WHERE id = ?"
KEEP = """
    INSERT INTO judged (id, read, judgement) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET read = excluded.read, judgement = excluded.judgement
"""
FAMILY = """
    WITH RECURSIVE family (id) AS (
        VALUES (?) UNION SELECT judged.id FROM judged JOIN family ON judged.merged_into = family.id
    ) SELECT id FROM family ORDER BY id
"""
LINE = """
    WITH RECURSIVE line (id, step) AS (
        VALUES (?, 0) UNION ALL SELECT merged_into, step + 1 FROM judged JOIN line USING (id) WHERE merged_into NOT NULL
    ) SELECT id FROM line ORDER BY step
"""
MEMBERS = "SELECT id FROM judged WHERE member_of IN (SELECT value FROM json_each(?))"


GIVEN = "SELECT places FROM given WHERE entity = ? AND number = ?"
PUBLISHER = """
    WITH article (number, publisher) AS (
        SELECT number, publisher FROM articles WHERE id = :id
        UNION ALL SELECT number, publisher FROM former_articles WHERE id = :id AND until = :open
    )
    SELECT body ->> '$.name' FROM article LEFT JOIN given ON given.entity = 'article' AND given.number = article.number
    JOIN revisions ON revisions.entity = 'source' AND entity_id = coalesce(places ->> '$[0][0]', publisher)
    ORDER BY revisions.sequence LIMIT 1
"""


def find(db: sqlite3.Connection, id: str) -> Known | None:
    """The source by itself, None where there is none."""
    if row := db.execute(JUDGED, (id,)).fetchone():
        return Known(msgspec.json.decode(row[0], type=Source), msgspec.json.decode(row[1], type=Judgement))
    row = db.execute(READ, (id,)).fetchone()
    return Known(msgspec.json.decode(row[0], type=Source), Judgement()) if row else None


def known(db: sqlite3.Connection, id: str) -> Known:
    """The source by itself. Raises `SourceUnknown`."""
    found = find(db, id)
    if found is None:
        raise SourceUnknown(id)
    return found


def is_judged(db: sqlite3.Connection, id: str) -> bool:
    """Whether people have said something of the source, or of one that they merged into it."""
    return db.execute(JUDGED, (id,)).fetchone() is not None


def keep(db: sqlite3.Connection, known: Known) -> None:
    """What is said of the source is kept."""
    read, judgement = (msgspec.json.encode(part).decode() for part in known)
    db.execute(KEEP, (known.read.id, read, judgement))


def family(db: sqlite3.Connection, id: str) -> list[str]:
    """The source and all that were merged into it, by way of others too."""
    return [one for (one,) in db.execute(FAMILY, (id,))]


def line(db: sqlite3.Connection, id: str) -> list[str]:
    """The source, that into which it was merged, and so on to the one that it is shown as."""
    return [one for (one,) in db.execute(LINE, (id,))]


def root(db: sqlite3.Connection, id: str) -> str:
    """The source that it is shown as: itself where it was not merged."""
    return line(db, id)[-1]


def members(db: sqlite3.Connection, ids: Iterable[str]) -> list[str]:
    """The sources of which people say that they are members of one of these."""
    return [id for (id,) in db.execute(MEMBERS, (msgspec.json.encode(list(ids)).decode(),))]


def names(source: Source) -> tuple[str, ...]:
    """All that it is called."""
    return (source.name, *source.aliases)


def merged_names(db: sqlite3.Connection, id: str) -> dict[str, str]:
    """What is called so, by the folded names of all that were merged into the source."""
    return {fold(name): name for one in family(db, id) if one != id for name in names(known(db, one).itself)}


def shown(db: sqlite3.Connection, id: str) -> Source:
    """The source as lists show it, with the names of what was merged into it."""
    found = known(db, id)
    itself, said = found.itself, found.judgement
    more = _distinct(merged_names(db, id).values(), map(fold, names(itself)))
    into = root(db, id) if said.merged_into else UNSET
    whole = root(db, said.member_of) if said.member_of else UNSET
    return replace(
        itself,
        aliases=(*itself.aliases, *more),
        member_of=UNSET if whole == (into or id) else whole,
        status=Status.MERGED if into else UNSET,
        merged_into=into,
    )


def given(db: sqlite3.Connection, number: int, shown: T) -> T:
    """What was given of the claim or the article with the number, of which this is shown."""
    row = db.execute(GIVEN, (entity(shown), number)).fetchone()
    return placed(shown, row[0] if row else None)


def placed(shown: T, places: str | None) -> T:
    """What was given, of which this is shown, by its places as they are kept; none are where it is what is shown."""
    if places is None:
        return shown
    names = {ref.id: ref for ref in references.every(shown)}
    given = msgspec.json.decode(places, type=Places)
    return references.referring(shown, given, lambda id: names.get(id, SourceRef(id, id)))


def entity(thing: Article | Claim) -> str:
    """What it is, as tables call it."""
    return "article" if isinstance(thing, Article) else "claim"


def publisher(db: sqlite3.Connection, article: str) -> str | None:
    """The name by which the publisher that the article was given was first read, None where there is none."""
    row = db.execute(PUBLISHER, {"id": article, "open": OPEN}).fetchone()
    return row[0] if row else None


class Identities:
    """For each id the source that is shown for it, looked up once, in a transaction that writes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: dict[str, SourceRef] = {}

    def of(self, id: str) -> SourceRef:
        """The source that is shown. Raises `LookupError` where none is stored, which is a fault of the record's."""
        if id not in self._found:
            shown = root(self._db, id)
            row = self._db.execute("SELECT name FROM sources WHERE id = ?", (shown,)).fetchone()
            if row is None:
                raise LookupError(id)
            self._found[id] = SourceRef(shown, row[0])
        return self._found[id]

    def forget(self) -> None:
        """Each is looked up anew."""
        self._found.clear()


def _distinct(names: Iterable[str], but: Iterable[str]) -> tuple[str, ...]:
    """Each name once, however it is spelled, and none that is among ``but``, which are folded."""
    found = dict.fromkeys(but, "")
    for name in names:
        found.setdefault(fold(name), name)
    return tuple(filter(None, found.values()))
