"""A process that stores bulletins, one after another, and prints the id of each that was acknowledged.

python -m tests.writer DATABASE NAME COUNT
"""

import sys

from service.storage.sqlite import open_store
from tests.records import NOON, bulletin


def main(database: str, name: str, count: str) -> None:
    """Every bulletin is stored, unless the process is killed before."""
    store = open_store(database)
    for number in range(int(count)):
        receipt = store.put(bulletin(f"{name}-{number}"), at=NOON, actor=name)
        print(receipt.article.id, flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
