"""A record restored to a moment: all that is kept of it is what was kept then, and it goes on from there."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from schemas.changes import Action, Change, Entity
from schemas.corrections import Corrected, NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.vocabularies import ClaimKind, Status
from schemas.webhooks import Attempt, Delivery, DeliveryStatus, Webhook
from service.errors import ArticleRemoved, NotFound, NotRetracted, NotStanding, ParameterInvalid, SaysoError
from service.storage import backups
from service.storage.filters import ClaimFilter, Window
from service.storage.outbox import DeliveryFilter, Outcome
from service.storage.port import ClaimStore, Once
from service.storage.sqlite import open_store
from tests.contract import problem
from tests.records import AP, GUARDIAN, KCNA, NOON, claim
from tests.serving import APART, serving
from tests.soundness import stored_articles
from tests.store.test_history import ASKED, DOUBTED, EITHER, SAID, everything, renamed, reviewed, version
from tests.store.test_removal import MARK, SECRET, kept
from tests.store.test_removal import version as secret
from tests.test_cli import sayso, told

CLAIM = "clm_dam_KCNA_said_the"
RETRACTION = Retraction(RetractionKind.ERRONEOUS, "So.")


def revised(store: ClaimStore, action: Action, **members: Any) -> None:
    """The claim has other members."""
    held = store.held(CLAIM)
    claim = replace(held.claim, **members)
    store.revise(claim, action, after=held.sequence, at=clock(store), actor="tester", reason="So.")


def clock(store: ClaimStore) -> datetime:
    """A time that goes on with the record."""
    return NOON + timedelta(seconds=store.sequence())


def retract(store: ClaimStore) -> None:
    """The claim is taken back, where it stands."""
    if (status := store.held(CLAIM).claim.status) is not UNSET:
        raise NotStanding(CLAIM, status)
    revised(store, Action.RETRACTED, status=Status.RETRACTED, retraction=RETRACTION)


def restore(store: ClaimStore) -> None:
    """The claim stands again, or is superseded where its sentence is gone."""
    claim = store.held(CLAIM).claim
    if claim.status is not Status.RETRACTED:
        raise NotRetracted(CLAIM)
    stands = str(store.article("art_dam").text)[claim.start : claim.end] == claim.text
    revised(store, Action.RESTORED, status=UNSET if stands else Status.SUPERSEDED, retraction=UNSET)


def undo(store: ClaimStore) -> None:
    """The claim's correction is undone."""
    held = store.held(CLAIM).claim
    read = replace(store.reading(CLAIM), status=held.status, retraction=held.retraction)
    after = store.last(Entity.CLAIM, CLAIM)
    store.revise(read, Action.UPDATED, after=after, at=clock(store), actor="tester", reason="undone")


def withdraw(store: ClaimStore, retraction: Retraction | None) -> None:
    """The article is taken back, or given again."""
    after = store.last(Entity.ARTICLE, "art_dam")
    store.withdraw("art_dam", retraction, after=after, at=clock(store), actor="tester")


def put(record: Any) -> Any:
    """A change that stores the record."""
    return lambda store: store.put(record, at=clock(store), actor="tester")


def merge(id: str, into: str | None) -> Any:
    """A change that merges the source, or parts it again."""
    said = NewMerge(into, "So.") if into else None
    return lambda store: store.merge(id, said, after=store.last(Entity.SOURCE, id), at=clock(store), actor="tester")


def name(id: str, correction: NewSourceCorrection | None) -> Any:
    """A change that says what the source is, or takes that back."""
    return lambda store: store.correct(
        id, correction, after=store.last(Entity.SOURCE, id), at=clock(store), actor="tester"
    )


def review(rating: str) -> Any:
    """A change that says something of the claim, or takes it back where it was said, or gives it again."""
    return lambda store: reviewed(CLAIM, "Full Fact", rating, 9).done(store, clock(store))


CHANGES = {
    "one": put(version(SAID, DOUBTED)),
    "two": put(version(ASKED, SAID)),
    "three": put(version(ASKED)),
    "said otherwise": put(version(SAID, DOUBTED, publisher=GUARDIAN, day="2026-03-01")),
    "another": put(version(DOUBTED, name="levee")),
    "renamed": put(renamed(version(SAID, ASKED, name="levee"))),
    "correct": lambda store: revised(
        store, Action.UPDATED, kind=ClaimKind.HEADING, correction=Corrected("So.", ("kind",))
    ),
    "undo": undo,
    "retract": retract,
    "restore": restore,
    "withdraw": lambda store: withdraw(store, RETRACTION),
    "give again": lambda store: withdraw(store, None),
    "merge": merge(KCNA.id, GUARDIAN.id),
    "merge on": merge(GUARDIAN.id, AP.id),
    "split": merge(KCNA.id, None),
    "split on": merge(GUARDIAN.id, None),
    "name": name(KCNA.id, NewSourceCorrection("So.", name="Radio of the North", member_of=AP.id)),
    "no alias": name(GUARDIAN.id, NewSourceCorrection("So.", aliases=())),
    "unname": name(KCNA.id, None),
    "may be": put(version(SAID, claim("State media, the KCNA, denied it.", EITHER))),
    "review": review("False"),
    "review otherwise": review("Half true"),
    "remove": lambda store: store.remove(
        Entity.ARTICLE,
        "art_levee",
        "So.",
        after=store.last(Entity.ARTICLE, "art_levee"),
        at=clock(store),
        actor="judge",
    ),
}


