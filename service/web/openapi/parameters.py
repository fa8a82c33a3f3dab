"""Parameters, as the document tells them."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from service.web.idempotency import FORM
from service.web.openapi.components import SCHEMAS, choice, is_word
from service.web.parameters import MAX_VALUES, NOT, Parameter
from service.web.preconditions import MATCH

_IDS = {
    "/v1/articles": "art_3a3913a1cb1cfb1d3b25be2961",
    "/v1/claims": "clm_91854a2af617dae4c99ba19925",
    "/v1/sources": "korean-central-news-agency",
    "/v1/reviews": "rev_ec0da2cc03781b30bb72364a54",
    "/v1/keys": "key_4hR8sQ2mZt",
    "/v1/webhooks": "whk_5d0c9a1e7b3f2846",
    "/problems": "not-found",
}


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": (
        "A text of your choice, such as a UUID, by which this request is known when it is sent again with the same key "
        "in Authorization: in the next 24 hours the answer is the same, and nothing is done. With another body it is "
        "refused (422), and while the first is not answered, too (409). What was refused may be sent again under it. "
        "A batch takes none."
    ),
    "schema": {"type": "string", "pattern": FORM.pattern, "examples": ["0c6ba2f6-5d2b-4a48-9f3e-8d4a5c1e7b90"]},
}


VERSION = {
    "name": "version",
    "in": "path",
    "required": True,
    "description": "Which version, counted from 1.",
    "schema": {"type": "integer", "minimum": 0},
    "example": 2,
}

DELIVERY = {
    "name": "delivery",
    "in": "path",
    "required": True,
    "description": "One of those that `/v1/webhooks/{id}/deliveries` lists.",
    "schema": {"type": "string"},
    "example": "msg_0f1e2d3c4b5a69788796a5b4",
}

_TAG = {"examples": ['"9a3f5c0e7b1d2846a0c4e8f2b6d91735"']}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": (
        "The `ETag` of what was read, or `*`. Where it has been changed since, the request is refused (412), and "
        "without the header, too (428)."
    ),
    "schema": {"type": "string", "pattern": f"^{MATCH.pattern}$", **_TAG},
}

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of what the caller has. Where it would get the same, the answer is 304, without a body.",
    "schema": {"type": "string", **_TAG},
}

RANGE = {
    "name": "Range",
    "in": "header",
    "description": "Which bytes are wanted, as one range. All come where it is none, or is passed over for `If-Range`.",
    "schema": {"type": "string", "examples": ["bytes=0-1048575"]},
}

IF_RANGE = {
    "name": "If-Range",
    "in": "header",
    "description": "The `ETag` of what the caller has the beginning of. Where it is another now, all of it comes.",
    "schema": {"type": "string", **_TAG},
}

LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": (
        "Where a stream goes on, in place of `after`: the id of the last event that the caller has. Pages go by "
        "`after` alone."
    ),
    "schema": {"type": "string", "examples": ["1234"]},
}


_INNER = {"version": VERSION, "delivery": DELIVERY}
"""The parameters that tell something of what the first has."""


def path_parameters(path: str) -> Iterator[dict[str, Any]]:
    """The parameters in ``path``, each with the id that the examples share."""
    for name in re.findall(r"{(\w+)}", path):
        prefix = path.partition("/{")[0]
        if name in _INNER:
            yield _INNER[name]
            continue
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": f"One of those that `{prefix}` lists.",
            "schema": {"type": "string"},
            "example": _IDS[prefix],
        }


def query_parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter of a list."""
    (schema,), _ = msgspec.json.schema_components([parameter.type], ref_template=SCHEMAS)
    description, style = parameter.description, {}
    if parameter.negates:
        description = f"{description} Behind `{NOT}`, what must not be."
        schema = {"$ref": SCHEMAS.format(name=choice(parameter.type))} if is_word(parameter) else schema
    if parameter.many:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_VALUES}
        style = {"style": "form", "explode": False}
    return {
        "name": parameter.name,
        "in": "query",
        "description": description,
        **({"required": True} if parameter.required else {}),
        **style,
        # Swagger UI fills its form with an ``example`` of the parameter, which would narrow every first try.
        "schema": schema if parameter.example is None else {**schema, "examples": [parameter.example]},
    }
