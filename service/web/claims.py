"""Claims and their links."""

from urllib.parse import quote

import msgspec
from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath

from schemas.changes import ChangePage, Entity
from schemas.claims import AttributionPage, Claim, ClaimPage, SparseClaimPage
from schemas.keys import Scope
from service.errors import ClaimUnknown, NothingAcceptable
from service.linking import VIEWS, dossier
from service.web import representations
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.lists import ATTRIBUTIONS, CLAIMS, ONE, REVISIONS, SPARSE_CLAIMS
from service.web.operations import Operation, read
from service.web.replies import Reply, moment, one, page


class Claims(Controller):
    """Claims: the sentences, each with its sources and confidence."""

    path = "/v1/claims"
    tags = ("claims",)

    @read("/", Operation("listClaims", "List claims", Scope.READ, ClaimPage, cache=RECORD, query=CLAIMS))
    async def list(self, request: Call) -> Reply:
        """Claims for which every parameter holds, in the order they were stored unless `sort` says otherwise.

        Several values of one parameter, separated by commas, mean any of them; a value behind `!` must not be.
        `source` matches any link of a chain; with `role`, `act`, `factuality` or `extraction` all of these must
        hold of one and the same link. `source=!kcna` gives the claims none of whose links is KCNA's. Among links
        too, the others narrow it: `source=!kcna&role=origin` gives the claims with an origin, none of whose
        origins is KCNA. A claim whose publisher is not known has none that `publisher=!…` could mean.

        Going on by `next` gives each claim that was there at the first page once, whatever is added meanwhile. What is
        changed meanwhile may come again at its new place, or not at all: to go through the list as it was, ask for all
        pages with `as_of`, the `Sayso-Sequence` of the first. By `sort=relevance` it ends after the 500 best; where
        more than 10,000 claims have the words of `q`, the best are sought among the last 10,000 that were stored.
        """
        store = house(request).store
        return await page(request, CLAIMS, store.claims, store.facets)

    @read(
        "/{id:str}",
        Operation(
            "getClaim",
            "Get a claim",
            Scope.READ,
            Claim,
            cache=RECORD,
            query=ONE,
            linked=True,
            raises=(ClaimUnknown, NothingAcceptable),
        ),
    )
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One claim, with the evidence for its sources and its confidence level.

        To who accepts `application/ld+json` it is told in the words of a vocabulary, which its `profile` names: those
        of schema.org (`https://schema.org`, which is meant where none is named), with the reviews of third parties; the
        Web Annotation's (`http://www.w3.org/ns/anno.jsonld`), a quotation and a place in a version of the article; or
        PROV-O's (`http://www.w3.org/ns/prov#`), its sources and revisions. Only the JSON has all that is known, and its
        tag is the one that changes are made by.
        """
        profile = representations.asked(representations.accepted(request.scope["headers"]).decode("latin-1"))
        if profile is None:
            found = one(request, house(request).store.claim, id)
            found.headers.append((b"link", b'<%b>; rel="alternate"; type="application/ld+json"' % _place(request)))
        else:
            found = await _linked(request, id, profile)
        found.headers.append((b"vary", b"accept"))
        return found

    @read(
        "/{id:str}/revisions",
        Operation(
            "listClaimRevisions",
            "List a claim's revisions",
            Scope.READ,
            ChangePage,
            cache=RECORD,
            query=REVISIONS,
            raises=(ClaimUnknown,),
        ),
    )
    async def revisions(self, request: Call, id: FromPath[str]) -> Reply:
        """Every change of the claim, the first first, with what it was from then on."""
        store = house(request).store
        store.claim(id)
        return await page(request, REVISIONS, store.changes, entity=Entity.CLAIM, id=id)


async def _linked(request: Call, id: str, profile: str) -> Reply:
    """The claim in the words of the profile, as of the moment that is asked for."""
    store, as_of = house(request).store, moment(request)
    then = store.sequence() if as_of is None else as_of

    def viewed() -> bytes:
        return msgspec.json.encode(VIEWS[profile](dossier(id, store=store, as_of=then)))

    media, link = representations.media_type(profile), f'<{profile}>; rel="profile"'
    return Reply(await to_thread.run_sync(viewed), media=media, headers={"link": link})


def _place(request: Call) -> bytes:
    """Where the claim is found, as of the moment that is asked for."""
    path, query = quote(request.scope["path"]).encode(), request.scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


class SparseClaims(Controller):
    """Claims with some of their members."""

    path = "/v1/sparse-claims"
    tags = ("claims",)

    @read(
        "/",
        Operation(
            "listSparseClaims", "List members of claims", Scope.READ, SparseClaimPage, cache=RECORD, query=SPARSE_CLAIMS
        ),
    )
    async def list(self, request: Call) -> Reply:
        """The list that `/v1/claims` gives by the same parameters, with the members of claims that `fields` names.

        It has a path of its own so that whoever reads the other list can count on every member of a claim.
        """
        store = house(request).store
        return await page(request, SPARSE_CLAIMS, store.claims, store.facets)


class Attributions(Controller):
    """The links of all chains, flat."""

    path = "/v1/attributions"
    tags = ("claims",)

    @read(
        "/", Operation("listAttributions", "List links", Scope.READ, AttributionPage, cache=RECORD, query=ATTRIBUTIONS)
    )
    async def list(self, request: Call) -> Reply:
        """One row for each link for which every parameter holds: a table to count and to load elsewhere.

        A value behind `!` is asked of each link alone: `source=!kcna` leaves out KCNA's links, and keeps the other
        links of the same claims.
        """
        return await page(request, ATTRIBUTIONS, house(request).store.attributions)
