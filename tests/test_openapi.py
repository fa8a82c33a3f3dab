"""The OpenAPI document: valid, complete, and the one that is served."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar.routes import HTTPRoute
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.settings import Settings
from service.web.app import routed
from service.web.metrics import Meter
from service.web.openapi.document import document
from service.web.openapi.examples import examples
from tests.contract import DOCUMENT
from tests.serving import serving

COMMITTED = Path(__file__).parents[1] / "openapi" / "openapi.json"

OPERATIONS: list[dict[str, Any]] = [one for path in DOCUMENT["paths"].values() for one in path.values()]


def test_the_document_is_valid() -> None:
    """OpenAPI 3.1, by its own schema."""
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_document_is_the_served_one(client: httpx.Client) -> None:
    """`make openapi` was run after the last change."""
    served = client.get("/openapi.json")
    assert served.headers["content-type"] == "application/json"
    assert served.content == document()
    assert msgspec.json.decode(COMMITTED.read_bytes()) == served.json(), "run `make openapi`"


def test_every_route_of_the_api_is_documented() -> None:
    """A route without an operation is one of the documentation's own."""
    routes = {route.path_format for route in routed(Settings(), Meter()).routes if isinstance(route, HTTPRoute)}
    assert routes - set(DOCUMENT["paths"]) == {"/", "/docs", "/docs/{name}", "/metrics", "/openapi.json"}


def test_operations_are_told_apart() -> None:
    """Every operation has an id of its own, a summary, a description and one tag that the document describes."""
    assert len({operation["operationId"] for operation in OPERATIONS}) == len(OPERATIONS) == 63
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for operation in OPERATIONS:
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1
        assert operation["tags"][0] in tags


def test_inputs_are_closed_and_answers_are_open() -> None:
    """An unknown field of an input is refused; an answer may gain fields."""
    closed = {name for name, schema in DOCUMENT["components"]["schemas"].items() if "additionalProperties" in schema}
    assert closed == {
        "ChangedLink",
        "ChangedWebhook",
        "GivenAttribution",
        "GivenLink",
        "GivenRating",
        "GivenReviewer",
        "Match",
        "NewArticle",
        "NewCorrection",
        "NewKey",
        "NewMerge",
        "NewRemoval",
        "NewRetraction",
        "NewReview",
        "NewSourceCorrection",
        "NewWebhook",
        "Stretch",
    }


def test_what_can_be_negated_is_closed() -> None:
    """A parameter that takes words of a vocabulary takes each also behind an exclamation mark, and nothing else."""
    schemas = DOCUMENT["components"]["schemas"]
    choices = {name.removesuffix("Choice"): schema for name, schema in schemas.items() if name.endswith("Choice")}
    assert set(choices) == {"Act", "ClaimKind", "Extraction", "Factuality", "Level", "Role", "SourceKind"}
    for name, choice in choices.items():
        words = schemas[name]["enum"]
        assert choice["enum"] == [*words, *(f"!{word}" for word in words)]
        assert len(set(choice["x-enum-varnames"])) == len(choice["enum"])


def test_optional_means_absent() -> None:
    """No schema allows null, and what is always sent is required."""
    assert b'"null"' not in document()
    assert "aliases" in DOCUMENT["components"]["schemas"]["CountedSource"]["required"]
    assert "next" not in DOCUMENT["components"]["schemas"]["ClaimPage"]["required"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation["operationId"]))
def test_examples_are_of_their_schema(operation: dict[str, Any]) -> None:
    """Every operation has an example, and every example of a body, an answer and a parameter is valid."""
    shown = [
        (content["schema"], example)
        for part in [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in part.get("content", {}).values()
        for example in [content.get("example"), *(e["value"] for e in content.get("examples", {}).values())]
        if example is not None
    ]
    shown += [(p["schema"], e) for p in operation.get("parameters", ()) for e in p["schema"].get("examples", ())]
    assert shown
    for schema, example in shown:
        OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(example)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: str(operation["operationId"]))
def test_examples_of_parameters_are_taken(operation: dict[str, Any], client: httpx.Client) -> None:
    """No example of a query parameter is refused. A cursor has none, since each belongs to one query."""
    path = next(path for path, methods in DOCUMENT["paths"].items() if operation in methods.values())
    parameters = [p for p in operation.get("parameters", ()) if p["in"] == "query" and "examples" in p["schema"]]
    if "{" not in path and DOCUMENT["paths"][path].get("get") is operation:
        for parameter in parameters:
            value = parameter["schema"]["examples"][0]
            text = ",".join(value) if isinstance(value, list) else str(value).replace("True", "true")
            assert client.get(path, params={parameter["name"]: text}).status_code == 200
    assert "cursor" not in {parameter["name"] for parameter in parameters}


def test_examples_are_what_is_answered(tmp_path: Path) -> None:
    """To who sends the article of the examples, but for the times and for what others have stored."""
    shown = examples()
    with serving(tmp_path / "sayso.db") as server, httpx.Client(base_url=server.url) as http:
        http.headers.update(server.authorization)
        extract = http.post("/v1/extract", json=shown["NewArticle"]).json()
        receipt = http.post("/v1/articles", json=shown["NewArticle"]).json()
        claim = http.get(f"/v1/claims/{shown['Claim']['id']}").json()
        source = http.get(f"/v1/sources/{shown['CountedSource']['id']}").json()
        review = http.post(f"/v1/claims/{claim['id']}/reviews", json=shown["NewReview"]).json()
        match = {"if-match": "*"}
        corrected = http.put(f"/v1/claims/{claim['id']}/correction", json=shown["NewCorrection"], headers=match)
        retracted = http.put(f"/v1/claims/{claim['id']}/retraction", json=shown["NewRetraction"], headers=match)
        http.delete(f"/v1/claims/{claim['id']}/retraction", headers=match)
        renamed = http.put(f"/v1/sources/{source['id']}/correction", json=shown["NewSourceCorrection"], headers=match)
    receipt["article"]["created_at"] = shown["Receipt"]["article"]["created_at"]
    assert [extract, receipt, claim, source, review] == [
        shown[name] for name in ("Extract", "Receipt", "Claim", "CountedSource", "Review")
    ]
    assert corrected.json() == shown["Claim"] | shown["correctClaim"]
    assert retracted.json() == shown["Claim"] | shown["correctClaim"] | shown["retractClaim"]
    assert renamed.json() == shown["CountedSource"] | shown["correctSource"]


def test_what_is_told_of_callers_is_told_where_it_is_so() -> None:
    """A tag to ask again by where there may be 304, and one that must be sent where a change goes by it."""
    for operation in OPERATIONS:
        taken = {p["name"]: p.get("required", False) for p in operation.get("parameters", ()) if p["in"] == "header"}
        answers = operation["responses"]
        assert ("If-None-Match" in taken) is ("304" in answers)
        assert ("Range" in taken) is ("If-Range" in taken) is ("206" in answers)
        assert taken.get("If-Match", False) is ("428" in answers)
        assert ("RateLimit" in answers.get("200", {}).get("headers", {})) is ("429" in answers and "200" in answers)


def test_times_are_told_from_texts() -> None:
    """When an article was stored is a time to a client generator."""
    assert DOCUMENT["components"]["schemas"]["Article"]["properties"]["created_at"]["format"] == "date-time"
