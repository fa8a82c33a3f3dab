"""Changes of the record: page by page, and as they are made."""

from litestar import Controller

from schemas.changes import ChangePage
from schemas.keys import Scope
from service.errors import ParameterInvalid, StreamsFull
from service.web import representations
from service.web.caching import RECORD
from service.web.headers import HeaderInvalid
from service.web.house import Call, house
from service.web.lists import CHANGES
from service.web.live import LAST_EVENT, Live, last_event
from service.web.operations import Operation, read
from service.web.replies import Reply, page

_VARY = (b"vary", b"accept")


class Changes(Controller):
    """Changes: every revision of the record, by which another service keeps in step."""

    path = "/v1/changes"
    tags = ("changes",)

    @read(
        "/",
        Operation(
            "listChanges",
            "List changes",
            Scope.READ,
            ChangePage,
            cache=RECORD,
            query=CHANGES,
            live=True,
            raises=(StreamsFull, HeaderInvalid),
        ),
    )
    async def list(self, request: Call) -> Reply:
        """Every change behind `after`, in the order in which they were made: none is skipped and none comes twice.

        Who keeps the `sequence` of the last change that it has taken in and asks for what is behind it misses nothing.
        To who accepts `text/event-stream`, and JSON less gladly, the same is sent as it is made: each event has the
        sequence for its `id` and the change for its `data`. `limit` and `cursor` have no part in that. A browser that
        lost the connection goes on by itself, with `Last-Event-ID`.
        """
        after = CHANGES.read(request.scope["query_string"]).which.after
        last = house(request).store.sequence()
        fault = (
            f"there are {last} changes, since the record was restored or is another. Take them from the first again."
        )
        if after > last:
            raise ParameterInvalid("after", fault)
        if representations.live(representations.accepted(request.scope["headers"])):
            had = last_event(request)
            if had is not None and had > last:
                raise HeaderInvalid(LAST_EVENT, fault)
            return Live(house(request), after if had is None else had)
        found = await page(request, CHANGES, house(request).store.changes)
        found.headers.append(_VARY)
        return found
