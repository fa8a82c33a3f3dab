"""The contract of `service.storage.outbox.Outbox`, held by every store."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from schemas.changes import Action, Change, Entity
from schemas.webhooks import (
    Attempt,
    ChangedWebhook,
    Delivery,
    DeliveryStatus,
    Disabled,
    DisabledBecause,
    Webhook,
)
from service.errors import CursorInvalid, DeliveryUnknown, WebhookUnknown
from service.storage.filters import ChangeFilter, Window
from service.storage.outbox import KEPT, TOGETHER, WAITING, DeliveryFilter, Due, Outcome
from service.storage.port import ClaimStore
from tests.records import AP, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.store.conftest import STORES

TIME = "2026-02-08T12:00:00.000Z"
MINUTE = timedelta(minutes=1)
TAKEN = Outcome(Attempt(TIME, 204), DeliveryStatus.DELIVERED)
DEAD = Outcome(Attempt(TIME, 500), DeliveryStatus.DEAD)


def webhook(id: str, after: int = 0, **fields: Any) -> Webhook:
    """A webhook."""
    return Webhook(id, "https://desk.example/sayso", TIME, "key_1", after, 0, 0, **fields)


def failed(fault: str = "no answer", minutes: int = 1, **fields: Any) -> Outcome:
    """An attempt that is to be made again so long after noon."""
    return Outcome(Attempt(TIME, fault=fault), DeliveryStatus.WAITING, NOON + minutes * MINUTE, **fields)


def all_changes(store: ClaimStore) -> list[Change]:
    """The record."""
    found: list[Change] = []
    while items := store.changes(ChangeFilter(found[-1].sequence if found else 0), Window(limit=200)).items:
        found += [msgspec.json.decode(item, type=Change) for item in items]
    return found


def carried(store: ClaimStore, due: Due) -> list[int]:
    """The numbers of the changes of a delivery."""
    return [msgspec.json.decode(item, type=Change).sequence for item in store.outbox.changes(due)]


def following(store: ClaimStore, id: str = "whk_1", minutes: int = 0) -> Due:
    """What is to be delivered next, so long after noon."""
    due = store.outbox.next(id, at=NOON + minutes * MINUTE)
    assert due is not None
    return due


def listed(store: ClaimStore, *status: DeliveryStatus, webhook: str = "whk_1") -> list[Delivery]:
    """The deliveries that are kept."""
    items = store.outbox.deliveries(DeliveryFilter(webhook, status), Window(limit=200)).items
    return [msgspec.json.decode(item, type=Delivery) for item in items]


def test_a_webhook_is_kept(store: ClaimStore) -> None:
    """It is given back with all its fields; it is no change of the record."""
    whole = webhook("whk_2", 7, description="The desk", entities=(Entity.CLAIM,), actions=(Action.RETRACTED,))
    for one in (webhook("whk_1"), whole):
        store.outbox.add(one, b"secret")
        assert store.outbox.get(one.id) == one
        assert store.outbox.secrets(one.id, at=NOON) == [b"secret"]
    assert store.sequence() == 0


def test_an_unknown_webhook(store: ClaimStore) -> None:
    """There is nothing to get, change, list or remove of it, and nothing to deliver."""
    outbox = store.outbox
    for ask in (
        outbox.get,
        outbox.remove,
        lambda id: outbox.change(id, ChangedWebhook(), at=NOON),
        lambda id: outbox.rotate(id, b"", at=NOON),
        lambda id: outbox.secrets(id, at=NOON),
        lambda id: outbox.again(id, "msg_1", at=NOON),
        lambda id: outbox.deliveries(DeliveryFilter(id), Window()),
    ):
        with pytest.raises(WebhookUnknown):
            ask("whk_none")
    assert outbox.next("whk_none", at=NOON) is None


def test_a_webhook_is_changed(store: ClaimStore) -> None:
    """In what is named, and in nothing else; disabled it says since when, and enabled that it was not."""
    store.outbox.add(webhook("whk_1", description="The desk"), b"secret")
    assert store.outbox.change("whk_1", ChangedWebhook(), at=NOON) == webhook("whk_1", description="The desk")
    changed = store.outbox.change("whk_1", ChangedWebhook("https://new.example", "", False), at=NOON)
    asked = Disabled(TIME, DisabledBecause.ASKED)
    assert changed == msgspec.structs.replace(webhook("whk_1"), url="https://new.example", disabled=asked)
    assert store.outbox.change("whk_1", ChangedWebhook(enabled=False), at=NOON + MINUTE) == changed
    assert store.outbox.change("whk_1", ChangedWebhook(enabled=True), at=NOON).disabled is UNSET


def test_webhooks_are_listed(store: ClaimStore) -> None:
    """In the order of making, page by page, counted where asked; one that was removed is gone."""
    for number in range(5):
        store.outbox.add(webhook(f"whk_{9 - number}"), b"")
    assert store.outbox.remove("whk_7") == webhook("whk_7")
    seen, after = [], None
    while True:
        stretch = store.outbox.list(Window(2, after, counted=True))
        assert stretch.total == 4
        seen += [msgspec.json.decode(item, type=Webhook).id for item in stretch.items]
        if (after := stretch.next) is None:
            break
    assert seen == ["whk_9", "whk_8", "whk_6", "whk_5"]


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "٣"])
def test_a_cursor_that_is_none(store: ClaimStore, after: str) -> None:
    """It is refused."""
    store.outbox.add(webhook("whk_1"), b"")
    with pytest.raises(CursorInvalid):
        store.outbox.list(Window(after=after))
    with pytest.raises(CursorInvalid):
        store.outbox.deliveries(DeliveryFilter("whk_1"), Window(after=after))


def test_a_secret_is_replaced(store: ClaimStore) -> None:
    """For a day the one before holds too, and one before that no longer."""
    store.outbox.add(webhook("whk_1"), b"first")
    until = store.outbox.rotate("whk_1", b"second", at=NOON).former_secret_until
    assert until == "2026-02-09T12:00:00.000Z"
    assert store.outbox.secrets("whk_1", at=NOON + timedelta(hours=23)) == [b"second", b"first"]
    assert store.outbox.secrets("whk_1", at=NOON + timedelta(hours=24)) == [b"second"]
    store.outbox.rotate("whk_1", b"third", at=NOON)
    assert store.outbox.secrets("whk_1", at=NOON) == [b"third", b"second"]


def test_what_comes_next(news: ClaimStore) -> None:
    """Changes behind the webhook's beginning, in their order; the same until its outcome is noted, and then no more."""
    last = news.sequence()
    news.outbox.add(webhook("whk_1", 2), b"")
    assert news.outbox.busy(NOON) == ["whk_1"]
    due = following(news)
    assert carried(news, due) == list(range(3, last + 1))
    assert following(news) == due
    news.outbox.note(due, TAKEN)
    assert news.outbox.next("whk_1", at=NOON) is None
    assert news.outbox.busy(NOON) == []
    made = news.outbox.get("whk_1")
    assert (made.after, made.delivered, made.delivered_at, made.waiting) == (last, last, TIME, 0)
    assert listed(news) == [
        Delivery(due.id, 2, last, DeliveryStatus.DELIVERED, 1, TIME, UNSET, Attempt(TIME, 204)),
    ]


