"""A process that removes one article after another, and prints the id of each before and behind its removal.

python -m tests.remover DATABASE ID...
"""

import sys

from schemas.changes import Entity
from service.storage.sqlite import open_store
from tests.records import NOON


def main(database: str, *ids: str) -> None:
    """Every article is removed, unless the process is killed before."""
    store = open_store(database)
    for id in ids:
        print("begun", id, flush=True)
        store.remove(Entity.ARTICLE, id, "So it is.", after=store.last(Entity.ARTICLE, id), at=NOON, actor="judge")
        print("done", id, flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
