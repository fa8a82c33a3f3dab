"""What people and third parties said of what is removed for good goes with it; what is said of others stays."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from schemas.changes import Action, Change, Entity
from schemas.corrections import NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.records import Record
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from schemas.sources import CountedSource
from schemas.vocabularies import SourceKind, Status
from schemas.webhooks import Webhook
from service.errors import ClaimRemoved, ReviewRemoved, SourceRemoved
from service.storage import backups
from service.storage.filters import ANY, ClaimFilter, ReviewFilter, SourceFilter, Window
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.records import AP, KCNA, NOON, attribution, claim, link
from tests.soundness import stored_articles
from tests.store.conftest import STORES
from tests.store.news import ids
from tests.store.test_history import ASKED, SAID
from tests.store.test_removal import BLOCKED, LUND, MARK, SECRET, changes, kept, put, remove, version

ID = "clm_dam_An_exile_of"
REVIEW = Review(
    "rev_1",
    ID,
    Reviewer("Veracity Desk", ReviewerKind.ORGANISATION),
    "https://facts.example/oslo",
    Rating("Half true"),
    date(2026, 2, 9),
)
WORDS = (MARK, "Ada Lund", "ada-lund", "Veracity", "veracity", "Exile", "exile-of")


def merge(store: ClaimStore, id: str, into: str | None) -> None:
    """The source is merged into the other, or split from it."""
    said = NewMerge(into, "So.") if into else None
    store.merge(id, said, after=store.last(Entity.SOURCE, id), at=NOON, actor="person")


def name(store: ClaimStore, id: str, **given: Any) -> None:
    """The source is what a person says."""
    correction = NewSourceCorrection("So.", **given)
    store.correct(id, correction, after=store.last(Entity.SOURCE, id), at=NOON, actor="person")


def names(source: CountedSource) -> list[str]:
    """All that it is called."""
    return [source.name, *source.aliases]


class TestReviews:
    """Reviews of a claim that is removed."""

    @pytest.mark.parametrize(("entity", "id"), [(Entity.CLAIM, ID), (Entity.ARTICLE, "art_dam")])
    def test_they_go_with_it(self, store: ClaimStore, entity: Entity, id: str) -> None:
        """By its id each answers that it was removed, of any moment at which it was there; no list has it."""
        put(store, version(SECRET, SAID))
        other = replace(REVIEW, id="rev_2", claim_id="clm_levee_KCNA_said_the")
        put(store, version(SAID, name="levee"))
        before = store.sequence()
        for one in (REVIEW, other):
            store.put_review(one, at=NOON, actor="tester")
        there = store.sequence()
        gone = Retraction(RetractionKind.DUPLICATE, "So.")
        store.withdraw_review("rev_1", gone, after=there - 1, at=NOON, actor="tester")
        remove(store, entity, id)
        for as_of in (None, there):
            with pytest.raises(ReviewRemoved, match="The review 'rev_1' was removed for good"):
                store.review("rev_1", as_of)
            window = Window(as_of=as_of, counted=True)
            found = store.reviews(ReviewFilter(status=ANY), window)
            assert [msgspec.json.decode(item, type=Review) for item in found.items] == [other]
            assert (found.total, found.removed) == (1, 0 if as_of is None else 1)
        assert store.reviews(ReviewFilter(status=ANY), Window(as_of=before)).removed == 0

    def test_the_record_has_nothing_of_them(self, store: ClaimStore) -> None:
        """What each change made is gone, and the last change tells that the review was removed."""
        put(store, version(SECRET))
        store.put_review(REVIEW, at=NOON, actor="tester")
        remove(store, Entity.CLAIM, ID)
        told = [change for change in changes(store) if change.id == REVIEW.id]
        assert [change.action for change in told] == [Action.CREATED, Action.REMOVED]
        assert told[0].removed == told[1].sequence
        assert not [change for change in told if change.review]

    def test_no_more_come(self, store: ClaimStore) -> None:
        """Who would say something of the claim is told that it was removed."""
        put(store, version(SECRET))
        remove(store, Entity.CLAIM, ID)
        with pytest.raises(ClaimRemoved):
            store.put_review(REVIEW, at=NOON, actor="tester")


class TestSources:
    """Sources of which people have said something."""

    def test_names_leave_the_other(self, store: ClaimStore) -> None:
        """Whom a source was merged into bears its names no more, as of no moment, when nothing else names it."""
        put(store, version(SECRET))
        put(store, version(SAID, name="levee"))
        merge(store, LUND.id, KCNA.id)
        there = store.sequence()
        assert "Lund" in names(store.source(KCNA.id))
        remove(store, Entity.ARTICLE, "art_dam")
        for as_of in (None, there):
            assert names(store.source(KCNA.id, as_of)) == names_of(KCNA)
            assert store.bearers("Lund", as_of) == ()
            with pytest.raises(SourceRemoved):
                store.source(LUND.id, as_of)
        assert "lund" not in str(changes(store)).casefold()

    def test_own_names_stay(self, store: ClaimStore) -> None:
        """A name that both bear is the other's still."""
        put(store, version(SECRET))
        put(store, version(SAID, name="levee"))
        name(store, KCNA.id, aliases=("Lund", "KCNA"))
        merge(store, LUND.id, KCNA.id)
        there = store.sequence()
        remove(store, Entity.ARTICLE, "art_dam")
        for as_of in (None, there):
            assert store.bearers("Lund", as_of) == (KCNA.id,)
            assert store.bearers("Ada Lund", as_of) == ()

    def test_one_that_is_shown_for_another(self, store: ClaimStore) -> None:
        """It stays, since claims of others show it, or once did."""
        put(store, version(SECRET))
        put(store, version(SAID, name="levee"))
        merge(store, KCNA.id, LUND.id)
        merge(store, KCNA.id, None)
        remove(store, Entity.ARTICLE, "art_dam")
        assert store.source(LUND.id).name == "Ada Lund"
        merge(store, KCNA.id, LUND.id)
        assert store.source(LUND.id).claims == 1

    @pytest.mark.parametrize(("id", "into"), [("exile-of", LUND.id), (LUND.id, "exile-of")])
    def test_those_that_name_each_other_alone(self, store: ClaimStore, id: str, into: str) -> None:
        """Both go, whichever was merged into the other."""
        put(store, exile())
        put(store, version(SAID, name="levee"))
        merge(store, id, into)
        remove(store, Entity.ARTICLE, "art_dam")
        assert ids(store, SourceFilter(status=ANY)) == [AP.id, KCNA.id]

    def test_one_that_is_nowhere_shown(self, store: ClaimStore) -> None:
        """A source that an article was given when it was merged already is named by that article."""
        put(store, version(SAID))
        put(store, version(SECRET, name="first"))
        merge(store, LUND.id, KCNA.id)
        put(store, version(SECRET))
        remove(store, Entity.ARTICLE, "art_first")
        assert store.source(LUND.id).merged_into == KCNA.id
        remove(store, Entity.ARTICLE, "art_dam")
        with pytest.raises(SourceRemoved):
            store.source(LUND.id)

    def test_a_whole_stays(self, store: ClaimStore) -> None:
        """A source of which another is said to be a member is named by that."""
        put(store, version(SECRET))
        put(store, version(SAID, name="levee"))
        name(store, KCNA.id, member_of=LUND.id)
        remove(store, Entity.ARTICLE, "art_dam")
        assert store.source(KCNA.id).member_of == LUND.id
        assert store.source(LUND.id).claims == 0

    def test_a_source_comes_back(self, store: ClaimStore) -> None:
        """Nothing that people had said of it comes with it."""
        put(store, version(SECRET))
        put(store, version(SAID, name="levee"))
        name(store, LUND.id, name="Exile", kind=SourceKind.OUTLET)
        merge(store, LUND.id, KCNA.id)
        remove(store, Entity.ARTICLE, "art_dam")
        put(store, version(replace(SECRET, text="Ada Lund spoke."), name="pier"))
        source = store.source(LUND.id)
        assert (source.name, source.kind, source.status, source.claims) == ("Ada Lund", LUND.kind, UNSET, 1)

    def test_a_title(self, store: ClaimStore) -> None:
        """The name of the source that an article is leaves whatever it was merged into with the sentence in it."""
        own = replace(AP, id="art_dam", name=f"{SECRET.text} More", kind=SourceKind.ARTICLE, aliases=())
        made = version(SECRET, claim("It rained.", attribution(link(own))), title=own.name, others=[own])
        put(store, made)
        put(store, version(SAID, name="levee"))
        merge(store, "art_dam", KCNA.id)
        remove(store, Entity.CLAIM, ID)
        assert MARK not in str(changes(store))
        assert f"{BLOCKED} More" in names(store.source(KCNA.id))
        merge(store, "art_dam", None)
        assert store.source("art_dam").name == f"{BLOCKED} More"
        assert not store.bearers(f"{SECRET.text} More")


