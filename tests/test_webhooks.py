"""How changes are delivered to webhooks: signed, retried, given up. Receivers are real, time is the test's."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from standardwebhooks.webhooks import Webhook as Verifier

from schemas.webhooks import (
    Attempt,
    ChangedWebhook,
    Delivery,
    DeliveryStatus,
    DisabledBecause,
    MadeWebhook,
    NewWebhook,
    Notice,
    Webhook,
)
from service.storage.filters import Window
from service.storage.outbox import DeliveryFilter
from service.storage.port import ClaimStore
from service.webhooks import courier, making, schedule
from service.webhooks.courier import GIVEN_UP, Courier
from service.webhooks.sending import READ, Sender
from tests.empty import empty_store
from tests.receivers import OK, Answer, Receiver, receiving
from tests.records import NOON, bulletin

LOOPBACK = (ip_network("127.0.0.0/8"),)
DELAYS = (timedelta(minutes=1), timedelta(hours=1))


class Desk:
    """A store with one webhook, whose receiver is there, and a courier whose clock stands where it is put."""

    def __init__(self, store: ClaimStore, receiver: Receiver, patience: float = 10) -> None:
        self.store, self.receiver, self.patience = store, receiver, patience
        self.now = datetime.now(UTC)
        self.told: list[str] = []
        self.made = self.make(NewWebhook(receiver.url))

    @property
    def webhook(self) -> Webhook:
        """The webhook, as it now is."""
        return self.store.outbox.get(self.made.webhook.id)

    def make(self, new: NewWebhook) -> MadeWebhook:
        """A webhook more."""
        return making.make(new, store=self.store, networks=LOOPBACK, at=self.now, by="tester")

    def publish(self, name: str) -> None:
        """An article more."""
        self.store.put(bulletin(name), at=self.now, actor="tester")

    def deliver(self, after: timedelta = timedelta(), networks: Any = LOOPBACK) -> None:
        """All that is due so long from now was tried."""
        self.now += after

        async def serve() -> None:
            sender = Sender(networks, self.patience)
            of = Courier(self.store.outbox, sender, lambda: self.now, self.told.append, DELAYS)
            await of.serve(self.webhook.id, anyio.Event())
            await sender.close()

        anyio.run(serve)

    def deliveries(self, *status: DeliveryStatus) -> list[Delivery]:
        """Those that are kept."""
        items = self.store.outbox.deliveries(DeliveryFilter(self.webhook.id, status), Window(limit=200)).items
        return [msgspec.json.decode(item, type=Delivery) for item in items]

    def attempt(self) -> Attempt:
        """What came of the last attempt to make the first delivery."""
        found = self.deliveries()[0].last_attempt
        assert found is not UNSET
        return found


@contextmanager
def working(folder: Path, patience: float = 10) -> Iterator[Desk]:
    """A desk."""
    store = empty_store(folder / "sayso.db")
    with receiving() as receiver:
        yield Desk(store, receiver, patience)
    store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk to which something is to be delivered."""
    with working(tmp_path) as found:
        found.publish("first")
        yield found


def answers(*statuses: int, **headers: str) -> Any:
    """Each status in turn, and the last for ever."""

    def answer(_: object, before: int) -> Answer:
        return statuses[min(before, len(statuses) - 1)], headers, b""

    return answer


def test_what_is_sent(desk: Desk) -> None:
    """The changes, as the record has them, which another implementation of Standard Webhooks verifies."""
    desk.deliver()
    (taken,) = desk.receiver.taken
    Verifier(desk.made.secret).verify(taken.body, taken.headers)
    assert taken.path == "/hook"
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["user-agent"].startswith("sayso/")
    notice = msgspec.json.decode(taken.body, type=Notice)
    assert [change.sequence for change in notice.data.changes] == list(range(1, desk.store.sequence() + 1))
    assert notice.timestamp == notice.data.changes[-1].at
    assert desk.told == ["delivered"]
    assert desk.webhook.delivered == desk.store.sequence()


def test_nothing_is_sent_twice(desk: Desk) -> None:
    """What was taken does not come again, and what is made meanwhile comes behind it."""
    for name in ("second", "third"):
        desk.deliver()
        desk.publish(name)
    desk.deliver()
    assert desk.receiver.sequences == list(range(1, desk.store.sequence() + 1))
    assert len(set(desk.receiver.ids)) == 3


