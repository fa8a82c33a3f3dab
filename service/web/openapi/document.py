"""The document: what the service is, and each of its operations."""

from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from schemas.articles import NewArticle
from schemas.keys import Scope
from service.keys import PREFIX
from service.web.bodies import LINES, TEXT
from service.web.caching import NO_STORE
from service.web.openapi.answers import answers, problems
from service.web.openapi.components import components, prose, ref
from service.web.openapi.examples import examples
from service.web.openapi.headers import HEADERS
from service.web.openapi.parameters import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    IF_RANGE,
    LAST_EVENT_ID,
    RANGE,
    path_parameters,
    query_parameter,
)
from service.web.openapi.webhooks import webhooks
from service.web.operations import KEY, Operation
from service.web.replies import JSON
from service.web.routes import operations

_INFO = {
    "title": "Sayso",
    "summary": "Every sentence of the news, on whose say-so, and how sure.",
    "description": (
        "Sayso reads news articles and keeps each sentence as a claim, linked to the sources it is attributed to "
        "through every relay, with a confidence level that shows its evidence.\n\n"
        "A level rates what the text commits the claim's origin to. It does not say whether the claim is true.\n\n"
        "Spans are half-open and count Unicode code points of the article's text. A list gives `next` (and a `Link` "
        'header, `rel="next"`) until its last page. An optional member is absent, never null. Every error is a '
        "problem (RFC 9457), whose `type` can be looked up, and whose `request_id` finds it in the log of the service. "
        "HEAD is answered wherever GET is."
    ),
    "contact": {"name": "The Sayso authors"},
    "license": {"name": "MIT", "identifier": "MIT"},
    "version": version("sayso"),
}

_TAGS = {
    "articles": "The texts that claims are read from.",
    "claims": "Sentences, with their sources and confidence.",
    "sources": "Who claims are attributed to.",
    "exports": "All claims of a query as one file.",
    "corrections": "What people put right in articles, claims and sources.",
    "removals": "What is removed for good.",
    "reviews": "What third parties say of claims, which has no part in confidence.",
    "changes": "The record as it goes on.",
    "webhooks": "Where changes are sent as they are made.",
    "keys": "Who may do what.",
    "vocabularies": "The words of the record, with their definitions.",
    "problems": "What each problem means.",
    "health": "What an orchestrator asks.",
}


_KEY = "key"

_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": f"{PREFIX} and 59 letters and digits",
    "description": (
        "A key, made by `sayso key add` or `createKey`. Of its scopes `write` and `review` include `read`, and `admin` "
        "includes all. Where reads are open, as they are unless the service is set otherwise, they need no key."
    ),
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
            "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
            "paths": paths,
            "webhooks": webhooks(),
            "components": {"headers": HEADERS, "schemas": components(), "securitySchemes": {_KEY: _SCHEME}},
        }
    )


def _operation(path: str, method: str, handler: HTTPRouteHandler) -> dict[str, Any]:
    operation: Operation = handler.opt[KEY]
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": handler.resolve_tags(),
        "summary": operation.summary,
        "description": _description(operation, prose(handler.fn.__doc__)),
    }
    query = operation.query.parameters.values() if operation.query else ()
    if parameters := [*path_parameters(path), *map(query_parameter, query), *_headers(operation)]:
        described["parameters"] = parameters
    if operation.takes:
        described["requestBody"] = _body(operation)
    described["security"] = _security(operation.needs)
    return {**described, "responses": {**answers(operation), **problems(operation)}}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    """The headers that a caller may send with it."""
    is_file = operation.file is not None
    taken = (
        (operation.once, IDEMPOTENCY_KEY),
        (operation.live, LAST_EVENT_ID),
        (operation.matches, IF_MATCH),
        (is_file or operation.cache != NO_STORE, IF_NONE_MATCH),
        (is_file, RANGE),
        (is_file, IF_RANGE),
    )
    return [header for takes, header in taken if takes]


def _description(operation: Operation, text: str) -> str:
    if operation.needs in (None, Scope.READ):
        return text
    return f"{text}\n\nIt needs a key with the scope `{operation.needs}`."


def _security(needs: Scope | None) -> list[dict[str, list[str]]]:
    """The ways in. Said in so many words also where no key is needed, since silence may be forgetting."""
    if needs is None:
        return []
    # Which scope, the document can say in words only: lists of scopes are for OAuth, as its linters have it.
    return [{}, {_KEY: []}] if needs is Scope.READ else [{_KEY: []}]


def _body(operation: Operation) -> dict[str, Any]:
    takes: Any = operation.takes
    example = examples()[takes.__name__]
    structured = {"schema": ref(takes), "example": example}
    content = {JSON: structured}
    if takes is NewArticle:
        content[TEXT] = {"schema": {"type": "string"}, "example": example["text"]}
    if operation.batch:
        content[LINES] = structured
    return {"required": True, "content": content}
