"""Who delivers: changes go out as they are made, and what failed again when it is time."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from secrets import token_hex

import msgspec
from anyio import CapacityLimiter, Event, create_task_group, move_on_after, to_thread
from anyio.abc import TaskGroup
from msgspec import UNSET, Raw, Struct

from schemas.webhooks import Attempt, DeliveryStatus, DisabledBecause
from service.errors import NotFound, StoreError
from service.storage.filters import Json
from service.storage.outbox import Due, Outbox, Outcome
from service.storage.times import stamp
from service.webhooks import schedule, signing
from service.webhooks.sending import AT_ONCE, Answer, Sender

LOOK = 0.5
"""Seconds between two looks for what there is to do."""

PAUSE = 10.0
"""Seconds after which it goes on where the store could not be used, or a fault of the service came up."""

GIVEN_UP = timedelta(days=5)
"""A receiver that took nothing for so long is sent no more."""

GONE = 410
"""What a receiver answers that wants no more."""

LAST = 3.0
"""For how many seconds it goes on, when the service ends, with what it has begun. What it does not get done is made
again.
"""

log = logging.getLogger(__name__)


class Courier:
    """Delivers what is in the outbox: to each webhook one thing after another, to all of them at once.

    ``now`` tells the time (UTC), ``told`` hears what came of each attempt: "delivered", "failed", or at last "dead".
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        now: Callable[[], datetime],
        told: Callable[[str], None],
        delays: Sequence[timedelta] = schedule.DELAYS,
    ) -> None:
        self._outbox, self._sender, self._now, self._told, self._delays = outbox, sender, now, told, delays
        self._busy: set[str] = set()
        self._luck, self._room = SystemRandom().random, CapacityLimiter(AT_ONCE)

    async def run(self, ending: Event) -> None:
        """What there was to deliver until the service was ``ending`` was delivered, by this process or another."""
        while not ending.is_set():
            try:
                with self._outbox.turn() as mine:
                    if mine:
                        await self._deliver(ending)
            except StoreError as error:
                log.warning("Webhooks wait: %s", error)
                await _pause(PAUSE, ending)
            else:
                await _pause(LOOK, ending)

    async def _deliver(self, ending: Event) -> None:
        async with create_task_group() as group:
            while not ending.is_set():
                await self._look(group, ending)
                await _pause(LOOK, ending)

    async def _look(self, group: TaskGroup, ending: Event) -> None:
        """Somebody sees to each webhook that there is something for."""
        try:
            found = await to_thread.run_sync(self._outbox.busy, self._now())
        except StoreError as error:
            log.warning("Webhooks wait: %s", error)
            return await _pause(PAUSE, ending)
        for webhook in set(found) - self._busy:
            self._busy.add(webhook)
            group.start_soon(self._see_to, webhook, ending)

    async def _see_to(self, webhook: str, ending: Event) -> None:
        """All is delivered that is due; whatever comes in between keeps nobody else from it."""
        try:
            await self.serve(webhook, ending)
        except Exception as error:
            log.warning("Webhook %s waits: %s", webhook, error, exc_info=not isinstance(error, StoreError))
            await _pause(PAUSE, ending)
        finally:
            self._busy.discard(webhook)

    async def serve(self, webhook: str, ending: Event) -> None:
        """Each delivery to the webhook that was due was tried once, in its order, until the service was ``ending``."""
        while not ending.is_set():
            due = await to_thread.run_sync(lambda: self._outbox.next(webhook, at=self._now()))
            if due is None:
                return
            async with self._room:
                await self._attempt(due)

    async def _attempt(self, due: Due) -> None:
        at = self._now()
        try:
            secrets = self._outbox.secrets(due.webhook, at=at)
            body = notice(await to_thread.run_sync(self._outbox.changes, due))
        except NotFound:
            return  # It was removed meanwhile.
        answer = await self._sender.send(due.url, signing.headers(due.id, int(at.timestamp()), body, secrets), body)
        outcome = self._judged(due, answer)
        await to_thread.run_sync(self._outbox.note, due, outcome)
        self._tell(due, outcome)

    def _judged(self, due: Due, answer: Answer) -> Outcome:
        now = self._now()
        attempt = attempted(answer, now)
        if attempt.taken:
            return Outcome(attempt, DeliveryStatus.DELIVERED)
        if answer.status == GONE:
            return Outcome(attempt, DeliveryStatus.WAITING, now, DisabledBecause.GONE)
        asked = schedule.asked(answer.retry_after, now)
        again = schedule.next_at(now, due.attempts + 1, asked, self._luck(), self._delays)
        given_up = due.failing_since is not None and now - due.failing_since > GIVEN_UP
        status = DeliveryStatus.WAITING if again else DeliveryStatus.DEAD
        return Outcome(attempt, status, again, DisabledBecause.FAILING if given_up else None)

    def _tell(self, due: Due, outcome: Outcome) -> None:
        # Nothing of the URL: it may hold a secret of the receiver's.
        attempt, failed = outcome.attempt, outcome.status is not DeliveryStatus.DELIVERED
        self._told("failed" if outcome.status is DeliveryStatus.WAITING else outcome.status.value)
        if failed:
            log.warning("Delivery %s to webhook %s failed: %s", due.id, due.webhook, attempt.fault or attempt.status)
        if outcome.disabled:
            log.warning("Webhook %s is disabled: %s", due.webhook, outcome.disabled.value)


class _Dated(Struct):
    """What is read of a change."""

    at: str


def notice(changes: Sequence[Json]) -> bytes:
    """What a delivery of the changes carries: a `schemas.webhooks.Notice`, as JSON."""
    timestamp = msgspec.json.decode(changes[-1], type=_Dated).at
    return msgspec.json.encode(
        {"type": "record.changed", "timestamp": timestamp, "data": {"changes": [Raw(change) for change in changes]}}
    )


def attempted(answer: Answer, at: datetime) -> Attempt:
    """The attempt that was answered so."""
    return Attempt(stamp(at), answer.status or UNSET, answer.fault or UNSET)


async def ping(outbox: Outbox, sender: Sender, webhook: str, now: Callable[[], datetime]) -> Attempt:
    """What came of sending the webhook a notice of nothing, ``webhook.pinged``. Raises `WebhookUnknown`."""
    at = now()
    url, secrets = outbox.get(webhook).url, outbox.secrets(webhook, at=at)
    body = msgspec.json.encode({"type": "webhook.pinged", "timestamp": stamp(at), "data": {}})
    headers = signing.headers(f"msg_{token_hex(12)}", int(at.timestamp()), body, secrets)
    return attempted(await sender.send(url, headers, body), now())


async def _pause(seconds: float, ending: Event) -> None:
    with move_on_after(seconds):
        await ending.wait()
