"""A process that stores bulletins, one after another, changes each in turn in every way that there is, and prints the
id of each that was acknowledged.

python -m tests.writer DATABASE NAME COUNT
"""

import sys
from datetime import date
from typing import Any

from msgspec.structs import replace

from schemas.changes import Action, Entity
from schemas.corrections import Corrected, NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from schemas.vocabularies import ClaimKind, Status
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.records import AP, KCNA, NOON, analysts, attribution, bulletin, claim, link, record


def main(database: str, name: str, count: str) -> None:
    """Every bulletin is stored, unless the process is killed before."""
    store = open_store(database)
    for number in range(int(count)):
        receipt = store.put(bulletin(f"{name}-{number}"), at=NOON, actor=name)
        print(receipt.article.id, flush=True)
        for size in (11, 12):
            store.put(bulletin(f"{name}-{number}", size), at=NOON, actor=name)
        correct(store, f"clm_{name}-{number}_0")
        review(store, f"clm_{name}-{number}_1")
        judge(store, f"{name}-{number}")
    store.close()


def correct(store: ClaimStore, id: str) -> None:
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
        store.revise(claim, action, after=held.sequence, at=NOON, actor="corrector", reason="So it is.")


def review(store: ClaimStore, id: str) -> None:
    """The claim is reviewed, and again otherwise; then the review is taken back, and given again."""
    author, url, day = Reviewer("Full Fact", ReviewerKind.ORGANISATION), "https://facts.example/", date(2026, 2, 9)
    for verdict in ("False", "Half true"):
        made = Review(f"rev_{id}", id, author, url, Rating(verdict), day)
        store.put_review(made, at=NOON, actor="reviewer")
    for retraction in (Retraction(RetractionKind.LEGAL, "So."), None):
        after = store.last(Entity.REVIEW, made.id)
        store.withdraw_review(made.id, retraction, after=after, at=NOON, actor="reviewer")


def judge(store: ClaimStore, name: str) -> None:
    """A source of the bulletin's own is renamed, merged into another and split."""
    own = analysts(name)
    claims = (*bulletin(name).claims, claim("Analysts doubt it.", attribution(link(own))))
    told = record(name, *claims, sources=(AP, KCNA, own), publisher=AP, published_at="2026-02-08")
    store.put(told, at=NOON, actor=name)

    def by() -> dict[str, Any]:
        return {"after": store.last(Entity.SOURCE, own.id), "at": NOON, "actor": "reviewer"}

    store.correct(own.id, NewSourceCorrection("So it is.", name="Doubters"), **by())
    store.merge(own.id, NewMerge(KCNA.id, "So it is."), **by())
    store.merge(own.id, None, **by())


if __name__ == "__main__":
    main(*sys.argv[1:])
