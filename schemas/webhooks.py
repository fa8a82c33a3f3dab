"""A webhook: where changes are sent as they are made. Its secret is shown when it is made, and after that nowhere."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.changes import Action, Change, Entity, Sequence, Time
from schemas.queries import Total

LONGEST = 2_000
"""How many characters an address has at most."""

Url = Annotated[
    str,
    Meta(extra_json_schema={"maxLength": LONGEST, "pattern": r"^https?://[^\s/?#@\\]+([/?][!-~]*)?$", "format": "uri"}),
]

Description = Annotated[str, Meta(max_length=200)]


class DeliveryStatus(StrEnum):
    """How it is with a delivery: it is ``waiting`` to be made, was ``delivered``, or is ``dead``, made in vain too
    often.
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class DisabledBecause(StrEnum):
    """Why nothing is sent: somebody ``asked`` for it, the receiver said that it was ``gone`` (410), or it took nothing
    for five days, ``failing``.
    """

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


class NewWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """A webhook that is to be made. Changes of its ``entities`` and ``actions`` are sent, all where these are left out.

    The first is the next one that is made, or where ``after`` is given the one behind that sequence number.
    """

    url: Url
    description: Description | UnsetType = UNSET
    entities: Annotated[tuple[Entity, ...], Meta(min_length=1, max_length=len(Entity))] | UnsetType = UNSET
    actions: Annotated[tuple[Action, ...], Meta(min_length=1, max_length=len(Action))] | UnsetType = UNSET
    after: Annotated[int, Meta(ge=0, le=10**15)] | UnsetType = UNSET


class ChangedWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be changed of a webhook; what is left out stays as it is. While it is not ``enabled`` changes wait."""

    url: Url | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class Disabled(Struct, frozen=True):
    """Since when nothing is sent, and why."""

    at: Time
    because: DisabledBecause


class Webhook(Struct, frozen=True):
    """A webhook without its secret, and how it is with it.

    It is for changes of these ``entities`` and ``actions``, or where they are absent, of all. Those up to ``after`` are
    in deliveries, of which so many are ``waiting`` and ``dead``. ``delivered`` is the
    sequence number up to which the last was that its receiver took, at ``delivered_at``. It has taken none
    ``failing_since``. Until ``former_secret_until`` the secret before signs too.
    """

    id: str
    url: str
    created_at: Time
    created_by: str
    after: Annotated[int, Meta(ge=0)]
    waiting: Annotated[int, Meta(ge=0)]
    dead: Annotated[int, Meta(ge=0)]
    description: str | UnsetType = UNSET
    entities: tuple[Entity, ...] | UnsetType = UNSET
    actions: tuple[Action, ...] | UnsetType = UNSET
    delivered: Sequence | UnsetType = UNSET
    delivered_at: Time | UnsetType = UNSET
    failing_since: Time | UnsetType = UNSET
    former_secret_until: Time | UnsetType = UNSET
    disabled: Disabled | UnsetType = UNSET


class MadeWebhook(Struct, frozen=True):
    """A webhook with its new ``secret``, by which its receiver verifies what it gets. It is shown this once."""

    webhook: Webhook
    secret: str

    def __repr__(self) -> str:
        """The webhook, and not the secret, which must stand in no log."""
        return f"MadeWebhook({self.webhook!r})"


class WebhookPage(Struct, frozen=True):
    """Webhooks in the order they were made; ``next`` is absent on the last page."""

    items: tuple[Webhook, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET


class Attempt(Struct, frozen=True):
    """What came of sending once: the ``status`` of the answer, or the ``fault`` for which there was none."""

    at: Time
    status: Annotated[int, Meta(ge=100, le=999)] | UnsetType = UNSET
    fault: str | UnsetType = UNSET

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not UNSET and 200 <= self.status < 300


class Delivery(Struct, frozen=True):
    """Changes that are sent together: those behind ``after``, through ``through``, that its webhook is for.

    Its ``id`` is sent as `webhook-id`, the same at every attempt.
    """

    id: str
    after: Annotated[int, Meta(ge=0)]
    through: Sequence
    status: DeliveryStatus
    attempts: Annotated[int, Meta(ge=0)]
    created_at: Time
    next_attempt_at: Time | UnsetType = UNSET
    last_attempt: Attempt | UnsetType = UNSET


class DeliveryPage(Struct, frozen=True):
    """Deliveries in the order they were made up; ``next`` is absent on the last page."""

    items: tuple[Delivery, ...]
    next: str | UnsetType = UNSET
    total: Total | UnsetType = UNSET


class NoticeData(Struct, frozen=True):
    """Changes in the order in which they were made."""

    changes: tuple[Change, ...]


class Notice(Struct, frozen=True, tag_field="type", tag="record.changed"):
    """What a delivery carries. The ``timestamp`` is that of its last change."""

    timestamp: Time
    data: NoticeData
