"""What an operation answers: its success, and every problem that it can meet."""

from itertools import groupby
from typing import Any

import msgspec
from litestar.exceptions import ClientException

from schemas.problems import Problem, ProblemType
from service.errors import ReaderBusy
from service.web.bodies import LINES
from service.web.openapi.components import prose, ref
from service.web.openapi.examples import examples
from service.web.operations import Operation
from service.web.problems import MEDIA, type_of
from service.web.replies import JSON


def answers(operation: Operation) -> dict[str, Any]:
    """The responses of an operation that succeeds, by status."""
    content: dict[str, Any] = {"schema": ref(operation.gives)}
    answer = {"description": prose(operation.gives.__doc__).partition("\n")[0]}
    plain = {**answer, "content": {JSON: content}}
    shown = {**answer, "content": {JSON: {**content, "example": examples()[operation.gives.__name__]}}}
    if operation.batch:
        line = {"schema": ref(operation.batch), "example": examples()[operation.batch.__name__]}
        plain["content"] = {JSON: content, LINES: line}
    if operation.creates:
        return {"200": plain, "201": {**shown, "headers": {"Location": _header("The path of what was stored.")}}}
    if operation.query:
        return {"200": {**shown, "headers": {"Link": _header('The next page, `rel="next"`; absent on the last.')}}}
    return {"200": shown}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def problems(operation: Operation) -> dict[str, Any]:
    """The problems an operation can answer with. An error class stands for its subclasses too."""
    named = [*operation.raises, *operation.faults]
    # Any request at all can be unsound, or meet a fault of the service.
    errors: set[type[Exception]] = {ClientException, Exception, *named}
    errors.update(kind for error in named for kind in error.__subclasses__())
    types = sorted({type_of(error) for error in errors}, key=lambda found: (found.status, found.type))
    return {str(status): _problem(list(some)) for status, some in groupby(types, key=lambda found: found.status)}


def _problem(types: list[ProblemType]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": "; ".join(found.title for found in types) + "."}
    if type_of(ReaderBusy) in types:
        described["headers"] = {"Retry-After": _header("Seconds after which to send it again, where it is too busy.")}
    told = {
        found.type.rpartition("/")[2]: {
            "value": msgspec.to_builtins(Problem(found.type, found.title, found.status, found.description))
        }
        for found in types
    }
    content = {MEDIA: {"schema": ref(Problem), "examples": told}}
    return {**described, "content": content}
