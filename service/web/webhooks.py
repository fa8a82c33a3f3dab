"""Webhooks: made, looked at, changed and removed, and what was delivered to them."""

from datetime import UTC, datetime
from functools import partial

from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath

from schemas.keys import Scope
from schemas.webhooks import (
    Attempt,
    ChangedWebhook,
    Delivery,
    DeliveryPage,
    MadeWebhook,
    NewWebhook,
    Webhook,
    WebhookPage,
)
from service.errors import DeliveryUnknown, InputError, WebhookUnknown
from service.storage.filters import Slice, Window
from service.web import bodies, idempotency
from service.web.callers import caller
from service.web.headers import HeaderInvalid
from service.web.house import Call, house
from service.web.lists import DELIVERIES, WEBHOOKS
from service.web.operations import Operation, patch, read, remove, write
from service.web.queries import All, refuse
from service.web.replies import Reply, page, reply
from service.webhooks import courier, making

now = partial(datetime.now, UTC)


class Webhooks(Controller):
    """Webhooks, without their secrets."""

    path = "/v1/webhooks"
    tags = ("webhooks",)

    @write(
        "/",
        Operation(
            "createWebhook",
            "Make a webhook",
            Scope.ADMIN,
            MadeWebhook,
            takes=NewWebhook,
            statuses=(201,),
            raises=(InputError, HeaderInvalid),
        ),
    )
    async def create(self, request: Call) -> Reply:
        """A new webhook, whose secret is shown this once. Every change from now on is sent to its URL, by POST.

        What is sent is signed as Standard Webhooks has it (https://www.standardwebhooks.com): see `recordChanged`
        among the webhooks of this document. Whether the URL is reached, `pingWebhook` tells.
        """
        refuse(request.scope["query_string"])
        idempotency.refuse(request, idempotency.SHOWN_ONCE)
        new = await bodies.json(request, NewWebhook)
        parts, by = house(request), caller(request).id
        made = await to_thread.run_sync(
            lambda: making.make(new, store=parts.store, networks=parts.sender.networks, at=now(), by=by)
        )
        return reply(made, status=201, headers={"location": f"{self.path}/{made.webhook.id}"})

    @read("/", Operation("listWebhooks", "List webhooks", Scope.ADMIN, WebhookPage, query=WEBHOOKS))
    async def list(self, request: Call) -> Reply:
        """Every webhook in the order they were made, and how it is with each."""

        def listed(_: All, window: Window) -> Slice:
            return house(request).store.outbox.list(window)

        return await page(request, WEBHOOKS, listed)

    @read("/{id:str}", Operation("getWebhook", "Get a webhook", Scope.ADMIN, Webhook, raises=(WebhookUnknown,)))
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One webhook: how far it is, what waits, and since when its receiver has taken nothing."""
        refuse(request.scope["query_string"])
        return reply(house(request).store.outbox.get(id))

    @patch(
        "/{id:str}",
        Operation(
            "changeWebhook",
            "Change a webhook",
            Scope.ADMIN,
            Webhook,
            takes=ChangedWebhook,
            raises=(InputError, WebhookUnknown),
        ),
    )
    async def change(self, request: Call, id: FromPath[str]) -> Reply:
        """The webhook has another URL or description, or is disabled or enabled. What was left out is as it was.

        While it is disabled nothing is sent and nothing is lost: enabled again, it goes on where it was.
        """
        refuse(request.scope["query_string"])
        changed = await bodies.json(request, ChangedWebhook)
        parts = house(request)
        return reply(
            await to_thread.run_sync(
                lambda: making.change(id, changed, store=parts.store, networks=parts.sender.networks, at=now())
            )
        )

    @remove("/{id:str}", Operation("removeWebhook", "Remove a webhook", Scope.ADMIN, Webhook, raises=(WebhookUnknown,)))
    async def remove(self, request: Call, id: FromPath[str]) -> Reply:
        """Nothing is sent to the webhook any more. It is gone, with its secret and all its deliveries."""
        refuse(request.scope["query_string"])
        return reply(await to_thread.run_sync(house(request).store.outbox.remove, id))

    @write(
        "/{id:str}/secret",
        Operation(
            "rotateWebhookSecret",
            "Give a webhook another secret",
            Scope.ADMIN,
            MadeWebhook,
            raises=(WebhookUnknown, HeaderInvalid),
        ),
    )
    async def rotate(self, request: Call, id: FromPath[str]) -> Reply:
        """The webhook has a new secret, shown this once. For 24 hours what is sent is signed by the one before too."""
        refuse(request.scope["query_string"])
        idempotency.refuse(request, idempotency.SHOWN_ONCE)
        store = house(request).store
        return reply(await to_thread.run_sync(lambda: making.rotate(id, store=store, at=now())))

    @write(
        "/{id:str}/ping",
        Operation("pingWebhook", "Try a webhook", Scope.ADMIN, Attempt, raises=(WebhookUnknown,)),
    )
    async def ping(self, request: Call, id: FromPath[str]) -> Reply:
        """What the receiver answers to a signed `webhook.pinged` that says nothing, or why it does not answer.

        It is sent now, once, also where the webhook is disabled, and changes nothing.
        """
        refuse(request.scope["query_string"])
        parts = house(request)
        return reply(await courier.ping(parts.store.outbox, parts.sender, id, now))


class Deliveries(Controller):
    """What was delivered to a webhook, and what was not."""

    path = "/v1/webhooks/{id:str}/deliveries"
    tags = ("webhooks",)

    @read(
        "/",
        Operation(
            "listDeliveries",
            "List the deliveries to a webhook",
            Scope.ADMIN,
            DeliveryPage,
            query=DELIVERIES,
            raises=(WebhookUnknown,),
        ),
    )
    async def list(self, request: Call, id: FromPath[str]) -> Reply:
        """What waits, what is dead, and the last hundred that were delivered. `status=dead` lists the dead letters."""
        return await page(request, DELIVERIES, house(request).store.outbox.deliveries, webhook=id)

    @write(
        "/{delivery:str}/retry",
        Operation(
            "retryDelivery",
            "Deliver again",
            Scope.ADMIN,
            Delivery,
            raises=(WebhookUnknown, DeliveryUnknown),
        ),
    )
    async def retry(self, request: Call, id: FromPath[str], delivery: FromPath[str]) -> Reply:
        """The delivery, dead or not, is made again at once, and if it fails as often as a new one, under its id."""
        refuse(request.scope["query_string"])
        outbox = house(request).store.outbox
        return reply(await to_thread.run_sync(lambda: outbox.again(id, delivery, at=now())))
