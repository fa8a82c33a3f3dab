"""A process that stores bulletins, one after another, changes each in turn in every way that there is, and prints the
id of each that was acknowledged.

python -m tests.writer DATABASE NAME COUNT
"""

import sys
from typing import Any

from msgspec.structs import replace

from schemas.changes import Action
from schemas.corrections import Corrected, Retraction, RetractionKind
from schemas.vocabularies import ClaimKind, Status
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.records import NOON, bulletin


def main(database: str, name: str, count: str) -> None:
    """Every bulletin is stored, unless the process is killed before."""
    store = open_store(database)
    for number in range(int(count)):
        receipt = store.put(bulletin(f"{name}-{number}"), at=NOON, actor=name)
        print(receipt.article.id, flush=True)
        for size in (11, 12):
            store.put(bulletin(f"{name}-{number}", size), at=NOON, actor=name)
        review(store, f"clm_{name}-{number}_0")
    store.close()


def review(store: ClaimStore, id: str) -> None:
    """The claim is corrected, and then taken back."""
    corrected = Corrected("So it is.", ("kind",))
    retraction = Retraction(RetractionKind.ERRONEOUS, "So it is not.")
    changes: list[tuple[Action, dict[str, Any]]] = [
        (Action.UPDATED, {"kind": ClaimKind.HEADING, "correction": corrected}),
        (Action.RETRACTED, {"status": Status.RETRACTED, "retraction": retraction}),
    ]
    for action, members in changes:
        held = store.held(id)
        claim = replace(held.claim, **members)
        store.revise(claim, action, after=held.sequence, at=NOON, actor="reviewer", reason="So it is.")


if __name__ == "__main__":
    main(*sys.argv[1:])
