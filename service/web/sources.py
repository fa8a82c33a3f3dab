"""Sources, and what each has said."""

from urllib.parse import quote

import msgspec
from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath

from schemas.changes import ChangePage, Entity
from schemas.claims import ClaimPage
from schemas.keys import Scope
from schemas.sources import CountedSource, KnownBy, Resolution, SourcePage
from service.errors import ParameterInvalid, SourceUnknown
from service.storage.filters import SourceFilter, Window
from service.storage.names import fold
from service.storage.port import ClaimStore
from service.web import moments
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.lists import CLAIMS, NAMED, ONE, REVISIONS, SOURCES
from service.web.operations import Operation, read
from service.web.replies import Reply, moment, of_moment, page, reply, tagged

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
        "/resolve",
        Operation("resolveSource", "Tell whom a name means", Scope.READ, Resolution, cache=RECORD, query=NAMED),
    )
    async def resolve(self, request: Call) -> Reply:
        """The source that bears a name, and by what it is known; or the candidates, where several do or none does."""
        asked = NAMED.read(request.scope["query_string"])
        if asked.which.name is None:
            raise ParameterInvalid("name", "give the name of a source.")
        store = house(request).store
        as_of = moments.sequence(store, asked.options.as_of)
        removed = 0 if as_of is None else store.removed(Entity.SOURCE, as_of)
        found = await to_thread.run_sync(_resolved, store, asked.which.name, as_of)
        return reply(found, headers=of_moment(None, removed))

    @read(
        "/{id:str}",
        Operation(
            "getSource",
            "Get a source",
            Scope.READ,
            CountedSource,
            cache=RECORD,
            moves=True,
            query=ONE,
            raises=(SourceUnknown,),
        ),
    )
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One source by its id, with its aliases and its number of claims.

        One that was merged into another answers 308, with the path of that in `Location`, and with itself, as its merge
        is undone by its `ETag`.
        """
        source = house(request).store.source(id, moment(request))
        if not source.merged_into:
            return reply(source)
        query = request.scope["query_string"].decode("latin-1")
        there = f"/v1/sources/{quote(source.merged_into)}{query and '?'}{query}"
        return tagged(reply(source, status=308, headers={"location": there}))

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
        """Claims with this source anywhere in a chain. `role=origin` leaves those it is the first to say.

        Of a source that was merged, they are those of the one that it is.
        """
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


def _resolved(store: ClaimStore, name: str, as_of: int | None) -> Resolution:
    bearers = store.bearers(name, as_of)
    which = SourceFilter(ids=bearers) if bearers else SourceFilter(q=name)
    found = [msgspec.json.decode(item, type=CountedSource) for item in store.sources(which, Window(as_of=as_of)).items]
    if len(bearers) != 1 or not found:
        return Resolution(name, tuple(found))
    (source,) = found
    return Resolution(name, (), source, _known_by(name, source))


def _known_by(name: str, source: CountedSource) -> KnownBy:
    if name.casefold() == source.id:
        return KnownBy.ID
    if fold(name) == fold(source.name):
        return KnownBy.NAME
    return KnownBy.ALIAS if fold(name) in map(fold, source.aliases) else KnownBy.ID
