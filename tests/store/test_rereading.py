"""What was read of an article is read anew: what is read otherwise changes, and what people said of it stays."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from schemas.articles import Article, Outcome
from schemas.changes import Action, Change, Entity
from schemas.claims import Claim
from schemas.corrections import Corrected, NewMerge, Retraction, RetractionKind
from schemas.records import Record
from schemas.sources import SourceRef
from schemas.vocabularies import ClaimKind, Level, Status
from service.errors import ArticleRetracted, ArticleUnknown, Overtaken
from service.storage.filters import ChangeFilter, ClaimFilter, Window
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA, NOON, attribution, link
from tests.store.news import found
from tests.store.test_history import ASKED, DOUBTED, SAID, of, version

OLD, NEW = "0.1", "0.2"

TEXT = "cue and more"

UNSURE = replace(SAID, confidence=DOUBTED.confidence, attributions=(attribution(link(AP)),))
"""Another reading of the same sentence."""

LATER = NOON + timedelta(hours=1)

TAKEN_BACK = Retraction(RetractionKind.ERRONEOUS, "Nobody said so.")


def by(engine: str, *claims: Claim, name: str = "dam") -> Record:
    """The article, read by the engine: its text is the same, whatever its claims are, and has their cue."""
    made = version(*claims, name=name)
    placed = tuple(replace(one, start=0, end=len(TEXT)) for one in made.claims)
    return replace(made, engine=engine, text=TEXT, article=replace(made.article, length=len(TEXT)), claims=placed)


def put(store: ClaimStore, record: Record) -> Outcome:
    """The record is stored."""
    return store.put(record, at=NOON, actor="tester").outcome


def reread(store: ClaimStore, *claims: Claim) -> dict[Action, int]:
    """The article is read anew by the new engine, which finds these claims."""
    record = by(NEW, *claims)
    after = store.last(Entity.ARTICLE, record.article.id)
    rehearsed = store.rehearse(record, after=after)
    done = store.reread(record, after=after, at=LATER, actor="engine")
    assert done == rehearsed
    return dict(done)


def correct(store: ClaimStore, id: str, **members: Any) -> Claim:
    """A person says what the claim is."""
    held = store.held(id)
    corrected = replace(held.claim, correction=Corrected("So it is.", tuple(members)), **members)
    store.revise(corrected, Action.UPDATED, after=held.sequence, at=NOON, actor="editor", reason="So it is.")
    return corrected


def unread(store: ClaimStore, engine: str = NEW) -> list[str]:
    """The ids of the articles that another engine has read last."""
    return [msgspec.json.decode(item, type=Article).id for item in store.unread(engine, Window()).items]


def changes(store: ClaimStore, after: int) -> list[Change]:
    """The changes behind the number."""
    found = store.changes(ChangeFilter(after=after), Window(100)).items
    return [msgspec.json.decode(item, type=Change) for item in found]


def test_what_is_read_otherwise(store: ClaimStore) -> None:
    """The claim is what is read now, and says by whom and why; it is found by it, and as of before by what it was."""
    put(store, by(OLD, SAID, DOUBTED))
    before = store.sequence()
    assert reread(store, UNSURE, DOUBTED) == {Action.UPDATED: 1}
    (change,) = changes(store, before)
    assert (change.action, change.id, change.by) == (Action.UPDATED, "clm_dam_KCNA_said_the", "engine")
    assert change.reason == "read anew by engine 0.2"
    assert found(store, ClaimFilter(level=(Level.HIGH,))) == []
    assert found(store, ClaimFilter(source=(KCNA.id,))) == []
    assert of(store, "clm_dam_KCNA_said_the").attributions == UNSURE.attributions
    assert of(store, "clm_dam_KCNA_said_the", before).attributions == SAID.attributions


def test_what_is_read_as_before(store: ClaimStore) -> None:
    """It has no revision, and counts as read by the new engine."""
    put(store, by(OLD, SAID, DOUBTED))
    before = store.sequence()
    assert unread(store) == ["art_dam"]
    assert reread(store, SAID, DOUBTED) == {}
    assert store.sequence() == before
    assert unread(store) == []
    assert unread(store, OLD) == ["art_dam"]


def test_other_sentences(store: ClaimStore) -> None:
    """A text that is cut otherwise has other claims, in the same version, and old ones come back with their ids."""
    put(store, by(OLD, SAID, DOUBTED))
    assert reread(store, ASKED, DOUBTED) == {Action.CREATED: 1, Action.SUPERSEDED: 1}
    assert found(store, ClaimFilter()) == ["dam_Analysts_doubt_the", "dam_Will_the_dam"]
    assert found(store, ClaimFilter(status=(Status.SUPERSEDED,))) == ["dam_KCNA_said_the"]
    assert reread(store, SAID)[Action.RESTORED] == 1
    article = store.article("art_dam")
    assert (article.version, article.claims, article.text) == (1, 1, TEXT)
    assert len(store.versions("art_dam")) == 1


def test_what_is_no_statement_any_more(store: ClaimStore) -> None:
    """What was no statement and is read as one now is found beside those that say the same."""
    said = replace(SAID, text="KCNA said the northern dam held all through the stormy night.", kind=ClaimKind.HEADING)
    put(store, by(OLD, said))
    assert not store.alike(said.text).items
    reread(store, replace(said, kind=ClaimKind.STATEMENT))
    assert len(store.alike(said.text).items) == 1


def test_a_person_is_heard(store: ClaimStore) -> None:
    """What a person has said of a claim stays, all else of it is read, and what the engine reads is kept beside it."""
    put(store, by(OLD, SAID, DOUBTED))
    id = "clm_dam_KCNA_said_the"
    corrected = correct(store, id, attributions=DOUBTED.attributions)
    before = store.sequence()
    assert reread(store, UNSURE, DOUBTED) == {}
    assert store.sequence() == before
    assert of(store, id) == corrected
    assert store.reading(id).attributions == UNSURE.attributions
    ((claim, reading),) = store.corrections()
    assert (claim, reading) == (corrected, store.reading(id))


def test_a_kind_that_a_person_gave(store: ClaimStore) -> None:
    """Where the engine now sees the kind that a person gave, who said so and how firmly is as it reads them."""
    put(store, by(OLD, replace(SAID, kind=ClaimKind.QUESTION), DOUBTED))
    id = "clm_dam_KCNA_said_the"
    correct(store, id, kind=ClaimKind.STATEMENT)
    reread(store, replace(UNSURE, kind=ClaimKind.QUESTION), DOUBTED)
    assert (of(store, id).kind, of(store, id).attributions) == (ClaimKind.STATEMENT, SAID.attributions)
    assert of(store, id).confidence.level is Level.HIGH
    reread(store, UNSURE, DOUBTED)
    assert (of(store, id).attributions, of(store, id).confidence) == (UNSURE.attributions, DOUBTED.confidence)
    assert of(store, id).correction == Corrected("So it is.", ("kind",))


def test_corrections(store: ClaimStore) -> None:
    """All are given, of claims that stand and of others, in the order of storing."""
    put(store, by(OLD, SAID, DOUBTED, ASKED))
    for id in ("clm_dam_Will_the_dam", "clm_dam_KCNA_said_the"):
        correct(store, id, kind=ClaimKind.HEADING)
    assert list(store.corrections()) != []
    reread(store, ASKED, DOUBTED)
    assert [(claim.id, claim.status) for claim, _ in store.corrections()] == [
        ("clm_dam_KCNA_said_the", Status.SUPERSEDED),
        ("clm_dam_Will_the_dam", msgspec.UNSET),
    ]


def test_what_was_taken_back(store: ClaimStore) -> None:
    """A claim that a person took back is in no list, whatever is read of it; undone, it is as it is read now."""
    put(store, by(OLD, SAID, DOUBTED))
    held = store.held("clm_dam_KCNA_said_the")
    gone = replace(held.claim, status=Status.RETRACTED, retraction=TAKEN_BACK)
    store.revise(gone, Action.RETRACTED, after=held.sequence, at=NOON, actor="editor", reason="So it is.")
    assert reread(store, UNSURE, DOUBTED) == {Action.UPDATED: 1}
    assert found(store, ClaimFilter()) == ["dam_Analysts_doubt_the"]
    assert of(store, held.claim.id).retraction == TAKEN_BACK
    assert of(store, held.claim.id).attributions == UNSURE.attributions


def test_an_article_that_was_taken_back(store: ClaimStore) -> None:
    """It is not to be read, and cannot be; given again, it is to be read."""
    put(store, by(OLD, SAID))
    last = store.last(Entity.ARTICLE, "art_dam")
    store.withdraw("art_dam", TAKEN_BACK, after=last, at=NOON, actor="editor")
    assert unread(store) == []
    with pytest.raises(ArticleRetracted):
        store.given("art_dam")
    last = store.last(Entity.ARTICLE, "art_dam")
    with pytest.raises(Overtaken):
        store.reread(by(NEW, UNSURE), after=last, at=LATER, actor="engine")
    store.withdraw("art_dam", None, after=last, at=NOON, actor="editor")
    assert unread(store) == ["art_dam"]


def test_what_it_was_given(store: ClaimStore) -> None:
    """What is read anew is the article as it was given, whatever people have merged its publisher into."""
    put(store, by(OLD, SAID, DOUBTED))
    merge = NewMerge(GUARDIAN.id, "So it is.")
    store.merge(AP.id, merge, after=store.last(Entity.SOURCE, AP.id), at=NOON, actor="editor")
    sequence, article = store.given("art_dam")
    assert sequence == store.last(Entity.ARTICLE, "art_dam")
    assert article.publisher == SourceRef(AP.id, AP.name)
    assert article.text == TEXT
    assert reread(store, SAID, DOUBTED) == {}
    with pytest.raises(ArticleUnknown):
        store.given("art_none")


def test_overtaken(store: ClaimStore) -> None:
    """What was read of an article that was changed meanwhile is not stored, nor is it of one that is not there."""
    put(store, by(OLD, SAID))
    last = store.last(Entity.ARTICLE, "art_dam")
    put(store, replace(by(OLD, ASKED), text="Another."))
    before = store.sequence()
    for record, after in ((by(NEW, UNSURE), last), (by(NEW, UNSURE, name="none"), 0)):
        with pytest.raises(Overtaken):
            store.rehearse(record, after=after)
        with pytest.raises(Overtaken):
            store.reread(record, after=after, at=LATER, actor="engine")
    assert store.sequence() == before
    assert unread(store) == ["art_dam"]


def test_unread(store: ClaimStore) -> None:
    """Pages of what is to be read leave nothing out and tell how much it is; what the engine stored is read."""
    for number in range(5):
        put(store, by(OLD, SAID, name=f"old{number}"))
    put(store, by(NEW, SAID, name="new"))
    first = store.unread(NEW, Window(3, counted=True))
    assert (len(first.items), first.total) == (3, 5)
    rest = store.unread(NEW, Window(3, first.next))
    assert [msgspec.json.decode(item, type=Article).id for item in rest.items] == ["art_old3", "art_old4"]
    assert rest.next is None


def test_another_version_is_read(store: ClaimStore) -> None:
    """Who stores an article anew has read it, and one that is unchanged has not been."""
    put(store, by(OLD, SAID))
    assert put(store, by(NEW, UNSURE)) is Outcome.UNCHANGED
    assert unread(store) == ["art_dam"]
    assert of(store, "clm_dam_KCNA_said_the").attributions == SAID.attributions
    assert put(store, replace(by(NEW, UNSURE), text="Another.")) is Outcome.UPDATED
    assert unread(store) == []


def test_said_otherwise(store: ClaimStore) -> None:
    """An article of which something else is said is read by who says so, and counts the claims that it has then."""
    put(store, by(OLD, SAID))
    other = by(NEW, SAID, ASKED)
    assert put(store, replace(other, article=replace(other.article, title="Another"))) is Outcome.UPDATED
    assert (store.article("art_dam").claims, store.article("art_dam").version) == (2, 1)
    assert len(found(store, ClaimFilter())) == 2