def test_a_failure_is_tried_again(desk: Desk) -> None:
    """At its time, under the same id and with a signature of that time, and then no more."""
    desk.receiver.answer = answers(500, 204)
    desk.deliver()
    assert desk.attempt().status == 500
    desk.deliver(after=timedelta(seconds=59))
    assert len(desk.receiver.taken) == 1
    desk.deliver(after=timedelta(seconds=30))
    first, second = desk.receiver.taken
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 89
    assert second.is_signed_by(desk.made.secret)
    assert desk.told == ["failed", "delivered"]
    assert desk.webhook.failing_since is UNSET


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_what_is_no_success(desk: Desk, status: int) -> None:
    """Anything but 2xx fails, and no redirect is followed."""
    with receiving() as other:
        desk.receiver.answer = answers(status, location=other.url)
        desk.deliver()
        assert other.taken == []
    assert desk.attempt() == Attempt(desk.attempt().at, status)
    assert desk.webhook.waiting == 1


@pytest.mark.parametrize("status", [200, 202, 299])
def test_what_is_success(desk: Desk, status: int) -> None:
    """Any 2xx, whatever its body is."""
    desk.receiver.answer = lambda _, __: (status, {}, b"x" * 10 * READ)
    desk.deliver()
    assert desk.deliveries()[0].status is DeliveryStatus.DELIVERED


def test_others_do_not_wait_for_what_failed(desk: Desk) -> None:
    """What is newer is delivered meanwhile."""
    desk.receiver.answer = answers(500, 204)
    desk.deliver()
    desk.publish("second")
    desk.deliver()
    assert [one.status for one in desk.deliveries()] == [DeliveryStatus.WAITING, DeliveryStatus.DELIVERED]
    desk.deliver(after=timedelta(minutes=2))
    assert sorted(set(desk.receiver.sequences)) == list(range(1, desk.store.sequence() + 1))


def test_a_dead_letter(desk: Desk) -> None:
    """What failed as often as it may is tried no more, until somebody asks; then it is made."""
    desk.receiver.answer = answers(500)
    for _ in range(5):
        desk.deliver(after=timedelta(days=1))
    assert desk.told == ["failed", "failed", "dead"]
    (dead,) = desk.deliveries(DeliveryStatus.DEAD)
    assert (dead.attempts, dead.next_attempt_at) == (3, UNSET)
    assert desk.webhook.dead == 1
    desk.receiver.answer = answers(204)
    desk.store.outbox.again(desk.webhook.id, dead.id, at=desk.now)
    desk.deliver()
    assert set(desk.receiver.ids) == {dead.id}
    assert (desk.webhook.dead, desk.webhook.waiting) == (0, 0)


def test_gone(desk: Desk) -> None:
    """A receiver that answers 410 is sent nothing more; enabled again it gets what it missed."""
    desk.receiver.answer = answers(410, 204)
    desk.deliver()
    desk.publish("second")
    desk.deliver(after=timedelta(days=2))
    assert len(desk.receiver.taken) == 1
    disabled = desk.webhook.disabled
    assert disabled is not UNSET
    assert disabled.because is DisabledBecause.GONE
    making.change(desk.webhook.id, ChangedWebhook(enabled=True), store=desk.store, networks=LOOPBACK, at=desk.now)
    desk.deliver()
    assert sorted(set(desk.receiver.sequences)) == list(range(1, desk.store.sequence() + 1))


def test_who_takes_nothing_for_days_is_given_up(desk: Desk) -> None:
    """And not before, nor who takes something in between."""
    desk.receiver.answer = answers(500, 500, 204, 500)
    for name, after in (("a", 3), ("b", 3), ("c", 3), ("d", 3)):
        desk.deliver(after=timedelta(days=after))
        desk.publish(name)
        assert desk.webhook.disabled is UNSET
    desk.deliver(after=GIVEN_UP)
    disabled = desk.webhook.disabled
    assert disabled is not UNSET
    assert disabled.because is DisabledBecause.FAILING
    before = len(desk.receiver.taken)
    desk.deliver(after=timedelta(days=1))
    assert len(desk.receiver.taken) == before


def test_no_answer(tmp_path: Path) -> None:
    """A receiver that takes too long, or that is not there, is tried again."""
    with working(tmp_path, patience=0.2) as desk:
        desk.publish("first")
        over = threading.Event()

        def slow(_: object, __: int) -> Answer:
            over.wait(20)
            return OK

        desk.receiver.answer = slow
        desk.deliver()
        over.set()
        assert desk.attempt().fault == "no answer within 0.2 seconds"
        making.change(
            desk.webhook.id,
            ChangedWebhook("http://127.0.0.1:1/"),
            store=desk.store,
            networks=LOOPBACK,
            at=desk.now,
        )
        desk.deliver(after=timedelta(minutes=2))
        assert "failed" in str(desk.attempt().fault)


