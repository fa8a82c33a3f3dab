"""What can go wrong over HTTP: the one table of error -> problem type (RFC 9457)."""

import logging
from typing import Any

import msgspec
from litestar import Controller, Request
from litestar.exceptions import ClientException, HTTPException, MethodNotAllowedException, NotFoundException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from schemas.problems import FieldError, Problem, ProblemType, ProblemTypePage
from service.errors import (
    ArticleChanged,
    BodyMalformed,
    FieldInvalid,
    InputError,
    LanguageUnsupported,
    NotFound,
    QueryError,
    SaysoError,
    StoreError,
    TextEmpty,
    TextTooLarge,
    TextUnreadable,
)
from service.web.bodies import MediaTypeUnsupported
from service.web.house import Call
from service.web.operations import Operation, read
from service.web.pages import one
from service.web.queries import refuse
from service.web.replies import Reply, reply

MEDIA = "application/problem+json"
PATH = "/problems"

log = logging.getLogger(__name__)


class ProblemTypeUnknown(NotFound):
    """There is no such problem type."""

    thing = "problem type"


def _row(
    name: str, title: str, status: int, description: str, *errors: type[Exception]
) -> dict[type[Exception], ProblemType]:
    return dict.fromkeys(errors, ProblemType(f"{PATH}/{name}", title, status, description))


TABLE: dict[type[Exception], ProblemType] = {
    **_row(
        "invalid-parameter",
        "Invalid query parameter",
        400,
        "A query parameter is unknown, or its value cannot be used. `errors` names it; nothing is ignored in silence.",
        QueryError,
    ),
    **_row("malformed-body", "Malformed body", 400, "The body is not JSON (RFC 8259).", BodyMalformed),
    **_row(
        "bad-request", "Bad request", 400, "The request is not sound HTTP: see its Host and its body.", ClientException
    ),
    **_row("not-found", "Not found", 404, "Nothing has this path or this id.", NotFound, NotFoundException),
    **_row(
        "method-not-allowed",
        "Method not allowed",
        405,
        "The path does not take this method. The Allow header lists those it takes.",
        MethodNotAllowedException,
    ),
    **_row(
        "article-changed",
        "Article changed",
        409,
        "The URL is stored already with another text, which was kept. Send the new text under another URL.",
        ArticleChanged,
    ),
    **_row(
        "too-large",
        "Body too large",
        413,
        "The body is over the service's limit (SAYSO_MAX_BODY). Send a shorter text.",
        TextTooLarge,
        RequestEntityTooLarge,
    ),
    **_row(
        "unsupported-media-type",
        "Unsupported media type",
        415,
        "The body is neither application/json nor text/plain, or not in UTF-8, or compressed.",
        MediaTypeUnsupported,
    ),
    **_row(
        "invalid-body",
        "Invalid body",
        422,
        "The body is JSON, but not an article. `errors` points at the member at fault (RFC 6901).",
        InputError,
        FieldInvalid,
    ),
    **_row(
        "unreadable-text",
        "Unreadable text",
        422,
        "The text holds no word, a control character, or bytes that are not UTF-8.",
        TextEmpty,
        TextUnreadable,
    ),
    **_row(
        "unsupported-language",
        "Unsupported language",
        422,
        "The text is not in English, the one language that is read. `detail` tells the language found.",
        LanguageUnsupported,
    ),
    **_row(
        "store-unavailable",
        "Store unavailable",
        503,
        "The database cannot be used now; the service logged why. Nothing was changed. Try again later.",
        StoreError,
    ),
    **_row(
        "internal-error",
        "Internal error",
        500,
        "A fault of the service, which logged it. Send the request again: no article is stored twice.",
        Exception,
    ),
}
"""Each error class, or the nearest of its ancestors here, to its problem type."""

TYPES = {found.type: found for found in TABLE.values()}


def type_of(error: type[Exception]) -> ProblemType:
    """The problem type of an error class."""
    return next(TABLE[ancestor] for ancestor in error.__mro__ if ancestor in TABLE)


def answer(request: Request[Any, Any, Any], error: Exception) -> Reply:
    """The problem that tells ``error``. What is the service's own fault is logged, and its cause kept inside."""
    found = type_of(type(error))
    if found.status >= 500:
        foreseen = isinstance(error, SaysoError)
        log.error("%s %r: %s", request.method, request.scope["path"], error, exc_info=None if foreseen else error)
    problem = Problem(found.type, found.title, found.status, _detail(request, error, found), _errors(error))
    return Reply(msgspec.json.encode(problem), status=found.status, media=MEDIA, headers=_headers(error))


def _detail(request: Request[Any, Any, Any], error: Exception, found: ProblemType) -> str:
    match error:
        case SaysoError() if found.status < 500:
            return str(error)
        case NotFoundException():
            return f"There is nothing at {request.scope['path']}. /docs shows what there is."
        case MethodNotAllowedException():
            return f"{request.method} is not possible here. Possible: {_headers(error).get('allow')}."
    return found.description


def _errors(error: Exception) -> tuple[FieldError, ...] | UnsetType:
    match error:
        case QueryError(parameter=parameter, fault=fault):
            return (FieldError(fault, parameter=parameter),)
        case FieldInvalid(pointer=pointer, fault=fault):
            return (FieldError(fault, pointer=pointer),)
    return UNSET


def _headers(error: Exception) -> dict[str, str]:
    match error:
        case MethodNotAllowedException(headers={"allow": allow}):
            return {"allow": ", ".join(sorted(allow.split(", ")))}
        case HTTPException(headers=dict() as headers):
            return headers
    return {}


class Problems(Controller):
    """The problem types, so that each can be looked up under its own name."""

    path = PATH
    tags = ("problems",)

    @read("/", Operation("listProblemTypes", "List the problem types", ProblemTypePage, faults=(QueryError,)))
    async def list(self, request: Call) -> Reply:
        """Every `type` that a problem of this service can have."""
        refuse(request.scope["query_string"])
        return reply(ProblemTypePage(tuple(TYPES[name] for name in sorted(TYPES))))

    @read(
        "/{name:str}",
        Operation(
            "getProblemType", "Get a problem type", ProblemType, raises=(ProblemTypeUnknown,), faults=(QueryError,)
        ),
    )
    async def get(self, request: Call, name: FromPath[str]) -> Reply:
        """What a problem's `type` means, and what its caller can do. A problem's `type` is this path."""
        return one(request, _type_named, name)


def _type_named(name: str) -> ProblemType:
    try:
        return TYPES[f"{PATH}/{name}"]
    except KeyError:
        raise ProblemTypeUnknown(name) from None
