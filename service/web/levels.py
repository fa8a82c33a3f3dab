"""The confidence levels."""

from anyio import to_thread
from litestar import Controller

from schemas.claims import ConfidenceLevel, ConfidenceLevelPage
from schemas.keys import Scope
from schemas.vocabularies import LEVEL_DEFINITIONS
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.lists import ONE
from service.web.operations import Operation, read
from service.web.replies import Reply, moment, reply


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
        counts = await to_thread.run_sync(house(request).store.levels, moment(request))
        levels = (ConfidenceLevel(level, text, counts[level]) for level, text in LEVEL_DEFINITIONS.items())
        return reply(ConfidenceLevelPage(tuple(levels)))
