"""What is sent to webhooks, as the document tells it: an operation of the receiver's."""

from typing import Any

from schemas.webhooks import Notice
from service.web.openapi.components import ref
from service.web.openapi.examples import examples
from service.web.replies import JSON


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "examples": [example]}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


_HEADERS = [
    _header(
        "webhook-id",
        "By what a delivery is known that comes again: it has the same at every attempt.",
        "msg_0f1e2d3c4b5a69788796a5b4",
    ),
    _header("webhook-timestamp", "When this attempt was made, in seconds since 1970.", "1770543000"),
    _header(
        "webhook-signature",
        "Signatures with spaces between, any of which will do: `v1,` and the HMAC-SHA256, in Base64, of id, timestamp "
        "and body with full stops between, by what the secret holds in Base64 behind `whsec_`.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
]

_ANSWERS = {
    "2XX": "It has been taken. Any other status, and none within 15 seconds, has it sent again.",
    "410": "No more is wanted: the webhook is disabled.",
}


def webhooks() -> dict[str, Any]:
    """The webhooks of the document, by name."""
    operation = {
        "operationId": "recordChanged",
        "tags": ["webhooks"],
        "summary": "Changes of the record",
        "description": (
            "Sent to each webhook as changes are made, a hundred together at most, in the order in which they were "
            "made. What failed comes again later, when others have come; `sequence` tells the order."
        ),
        "parameters": _HEADERS,
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": ref(Notice), "example": examples()[Notice.__name__]}},
        },
        "security": [],
        "responses": {status: {"description": text} for status, text in _ANSWERS.items()},
    }
    return {"recordChanged": {"post": operation}}
