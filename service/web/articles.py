"""Articles: in, and out again with their claims."""

from datetime import UTC, datetime
from functools import partial

from litestar import Controller
from litestar.params import FromPath

from schemas.articles import Article, ArticlePage, NewArticle, Outcome, Receipt
from schemas.batches import BatchLine
from schemas.changes import ChangePage, Entity
from schemas.claims import ClaimPage, Extract
from schemas.keys import Scope
from schemas.versions import ArticleVersion, ArticleVersionPage
from service.attribution.pipeline import Engine
from service.errors import (
    ArticleBarred,
    ArticleRetracted,
    ArticleUnknown,
    InputError,
    QueryError,
    ReaderBusy,
    RequestChanged,
    RequestRunning,
    VersionUnknown,
)
from service.ingest import ingest
from service.storage.filters import Order
from service.storage.port import ClaimStore, Once
from service.web import bodies, idempotency
from service.web.batches import Batch
from service.web.caching import RECORD
from service.web.callers import caller
from service.web.headers import HeaderInvalid
from service.web.house import Call, House, house
from service.web.lists import ARTICLES, CLAIMS, ONE, REVISIONS
from service.web.operations import Operation, read, write
from service.web.queries import refuse
from service.web.replies import Reply, one, page, reply

_CLAIMS = CLAIMS.without("article")


class Articles(Controller):
    """Articles: the texts that claims are read from."""

    path = "/v1/articles"
    tags = ("articles",)

    @write(
        "/",
        Operation(
            "createArticle",
            "Store an article",
            Scope.WRITE,
            Receipt,
            takes=NewArticle,
            statuses=(200, 201),
            batch=BatchLine,
            once=True,
            raises=(
                InputError,
                ArticleRetracted,
                ArticleBarred,
                RequestChanged,
                RequestRunning,
                HeaderInvalid,
                ReaderBusy,
            ),
        ),
    )
    async def create(self, request: Call) -> Reply:
        """The article is read and stored with all its claims: 201, or 200 where it was there already.

        The same URL with another text is a new version of its article: claims whose sentences stand keep their ids,
        those of sentences that are gone are `superseded`. Of the same text, what is given of its title, publisher and
        date replaces what was. What was removed for good from it is not stored again.

        All of it is stored, durably, or nothing. `text/plain` is the text alone, which may begin
        with its date, as `date 2026-02-08`.

        `application/x-ndjson` is a batch, an article as JSON in each line. It is answered with a `BatchLine` for each
        in the same order, as soon as it is stored; one that is refused does not keep the others from it, and where
        other articles are to be read first it waits. A line may be as long as a body, and a batch of any length: read
        the answers while you send. A line that was not answered, because either side went away, may be sent again.
        """
        refuse(request.scope["query_string"])
        parts = house(request)
        by = caller(request).id
        if bodies.media(request, (*bodies.MEDIA_TYPES, bodies.LINES)) == bodies.LINES:
            idempotency.refuse(request, idempotency.BATCH)
            return Batch(partial(_read, parts, by), bodies.limit(request), parts.ending)
        new = await bodies.article(request)
        if once := idempotency.once(request, by, new):
            with parts.store.alone(once):
                receipt = parts.store.receipt(once, at=datetime.now(UTC)) or await _read(parts, by, new, once)
        else:
            receipt = await _read(parts, by, new)
        if receipt.outcome is not Outcome.CREATED:
            return reply(receipt)
        return reply(receipt, status=201, headers={"location": f"{self.path}/{receipt.article.id}"})

    @read("/", Operation("listArticles", "List articles", Scope.READ, ArticlePage, cache=RECORD, query=ARTICLES))
    async def list(self, request: Call) -> Reply:
        """Articles for which every parameter holds, in the order they were stored unless `sort` says otherwise.

        They come without their text.
        """
        return await page(request, ARTICLES, house(request).store.articles)

    @read(
        "/{id:str}",
        Operation(
            "getArticle", "Get an article", Scope.READ, Article, cache=RECORD, query=ONE, raises=(ArticleUnknown,)
        ),
    )
    async def get(self, request: Call, id: FromPath[str]) -> Reply:
        """One article with its text, into which the spans of its claims count."""
        return one(request, house(request).store.article, id)

    @read(
        "/{id:str}/claims",
        Operation(
            "listArticleClaims",
            "List an article's claims",
            Scope.READ,
            ClaimPage,
            cache=RECORD,
            query=_CLAIMS,
            raises=(ArticleUnknown,),
        ),
    )
    async def claims(self, request: Call, id: FromPath[str]) -> Reply:
        """Claims of the article, in the order of its sentences, which `sort=stored` means here.

        All pages of the list are as of its first, so that a new version of the article in between mixes nothing up.
        """
        store = house(request).store
        _required(store, id)
        return await page(request, _CLAIMS, store.claims, store.facets, Order.POSITION, article=(id,))

    @read(
        "/{id:str}/versions",
        Operation(
            "listArticleVersions",
            "List an article's versions",
            Scope.READ,
            ArticleVersionPage,
            cache=RECORD,
            raises=(ArticleUnknown,),
        ),
    )
    async def versions(self, request: Call, id: FromPath[str]) -> Reply:
        """The texts that the article has had, the first first."""
        refuse(request.scope["query_string"])
        return reply(ArticleVersionPage(tuple(house(request).store.versions(id))))

    @read(
        "/{id:str}/versions/{version:int}",
        Operation(
            "getArticleVersion",
            "Get a version of an article",
            Scope.READ,
            ArticleVersion,
            cache=RECORD,
            raises=(ArticleUnknown, VersionUnknown),
        ),
    )
    async def version(self, request: Call, id: FromPath[str], version: FromPath[int]) -> Reply:
        """One of its texts, and which claims it added, lost and moved."""
        refuse(request.scope["query_string"])
        return reply(house(request).store.version(id, version))

    @read(
        "/{id:str}/revisions",
        Operation(
            "listArticleRevisions",
            "List an article's revisions",
            Scope.READ,
            ChangePage,
            cache=RECORD,
            query=REVISIONS,
            raises=(ArticleUnknown,),
        ),
    )
    async def revisions(self, request: Call, id: FromPath[str]) -> Reply:
        """Every change of the article, the first first, with what it was from then on."""
        store = house(request).store
        _required(store, id)
        return await page(request, REVISIONS, store.changes, entity=Entity.ARTICLE, id=id)


class Extracts(Controller):
    """Reading without storing."""

    path = "/v1/extract"
    tags = ("articles",)

    @write(
        "/",
        Operation(
            "extractClaims",
            "Read an article without storing it",
            Scope.READ,
            Extract,
            takes=NewArticle,
            raises=(InputError, QueryError, ReaderBusy),
            faults=(),
        ),
    )
    async def extract(self, request: Call) -> Reply:
        """The claims that the article would give. Nothing is stored; the ids are those it would have."""
        refuse(request.scope["query_string"])
        new = await bodies.article(request)
        record = await house(request).read(new.text, lambda engine: engine.attribute(new))
        return reply(Extract(record.article, record.claims))


def _required(store: ClaimStore, id: str) -> None:
    """Returns where there is or was such an article, whose text is not read for that. Raises `ArticleUnknown`."""
    if not store.last(Entity.ARTICLE, id):
        raise ArticleUnknown(id)


async def _read(parts: House, by: str, new: NewArticle, once: Once | None = None) -> Receipt:
    now = partial(datetime.now, UTC)

    def store(engine: Engine) -> Receipt:
        return ingest(new, attribute=engine.attribute, store=parts.store, now=now, via=by, once=once)

    return await parts.read(new.text, store)
