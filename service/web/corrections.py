"""What people put right in claims: corrections and retractions."""

from collections.abc import Callable
from typing import Any

from litestar import Controller
from litestar.params import FromPath
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article
from schemas.changes import Action, Entity
from schemas.claims import Claim
from schemas.corrections import NewCorrection, NewRetraction, Retraction
from schemas.keys import Scope
from schemas.sources import SourceRef
from schemas.vocabularies import Status
from service.correcting import corrected
from service.errors import (
    ArticleRetracted,
    ArticleUnknown,
    ClaimUnknown,
    InputError,
    NotCorrected,
    NotRetracted,
    NotStanding,
    Overtaken,
    TagMissing,
)
from service.storage.port import ClaimStore
from service.web import bodies
from service.web.headers import HeaderInvalid
from service.web.house import Call, house
from service.web.operations import Operation, put, remove
from service.web.replies import Reply
from service.web.revising import revised

_RAISES = (ClaimUnknown, TagMissing, HeaderInvalid, Overtaken)


class Corrections(Controller):
    """Corrections and retractions of claims."""

    path = "/v1/claims"
    tags = ("corrections",)

    @put(
        "/{id:str}/correction",
        Operation(
            "correctClaim",
            "Correct a claim",
            Scope.REVIEW,
            Claim,
            takes=NewCorrection,
            matches=True,
            raises=(*_RAISES, InputError),
        ),
    )
    async def correct(self, request: Call, id: FromPath[str]) -> Reply:
        """The claim is what a person says it is: of that kind, with those attributions, or with links changed.

        Its level follows. A new version of its article, and a better engine, leave that as it is.
        """
        given = await bodies.json(request, NewCorrection)
        store = house(request).store

        def ref(id: str) -> SourceRef:
            source = store.source(id)
            return SourceRef(source.id, source.name)

        def made(claim: Claim) -> Claim:
            return corrected(claim, given, str(store.article(claim.article_id).text), ref)

        return await _revised(request, id, made, Action.UPDATED, given.reason)

    @remove(
        "/{id:str}/correction",
        Operation(
            "undoCorrection",
            "Undo the corrections of a claim",
            Scope.REVIEW,
            Claim,
            matches=True,
            raises=(*_RAISES, NotCorrected),
        ),
    )
    async def undo(self, request: Call, id: FromPath[str]) -> Reply:
        """The claim is again what the engine last read. Its revisions keep what people said of it."""
        store = house(request).store

        def made(claim: Claim) -> Claim:
            return replace(store.reading(id), status=claim.status, retraction=claim.retraction)

        return await _revised(request, id, made, Action.UPDATED, "correction undone")

    @put(
        "/{id:str}/retraction",
        Operation(
            "retractClaim",
            "Retract a claim",
            Scope.REVIEW,
            Claim,
            takes=NewRetraction,
            matches=True,
            raises=(*_RAISES, InputError, NotStanding),
        ),
    )
    async def retract(self, request: Call, id: FromPath[str]) -> Reply:
        """The claim leaves all lists but those asked for by `status`. By its id it is there, with the reason."""
        given = await bodies.json(request, NewRetraction)

        def made(claim: Claim) -> Claim:
            if claim.status is not UNSET:
                raise NotStanding(id, claim.status)
            return replace(claim, status=Status.RETRACTED, retraction=Retraction(given.kind, given.reason))

        return await _revised(request, id, made, Action.RETRACTED, f"{given.kind}: {given.reason}")

    @remove(
        "/{id:str}/retraction",
        Operation(
            "restoreClaim",
            "Undo the retraction of a claim",
            Scope.REVIEW,
            Claim,
            matches=True,
            raises=(*_RAISES, NotRetracted, ArticleRetracted),
        ),
    )
    async def restore(self, request: Call, id: FromPath[str]) -> Reply:
        """The claim is in lists again, or superseded where its article has lost the sentence meanwhile.

        What left them with its whole article comes back with it alone.
        """
        store = house(request).store

        def made(claim: Claim) -> Claim:
            if claim.status is not Status.RETRACTED:
                raise NotRetracted(id)
            text = str(store.article(claim.article_id).text)
            # While a version has the sentence, where it stands is kept up with.
            stands = text[claim.start : claim.end] == claim.text
            return replace(claim, status=UNSET if stands else Status.SUPERSEDED, retraction=UNSET)

        return await _revised(request, id, made, Action.RESTORED, "retraction undone")


async def _revised(request: Call, id: str, made: Callable[[Claim], Claim], action: Action, reason: str) -> Reply:
    """The claim is what is ``made`` of it, if it is still what the caller has read."""

    def revise(store: ClaimStore, **by: Any) -> Claim:
        return store.revise(made(store.held(id).claim), action, reason=reason, **by)

    return await revised(request, Entity.CLAIM, id, revise)


class Withdrawals(Controller):
    """Retractions of articles."""

    path = "/v1/articles"
    tags = ("corrections",)

    @put(
        "/{id:str}/retraction",
        Operation(
            "retractArticle",
            "Retract an article",
            Scope.REVIEW,
            Article,
            takes=NewRetraction,
            matches=True,
            raises=(ArticleUnknown, TagMissing, HeaderInvalid, Overtaken, InputError, NotStanding),
        ),
    )
    async def retract(self, request: Call, id: FromPath[str]) -> Reply:
        """The article and all its claims leave the lists, as a retracted claim does. It takes no new version."""
        given = await bodies.json(request, NewRetraction)
        return await _withdrawn(request, id, Retraction(given.kind, given.reason))

    @remove(
        "/{id:str}/retraction",
        Operation(
            "restoreArticle",
            "Undo the retraction of an article",
            Scope.REVIEW,
            Article,
            matches=True,
            raises=(ArticleUnknown, TagMissing, HeaderInvalid, Overtaken, NotRetracted),
        ),
    )
    async def restore(self, request: Call, id: FromPath[str]) -> Reply:
        """The article is in lists again, with those of its claims that left them with it."""
        return await _withdrawn(request, id, None)


async def _withdrawn(request: Call, id: str, retraction: Retraction | None) -> Reply:
    """The article is taken back or given again, if it is still what the caller has read."""
    return await revised(request, Entity.ARTICLE, id, lambda store, **by: store.withdraw(id, retraction, **by))
