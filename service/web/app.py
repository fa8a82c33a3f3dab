"""The one place that wires things."""

from typing import cast

from litestar import Litestar
from litestar.types import ExceptionHandler

from service.settings import Settings
from service.web.docs import Docs
from service.web.house import lifespan
from service.web.openapi import CONTROLLERS
from service.web.problems import answer


def create_app(settings: Settings) -> Litestar:
    """The service. The database is opened and the language model loaded when it starts, not here."""
    return Litestar(
        route_handlers=[*CONTROLLERS, Docs],
        lifespan=[lifespan(settings)],
        # Litestar wants a Response but only asks for its ASGI form, which a Reply is.
        exception_handlers={Exception: cast("ExceptionHandler[Exception]", answer)},
        request_max_body_size=settings.max_body,
        openapi_config=None,
        logging_config=None,
    )
