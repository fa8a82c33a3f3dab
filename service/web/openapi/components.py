"""The schemas that operations name, from the Structs and the vocabularies."""

import inspect
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from schemas.problems import Problem
from schemas.webhooks import Notice
from service.web.operations import KEY
from service.web.parameters import NOT, Parameter
from service.web.routes import operations

SCHEMAS = "#/components/schemas/{name}"


def components() -> dict[str, Any]:
    """The schema of each Struct that is taken or given, and of each vocabulary, by name."""
    asked = [handler.opt[KEY] for _, _, handler in operations()]
    types: set[type] = {of for operation in asked for of in (operation.takes, operation.gives, operation.batch) if of}
    types |= {Problem, Notice}
    types |= {parameter.type for parameter in _asked() if is_word(parameter)}
    _, schemas = msgspec.json.schema_components(types, ref_template=SCHEMAS)
    components = {name: _component(name, schemas[name]) for name in schemas} | _choices()
    return {name: components[name] for name in sorted(components)}


def _component(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that msgspec makes, with what a client generator needs besides."""
    schema = {**schema, "description": prose(schema["description"])}
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


def is_word(parameter: Parameter) -> bool:
    """Whether the parameter takes the words of a vocabulary."""
    return parameter.type in _vocabularies().values()


def choice(vocabulary: type[StrEnum]) -> str:
    """The name of the schema for a parameter that negates the words of ``vocabulary``."""
    return f"{vocabulary.__name__}Choice"


def _choices() -> dict[str, dict[str, Any]]:
    """What a parameter takes that negates the words of a vocabulary: each word, and each as one that must not be."""
    return {
        choice(parameter.type): {
            "description": f"A value of `{parameter.type.__name__}`, or behind `{NOT}` one that must not be.",
            "type": "string",
            "enum": [sign + member.value for sign in ("", NOT) for member in parameter.type],
            "x-enum-varnames": [sign + member.name for sign in ("", "NOT_") for member in parameter.type],
        }
        for parameter in _asked()
        if parameter.negates and is_word(parameter)
    }


@cache
def _vocabularies() -> dict[str, type[StrEnum]]:
    """The enums by name. msgspec sorts their members; their own order says more."""
    return {enum.__name__: enum for enum in StrEnum.__subclasses__() if enum.__module__.startswith("schemas.")}


def ref(struct: type[Struct]) -> dict[str, str]:
    """What stands for the schema of ``struct``."""
    return {"$ref": SCHEMAS.format(name=struct.__name__)}


def prose(docstring: str | None) -> str:
    """A docstring as the Markdown that descriptions are written in."""
    return inspect.cleandoc(docstring or "").replace("``", "`")
