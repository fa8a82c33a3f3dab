"""Removals for good, of articles and claims."""

from typing import Any

from litestar import Controller
from litestar.params import FromPath

from schemas.changes import Entity
from schemas.keys import Scope
from schemas.removals import NewRemoval, Removal
from service.errors import ArticleUnknown, ClaimUnknown, InputError, Overtaken, TagMissing
from service.storage.port import ClaimStore
from service.web import bodies
from service.web.headers import HeaderInvalid
from service.web.house import Call
from service.web.operations import Operation, put
from service.web.replies import Reply, reply
from service.web.revising import made

_RAISES = (TagMissing, HeaderInvalid, Overtaken, InputError)


class Removals(Controller):
    """What may be kept no more: a court says so, or it is a person's own."""

    path = "/v1"
    tags = ("removals",)

    @put(
        "/articles/{id:str}/removal",
        Operation(
            "removeArticle",
            "Remove an article for good",
            Scope.ADMIN,
            Removal,
            takes=NewRemoval,
            matches=True,
            raises=(*_RAISES, ArticleUnknown),
        ),
    )
    async def article(self, request: Call, id: FromPath[str]) -> Reply:
        """All texts of the article and all its claims, with their reviews, are gone, from every moment, and for ever.

        So are the sources that nothing else names, with what people said of them. What is left of each is its id, and a
        last change, `removed`, with the reason; a source's id is a name and goes too. By the ids the answer is 410 from
        now on, as of earlier moments as well. Lists leave out what was removed, and as of a moment at which it was
        there they tell how many were, in `Sayso-Removed`. The article is not stored again, whatever its text.

        It is wiped out of the files too before the answer comes, for which the database is written anew: of a large one
        that takes minutes, in which nothing else is written. A backup that was made before still has it.
        """
        return await _removed(request, Entity.ARTICLE, id)

    @put(
        "/claims/{id:str}/removal",
        Operation(
            "removeClaim",
            "Remove a claim for good",
            Scope.ADMIN,
            Removal,
            takes=NewRemoval,
            matches=True,
            raises=(*_RAISES, ClaimUnknown),
        ),
    )
    async def claim(self, request: Call, id: FromPath[str]) -> Reply:
        """The claim is gone as an article would be, with its reviews and its sentence, as often as its article has it.

        In every text of the article blocks (U+2588) stand in its place, as many as it had characters but for the marks
        at its end, so that all other spans still say what they said. No later version of the article brings it back.
        Its words stay where another sentence, of this article or another, has them too.
        """
        return await _removed(request, Entity.CLAIM, id)


async def _removed(request: Call, entity: Entity, id: str) -> Reply:
    """It is removed, if it is still what the caller has read."""
    given = await bodies.json(request, NewRemoval)

    def remove(store: ClaimStore, **by: Any) -> Removal:
        return store.remove(entity, id, given.reason, **by)

    return reply(await made(request, entity, id, remove))
