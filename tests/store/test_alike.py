"""Statements whose words are mostly those of a text."""

import msgspec
import pytest

from schemas.claims import Claim
from schemas.records import Record
from schemas.vocabularies import ClaimKind
from service.storage.port import COMPARED, Alike, ClaimStore
from tests.records import AP, NOON, attribution, claim, link, record

DAM = "The Kessell dam released record amounts of water into the valley on Sunday."
AGAIN = "Record amounts of water were let into the valley by the Kessell dam’s operator on Sunday."
QUIET = "Nobody in the orchestra has played a violin sonata by Bartók before."


def told(name: str, *texts: str, kind: ClaimKind = ClaimKind.STATEMENT) -> Record:
    """The article ``art_<name>``, whose claims these texts are."""
    claims = (claim(text, attribution(link(AP)), kind=kind) for text in texts)
    return record(name, *claims, sources=(AP,))


def put(store: ClaimStore, *records: Record) -> None:
    """The records are stored."""
    for one in records:
        store.put(one, at=NOON, actor="tester")


def found(alike: Alike) -> list[str]:
    """The ids, without their prefix, of the claims that were found."""
    return [msgspec.json.decode(item, type=Claim).id.removeprefix("clm_") for item in alike.items]


class TestAlike:
    """Statements whose words are mostly those of a text."""

    def test_likest_first(self, store: ClaimStore) -> None:
        """They come with those first that have most words in common; others do not come."""
        put(store, told("reworded", AGAIN, QUIET), told("copied", DAM))
        assert found(store.alike(DAM)) == ["copied_0", "reworded_0"]
        assert store.alike(DAM).complete

    def test_other_articles(self, store: ClaimStore) -> None:
        """Those of one article are left out where that is asked; one that is not stored has none."""
        put(store, told("one", DAM, AGAIN), told("other", DAM))
        assert found(store.alike(DAM, "art_one")) == ["other_0"]
        assert len(found(store.alike(DAM, "art_none"))) == 3

    @pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.STATEMENT])
    def test_statements_alone(self, store: ClaimStore, kind: ClaimKind) -> None:
        """What states nothing is not found."""
        put(store, told("other", DAM, kind=kind))
        assert found(store.alike(DAM)) == []

    def test_too_short(self, store: ClaimStore) -> None:
        """A text of fewer than four words that say something finds nothing, not even itself."""
        put(store, told("short", "He declined to comment on it."))
        assert store.alike("He declined to comment on it.") == Alike([], True)

    def test_standing(self, store: ClaimStore) -> None:
        """What is superseded is not found, but as of when it stood, and again when it comes back."""
        put(store, told("one", QUIET, DAM))
        then = store.sequence()
        put(store, told("one", QUIET))
        assert found(store.alike(DAM)) == []
        assert found(store.alike(DAM, as_of=then)) == ["one_1"]
        put(store, told("one", QUIET, DAM))
        assert found(store.alike(DAM)) == ["one_1"]

    def test_as_of(self, store: ClaimStore) -> None:
        """As of a moment it is what it was then, whatever was stored since, and whether that was all."""
        put(store, told("first", DAM))
        then, before = store.sequence(), store.alike(DAM)
        put(store, told("flood", *[DAM] * (COMPARED + 1)))
        assert not store.alike(DAM).complete
        assert store.alike(DAM, as_of=then) == before
        assert found(store.alike(DAM, as_of=0)) == []

    def test_many(self, store: ClaimStore) -> None:
        """Of very many the first that were stored come, no more than are compared, and that there are more is told."""
        for name in ("a", "b", "c"):
            put(store, told(name, *[DAM] * COMPARED))
        alike = store.alike(DAM)
        assert not alike.complete
        assert 0 < len(alike.items) <= COMPARED
        assert found(alike)[0] == "a_0"
