"""Whether the service lives, and whether it can answer."""

from litestar import Controller

from schemas.health import Health
from service.errors import StoreError
from service.web.house import Call, house
from service.web.operations import Operation, read
from service.web.replies import Reply, reply


class Probes(Controller):
    """What an orchestrator asks."""

    path = "/"
    tags = ("health",)

    @read("/healthz", Operation("getHealth", "Tell whether the service lives", None, Health, limited=False, faults=()))
    async def health(self, request: Call) -> Reply:
        """Answers 200 for as long as the process answers at all."""
        return reply(Health())

    @read(
        "/readyz",
        Operation(
            "getReadiness", "Tell whether the service can answer", None, Health, limited=False, faults=(StoreError,)
        ),
    )
    async def readiness(self, request: Call) -> Reply:
        """Answers 200 where the database can be read, a `store-unavailable` problem where it cannot."""
        house(request).store.sequence()
        return reply(Health())
