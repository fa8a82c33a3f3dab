"""A database made many times as large, by SQL: the store itself would take an hour for five million claims."""

# ruff: noqa: S608 - what is put together here are expressions of this file.

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ARTICLE = "printf('art_%016x', articles.number - 1 + :articles)"

CLAIM = "printf('clm_%016x%02x', claims.article - 1 + :articles, claims.position)"
"""The ids that `rows` would give them."""

COPY = (
    f"""INSERT INTO revisions (sequence, at, actor, action, entity, entity_id, body)
        SELECT sequence + :revisions, at, actor, action, entity, {ARTICLE}, replace(body, articles.id, {ARTICLE})
        FROM articles JOIN revisions USING (sequence) WHERE articles.number <= :last_article""",
    f"""INSERT INTO revisions (sequence, at, actor, action, entity, entity_id, body)
        SELECT claims.sequence + :revisions, at, actor, action, entity, {CLAIM},
            replace(replace(body, claims.id, {CLAIM}), articles.id, {ARTICLE})
        FROM claims JOIN articles ON articles.number = claims.article
        JOIN revisions ON revisions.sequence = claims.sequence WHERE claims.number <= :last_claim""",
    f"""INSERT INTO articles (number, id, sequence, publisher, published)
        SELECT number + :articles, {ARTICLE}, sequence + :revisions, publisher, published
        FROM articles WHERE number <= :last_article""",
    """INSERT INTO versions (article, version, sequence, text)
        SELECT article + :articles, version, sequence + :revisions, text
        FROM versions WHERE article <= :last_article""",
    """INSERT INTO engines (article, engine)
        SELECT article + :articles, engine FROM engines WHERE article <= :last_article""",
    f"""INSERT INTO claims (number, id, sequence, article, kind, level, publisher, published, text, position)
        SELECT number + :claims, {CLAIM}, sequence + :revisions, article + :articles, kind, level, publisher, published,
            text, position FROM claims WHERE number <= :last_claim""",
    """INSERT INTO claims_fts (rowid, text) SELECT number + :claims, text FROM claims WHERE number <= :last_claim""",
    """INSERT INTO links (claim, attribution, link, source, role, act, factuality, extraction, probability, published,
            sequence)
        SELECT claim + :claims, attribution, link, source, role, act, factuality, extraction, probability, published,
            sequence + :revisions FROM links WHERE claim <= :last_claim""",
)
"""What copies the first articles and claims behind as many as the parameters say."""

SIZE = "SELECT (SELECT max(number) FROM claims), (SELECT max(number) FROM articles), max(sequence) FROM revisions"

COUNTED = "UPDATE sources SET claims = (SELECT count(DISTINCT claim) FROM links WHERE source = sources.id)"

INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL AND tbl_name <> 'sources'"


def multiply(path: Path, claims: int) -> None:
    """The database at the path, all of whose articles are as long, holds so many claims: copies follow on what it has.

    They are of whole articles, so that there may be some claims more. Who asks who else says so is not told of them.
    """
    with in_bulk(path) as db:
        had, articles, revisions = db.execute(SIZE).fetchone()
        for copy in range(1, -(-claims // had)):
            last = min(articles, -(-(claims - copy * had) * articles // had))
            values = {"claims": copy * had, "articles": copy * articles, "revisions": copy * revisions}
            values |= {"last_article": last, "last_claim": last * had // articles}
            for statement in COPY:
                db.execute(statement, values)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(COUNTED)


@contextmanager
def in_bulk(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection by which very much is written at once: all indexes are made anew when it is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # Nobody has it yet, and to write all of it twice takes long.
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        indexes = db.execute(INDEXES).fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        yield db
        for _, sql in indexes:
            db.execute(sql)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