def test_only_what_it_is_for(news: ClaimStore) -> None:
    """Other changes are passed over, and where there are none but those nothing is to be delivered."""
    news.outbox.add(webhook("whk_1", entities=(Entity.SOURCE,), actions=(Action.CREATED, Action.UPDATED)), b"")
    news.outbox.add(webhook("whk_2", entities=(Entity.SOURCE,), actions=(Action.RETRACTED,)), b"")
    sources = [change.sequence for change in all_changes(news) if change.entity is Entity.SOURCE]
    assert carried(news, following(news)) == sources
    assert news.outbox.next("whk_2", at=NOON) is None
    assert news.outbox.get("whk_2").after == news.sequence()
    assert listed(news, webhook="whk_2") == []


def test_what_failed_comes_again(news: ClaimStore) -> None:
    """At its time and not before, before what is newer, and the webhook tells since when it has failed."""
    news.outbox.add(webhook("whk_1"), b"")
    due = following(news)
    news.outbox.note(due, failed())
    assert news.outbox.busy(NOON) == []
    assert news.outbox.next("whk_1", at=NOON) is None
    news.put(bulletin("new"), at=NOON, actor="tester")
    newer = following(news)
    assert newer.id != due.id
    news.outbox.note(newer, failed("still none"))
    again = following(news, minutes=1)
    assert again == due._replace(attempts=1, failing_since=NOON)
    news.outbox.note(again, failed(minutes=2))
    assert news.outbox.get("whk_1").failing_since == TIME
    news.outbox.note(following(news, minutes=1), TAKEN)
    assert news.outbox.get("whk_1").failing_since is UNSET
    waiting = listed(news, DeliveryStatus.WAITING)
    assert [(one.id, one.attempts, one.last_attempt) for one in waiting] == [
        (due.id, 2, Attempt(TIME, UNSET, "no answer"))
    ]


