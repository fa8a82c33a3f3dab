"""Changes as they are recorded, inside a transaction that is open: each is a numbered revision."""

import sqlite3
from datetime import datetime

import msgspec

from schemas.articles import Article
from schemas.changes import Action
from schemas.claims import Claim
from schemas.reviews import Review
from schemas.sources import Source
from service.storage.identities import Identities
from service.storage.times import stamp

Row = dict[str, str | float | None]
"""Values by the names of their columns."""


class Recorder:
    """Records for one ``actor`` at one time, which is no earlier than that of any change before."""

    def __init__(self, db: sqlite3.Connection, *, at: datetime, actor: str) -> None:
        self.db = db
        last = db.execute("SELECT at FROM revisions ORDER BY sequence DESC LIMIT 1").fetchone()
        self.at = max(stamp(at), *last or ("",))
        self.actor = actor
        self.identities = Identities(db)

    def revision(
        self,
        action: Action,
        entity: str,
        id: str,
        body: Article | Claim | Source | Review | None,
        reason: str | None = None,
    ) -> int:
        """The change has its place in the record; gives its sequence number. There is no body of what is removed."""
        return self.insert(
            "revisions",
            at=self.at,
            actor=self.actor,
            action=action,
            reason=reason,
            entity=entity,
            entity_id=id,
            body="" if body is None else msgspec.json.encode(body).decode(),
        )

    def insert(self, table: str, **row: str | float | bytes | None) -> int:
        """The row is in the table; gives its number there."""
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of columns, no values
        return self.db.execute(statement, tuple(row.values())).lastrowid or 0
