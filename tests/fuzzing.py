"""What Schemathesis checks besides its own: it takes this module as its hooks."""

import os
from typing import Any

import msgspec
import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response

from service.web.bodies import LINES

TYPES = {"/problems/reused-idempotency-key", "/problems/unreadable-text", "/problems/unsupported-language"}
PLACES = {
    *("as_of", "after", "cursor", "q", "highlight", "sort"),
    *("/published_at", "/expires_at", "/url", "/after", "/member_of", "/into"),
}
ALWAYS = {
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "server",
    "transfer-encoding",
    "x-content-type-options",
}


OWN = f"key_{os.environ['KEY'][6:16]}"
"""The id of the key by which it asks."""


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """The key by which it asks, which it meets in the list of keys, is not revoked.

    No webhook leads anywhere, and to find that out takes no network.
    """
    body = case.body
    if case.path.startswith("/v1/webhooks") and isinstance(body, dict) and str(body.get("url")).startswith("https:"):
        body["url"] = "https://localhost/"
    if case.method == "DELETE" and case.path_parameters.get("id") == OWN:
        case.path_parameters["id"] = "key_none"


@schemathesis.serializer(LINES)
def to_line(ctx: Any, value: Any) -> bytes:
    """A batch of one."""
    return msgspec.json.encode(value)


@schemathesis.deserializer(LINES)
def from_line(ctx: Any, response: Response) -> Any:
    """What is told of the one article of a batch; of an export, what its lines are to the document: a text."""
    if "/exports/" in str(response.request.url):
        return response.content.decode()
    return msgspec.json.decode(response.content)


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Whether to try the case. A batch is taken whatever its lines are: `tests/test_batches.py` has those refused."""
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    return case.media_type != LINES or not negative


@schemathesis.check
def schema_tells_what_is_refused(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What fits its schema is refused only where no schema could tell: a text or a search with no word, a text in no
    English, a time, a cursor or a source that is none, a moment or a change that has not come, what is asked of a
    search where nothing is searched for, an Idempotency-Key of another article.
    """
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if not fits or response.status_code not in (400, 413, 415, 422):
        return
    problem = response.json()
    if case.media_type == LINES and problem["type"] == "/problems/invalid-header":
        return  # A batch takes no Idempotency-Key, which other bodies of the same operation do.
    if "If-Match" in problem["detail"]:
        return  # For a pattern with a choice in it the coverage phase takes "0", which does not fit it.
    places = {error.get("parameter", error.get("pointer")) for error in problem.get("errors", ())}
    if any(words in problem["detail"] for words in ("corrects nothing", "names no verdict")):
        return  # One of several members must be there.
    if "got float" in problem["detail"]:
        return  # 1.0 is an integer to a schema, and here none.
    assert problem["type"] in TYPES or (places and places <= PLACES), f"Its schema should tell: {problem}"


@schemathesis.check
def headers_are_documented(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """No header comes that the document does not have for this answer, but for those that come with every one."""
    documented = case.operation.definition.raw["responses"].get(str(response.status_code))
    if documented is not None:
        names = {name.lower() for name in documented.get("headers", {})}
        assert {name.lower() for name in response.headers} <= names | ALWAYS, sorted(response.headers)