def test_no_more_is_begun_where_much_waits(store: ClaimStore) -> None:
    """A receiver that takes nothing has so many deliveries and no more, until one of them is dead or made."""
    store.outbox.add(webhook("whk_1"), b"")
    made: list[Due] = []
    for number in range(WAITING + 1):
        store.put(bulletin(f"b{number}"), at=NOON, actor="tester")
        if due := store.outbox.next("whk_1", at=NOON):
            made.append(due)
            store.outbox.note(due, failed())
    assert len(made) == store.outbox.get("whk_1").waiting == WAITING
    assert store.outbox.busy(NOON) == []
    first = following(store, minutes=1)
    assert first.id == made[0].id
    store.outbox.note(first, DEAD)
    assert [one.id for one in listed(store, DeliveryStatus.DEAD)] == [first.id]
    newest = following(store)
    assert carried(store, newest)[-1] == store.sequence()


def test_a_dead_letter_is_made_again(news: ClaimStore) -> None:
    """As if it were new, and under its id, where somebody asks; so is one that was delivered."""
    news.outbox.add(webhook("whk_1"), b"")
    due = following(news)
    for outcome in (DEAD, TAKEN):
        news.outbox.note(following(news), outcome)
        assert news.outbox.next("whk_1", at=NOON) is None
        again = news.outbox.again("whk_1", due.id, at=NOON)
        assert (again.id, again.status, again.attempts) == (due.id, DeliveryStatus.WAITING, 0)
        assert following(news) == due._replace(failing_since=NOON if outcome is DEAD else None)
    for id in ("msg_none", ""):
        with pytest.raises(DeliveryUnknown):
            news.outbox.again("whk_1", id, at=NOON)
    news.outbox.add(webhook("whk_2"), b"")
    with pytest.raises(DeliveryUnknown):
        news.outbox.again("whk_2", due.id, at=NOON)


def test_what_was_begun_anew_is_not_ended_by_what_came_before(news: ClaimStore) -> None:
    """An outcome that is told of a delivery that is meanwhile to be made again is passed over."""
    news.outbox.add(webhook("whk_1"), b"")
    news.outbox.note(following(news), failed())
    due = following(news, minutes=1)
    news.outbox.again("whk_1", due.id, at=NOON)
    news.outbox.note(due, DEAD)
    assert listed(news)[0].status is DeliveryStatus.WAITING


def test_a_disabled_webhook_waits(news: ClaimStore) -> None:
    """Nothing is delivered to it, and nothing is lost: it goes on where it was, and has failed at nothing."""
    news.outbox.add(webhook("whk_1"), b"")
    due = following(news)
    news.outbox.note(due, failed(disabled=DisabledBecause.GONE))
    disabled = news.outbox.get("whk_1").disabled
    assert disabled == Disabled(TIME, DisabledBecause.GONE)
    assert news.outbox.next("whk_1", at=NOON + MINUTE) is None
    assert news.outbox.busy(NOON + MINUTE) == []
    enabled = news.outbox.change("whk_1", ChangedWebhook(enabled=True), at=NOON)
    assert enabled.failing_since is UNSET
    assert following(news, minutes=1).id == due.id


