"""What the OpenAPI document promises, held against what is answered; and the one shape of a problem."""

import re
from typing import Any

import httpx
import msgspec
from openapi_schema_validator import OAS31Validator

from schemas.problems import Problem
from service.web.bodies import LINES
from service.web.openapi.document import document
from service.web.problems import MEDIA

DOCUMENT: dict[str, Any] = msgspec.json.decode(document())

HEADERS = {
    "etag",
    "last-modified",
    "cache-control",
    "vary",
    "link",
    "accept-ranges",
    "content-disposition",
    "content-location",
    "content-range",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "sayso-removed",
    "sayso-sequence",
    "www-authenticate",
    "x-request-id",
}


def check(response: httpx.Response) -> None:
    """The status, media type, body and headers of the response are documented; unknown paths and methods pass."""
    operation = _operation(response.request)
    if operation is None:
        return
    response.read()
    assert str(response.status_code) in operation["responses"], f"{response.status_code} {response.text}"
    documented = operation["responses"][str(response.status_code)]
    for header in HEADERS & set(response.headers):
        assert header in {name.lower() for name in documented["headers"]}
    if "content" not in documented:
        assert response.content == b""
        return
    content = documented["content"][response.headers["content-type"]]
    if content["schema"].get("type") == "string":
        return  # The file of an export, of which the document can say no more.
    for told in response.text.splitlines() if response.headers["content-type"] == LINES else [response.text]:
        OAS31Validator({**content["schema"], "components": DOCUMENT["components"]}).validate(msgspec.json.decode(told))


def problem(response: httpx.Response, status: int, name: str) -> Problem:
    """The problem in the response, which is the one called ``name`` and has all that every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA
    assert response.headers["x-content-type-options"] == "nosniff"
    found = msgspec.json.decode(response.content, type=Problem)
    assert (found.status, found.type) == (status, f"/problems/{name}")
    assert found.request_id == response.headers["x-request-id"]
    assert found.title
    assert found.detail
    return found


def _operation(request: httpx.Request) -> dict[str, Any] | None:
    for path, operations in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), request.url.path):
            operation: dict[str, Any] | None = operations.get(request.method.lower())
            return operation
    return None
