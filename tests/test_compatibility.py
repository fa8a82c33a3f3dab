"""The API keeps its word: what a released document promised is kept, or the version says that it is not."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.compatibility import allowed, breaks
from tests.contract import DOCUMENT

RELEASED = Path(__file__).parents[1] / "openapi" / "released.json"

Json = dict[str, Any]
Change = Callable[[Json], object]


def operation(document: Json, path: str, method: str = "get") -> Json:
    """The operation, to be changed."""
    found: Json = document["paths"][path][method]
    return found


def parameter(document: Json, name: str) -> Json:
    """The parameter of the list of claims, to be changed."""
    return next(one for one in operation(document, "/v1/claims")["parameters"] if one["name"] == name)


def schema(document: Json, name: str) -> Json:
    """The schema, to be changed."""
    found: Json = document["components"]["schemas"][name]
    return found


def after(change: Change) -> list[str]:
    """What the change of the document breaks."""
    changed = copy.deepcopy(DOCUMENT)
    change(changed)
    return breaks(DOCUMENT, changed)


def test_the_released_promise_is_kept() -> None:
    """Against the last released document nothing breaks, or the version allows it."""
    if not RELEASED.exists():
        pytest.skip("No version is released yet; the first release puts its document into openapi/released.json.")
    released = msgspec.json.decode(RELEASED.read_bytes())
    if not allowed(released["info"]["version"], DOCUMENT["info"]["version"]):
        assert breaks(released, DOCUMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("0.1.0", "0.1.1", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "0.10.0", True),
        ("0.9.0", "1.0.0", True),
        ("1.2.0", "1.3.0", False),
        ("1.2.0", "2.0.0", True),
    ],
)
def test_versions_that_may_break(old: str, new: str, may: bool) -> None:
    """A higher major may break, and before 1.0 a higher minor."""
    assert allowed(old, new) is may


BREAKS: dict[str, Change] = {
    "GET /v1/claims/{id}: gone": lambda new: new["paths"].pop("/v1/claims/{id}"),
    "GET /v1/claims: its id changed": lambda new: operation(new, "/v1/claims").update(operationId="findClaims"),
    "GET /v1/claims: wants another key": lambda new: operation(new, "/v1/claims").update(security=[{"key": []}]),
    "GET /v1/claims: query ids is gone": lambda new: operation(new, "/v1/claims")["parameters"].pop(0),
    "GET /v1/claims: query q is required": lambda new: parameter(new, "q").update(required=True),
    "GET /v1/claims: query role is written": lambda new: parameter(new, "role").update(explode=True),
    "GET /v1/claims: query limit: its maximum": lambda new: parameter(new, "limit")["schema"].update(maximum=100),
    "GET /v1/claims: query limit: its default": lambda new: parameter(new, "limit")["schema"].update(default=20),
    "GET /v1/claims: query role[]: its words": lambda new: schema(new, "RoleChoice")["enum"].pop(),
    "GET /v1/claims/{id}: 200.confidence.level: its words": lambda new: schema(new, "Level")["enum"].append("sure"),
    "GET /v1/claims: 200.items[].text: gone": lambda new: schema(new, "Claim")["properties"].pop("text"),
    "GET /v1/claims: 200.items[].text: its type": lambda new: schema(new, "Claim")["properties"]["text"].update(
        type="x"
    ),
    "GET /v1/claims: 200.items[].id: is not sure": lambda new: schema(new, "Claim")["required"].remove("id"),
    "GET /v1/claims: 200: has no Link": lambda new: operation(new, "/v1/claims")["responses"]["200"].pop("headers"),
    "GET /v1/claims: 200: comes as text/csv": lambda new: operation(new, "/v1/claims")["responses"]["200"][
        "content"
    ].update({"text/csv": {"schema": {}}}),
    "GET /v1/claims: answers 202": lambda new: operation(new, "/v1/claims")["responses"].update(
        {"202": {"description": "Later."}}
    ),
    "GET /v1/claims/{id}: never answers 404": lambda new: operation(new, "/v1/claims/{id}")["responses"].pop("404"),
    "POST /v1/articles: body: text/plain": lambda new: operation(new, "/v1/articles", "post")["requestBody"][
        "content"
    ].pop("text/plain"),
    "POST /v1/articles: body.title: is not sure": lambda new: schema(new, "NewArticle")["required"].append("title"),
    "POST /v1/articles: body.title: gone": lambda new: schema(new, "NewArticle")["properties"].pop("title"),
    "POST /v1/articles: body.title: its maxLength": lambda new: schema(new, "NewArticle")["properties"]["title"].update(
        maxLength=10
    ),
    "POST /v1/articles: body.url: its pattern": lambda new: schema(new, "NewArticle")["properties"]["url"].update(
        pattern="^https://"
    ),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_breaks_are_found(fault: str) -> None:
    """What a client of today would trip over is named with its place."""
    found = after(BREAKS[fault])
    assert any(one.startswith(fault) for one in found), found


ADDITIONS: dict[str, Change] = {
    "path": lambda new: new["paths"].update({"/v2/claims": new["paths"]["/v1/claims"]}),
    "parameter": lambda new: operation(new, "/healthz").update(parameters=[{"in": "query", "name": "z", "schema": {}}]),
    "field of an answer": lambda new: schema(new, "Claim")["properties"].update(z={"type": "string"}),
    "certain field of an answer": lambda new: schema(new, "SourcePage")["required"].append("next"),
    "field of an input": lambda new: schema(new, "NewArticle")["properties"].update(z={"type": "string"}),
    "room in an input": lambda new: schema(new, "NewArticle")["properties"]["title"].update(maxLength=5000),
    "room in a parameter": lambda new: parameter(new, "limit")["schema"].update(maximum=500),
    "problem": lambda new: operation(new, "/healthz")["responses"].update({"429": {"description": "Too often."}}),
    "key for some": lambda new: operation(new, "/healthz").update(security=[{}, {"key": []}]),
    "prose": lambda new: schema(new, "Claim").update(description="A sentence."),
}


@pytest.mark.parametrize("change", ADDITIONS)
def test_additions_break_nothing(change: str) -> None:
    """A client of today does not notice what is added."""
    assert after(ADDITIONS[change]) == []
