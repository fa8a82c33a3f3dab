"""What third parties say of claims. It stands beside what the service says, and has no part in it."""

from datetime import UTC, datetime

from anyio import to_thread
from litestar import Controller
from litestar.params import FromPath

from schemas.articles import Outcome
from schemas.changes import ChangePage, Entity
from schemas.corrections import NewRetraction, Retraction
from schemas.keys import Scope
from schemas.reviews import NewReview, Review, ReviewPage
from service import reviewing
from service.errors import (
    ClaimUnknown,
    InputError,
    NotRetracted,
    NotStanding,
    Overtaken,
    ReviewUnknown,
    TagMissing,
)
from service.web import bodies
from service.web.caching import RECORD
from service.web.callers import caller
from service.web.headers import HeaderInvalid
from service.web.house import Call, house
from service.web.lists import ONE, REVIEWS, REVISIONS
from service.web.operations import Operation, put, read, remove, write
from service.web.queries import refuse
from service.web.replies import Reply, one, page, reply
from service.web.revising import revised

_OF_CLAIM = REVIEWS.without("claim")


class ClaimReviews(Controller):
    """What third parties say of one claim."""

    path = "/v1/claims"
    tags = ("reviews",)

    @read(
        "/{id:str}/reviews",
        Operation(
            "listClaimReviews",
            "List who reviews a claim",
            Scope.READ,
            ReviewPage,
            cache=RECORD,
            query=_OF_CLAIM,
            raises=(ClaimUnknown,),
        ),
    )
    async def list(self, request: Call, id: FromPath[str]) -> Reply:
        """What third parties say of the claim, as it was given. It has no part in the claim's confidence level."""
        store = house(request).store
        store.claim(id)
        return await page(request, _OF_CLAIM, store.reviews, claim=(id,))

    @write(
        "/{id:str}/reviews",
        Operation(
            "createReview",
            "Attach a review to a claim",
            Scope.REVIEW,
            Review,
            takes=NewReview,
            statuses=(200, 201),
            raises=(ClaimUnknown, InputError, NotStanding),
        ),
    )
    async def create(self, request: Call, id: FromPath[str]) -> Reply:
        """What a third party says of the claim is attached: 201, or 200 where it was there already.

        The same author at the same address is the same review: given again it adds nothing, with another rating or day
        it is what it now says, and its revisions keep what it said before. The claim is as it was.
        """
        refuse(request.scope["query_string"])
        new = await bodies.json(request, NewReview)
        store, by = house(request).store, caller(request).id

        def attach() -> tuple[Outcome, Review]:
            return reviewing.attach(new, id, store=store, at=datetime.now(UTC), by=by)

        outcome, review = await to_thread.run_sync(attach)
        if outcome is not Outcome.CREATED:
            return reply(review)
        return reply(review, status=201, headers={"location": f"{Reviews.path}/{review.id}"})


class Reviews(Controller):
    """Reviews: what third parties say of claims."""

    path = "/v1/reviews"
    tags = ("reviews",)

    @read("/", Operation("listReviews", "List reviews", Scope.READ, ReviewPage, cache=RECORD, query=REVIEWS))
    async def list(self, request: Call) -> Reply:
        """Reviews for which every parameter holds, in the order they were stored unless `sort` says otherwise.

        `/v1/claims?reviewer=` lists the claims instead.
        """
        return await page(request, REVIEWS, house(request).store.reviews)

    @read(
        "/{id:str}",
        Operation("getReview", "Get a review", Scope.READ, Review, cache=RECORD, query=ONE, raises=(ReviewUnknown,)),
    )
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One review, with its rating as it was given."""
        return one(request, house(request).store.review, id)

    @read(
        "/{id:str}/revisions",
        Operation(
            "listReviewRevisions",
            "List a review's revisions",
            Scope.READ,
            ChangePage,
            cache=RECORD,
            query=REVISIONS,
            raises=(ReviewUnknown,),
        ),
    )
    async def revisions(self, request: Call, id: FromPath[str]) -> Reply:
        """Every change of the review, the first first, with what it was from then on."""
        store = house(request).store
        store.review(id)
        return await page(request, REVISIONS, store.changes, entity=Entity.REVIEW, id=id)

    @put(
        "/{id:str}/retraction",
        Operation(
            "retractReview",
            "Retract a review",
            Scope.REVIEW,
            Review,
            takes=NewRetraction,
            matches=True,
            raises=(ReviewUnknown, TagMissing, HeaderInvalid, Overtaken, InputError, NotStanding),
        ),
    )
    async def retract(self, request: Call, id: FromPath[str]) -> Reply:
        """The review leaves all lists but those asked for by `status`. By its id it is there, with the reason."""
        given = await bodies.json(request, NewRetraction)
        return await _withdrawn(request, id, Retraction(given.kind, given.reason))

    @remove(
        "/{id:str}/retraction",
        Operation(
            "restoreReview",
            "Undo the retraction of a review",
            Scope.REVIEW,
            Review,
            matches=True,
            raises=(ReviewUnknown, TagMissing, HeaderInvalid, Overtaken, NotRetracted),
        ),
    )
    async def restore(self, request: Call, id: FromPath[str]) -> Reply:
        """The review is in lists again."""
        return await _withdrawn(request, id, None)


async def _withdrawn(request: Call, id: str, retraction: Retraction | None) -> Reply:
    """The review is taken back or given again, if it is still what the caller has read."""
    return await revised(request, Entity.REVIEW, id, lambda store, **by: store.withdraw_review(id, retraction, **by))
