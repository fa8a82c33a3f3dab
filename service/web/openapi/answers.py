"""What an operation answers: its success, and every problem that it can meet."""

from itertools import groupby
from typing import Any

import msgspec
from litestar.exceptions import ClientException

from schemas.keys import Scope
from schemas.problems import Problem, ProblemType
from service.errors import KeyInvalid, KeyMissing, ReaderBusy, RequestRunning, ScopeMissing
from service.web.openapi.components import prose, ref
from service.web.openapi.examples import examples
from service.web.operations import Operation
from service.web.problems import MEDIA, type_of
from service.web.replies import JSON

_HEADERS: dict[type[Exception], tuple[str, str]] = {
    ReaderBusy: ("Retry-After", "Seconds after which to send it again, where it is too busy."),
    RequestRunning: ("Retry-After", "Seconds after which to send it again, where it is running."),
    KeyMissing: ("WWW-Authenticate", "`Bearer`, and in `error` what is wrong with the key that was given (RFC 6750)."),
    ScopeMissing: ("WWW-Authenticate", "`Bearer`, with the `scope` that is missing (RFC 6750)."),
}
"""The header that the answer to an error has, and what it tells."""


def answers(operation: Operation) -> dict[str, Any]:
    """The responses of an operation that succeeds, by status."""
    content: dict[str, Any] = {"schema": ref(operation.gives)}
    answer = {"description": prose(operation.gives.__doc__).partition("\n")[0]}
    shown = {"content": {JSON: {**content, "example": examples()[operation.gives.__name__]}}}
    found: dict[str, Any] = {str(status): {**answer, "content": {JSON: content}} for status in operation.statuses}
    if "201" in found:
        found["201"] |= {**shown, "headers": {"Location": _header("The path of what was stored.")}}
    elif operation.query:
        found["200"] |= {**shown, "headers": {"Link": _header('The next page, `rel="next"`; absent on the last.')}}
    else:
        found["200"] |= shown
    return found


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def problems(operation: Operation) -> dict[str, Any]:
    """The problems an operation can answer with. An error class stands for its subclasses too."""
    named = [*operation.raises, *operation.faults, *_refusals(operation)]
    # Any request at all can be unsound, or meet a fault of the service.
    errors: set[type[Exception]] = {ClientException, Exception, *named}
    errors.update(kind for error in named for kind in error.__subclasses__())
    types = sorted({type_of(error) for error in errors}, key=lambda found: (found.status, found.type))
    return {str(status): _problem(list(some)) for status, some in groupby(types, key=lambda found: found.status)}


def _refusals(operation: Operation) -> list[type[Exception]]:
    """What who asks can be refused for. Any key may read."""
    if not operation.needs:
        return []
    return [KeyMissing, KeyInvalid] if operation.needs is Scope.READ else [KeyMissing, KeyInvalid, ScopeMissing]


def _problem(types: list[ProblemType]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": "; ".join(found.title for found in types) + "."}
    if headers := {name: _header(text) for error, (name, text) in _HEADERS.items() if type_of(error) in types}:
        described["headers"] = headers
    told = {
        found.type.rpartition("/")[2]: {
            "value": msgspec.to_builtins(Problem(found.type, found.title, found.status, found.description))
        }
        for found in types
    }
    content = {MEDIA: {"schema": ref(Problem), "examples": told}}
    return {**described, "content": content}
