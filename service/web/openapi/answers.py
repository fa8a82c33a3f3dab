"""What an operation answers: its success, and every problem that it can meet."""

from itertools import groupby
from typing import Any

import msgspec
from litestar.exceptions import ClientException

from schemas.problems import Problem, ProblemType
from service.errors import ReaderBusy
from service.web.bodies import LINES
from service.web.caching import NO_STORE, RECORD
from service.web.openapi.components import prose, ref
from service.web.openapi.examples import examples
from service.web.openapi.headers import headers
from service.web.operations import Operation
from service.web.problems import MEDIA, type_of
from service.web.replies import JSON


def answers(operation: Operation) -> dict[str, Any]:
    """The responses of an operation that succeeds, by status."""
    content: dict[str, Any] = {"schema": ref(operation.gives)}
    answer = {"description": prose(operation.gives.__doc__).partition("\n")[0], "headers": headers("Cache-Control")}
    plain = {**answer, "content": {JSON: content}}
    shown = {**answer, "content": {JSON: {**content, "example": examples()[operation.gives.__name__]}}}
    if operation.batch:
        line = {"schema": ref(operation.batch), "example": examples()[operation.batch.__name__]}
        plain["content"] = {JSON: content, LINES: line}
    if operation.creates:
        return {"200": plain, "201": {**shown, "headers": headers("Cache-Control", "Location")}}
    if operation.cache == NO_STORE:
        return {"200": shown}
    kept = ["Cache-Control", "ETag", "Vary", *(["Last-Modified"] if operation.cache == RECORD else [])]
    link = ["Link"] if operation.query else []
    held = {"description": "The caller has what it would get, by its tag or date.", "headers": headers(*kept)}
    return {"200": {**shown, "headers": headers(*kept, *link)}, "304": held}


def problems(operation: Operation) -> dict[str, Any]:
    """The problems an operation can answer with. An error class stands for its subclasses too."""
    named = [*operation.raises, *operation.faults]
    # Any request at all can be unsound, or meet a fault of the service.
    errors: set[type[Exception]] = {ClientException, Exception, *named}
    errors.update(kind for error in named for kind in error.__subclasses__())
    types = sorted({type_of(error) for error in errors}, key=lambda found: (found.status, found.type))
    return {str(status): _problem(list(some)) for status, some in groupby(types, key=lambda found: found.status)}


def _problem(types: list[ProblemType]) -> dict[str, Any]:
    late = ["Retry-After"] if type_of(ReaderBusy) in types else []
    told = {
        found.type.rpartition("/")[2]: {
            "value": msgspec.to_builtins(Problem(found.type, found.title, found.status, found.description))
        }
        for found in types
    }
    content = {MEDIA: {"schema": ref(Problem), "examples": told}}
    description = "; ".join(found.title for found in types) + "."
    return {"description": description, "headers": headers("Cache-Control", *late), "content": content}
