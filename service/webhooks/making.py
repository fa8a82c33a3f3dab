"""Webhooks are made, changed, and given another secret."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from schemas.webhooks import ChangedWebhook, MadeWebhook, NewWebhook, Webhook
from service.errors import FieldInvalid
from service.storage.port import ClaimStore
from service.storage.times import stamp
from service.webhooks import signing
from service.webhooks.reach import Network, check


def make(new: NewWebhook, *, store: ClaimStore, networks: Sequence[Network], at: datetime, by: str) -> MadeWebhook:
    """The webhook is kept, and shown with its secret this once. Raises `FieldInvalid`; nothing is kept then."""
    check(new.url, networks)
    last = store.sequence()
    if new.after is not UNSET and new.after > last:
        raise FieldInvalid("/after", f"there is no such change yet. The last is {last}.")
    webhook = Webhook(
        id=f"whk_{secrets.token_hex(8)}",
        url=new.url,
        description=new.description or UNSET,
        entities=tuple(sorted(set(new.entities))) if new.entities else UNSET,
        actions=tuple(sorted(set(new.actions))) if new.actions else UNSET,
        created_at=stamp(at),
        created_by=by,
        after=last if new.after is UNSET else new.after,
        waiting=0,
        dead=0,
    )
    secret = signing.secret()
    store.outbox.add(webhook, secret)
    return MadeWebhook(webhook, signing.shown(secret))


def change(
    id: str, changed: ChangedWebhook, *, store: ClaimStore, networks: Sequence[Network], at: datetime
) -> Webhook:
    """The webhook as it now is. Raises `FieldInvalid` or `WebhookUnknown`; nothing is changed then."""
    if changed.url is not UNSET:
        check(changed.url, networks)
    return store.outbox.change(id, changed, at=at)


def rotate(id: str, *, store: ClaimStore, at: datetime) -> MadeWebhook:
    """The webhook has another secret, shown this once. For a day the one before signs too. Raises `WebhookUnknown`."""
    secret = signing.secret()
    return MadeWebhook(store.outbox.rotate(id, secret, at=at), signing.shown(secret))