def test_a_webhook_that_is_removed_amid_a_delivery(news: ClaimStore) -> None:
    """Its delivery is gone with it: there is nothing to send of it and nothing to note."""
    news.outbox.add(webhook("whk_1"), b"")
    due = following(news)
    news.outbox.remove("whk_1")
    with pytest.raises(DeliveryUnknown):
        news.outbox.changes(due)
    news.outbox.note(due, TAKEN)


def test_how_much_goes_together(store: ClaimStore) -> None:
    """A hundred changes at most, and fewer where they are large; one that is larger than all alike goes alone."""
    small = [claim(f"Drill {n} began.", attribution(link(KCNA))) for n in range(120)]
    large = [claim(f"Drill {n} began. " + "It went on. " * 3000, attribution(link(AP))) for n in range(3)]
    huge = claim("x" * 100_000, attribution(link(AP)))
    store.put(record("many", *small, *large, huge, sources=(AP, KCNA)), at=NOON, actor="tester")
    store.outbox.add(webhook("whk_1", entities=(Entity.CLAIM,)), b"")
    sizes = []
    while due := store.outbox.next("whk_1", at=NOON):
        sizes.append(len(carried(store, due)))
        store.outbox.note(due, TAKEN)
    assert sizes == [TOGETHER, 21, 1, 1, 1]


def test_of_what_was_delivered_the_last_are_kept(store: ClaimStore) -> None:
    """And of what is dead, all."""
    store.outbox.add(webhook("whk_1"), b"")
    for number in range(KEPT + 5):
        store.put(bulletin(f"b{number}"), at=NOON, actor="tester")
        store.outbox.note(following(store), DEAD if number < 3 else TAKEN)
    assert len(listed(store, DeliveryStatus.DEAD)) == 3
    assert len(listed(store, DeliveryStatus.DELIVERED)) == KEPT
    stretch = store.outbox.deliveries(DeliveryFilter("whk_1", tuple(DeliveryStatus)), Window(1, counted=True))
    assert stretch.total == KEPT + 3


def test_one_delivers(store: ClaimStore) -> None:
    """While one has the turn nobody else gets it, and then they do."""
    with store.outbox.turn() as mine:
        assert mine
        with store.outbox.turn() as others:
            assert not others
    with store.outbox.turn() as mine:
        assert mine


numbers = count()


@pytest.fixture(scope="module", params=STORES)
def growing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClaimStore]:
    """A store that grows from one example to the next."""
    opened = STORES[request.param](tmp_path_factory.mktemp("growing"))
    yield opened
    opened.close()


@settings(max_examples=30, deadline=None)
@given(
    entities=st.sets(st.sampled_from(Entity)),
    actions=st.sets(st.sampled_from([Action.CREATED, Action.UPDATED])),
    steps=st.lists(st.sampled_from(["put", "take", "fail", "die", "again"]), max_size=25),
)
def test_each_change_is_in_one_delivery(
    growing: ClaimStore, entities: set[Entity], actions: set[Action], steps: list[str]
) -> None:
    """Whatever is written meanwhile, fails, dies or is made again: each change that the webhook is for, and no other,
    once and in order.
    """
    outbox, id, begun = growing.outbox, f"whk_{next(numbers)}", growing.sequence()
    words = {"entities": tuple(entities) or UNSET, "actions": tuple(actions) or UNSET}
    outbox.add(webhook(id, begun, **words), b"")
    seen: dict[str, list[int]] = {}
    at = NOON
    for step in [*steps, "put", *["take"] * 30]:
        at += MINUTE
        if step == "put":
            growing.put(bulletin(f"g{next(numbers)}"), at=NOON, actor="tester")
        elif step == "again" and seen:
            outbox.again(id, next(iter(seen)), at=at)
        elif due := outbox.next(id, at=at):
            assert seen.setdefault(due.id, carried(growing, due)) == carried(growing, due)
            outbox.note(due, {"take": TAKEN, "die": DEAD}.get(step, failed()))
    wanted = [
        change.sequence
        for change in all_changes(growing)
        if change.sequence > begun
        and (not entities or change.entity in entities)
        and (not actions or change.action in actions)
    ]
    assert [sequence for one in seen.values() for sequence in one] == wanted
    outbox.remove(id)
