"""What can go wrong over HTTP: the one table of error -> problem type (RFC 9457)."""

import logging
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Request
from litestar.exceptions import ClientException, HTTPException, MethodNotAllowedException, NotFoundException
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from schemas.problems import FieldError, Problem, ProblemType, ProblemTypePage
from service.errors import (
    AccessRefused,
    ArticleBarred,
    ArticleRetracted,
    BodyMalformed,
    ExportsFull,
    ExportTooLarge,
    FieldInvalid,
    FormatUnavailable,
    InputError,
    KeyInvalid,
    KeyRevoked,
    LanguageUnsupported,
    NotCorrected,
    NotFound,
    NothingAcceptable,
    NotMerged,
    NotRetracted,
    NotStanding,
    Overtaken,
    QueryError,
    RateExceeded,
    ReaderBusy,
    Removed,
    RequestChanged,
    RequestRunning,
    SaysoError,
    ScopeMissing,
    SourceMerged,
    StoreError,
    StreamsFull,
    TagMissing,
    TextEmpty,
    TextTooLarge,
    TextUnreadable,
)
from service.web import request_ids
from service.web.bodies import MediaTypeUnsupported
from service.web.caching import DOCUMENT
from service.web.headers import HeaderInvalid, HeaderTooLarge
from service.web.house import Call
from service.web.operations import Operation, read
from service.web.queries import refuse
from service.web.ranges import RangeUnsatisfiable
from service.web.replies import Reply, reply

MEDIA = "application/problem+json"
PATH = "/problems"

log = logging.getLogger(__name__)


DESCRIPTIONS: dict[str, str] = tomllib.loads(Path(__file__).with_name("problems.toml").read_text(encoding="utf-8"))
"""What each type means, and what its caller can do, by name."""


def _type(status: int, name: str, title: str) -> ProblemType:
    return ProblemType(f"{PATH}/{name}", title, status, DESCRIPTIONS[name])


TABLE: dict[type[Exception], ProblemType] = {
    QueryError: _type(400, "invalid-parameter", "Invalid query parameter"),
    BodyMalformed: _type(400, "malformed-body", "Malformed body"),
    ClientException: _type(400, "bad-request", "Bad request"),
    AccessRefused: _type(401, "missing-key", "Missing key"),
    KeyInvalid: _type(401, "invalid-key", "Invalid key"),
    ScopeMissing: _type(403, "missing-scope", "Missing scope"),
    HeaderInvalid: _type(400, "invalid-header", "Invalid header"),
    NotFound: _type(404, "not-found", "Not found"),
    KeyRevoked: _type(410, "revoked-key", "Revoked key"),
    Removed: _type(410, "removed", "Removed for good"),
    NotFoundException: _type(404, "not-found", "Not found"),
    MethodNotAllowedException: _type(405, "method-not-allowed", "Method not allowed"),
    NothingAcceptable: _type(406, "not-acceptable", "Not acceptable"),
    ArticleRetracted: _type(409, "article-retracted", "Article retracted"),
    ArticleBarred: _type(409, "article-removed", "Article removed for good"),
    NotCorrected: _type(409, "not-corrected", "Not corrected"),
    NotMerged: _type(409, "not-merged", "Not merged"),
    NotRetracted: _type(409, "not-retracted", "Not retracted"),
    NotStanding: _type(409, "not-standing", "Not standing"),
    SourceMerged: _type(409, "source-merged", "Source merged"),
    RequestRunning: _type(409, "request-running", "Request running"),
    Overtaken: _type(412, "overtaken", "Overtaken"),
    TextTooLarge: _type(413, "too-large", "Body too large"),
    MediaTypeUnsupported: _type(415, "unsupported-media-type", "Unsupported media type"),
    RangeUnsatisfiable: _type(416, "unsatisfiable-range", "Unsatisfiable range"),
    InputError: _type(422, "invalid-body", "Invalid body"),
    RequestChanged: _type(422, "reused-idempotency-key", "Reused Idempotency-Key"),
    TextEmpty: _type(422, "unreadable-text", "Unreadable text"),
    TextUnreadable: _type(422, "unreadable-text", "Unreadable text"),
    LanguageUnsupported: _type(422, "unsupported-language", "Unsupported language"),
    RateExceeded: _type(429, "too-many-requests", "Too many requests"),
    HeaderTooLarge: _type(431, "header-too-large", "Header too large"),
    TagMissing: _type(428, "missing-tag", "Missing tag"),
    FormatUnavailable: _type(501, "format-unavailable", "Format unavailable"),
    ExportTooLarge: _type(507, "export-too-large", "Export too large"),
    ReaderBusy: _type(503, "too-busy", "Too busy"),
    ExportsFull: _type(503, "too-many-exports", "Too many exports"),
    StreamsFull: _type(503, "too-many-streams", "Too many streams"),
    StoreError: _type(503, "store-unavailable", "Store unavailable"),
    Exception: _type(500, "internal-error", "Internal error"),
}
"""Each error class, or the nearest of its ancestors here, to its problem type."""

