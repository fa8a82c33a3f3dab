"""The OpenAPI document, made from the routes, the Structs and the table of problems.

Litestar's own generator is not used: it knows no Struct docstrings, no closed inputs, and no problem as an answer.
"""

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from litestar import Controller, Litestar
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct

from schemas.articles import NewArticle
from schemas.problems import Problem, ProblemType
from service.errors import ReaderBusy
from service.web.articles import Articles, Extracts
from service.web.bodies import MEDIA_TYPES
from service.web.claims import Attributions, Claims
from service.web.health import Probes
from service.web.levels import Levels
from service.web.operations import KEY, Operation
from service.web.parameters import MAX_VALUES, NOT, Parameter
from service.web.problems import MEDIA, Problems, type_of
from service.web.replies import JSON
from service.web.sources import Sources

CONTROLLERS: list[type[Controller]] = [Articles, Extracts, Claims, Attributions, Sources, Levels, Problems, Probes]

_SCHEMAS = "#/components/schemas/{name}"

_INFO = {
    "title": "Sayso",
    "summary": "Every sentence of the news, on whose say-so, and how sure.",
    "description": (
        "Sayso reads news articles and keeps each sentence as a claim, linked to the sources it is attributed to "
        "through every relay, with a confidence level that shows its evidence.\n\n"
        "A level rates what the text commits the claim's origin to. It does not say whether the claim is true.\n\n"
        "Spans are half-open and count Unicode code points of the article's text. A list gives `next` (and a `Link` "
        'header, `rel="next"`) until its last page. An optional member is absent, never null. Every error is a '
        "problem (RFC 9457), whose `type` can be looked up. HEAD is answered wherever GET is."
    ),
    "contact": {"name": "The Sayso authors"},
    "license": {"name": "MIT", "identifier": "MIT"},
    "version": version("sayso"),
}

_TAGS = {
    "articles": "The texts that claims are read from.",
    "claims": "Sentences, with their sources and confidence.",
    "sources": "Who claims are attributed to.",
    "vocabularies": "The words of the record, with their definitions.",
    "problems": "What each problem means.",
    "health": "What an orchestrator asks.",
}

_IDS = {
    "/v1/articles": "art_5f0c1d2e3a4b5968",
    "/v1/claims": "clm_91b6f4d07ac35e28",
    "/v1/sources": "korean-central-news-agency",
    "/problems": "not-found",
}


@cache
def document() -> bytes:
    """The OpenAPI 3.1 document as JSON: the same bytes for the same code."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in operations():
        paths.setdefault(path, {})[method] = _operation(path, method, handler)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": _INFO,
            "servers": [{"url": "/"}],
            # Said in so many words, since a document that is silent may have forgotten its keys: none is needed.
            "security": [],
            "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
            "paths": paths,
            "components": {"schemas": _components()},
        }
    )


def operations() -> list[tuple[str, str, HTTPRouteHandler]]:
    """Every operation of the API with its path and method, in their order, which Litestar's own is not."""
    app = Litestar(CONTROLLERS, openapi_config=None, logging_config=None)
    found = [
        (route.path_format, "post" if "POST" in handler.http_methods else "get", handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if KEY in handler.opt
    ]
    return sorted(found, key=lambda operation: operation[:2])


def _operation(path: str, method: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    operation: Operation = handler.opt[KEY]
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": handler.resolve_tags(),
        "summary": operation.summary,
        "description": _prose(handler.fn.__doc__),
    }
    query = operation.query.parameters.values() if operation.query else ()
    if parameters := [*_path_parameters(path), *map(_parameter, query)]:
        described["parameters"] = parameters
    if method == "post":
        described["requestBody"] = _body()
    return {**described, "responses": {**_answers(operation), **_problems(operation)}}


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        prefix = path.partition("/{")[0]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"One of those that `{prefix}` lists.",
            "schema": {"type": "string"},
            "example": _IDS[prefix],
        }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([parameter.type], ref_template=_SCHEMAS)
    description, style = parameter.description, {}
    if parameter.negates:
        description = f"{description} Behind `{NOT}`, what must not be."
        schema = {"$ref": _SCHEMAS.format(name=_choice(parameter.type))} if _is_word(parameter) else schema
    if parameter.many:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_VALUES}
        style = {"style": "form", "explode": False}
    return {
        "name": parameter.name,
        "in": "query",
        "description": description,
        **style,
        # Swagger UI fills its form with an ``example`` of the parameter, which would narrow every first try.
        "schema": schema if parameter.example is None else {**schema, "examples": [parameter.example]},
    }


