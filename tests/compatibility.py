"""What a change of the OpenAPI document breaks for clients that were made from the one before.

One relation carries it, `_misfits`: where a value of one schema could not be taken for a value of another. What clients
send must fit the new document, what they are answered must fit the old one. A keyword that is not weighed here must
not change at all, so that nothing is waved through for being unknown.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

Json = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")

LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
PROSE = ("title", "description", "example", "examples")
WEIGHED = {*LEAST, *MOST, *PROSE, "enum", "items", "properties", "required", "additionalProperties", "x-enum-varnames"}


def allowed(old: str, new: str) -> bool:
    """Whether version ``new`` may break what ``old`` promised: where its major, or before 1.0 its minor, is higher."""
    before, after = (tuple(map(int, version.split(".")[:2])) for version in (old, new))
    return after > before if after[0] == 0 else after[0] > before[0]


def breaks(old: Json, new: Json) -> list[str]:
    """What clients of ``old`` can count on no longer, in words; empty where all that changed was added."""
    old, new = _inlined(old, old), _inlined(new, new)
    found: list[str] = []
    for path, item in old["paths"].items():
        for method in item.keys() & METHODS:
            before, after = item[method], new["paths"].get(path, {}).get(method)
            at = f"{method.upper()} {path}"
            found += [f"{at}: gone"] if after is None else _operation(at, {**old, **before}, {**new, **after})
    return sorted(found)


def _inlined(node: Any, document: Json) -> Any:
    """The node with all that it refers to in its place. The document holds no schema that holds itself."""
    match node:
        case {"$ref": reference}:
            return _inlined(reduce(lambda part, name: part[name], reference.split("/")[1:], document), document)
        case dict():
            return {name: _inlined(part, document) for name, part in node.items()}
        case list():
            return [_inlined(part, document) for part in node]
    return node


def _operation(at: str, old: Json, new: Json) -> Iterator[str]:
    """``old`` and ``new`` are operations, with what their documents say for all of them."""
    if old["operationId"] != new["operationId"]:
        yield f"{at}: its id changed, after which clients name it"
    if any(way not in _ways_in(new) for way in _ways_in(old)):
        yield f"{at}: wants another key"
    yield from _parameters(at, _by_name(old), _by_name(new))
    yield from _body(f"{at}: body", old.get("requestBody", {}), new.get("requestBody", {}))
    yield from _answers(at, old["responses"], new["responses"])


def _ways_in(operation: Json) -> list[Json]:
    return operation.get("security") or [{}]


def _by_name(operation: Json) -> dict[str, Json]:
    return {f"{parameter['in']} {parameter['name']}": parameter for parameter in operation.get("parameters", ())}


def _parameters(at: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[str]:
    for name, parameter in new.items():
        if parameter.get("required") and not old.get(name, {}).get("required"):
            yield f"{at}: {name} is required now"
    for name, parameter in old.items():
        if name not in new:
            yield f"{at}: {name} is gone"
            continue
        if any(parameter.get(key) != new[name].get(key) for key in ("style", "explode")):
            yield f"{at}: {name} is written otherwise"
        yield from _misfits(f"{at}: {name}", parameter["schema"], new[name]["schema"], gone=True)


def _body(at: str, old: Json, new: Json) -> Iterator[str]:
    if new.get("required") and not old.get("required"):
        yield f"{at}: is required now"
    for media, content in old.get("content", {}).items():
        if media not in new.get("content", {}):
            yield f"{at}: {media} is not taken now"
        else:
            yield from _misfits(f"{at}", content["schema"], new["content"][media]["schema"], gone=True)


def _answers(at: str, old: Json, new: Json) -> Iterator[str]:
    """A further problem is no break, since every client must be ready for some."""
    for status in new.keys() - old.keys():
        if status.startswith("2"):
            yield f"{at}: answers {status} too"
    for status, answer in old.items():
        if status not in new:
            yield f"{at}: never answers {status} now"
        else:
            yield from _answer(f"{at}: {status}", answer, new[status])


def _answer(at: str, old: Json, new: Json) -> Iterator[str]:
    for header in old.get("headers", {}).keys() - new.get("headers", {}).keys():
        yield f"{at}: has no {header} now"
    for media, content in new.get("content", {}).items():
        if media not in old.get("content", {}):
            yield f"{at}: comes as {media} too"
        else:
            yield from _misfits(at, content["schema"], old["content"][media]["schema"], gone=False)


def _misfits(at: str, inner: Json, outer: Json, *, gone: bool) -> Iterator[str]:
    """Where a value of ``inner`` may be none of ``outer``. ``gone``: ``inner`` is what was there before."""
    for key in sorted((inner.keys() | outer.keys()) - WEIGHED):
        if inner.get(key) != outer.get(key):
            yield f"{at}: its {key} changed"
    for key in outer.keys() & {*LEAST, *MOST}:
        if key not in inner or (inner[key] < outer[key] if key in LEAST else inner[key] > outer[key]):
            yield f"{at}: its {key} is another"
    if "enum" in outer and not set(inner.get("enum", [None])) <= set(outer["enum"]):
        yield f"{at}: its words are others"
    if "items" in outer:
        yield from _misfits(f"{at}[]", inner.get("items", {}), outer["items"], gone=gone)
    yield from _members(at, inner, outer, gone=gone)


def _members(at: str, inner: Json, outer: Json, *, gone: bool) -> Iterator[str]:
    held, wanted = inner.get("properties", {}), outer.get("properties", {})
    old, new = (held, wanted) if gone else (wanted, held)
    for name in old.keys() - new.keys():
        yield f"{at}.{name}: gone"
    for name in set(outer.get("required", ())) - set(inner.get("required", ())):
        yield f"{at}.{name}: is not sure to be there"
    if outer.get("additionalProperties", True) is False and inner.get("additionalProperties", True) is not False:
        yield f"{at}: is closed to other members"
    for name in held.keys() & wanted.keys():
        yield from _misfits(f"{at}.{name}", held[name], wanted[name], gone=gone)