TYPES = {found.type: found for found in TABLE.values()}


def type_of(error: type[Exception]) -> ProblemType:
    """The problem type of an error class."""
    return next(TABLE[ancestor] for ancestor in error.__mro__ if ancestor in TABLE)


def answer(request: Request[Any, Any, Any], error: Exception) -> Reply:
    """The problem that tells ``error``, as Litestar asks for it."""
    return told(error, request.method, request.scope["path"])


def told(error: Exception, method: str, path: str) -> Reply:
    """The problem that tells ``error``, with the id of the request."""
    problem = described(error, method, path)
    return Reply(msgspec.json.encode(problem), status=problem.status, media=MEDIA, headers=_headers(error))


def described(error: Exception, method: str, path: str) -> Problem:
    """What went wrong. What is the service's own fault is logged, and its cause kept inside."""
    found = type_of(type(error))
    if found.status >= 500:
        foreseen = isinstance(error, SaysoError)
        log.error("%s %r: %s", method, path, error, exc_info=None if foreseen else error)
    detail = _detail(error, found, method, path)
    return Problem(found.type, found.title, found.status, detail, _errors(error), request_ids.CURRENT.get())


def _detail(error: Exception, found: ProblemType, method: str, path: str) -> str:
    match error:
        case ReaderBusy() | StreamsFull() | ExportsFull():
            return str(error)
        case SaysoError() if found.status < 500:
            return str(error)
        case NotFoundException():
            return f"There is nothing at {path}. /docs shows what there is."
        case MethodNotAllowedException():
            return f"{method} is not possible here. Possible: {_headers(error).get('allow')}."
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
        case (
            ReaderBusy(seconds=seconds)
            | StreamsFull(seconds=seconds)
            | ExportsFull(seconds=seconds)
            | RequestRunning(seconds=seconds)
            | RateExceeded(seconds=seconds)
            | StoreError(seconds=seconds)
        ):
            return {"retry-after": str(seconds)}
        case RangeUnsatisfiable(size=size):
            return {"content-range": f"bytes */{size}"}
        case AccessRefused():
            return {"www-authenticate": _challenge(error)}
        case MethodNotAllowedException(headers={"allow": allow}):
            return {"allow": ", ".join(sorted(allow.split(", ")))}
        case HTTPException(headers=dict() as headers):
            return headers
    return {}


def _challenge(error: AccessRefused) -> str:
    """What RFC 6750 §3 has the answer say to a client."""
    match error:
        case KeyInvalid():
            return 'Bearer realm="sayso", error="invalid_token"'
        case ScopeMissing(scope=scope):
            return f'Bearer realm="sayso", error="insufficient_scope", scope="{scope}"'
    return 'Bearer realm="sayso"'


class Problems(Controller):
    """The problem types, so that each can be looked up under its own name."""

    path = PATH
    tags = ("problems",)

    @read(
        "/",
        Operation(
            "listProblemTypes", "List the problem types", None, ProblemTypePage, cache=DOCUMENT, faults=(QueryError,)
        ),
    )
    async def list(self, request: Call) -> Reply:
        """Every `type` that a problem of this service can have."""
        refuse(request.scope["query_string"])
        return reply(ProblemTypePage(tuple(TYPES[name] for name in sorted(TYPES))))

    @read(
        "/{name:str}",
        Operation(
            "getProblemType",
            "Get a problem type",
            None,
            ProblemType,
            cache=DOCUMENT,
            raises=(NotFoundException,),
            faults=(QueryError,),
        ),
    )
    async def get(self, request: Call, name: FromPath[str]) -> Reply:
        """What a problem's `type` means, and what its caller can do. A problem's `type` is this path."""
        refuse(request.scope["query_string"])
        if (path := f"{PATH}/{name}") not in TYPES:
            raise NotFoundException
        return reply(TYPES[path])
