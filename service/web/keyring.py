"""Keys: made, shown and revoked by those who hold one that may."""

from datetime import UTC, datetime

from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath
from msgspec import UNSET

from schemas.keys import Key, KeyPage, MadeKey, NewKey, Scope
from service import keys
from service.errors import InputError, KeyRevoked, KeyUnknown
from service.storage.filters import Slice, Window
from service.web import bodies, idempotency
from service.web.callers import caller
from service.web.headers import HeaderInvalid
from service.web.house import Call, house
from service.web.lists import KEYS
from service.web.operations import Operation, read, remove, write
from service.web.queries import All, refuse
from service.web.replies import Reply, page, reply


class Keys(Controller):
    """Keys, without their secrets."""

    path = "/v1/keys"
    tags = ("keys",)

    @write(
        "/",
        Operation(
            "createKey",
            "Make a key",
            Scope.ADMIN,
            MadeKey,
            takes=NewKey,
            statuses=(201,),
            raises=(InputError, HeaderInvalid),
        ),
    )
    async def create(self, request: Call) -> Reply:
        """A new key, whose secret is shown this once: only its hash is kept."""
        refuse(request.scope["query_string"])
        idempotency.refuse(request, idempotency.SHOWN_ONCE)
        new = await bodies.json(request, NewKey)
        by, store = caller(request).id, house(request).store.keys
        made = await to_thread.run_sync(lambda: keys.make(new, keys=store, at=datetime.now(UTC), by=by))
        return reply(made, status=201, headers={"location": f"{self.path}/{made.key.id}"})

    @read("/", Operation("listKeys", "List keys", Scope.ADMIN, KeyPage, query=KEYS))
    async def list(self, request: Call) -> Reply:
        """Every key in the order they were made, the revoked ones too. The secrets are kept nowhere."""

        def listed(_: All, window: Window) -> Slice:
            return house(request).store.keys.list(window)

        return await page(request, KEYS, listed)

    @read("/{id:str}", Operation("getKey", "Get a key", Scope.ADMIN, Key, raises=(KeyUnknown, KeyRevoked)))
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One key that was not revoked, with the hour of its last use."""
        refuse(request.scope["query_string"])
        return reply(_standing(house(request).store.keys.get(id).key))

    @remove(
        "/{id:str}",
        Operation("revokeKey", "Revoke a key", Scope.ADMIN, Key, raises=(KeyUnknown,)),
    )
    async def revoke(self, request: Call, id: FromPath[str]) -> Reply:
        """The key opens nothing from now on, in no process, and stays listed. To revoke it again changes nothing."""
        refuse(request.scope["query_string"])
        by, store = caller(request).id, house(request).store.keys
        return reply(await to_thread.run_sync(lambda: store.revoke(id, at=datetime.now(UTC), by=by)))


def _standing(key: Key) -> Key:
    if key.revoked_at is not UNSET:
        raise KeyRevoked(key.name, key.revoked_at)
    return key
