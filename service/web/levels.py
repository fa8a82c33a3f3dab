"""The confidence levels."""

from anyio import to_thread
from litestar import Controller

from schemas.changes import Entity
from schemas.claims import ConfidenceLevel, ConfidenceLevelPage
from schemas.keys import Scope
from schemas.vocabularies import LEVEL_DEFINITIONS
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.lists import ONE
from service.web.operations import Operation, read
from service.web.replies import Reply, moment, of_moment, reply


class Levels(Controller):
    """The confidence levels, with their definitions and counts."""

    path = "/v1/confidence-levels"
    tags = ("vocabularies",)

    @read(
        "/",
        Operation(
            "listConfidenceLevels",
            "List the confidence levels",
            Scope.READ,
            ConfidenceLevelPage,
            cache=RECORD,
            query=ONE,
        ),
    )
    async def list(self, request: Call) -> Reply:
        """What each level means and how many claims have it, firmest first.

        A level rates what the text commits the claim's origin to. It does not say whether the claim is true.
        """
        store, as_of = house(request).store, moment(request)
        counts = await to_thread.run_sync(store.levels, as_of)
        levels = (ConfidenceLevel(level, text, counts[level]) for level, text in LEVEL_DEFINITIONS.items())
        removed = 0 if as_of is None else store.removed(Entity.CLAIM, as_of)
        return reply(ConfidenceLevelPage(tuple(levels)), headers=of_moment(None, removed))
