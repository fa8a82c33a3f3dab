"""The routes of the API, and which of them are operations of its document."""

from litestar import Controller, Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from service.web.articles import Articles, Extracts
from service.web.changes import Changes
from service.web.claims import Attributions, Claims, SparseClaims
from service.web.corrections import Corrections, Withdrawals
from service.web.exports import Exports
from service.web.health import Probes
from service.web.judgements import Judgements
from service.web.keyring import Keys
from service.web.levels import Levels
from service.web.operations import KEY
from service.web.problems import Problems
from service.web.related import RelatedClaims
from service.web.removals import Removals
from service.web.reviews import ClaimReviews, Reviews
from service.web.scraping import Metrics
from service.web.sources import Sources
from service.web.webhooks import Deliveries, Webhooks

CONTROLLERS: list[type[Controller]] = [
    Articles,
    Extracts,
    Claims,
    SparseClaims,
    Attributions,
    RelatedClaims,
    Changes,
    Sources,
    Exports,
    Levels,
    Corrections,
    Judgements,
    Withdrawals,
    Removals,
    ClaimReviews,
    Reviews,
    Keys,
    Webhooks,
    Deliveries,
    Problems,
    Probes,
]


def unlimited() -> set[str]:
    """The paths of those that probe: how often they ask is their owner's affair."""
    return {path for path, _, handler in operations() if not handler.opt[KEY].limited} | {Metrics.path}


def operations() -> list[tuple[str, str, HTTPRouteHandler]]:
    """Every operation of the API with its path and method, in their order, which Litestar's own is not."""
    app = Litestar(CONTROLLERS, openapi_config=None, logging_config=None)
    found = [
        (route.path_format, min(handler.http_methods - {"HEAD"}).lower(), handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if KEY in handler.opt
    ]
    return sorted(found, key=lambda operation: operation[:2])
