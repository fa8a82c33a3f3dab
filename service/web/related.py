"""Who else says so: claims beside a claim, or beside a text of the caller's."""

from collections.abc import Callable

import msgspec
from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath

from schemas.articles import NewArticle
from schemas.changes import Entity
from schemas.claims import Claim
from schemas.keys import Scope
from schemas.related import Match, RelatedPage
from service import relating
from service.errors import ClaimUnknown, InputError, QueryError, ReaderBusy, StoreError
from service.web import bodies, moments
from service.web.caching import RECORD
from service.web.house import Call, house
from service.web.lists import RELATED
from service.web.operations import Operation, read, write
from service.web.replies import Reply, of_moment, reply


class RelatedClaims(Controller):
    """Claims of several articles beside one another."""

    path = "/v1/claims"
    tags = ("claims",)

    @read(
        "/{id:str}/related",
        Operation(
            "listRelatedClaims",
            "List who else says so",
            Scope.READ,
            RelatedPage,
            cache=RECORD,
            query=RELATED,
            raises=(ClaimUnknown,),
        ),
    )
    async def related(self, request: Call, id: FromPath[str]) -> Reply:
        """Statements of other articles that say the `same`, the opposite (`opposed`) or something `similar`.

        They are found by near-duplicate hashing: of all that share enough words with the claim, the 200 that share
        most. Each is then compared word by word, without the words that attribute: `score` tells how much is shared,
        `differences` what is not. Texts are `same` only where no number, name or day, no denial, no "may" and no word
        in the place of another tells them apart.

        `corroboration` counts who speaks for it, the claim itself included, over all that were compared, whatever
        `limit` and `relation` show. `origins` are with whom it begins, as far back as each claim tells: twenty copies
        of one agency's story are one, since what a publisher says in its own voice is the agency's that its article
        credits, and words that another claim has too are no origin of their own. Where an origin is not named, as
        "officials", nobody can tell whether two articles' are the same people: copies count once, and others each.

        Like words are no proof: nobody checked that two reports are of one event.
        """
        store = house(request).store

        def compared(as_of: int) -> RelatedPage:
            claim = msgspec.json.decode(store.claim(id, as_of), type=Claim)
            return relating.related(claim, store=store, as_of=as_of)

        return await _answer(request, compared)

    @write(
        "/match",
        Operation(
            "matchClaims",
            "Find who says a text",
            Scope.READ,
            RelatedPage,
            takes=Match,
            query=RELATED,
            raises=(InputError, ReaderBusy),
            faults=(QueryError, StoreError),
        ),
    )
    async def match(self, request: Call) -> Reply:
        """As the list of related claims, for a text of at most 1,000 characters. Nothing is stored.

        Give one sentence, or a few that belong together: they are compared as one. The text is read as English, and its
        own words that attribute, as in "the mayor said", are left out.
        """
        RELATED.read(request.scope["query_string"])
        text = (await bodies.json(request, Match)).text
        parts = house(request)
        new = NewArticle(text, language="en")
        record = await parts.read(text, lambda engine: engine.attribute(new))
        return await _answer(
            request, lambda as_of: relating.matched(text, record.claims, store=parts.store, as_of=as_of)
        )


async def _answer(request: Call, compared: Callable[[int], RelatedPage]) -> Reply:
    """What is asked for of the claims that were ``compared``, which all is as of one moment."""
    asked = RELATED.read(request.scope["query_string"])
    store = house(request).store
    as_of = moments.sequence(store, asked.options.as_of)
    if as_of is None:
        as_of = store.sequence()
    # Two hundred claims take some ten milliseconds, in which others are answered.
    found = await to_thread.run_sync(compared, as_of)
    wanted = asked.which.relation
    items = [item for item in found.items if not wanted or item.relation in wanted][: asked.options.limit]
    headers = of_moment(as_of, store.removed(Entity.CLAIM, as_of))
    return reply(msgspec.structs.replace(found, items=tuple(items)), headers=headers)