def names_of(source: Any) -> list[str]:
    """All that articles call it."""
    return [source.name, *source.aliases]


def exile() -> Record:
    """An article that names two sources that no other does."""
    other = replace(LUND, id="exile-of", name="Exile of Oslo", aliases=())
    return version(SECRET, claim("It was Tuesday, an exile said.", attribution(link(other))), others=[other])


@pytest.mark.parametrize(("id", "into"), [(LUND.id, KCNA.id), ("exile-of", LUND.id), (KCNA.id, LUND.id)])
def test_no_byte_is_left(tmp_path: Path, id: str, into: str) -> None:
    """Of no name that people gave, nor of reviews, in any file; and what stays can be merged and split on."""
    with closing(STORES["sqlite"](tmp_path)) as store:
        put(store, exile())
        put(store, version(SAID, name="levee"))
        store.put_review(REVIEW, at=NOON, actor="tester")
        name(store, LUND.id, aliases=("Exile of Aker",))
        merge(store, id, into)
        name(store, into, name=f"{'Exile' if into == LUND.id else 'Radio'} {MARK if into == LUND.id else 'North'}")
        put(store, replace(exile(), claims=exile().claims[:1]))
        if id != KCNA.id:
            merge(store, LUND.id, KCNA.id) if id != LUND.id else merge(store, id, None)
        remove(store, Entity.ARTICLE, "art_dam")
        stays = {"Ada Lund", "ada-lund", "Exile", MARK} if id == KCNA.id else set()  # Its claims show it.
        assert kept(tmp_path, *WORDS) <= stays
        merge(store, KCNA.id, None) if id == KCNA.id else merge(store, KCNA.id, AP.id)
    assert stored_articles(tmp_path / "sayso.db") == {"art_levee"}


