"""What people change: a thing that is still what they have read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from anyio import to_thread
from msgspec import Struct

from schemas.changes import Entity
from service.errors import Overtaken
from service.storage.filters import Json
from service.storage.port import ClaimStore
from service.web.callers import caller
from service.web.house import Call, house
from service.web.preconditions import demand
from service.web.queries import refuse
from service.web.replies import Reply, encoded, reply, tagged

T = TypeVar("T", bound=Struct)

TRIES = 20
"""How often a change is tried that goes by no tag, while others change the same thing."""


async def revised(request: Call, entity: Entity, id: str, revise: Callable[..., Struct]) -> Reply:
    """The thing as ``revise`` leaves it, with its tag. The rest is as of `made`."""
    return tagged(reply(await made(request, entity, id, revise)))


async def made(request: Call, entity: Entity, id: str, make: Callable[..., T]) -> T:
    """What ``make`` gives, if the thing is still what the caller has read.

    It is called in a thread with the store and, by name, what every change of the store takes: ``after``, ``at`` and
    ``actor``. Raises `ParameterUnknown`, `NotFound`, `TagMissing`, `HeaderInvalid`, `Overtaken` or what it raises.
    """
    refuse(request.scope["query_string"])
    store, actor = house(request).store, caller(request).id

    def run() -> T:
        tries = 0
        while True:
            after = store.last(entity, id)
            whatever = demand(request.scope["headers"], encoded(_reading(store, entity)(id)))
            try:
                return make(store, after=after, at=datetime.now(UTC), actor=actor)
            except Overtaken:
                tries += 1
                if not whatever or tries == TRIES:
                    raise

    return await to_thread.run_sync(run)


def _reading(store: ClaimStore, entity: Entity) -> Callable[[str], Struct | Json]:
    """What gives the thing of this kind that has an id, as it is read."""
    match entity:
        case Entity.ARTICLE:
            return store.article
        case Entity.CLAIM:
            return store.claim
        case Entity.SOURCE:
            return store.source
        case Entity.REVIEW:
            return store.review