@cache
def _examples() -> dict[str, dict[str, Any]]:
    """One example of each Struct that is sent. They hang together: the claim is the article's."""
    examples: dict[str, dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("examples.json").read_bytes())
    return examples


def _body() -> dict[str, Any]:
    example = _examples()["NewArticle"]
    json, text = MEDIA_TYPES
    content = {
        json: {"schema": _ref(NewArticle), "example": example},
        text: {"schema": {"type": "string"}, "example": example["text"]},
    }
    return {"required": True, "content": content}


def _answers(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": _ref(operation.gives)}
    answer = {"description": _prose(operation.gives.__doc__).partition("\n")[0]}
    plain = {**answer, "content": {JSON: content}}
    shown = {**answer, "content": {JSON: {**content, "example": _examples()[operation.gives.__name__]}}}
    if operation.creates:
        return {"200": plain, "201": {**shown, "headers": {"Location": _header("The path of what was stored.")}}}
    if operation.query:
        return {"200": {**shown, "headers": {"Link": _header('The next page, `rel="next"`; absent on the last.')}}}
    return {"200": shown}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _problems(operation: Operation) -> dict[str, Any]:
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
    examples = {
        found.type.rpartition("/")[2]: {
            "value": msgspec.to_builtins(Problem(found.type, found.title, found.status, found.description))
        }
        for found in types
    }
    content = {MEDIA: {"schema": _ref(Problem), "examples": examples}}
    return {**described, "content": content}


def _components() -> dict[str, Any]:
    types: set[type] = {Problem, NewArticle, *(handler.opt[KEY].gives for _, _, handler in operations())}
    types |= {parameter.type for parameter in _asked() if _is_word(parameter)}
    _, schemas = msgspec.json.schema_components(types, ref_template=_SCHEMAS)
    components = {name: _component(name, schemas[name]) for name in schemas} | _choices()
    return {name: components[name] for name in sorted(components)}


def _component(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that msgspec makes, with what a client generator needs besides."""
    schema = {**schema, "description": _prose(schema["description"])}
    if name in _vocabularies():
        members = list(_vocabularies()[name])
        # Generators make names of values, and of CT+ and CT- one and the same.
        names = {"x-enum-varnames": [member.name for member in members]}
        return {**schema, "type": "string", "enum": [member.value for member in members], **names}
    # A field with a default is always sent: what may be absent is UNSET and has no default in the schema.
    for field, of in schema["properties"].items():
        if of.pop("default", None) is not None:
            schema["required"] = [*schema.get("required", ()), field]
    return schema


def _asked() -> list[Parameter]:
    """The parameters of all lists."""
    queries = [handler.opt[KEY].query for _, _, handler in operations()]
    return [parameter for query in queries if query for parameter in query.parameters.values()]


def _is_word(parameter: Parameter) -> bool:
    return parameter.type in _vocabularies().values()


def _choice(vocabulary: type[StrEnum]) -> str:
    return f"{vocabulary.__name__}Choice"


def _choices() -> dict[str, dict[str, Any]]:
    """What a parameter takes that negates the words of a vocabulary: each word, and each as one that must not be."""
    return {
        _choice(parameter.type): {
            "description": f"A value of `{parameter.type.__name__}`, or behind `{NOT}` one that must not be.",
            "type": "string",
            "enum": [sign + member.value for sign in ("", NOT) for member in parameter.type],
            "x-enum-varnames": [sign + member.name for sign in ("", "NOT_") for member in parameter.type],
        }
        for parameter in _asked()
        if parameter.negates and _is_word(parameter)
    }


@cache
def _vocabularies() -> dict[str, type[StrEnum]]:
    """The enums by name. msgspec sorts their members; their own order says more."""
    return {enum.__name__: enum for enum in StrEnum.__subclasses__() if enum.__module__.startswith("schemas.")}


def _ref(struct: type[Struct]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(name=struct.__name__)}


def _prose(docstring: str | None) -> str:
    return inspect.cleandoc(docstring or "").replace("``", "`")
