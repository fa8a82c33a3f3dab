"""The contract of the outbox of a store: webhooks, and what is to be delivered to them. `tests/store` holds it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from msgspec import Struct

from schemas.webhooks import Attempt, ChangedWebhook, Delivery, DeliveryStatus, DisabledBecause, Webhook
from service.storage.filters import Json, Slice, Window

TOGETHER = 100
"""How many changes a delivery has at most. Those of one article are some sixty."""

ENOUGH = 64_000
"""With how many bytes of changes a delivery is full: servers take bodies of 100 kB without being told to, mostly."""

AHEAD = 10_000
"""How far, in changes, one look for those that a webhook is for goes."""

WAITING = 20
"""While so many deliveries of a webhook wait to be made again, no more are made up: its receiver is not there."""

KEPT = 100
"""How many deliveries of a webhook that were made are kept to be looked at."""

OVERLAP = timedelta(days=1)
"""How long the secret before still signs too."""


class DeliveryFilter(Struct, frozen=True, omit_defaults=True):
    """Which deliveries: those to a webhook, by its id, of any of these ``status``, or all."""

    webhook: str = ""
    status: tuple[DeliveryStatus, ...] = ()


class Due(NamedTuple):
    """A delivery that is to be made now: where to, and whether its receiver has taken none for how long."""

    id: str
    webhook: str
    url: str
    attempts: int
    failing_since: datetime | None


class Outcome(NamedTuple):
    """What came of an attempt: how it is now with the delivery, when to try again, and whether to send no more."""

    attempt: Attempt
    status: DeliveryStatus
    next_at: datetime | None = None
    disabled: DisabledBecause | None = None


class Outbox(Protocol):
    """Webhooks and deliveries. Raises and threads as in `ClaimStore`. They are no part of the record.

    Whatever happens to the process, each change that a webhook is for is in a delivery of it once, and a delivery waits
    until it was made or is dead.
    """

    def add(self, webhook: Webhook, secret: bytes) -> None:
        """The webhook is kept with its secret, durably."""

    def get(self, id: str) -> Webhook:
        """The webhook as it is now. Raises `WebhookUnknown`, as all that take its id."""

    def list(self, window: Window) -> Slice:
        """Webhooks (`schemas.webhooks.Webhook`) in the order of making. They are never met backwards."""

    def change(self, id: str, change: ChangedWebhook, *, at: datetime) -> Webhook:
        """The webhook is as the change has it, durably. Enabled again, it has failed at nothing."""

    def rotate(self, id: str, secret: bytes, *, at: datetime) -> Webhook:
        """The secret is the webhook's, durably. The one before holds for `OVERLAP` more, one before that no longer."""

    def remove(self, id: str) -> Webhook:
        """The webhook is gone with its secrets and deliveries, durably; gives what it was."""

    def secrets(self, id: str, *, at: datetime) -> Sequence[bytes]:
        """The secrets that sign at the time, the newest first."""

    def deliveries(self, which: DeliveryFilter, window: Window) -> Slice:
        """Deliveries (`schemas.webhooks.Delivery`) in the order in which they were made up."""

    def again(self, id: str, delivery: str, *, at: datetime) -> Delivery:
        """The delivery is to be made now, durably, and as often as a new one. Raises `DeliveryUnknown`."""

    def busy(self, at: datetime) -> Sequence[str]:
        """The webhooks for which `next` may find something."""

    def next(self, id: str, *, at: datetime) -> Due | None:
        """What is to be delivered to the webhook, kept durably before it is given; None where there is nothing.

        What waits and is due comes first, then as many of the next changes as go together.
        """

    def changes(self, due: Due) -> Sequence[Json]:
        """The changes (`schemas.changes.Change`) of the delivery, as they now are. Raises `DeliveryUnknown`."""

    def note(self, due: Due, outcome: Outcome) -> None:
        """What came of it is kept, durably. A delivery that is there no more, or is to be made again, is left alone."""

    def turn(self) -> AbstractContextManager[bool]:
        """Whether nobody else delivers, in any process of this machine; while inside, nobody else begins to.

        A process that is killed is inside no more.
        """