def made(store: ClaimStore, changes: list[str]) -> list[int]:
    """The moments behind those of the changes that could be made."""
    moments = []
    for name in changes:
        try:
            CHANGES[name](store)
        except SaysoError:
            continue
        moments.append(store.sequence())
    return moments


def tables(path: Path) -> dict[str, list[Any]]:
    """All rows of the database, by table, but for those of the index of words, and who has read each article last."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        own = [name for name in names if not name.startswith(("claims_fts", "_sqlite", "engines"))]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in own}  # noqa: S608


@given(st.lists(st.sampled_from([name for name in CHANGES if name != "remove"]), min_size=2, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_moment(changes: list[str]) -> None:
    """Restored to it, the tables are row by row what they were then, and every answer is what it was."""
    with tempfile.TemporaryDirectory() as folder:
        path, then, back = (Path(folder, name) for name in ("sayso.db", "then.db", "back.db"))
        copies: dict[int, tuple[dict[str, list[Any]], list[Any]]] = {}
        with closing(open_store(str(path))) as store:
            CHANGES["one"](store)
            for name in changes:
                made(store, [name])
                backups.backup(path, then)
                copies[store.sequence()] = tables(then), list(everything(store))
        backups.backup(path, then)
        for sequence, (rows, answers) in copies.items():
            backups.restore(then, back, Path(folder, f"kept-{sequence}"), sequence)
            assert tables(back) == rows
            stored_articles(back)
            with closing(open_store(str(back))) as store:
                assert list(everything(store)) == answers


def test_removals_stay(tmp_path: Path) -> None:
    """What was removed later than the moment is not there, and not stored again; the tombstone is the next revision."""
    path, back = tmp_path / "sayso.db", tmp_path / "back.db"
    with closing(open_store(str(path))) as store:
        put(version(SAID))(store)
        put(secret(SECRET, ASKED, name="levee"))(store)
        moment = store.sequence()
        put(version(ASKED, DOUBTED))(store)
        CHANGES["remove"](store)
    backups.restore(path, back, tmp_path / "kept", moment)
    with closing(open_store(str(back))) as store:
        with pytest.raises(ArticleRemoved):
            store.article("art_levee")
        with pytest.raises(SaysoError, match="not stored again"):
            put(version(ASKED, name="levee"))(store)
        assert store.claims(ClaimFilter(), Window(as_of=moment)).removed == 2
        assert store.sequence() > moment
    assert stored_articles(back) == {"art_dam"}


@pytest.mark.parametrize("cut", [False, True])
def test_a_backup_of_before(tmp_path: Path, *, cut: bool) -> None:
    """What was removed from the database is removed from the backup that takes its place, to the byte."""
    path, copy = tmp_path / "sayso.db", tmp_path / "before" / "copy.db"
    copy.parent.mkdir()
    with closing(open_store(str(path))) as store:
        put(version(SAID))(store)
        put(secret(SECRET, ASKED, name="levee"))(store)
        moment = store.sequence()
        put(version(SAID, ASKED))(store)
        backups.backup(path, copy)
        CHANGES["remove"](store)
        put(version(DOUBTED, name="pier"))(store)
        after = store.last(Entity.CLAIM, "clm_pier_Analysts_doubt_the")
        store.remove(Entity.CLAIM, "clm_pier_Analysts_doubt_the", "So.", after=after, at=NOON, actor="judge")
    backups.restore(copy, path, tmp_path / "kept", moment if cut else None)
    assert stored_articles(path) == {"art_dam"}
    with closing(open_store(str(path))) as store:
        with pytest.raises(ArticleRemoved, match="So"):
            store.article("art_levee")
        put(version(DOUBTED, SAID, name="pier"))(store)
        with pytest.raises(NotFound):
            store.claim("clm_pier_Analysts_doubt_the")
    assert MARK.encode() in copy.read_bytes()
    copy.unlink()
    assert not kept(tmp_path, MARK)


def test_webhooks_stay(tmp_path: Path) -> None:
    """They are sent what comes behind the moment; no delivery is of what was cut off."""
    path, back = tmp_path / "sayso.db", tmp_path / "back.db"
    ahead, waiting = (Webhook(id, "https://desk.example", "2026-02-08", "key_1", 0, 0, 0) for id in ("whk_1", "whk_2"))
    with closing(open_store(str(path))) as store:
        for one in (ahead, waiting):
            store.outbox.add(one, b"secret")
        put(version(SAID))(store)
        assert store.outbox.next("whk_1", at=NOON)
        moment = store.sequence()
        put(version(ASKED))(store)
        for due in (store.outbox.next("whk_2", at=NOON), store.outbox.next("whk_2", at=NOON)):
            assert due
            store.outbox.note(due, Outcome(Attempt("2026-02-08", 500), DeliveryStatus.DEAD))
    backups.backup(path, tmp_path / "copy.db")
    backups.restore(tmp_path / "copy.db", back, tmp_path / "kept", moment)
    with closing(open_store(str(back))) as store:
        assert [store.outbox.get(id).after for id in ("whk_1", "whk_2")] == [moment, moment]
        items = store.outbox.deliveries(DeliveryFilter("whk_2"), Window()).items
        assert [msgspec.json.decode(item, type=Delivery).through for item in items] == [moment]
        put(version(DOUBTED, name="levee"))(store)
        due = store.outbox.next("whk_2", at=NOON)
        assert due
        sent = [msgspec.json.decode(item, type=Change).sequence for item in store.outbox.changes(due)]
        assert sent == list(range(moment + 1, store.sequence() + 1))


def test_it_goes_on(tmp_path: Path) -> None:
    """The next revision has the next number, keys stay, receipts do not, and tags of exports are others."""
    path, copy = tmp_path / "sayso.db", tmp_path / "copy.db"
    once = Once("me", "key", b"digest")
    with closing(open_store(str(path))) as store:
        put(version(SAID))(store)
        moment = store.sequence()
        store.put(version(ASKED), at=NOON, actor="tester", once=once)
        lineage = store.lineage()
    backups.backup(path, copy)
    sayso(tmp_path, "key", "add", "desk", "--scope", "read", "--database", "copy.db")
    done = sayso(tmp_path, "restore", "copy.db", "--as-of", str(moment))
    assert f"is what the backup was as of {moment}: revision {moment}" in done.stdout
    assert "1 keys" in done.stdout
    with closing(open_store(str(path))) as store:
        assert (store.sequence(), store.receipt(once, at=NOON)) == (moment, None)
        assert store.lineage() != lineage
        put(version(DOUBTED, name="levee"))(store)
        assert store.sequence() > moment
    assert stored_articles(path) == {"art_dam", "art_levee"}


def test_a_time(tmp_path: Path) -> None:
    """It means the last revision that was made by then; what has not been yet is refused, and nothing is changed."""
    path = tmp_path / "sayso.db"
    with closing(open_store(str(path))) as store:
        store.put(version(SAID), at=NOON, actor="tester")
        store.put(version(ASKED, name="levee"), at=NOON + timedelta(days=1), actor="tester")
        last = store.sequence()
    backups.backup(path, tmp_path / "copy.db")
    message = told(sayso(tmp_path, "restore", "copy.db", "--as-of", str(last + 1)))
    assert f"the backup has {last} revisions" in message
    with pytest.raises(ParameterInvalid):
        backups.restore(tmp_path / "copy.db", path, tmp_path / "kept", last + 1)
    assert "has not come yet" in told(sayso(tmp_path, "restore", "copy.db", "--as-of", "2999-01-01T00:00:00Z"))
    assert stored_articles(path) == {"art_dam", "art_levee"}
    backups.restore(tmp_path / "copy.db", path, tmp_path / "kept", datetime(2026, 2, 8, 13, tzinfo=UTC))
    assert stored_articles(path) == {"art_dam"}


def test_places_of_what_was_cut_off(tmp_path: Path) -> None:
    """A cursor of before is refused, as is a number that the record does not have any more; new ones go on."""
    path, copy = tmp_path / "sayso.db", tmp_path / "copy.db"
    with closing(open_store(str(path))) as store:
        put(version(SAID, DOUBTED))(store)
        moment = store.sequence()
        put(version(SAID, DOUBTED, name="levee"))(store)
        last = store.sequence()
    backups.backup(path, copy)
    with serving(path) as server:
        before = APART.get(f"{server.url}/v1/claims?limit=1").links["next"]["url"]
        assert APART.get(f"{server.url}/v1/changes?after={last}").json()["items"] == []
    backups.restore(copy, path, tmp_path / "kept", moment)
    with serving(path) as server:
        problem(APART.get(f"{server.url}{before}"), 400, "invalid-parameter")
        assert (
            "restored" in problem(APART.get(f"{server.url}/v1/changes?after={last}"), 400, "invalid-parameter").detail
        )
        url = APART.get(f"{server.url}/v1/claims?limit=1").links["next"]["url"]
        assert len(APART.get(f"{server.url}{url}").json()["items"]) == 1
