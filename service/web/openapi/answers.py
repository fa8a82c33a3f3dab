"""What an operation answers: its success, and every problem that it can meet."""

from itertools import groupby
from typing import Any

import msgspec
from litestar.exceptions import ClientException
from msgspec import UNSET

from schemas.exports import Format
from schemas.keys import Scope
from schemas.problems import FieldError, Problem, ProblemType
from schemas.removals import Removal
from service.errors import (
    ExportsFull,
    KeyInvalid,
    KeyMissing,
    RateExceeded,
    ReaderBusy,
    RequestRunning,
    ScopeMissing,
    StoreError,
    StreamsFull,
)
from service.exports.formats import MEDIA as MEDIA_TYPES
from service.web.bodies import LINES
from service.web.caching import NO_STORE, RECORD
from service.web.downloads import TEXTS
from service.web.headers import HeaderTooLarge
from service.web.openapi.components import prose, ref
from service.web.openapi.examples import example, examples
from service.web.openapi.headers import headers
from service.web.operations import Operation
from service.web.problems import MEDIA, type_of
from service.web.queries import CURSOR
from service.web.ranges import RangeUnsatisfiable
from service.web.replies import JSON
from service.web.representations import KNOWN, STREAM

_HEADERS: dict[type[Exception], str] = {
    ReaderBusy: "Retry-After",
    StreamsFull: "Retry-After",
    ExportsFull: "Retry-After",
    RequestRunning: "Retry-After",
    RateExceeded: "Retry-After",
    StoreError: "Retry-After",
    KeyMissing: "WWW-Authenticate",
    ScopeMissing: "WWW-Authenticate",
    RangeUnsatisfiable: "Content-Range",
}
"""The header that the answer to an error has."""


EVENT = 'id: 1234\ndata: {"sequence": 1234, "action": "created", "entity": "claim", …}\n\n'
"""An event of a stream, of which there may be any number."""


_FAULTS = {
    "/problems/invalid-parameter": FieldError("give a number from 1 to 200.", parameter="limit"),
    "/problems/invalid-body": FieldError("it is missing. Give it.", pointer="/text"),
}
"""What a problem of a type names as wrong."""


def answers(operation: Operation) -> dict[str, Any]:
    """The responses of an operation that succeeds, by status."""
    return _file(operation, operation.file) if operation.file else _structured(operation)


def _file(operation: Operation, format: Format) -> dict[str, Any]:
    """The whole of an export, a range of it, and that the caller has it."""
    text = format in TEXTS
    content = {MEDIA_TYPES[format]: {"schema": {"type": "string"} if text else {"type": "string", "format": "binary"}}}
    kept = headers(operation, "Cache-Control", "Content-Location", "ETag", "Sayso-Removed", "Vary")
    sent = kept | headers(operation, "Accept-Ranges", "Content-Disposition")
    return {
        "200": {"description": "The whole export.", "headers": sent, "content": content},
        "206": {
            "description": "The range of it that was asked for.",
            "headers": sent | headers(operation, "Content-Range"),
            "content": content,
        },
        "304": {"description": "The caller has what it would get, by its tag.", "headers": kept},
    }


def _structured(operation: Operation) -> dict[str, Any]:
    gives: Any = operation.gives
    content: dict[str, Any] = {"schema": ref(gives)}
    answer = {"description": prose(gives.__doc__).partition("\n")[0], "headers": headers(operation, "Cache-Control")}
    shown = {"content": {JSON: {**content, "example": example(operation)}}}
    found: dict[str, Any] = {str(status): {**answer, "content": {JSON: content}} for status in operation.statuses}
    if operation.batch:
        found["200"]["content"][LINES] = {
            "schema": ref(operation.batch),
            "example": examples()[operation.batch.__name__],
        }
    if operation.live:
        shown["content"][STREAM] = {"schema": {"type": "string"}, "example": EVENT}
    if operation.linked:
        shown["content"] |= {media: {"schema": {"type": "object"}} for profile, media in KNOWN.items() if profile}
    if "201" in found:
        return found | {"201": {**answer, **shown, "headers": headers(operation, "Cache-Control", "Location")}}
    if operation.matches:
        tag = [] if gives is Removal else ["ETag"]
        return {"200": {**answer, **shown, "headers": headers(operation, "Cache-Control", *tag)}}
    kept, link = _kept_by(operation), ["Link"] if operation.linked or _paged(operation) else []
    if operation.query and {"as_of", "limit"} <= operation.query.parameters.keys():
        kept.append("Sayso-Sequence")
    if operation.cache == RECORD and operation.query and "as_of" in operation.query.parameters:
        kept.append("Sayso-Removed")
    held = {
        "description": "The caller has what it would get, by its tag or date.",
        "headers": headers(operation, *kept),
    }
    whole = {"200": {**answer, **shown, "headers": headers(operation, *kept, *link)}}
    if operation.moves:
        moved = {
            "description": "It was merged: this is what it was, and where it is.",
            "content": found["200"]["content"],
        }
        whole["308"] = {**moved, "headers": headers(operation, "Cache-Control", "ETag", "Location")}
    return whole if operation.cache == NO_STORE else {**whole, "304": held}


def _paged(operation: Operation) -> bool:
    return operation.query is not None and CURSOR in operation.query.parameters


def _kept_by(operation: Operation) -> list[str]:
    """The headers by which an answer is kept, or is not, and asked for anew."""
    tags = [] if operation.cache == NO_STORE else ["ETag", "Vary"]
    return ["Cache-Control", *tags, *(["Last-Modified"] if operation.cache == RECORD else [])]


def problems(operation: Operation) -> dict[str, Any]:
    """The problems an operation can answer with. An error class stands for its subclasses too."""
    named = [*operation.raises, *operation.faults, *_refusals(operation)]
    # Any request at all can be unsound, or meet a fault of the service.
    errors: set[type[Exception]] = {ClientException, HeaderTooLarge, Exception, *named}
    if operation.limited:
        errors.add(RateExceeded)
    errors.update(kind for error in named for kind in error.__subclasses__())
    types = sorted({type_of(error) for error in errors}, key=lambda found: (found.status, found.type))
    return {
        str(status): _problem(operation, list(some)) for status, some in groupby(types, key=lambda found: found.status)
    }


def _refusals(operation: Operation) -> list[type[Exception]]:
    """What who asks can be refused for. Any key may read."""
    if not operation.needs:
        return []
    return [KeyMissing, KeyInvalid] if operation.needs is Scope.READ else [KeyMissing, KeyInvalid, ScopeMissing]


def _problem(operation: Operation, types: list[ProblemType]) -> dict[str, Any]:
    told_by = [name for error, name in _HEADERS.items() if type_of(error) in types]
    told = {found.type.rpartition("/")[2]: {"value": msgspec.to_builtins(_example(found))} for found in types}
    content = {MEDIA: {"schema": ref(Problem), "examples": told}}
    description = "; ".join(found.title for found in types) + "."
    return {"description": description, "headers": headers(operation, "Cache-Control", *told_by), "content": content}


def _example(type: ProblemType) -> Problem:
    errors = (_FAULTS[type.type],) if type.type in _FAULTS else UNSET
    return Problem(type.type, type.title, type.status, type.description, errors, "3f9c2a7d1e5b4860a9d2c4f60718b35e")