def test_a_slow_body_is_not_waited_for(desk: Desk) -> None:
    """A status says all."""
    desk.receiver.answer = lambda _, __: (200, {"content-length": "1000000"}, b"x")
    desk.deliver()
    assert desk.told == ["delivered"]


def test_a_receiver_may_ask_for_time(desk: Desk) -> None:
    """What Retry-After asks for is more than the schedule would give it."""
    desk.receiver.answer = answers(503, 204, **{"retry-after": "7200"})
    desk.deliver()
    desk.deliver(after=timedelta(minutes=119))
    assert len(desk.receiver.taken) == 1
    desk.deliver(after=timedelta(minutes=2))
    assert desk.told == ["failed", "delivered"]


def test_secrets_overlap(desk: Desk) -> None:
    """After another secret was made both sign for a day, and then the new one alone."""
    new = making.rotate(desk.webhook.id, store=desk.store, at=desk.now)
    for after, both in ((timedelta(), True), (timedelta(days=1), False)):
        desk.publish(str(after))
        desk.deliver(after=after)
        last = desk.receiver.taken[-1]
        assert last.is_signed_by(new.secret)
        assert last.is_signed_by(desk.made.secret) is both
        assert last.headers["webhook-signature"].count("v1,") == 1 + both


def test_secrets_are_not_told(desk: Desk) -> None:
    """A secret is of 256 bits, no other's, and in nothing that is printed of a webhook."""
    other = desk.make(NewWebhook(desk.receiver.url))
    assert other.secret != desk.made.secret
    assert len(other.secret) == len("whsec_") + 44
    assert other.secret not in repr(other)
    assert other.secret.encode() not in msgspec.json.encode(desk.store.outbox.list(Window()).items)


def test_a_private_address(desk: Desk) -> None:
    """A name that leads to one is not connected to, though it was taken when the webhook was made."""
    desk.deliver(networks=())
    assert desk.receiver.taken == []
    assert "localhost is at" in str(desk.attempt().fault)
    assert "127.0.0.1" in str(desk.attempt().fault)


def test_a_proxy_of_the_environment_is_not_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would reach what is not to be reached."""
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        desk.deliver()
        assert proxy.taken == []
    assert desk.told == ["delivered"]


def test_a_ping(desk: Desk) -> None:
    """It tells what the receiver answers, signed as all is, also to a webhook that is disabled, and changes nothing."""
    before = desk.webhook
    desk.receiver.answer = answers(418)

    async def ping() -> Attempt:
        return await courier.ping(desk.store.outbox, Sender(LOOPBACK), desk.webhook.id, lambda: desk.now)

    assert anyio.run(ping).status == 418
    (taken,) = desk.receiver.taken
    assert taken.is_signed_by(desk.made.secret)
    assert msgspec.json.decode(taken.body)["type"] == "webhook.pinged"
    assert desk.webhook == before


def test_the_schedule() -> None:
    """It is the one of Standard Webhooks: nine times again, over three days."""
    gaps = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600]
    for attempts, gap in enumerate(gaps, 1):
        assert schedule.next_at(NOON, attempts, timedelta(), 0.0) == NOON + timedelta(seconds=gap)
    assert schedule.next_at(NOON, 10, timedelta(), 0.0) is None


@given(attempts=st.integers(1, 9), luck=st.floats(0, 1, exclude_max=True), hours=st.integers(0, 100))
def test_the_schedule_is_spread(attempts: int, luck: float, hours: int) -> None:
    """By a fifth at most, unless the receiver asks for more, of which it gets a day."""
    found = schedule.next_at(NOON, attempts, timedelta(hours=hours), luck)
    assert found is not None
    least = schedule.DELAYS[attempts - 1]
    assert max(least, min(timedelta(hours=hours), timedelta(days=1))) <= found - NOON
    assert found - NOON <= max(least * 1.2, timedelta(hours=min(hours, 24)))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("120", 120), ("9" * 400, 86_400), ("-1", 0), ("1.5", 0), ("soon", 0), ("٣", 0),
     ("Sun, 08 Feb 2026 12:01:00 GMT", 60), ("Sun, 08 Feb 2026 11:00:00 GMT", 0)],
)  # fmt: skip
def test_retry_after(text: str, seconds: int) -> None:
    """Seconds or a date; anything else asks for nothing."""
    assert schedule.asked(text, NOON) == timedelta(seconds=seconds)