def test_what_is_blocked_out_is_no_claim(store: ClaimStore) -> None:
    """When the article is read anew, neither are blocks sentences of it."""
    put(store, version(SECRET, SAID))
    remove(store, Entity.CLAIM, ID)
    after, article = store.given("art_dam")
    read = replace(version(replace(SECRET, text=BLOCKED), SAID), engine="new")
    assert article.text == read.text
    assert not store.rehearse(read, after=after).get(Action.CREATED)
    assert not store.reread(read, after=after, at=NOON, actor="engine").get(Action.CREATED)
    assert store.size().claims == 1


def test_what_is_delivered(store: ClaimStore) -> None:
    """A delivery that was made up before tells of each change what is left of it."""
    hook = Webhook("whk_1", "https://desk.example/sayso", "2026-02-08T12:00:00.000Z", "key_1", 0, 0, 0)
    store.outbox.add(hook, b"secret")
    put(store, version(SECRET))
    due = store.outbox.next("whk_1", at=NOON)
    assert due
    assert MARK.encode() in b"".join(map(bytes, store.outbox.changes(due)))
    remove(store, Entity.ARTICLE, "art_dam")
    told = [msgspec.json.decode(item, type=Change) for item in store.outbox.changes(due)]
    assert all(change.removed for change in told)


@pytest.mark.parametrize("cut", [False, True])
def test_a_backup_of_before(tmp_path: Path, *, cut: bool) -> None:
    """Reviews and names that were removed from the database are removed from the backup that takes its place."""
    path, copy = tmp_path / "sayso.db", tmp_path / "copy.db"
    with closing(open_store(str(path))) as store:
        put(store, version(SECRET, ASKED))
        put(store, version(SAID, name="levee"))
        store.put_review(REVIEW, at=NOON, actor="tester")
        merge(store, LUND.id, KCNA.id)
        moment = store.sequence()
        put(store, version(SAID, ASKED, name="levee"))
        backups.backup(path, copy)
        remove(store, Entity.ARTICLE, "art_dam")
    backups.restore(copy, path, tmp_path / "kept", moment if cut else None)
    copy.unlink()
    assert stored_articles(path) == {"art_levee"}
    assert not kept(tmp_path, *WORDS)
    with closing(open_store(str(path))) as store:
        with pytest.raises(ReviewRemoved):
            store.review("rev_1")
        assert store.reviews(ReviewFilter(status=(*Status,)), Window()).items == []
        assert names(store.source(KCNA.id)) == names_of(KCNA)


def test_who_was_merged_and_is_named_no_more_is_forgotten(store: ClaimStore) -> None:
    """Nobody can say any more that the name once meant the other source, whose own claims stay, as of then too."""
    put(store, version(SAID, claim("Ada Lund denied it.", attribution(link(LUND)))))
    merge(store, LUND.id, KCNA.id)
    then, by_name, by_other = store.sequence(), ClaimFilter(source=("Ada Lund",)), ClaimFilter(source=("KCNA",))
    assert len(store.claims(by_name, Window(as_of=then)).items) == 2
    remove(store, Entity.CLAIM, "clm_dam_Ada_Lund_denied")
    assert len(store.claims(by_other, Window(as_of=then)).items) == 1
    assert store.claims(by_name, Window(as_of=then)).items == []
