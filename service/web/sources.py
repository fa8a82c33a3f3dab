"""Sources, and what each has said."""

from litestar import Controller
from litestar.params import FromPath

from schemas.changes import ChangePage, Entity
from schemas.claims import ClaimPage
from schemas.keys import Scope
from schemas.sources import CountedSource, SourcePage
from service.errors import SourceUnknown
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.operations import Operation, read
from service.web.queries import CLAIMS, ONE, REVISIONS, SOURCES
from service.web.replies import Reply, one, page

_CLAIMS = CLAIMS.without("source")


class Sources(Controller):
    """Sources: who claims are attributed to."""

    path = "/v1/sources"
    tags = ("sources",)

    @read("/", Operation("listSources", "List sources", Scope.READ, SourcePage, cache=RECORD, query=SOURCES))
    async def list(self, request: Call) -> Reply:
        """Sources for which every parameter holds, each with its number of claims; by id unless `sort` says otherwise.

        By their number of claims sources move while articles are stored: one that gains claims may be passed over.
        """
        return await page(request, SOURCES, house(request).store.sources)

    @read(
        "/{id:str}",
        Operation(
            "getSource", "Get a source", Scope.READ, CountedSource, cache=RECORD, query=ONE, raises=(SourceUnknown,)
        ),
    )
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One source by its id, with its aliases and its number of claims."""
        return one(request, house(request).store.source, id)

    @read(
        "/{id:str}/claims",
        Operation(
            "listSourceClaims",
            "List a source's claims",
            Scope.READ,
            ClaimPage,
            cache=RECORD,
            query=_CLAIMS,
            raises=(SourceUnknown,),
        ),
    )
    async def claims(self, request: Call, id: FromPath[str]) -> Reply:
        """Claims with this source anywhere in a chain. `role=origin` leaves those it is the first to say."""
        store = house(request).store
        store.source(id)
        return await page(request, _CLAIMS, store.claims, store.facets, source=(id,))

    @read(
        "/{id:str}/revisions",
        Operation(
            "listSourceRevisions",
            "List a source's revisions",
            Scope.READ,
            ChangePage,
            cache=RECORD,
            query=REVISIONS,
            raises=(SourceUnknown,),
        ),
    )
    async def revisions(self, request: Call, id: FromPath[str]) -> Reply:
        """Every change of the source, the first first, with what it was from then on."""
        store = house(request).store
        store.source(id)
        return await page(request, REVISIONS, store.changes, entity=Entity.SOURCE, id=id)
