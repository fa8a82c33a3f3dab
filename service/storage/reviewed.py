"""Which claims third parties say something of."""

import sqlite3
from collections.abc import Sequence

import msgspec

from service.storage.names import fold

_ALL = "SELECT claim FROM reviews WHERE TRUE"
_THEN = f"""
    {_ALL} AND sequence <= :as_of {{named}} UNION SELECT claim FROM former_reviews
    WHERE status = 'active' AND sequence <= :as_of AND until > :as_of {{named}}
"""  # noqa: S608 - no values
_NAMED = "AND author IN (SELECT value FROM json_each(:names))"


def claims(db: sqlite3.Connection, names: Sequence[str] | None, as_of: int | None) -> set[int]:
    """The numbers of the claims of which third parties with these names, or with any, say something, or did then."""
    named = "" if names is None else _NAMED
    query = f"{_ALL} {named}" if as_of is None else _THEN.format(named=named)
    folded = msgspec.json.encode([fold(name) for name in names or ()]).decode()
    return {number for (number,) in db.execute(query, {"names": folded, "as_of": as_of})}
