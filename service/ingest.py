"""The use case: an article in, its claims stored; and how an article is read from bytes and files."""

import os
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, TypeVar

import click
import msgspec
from msgspec import Struct, inspect

from schemas.articles import NewArticle, Receipt
from schemas.records import Record
from service.errors import ArticleUnknown, BodyMalformed, FieldInvalid, FileUnreadable, TextTooLarge, TextUnreadable
from service.storage.port import ClaimStore, Once

Attribute = Callable[[NewArticle], Record]

_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""An escape of half a surrogate pair, which JSON cannot mean (RFC 8259 §8.2)."""

_OBJECT = re.compile(rb'\s*\{\s*["}]')
"""How a JSON object begins, and no text."""

_MORE = re.compile(r"trailing characters \(byte (\d+)\)")
"""What msgspec says where something stands behind the JSON."""

_LINES = "articles, one a line, go to POST /v1/articles as application/x-ndjson"

T = TypeVar("T", bound=Struct)

KINDS = {
    "str": "a string",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
}
"""What msgspec calls what it found in a JSON text, and JSON does."""

WORDING = (
    ("missing required field", "it is missing. Give it."),
    ("unknown field", "there is no such field. There are: {fields}."),
    (
        r"matching regex '\^https",
        "give an address that begins with http:// or https://, and has no space or control character in it.",
    ),
    (r"matching regex", "give a word at least, and no control character."),
    (r"of length <= (\d+)", "it is too long. Give {0} characters at most."),
    (r"Invalid enum value '(.*)'", "'{0}' is none of: {words}."),
    (r"encoded date\b|Expected `date`", "give a day, as 2027-01-31."),
    (r"RFC3339|timezone component", "give a time with its offset, as 2027-01-31T12:00:00Z."),
    (r"`array` of length", "give one at least, and each once."),
    (r"Expected `array`, got `(\w+)`", "it is {0}. Give an array."),
    (r"Expected `object`, got `(\w+)`", "it is {0}. Send an object that has: {fields}."),
    (r"Expected `float`, got `(\w+)`", "it is {0}. Give a number."),
    (r"Expected `str`, got `(\w+)`", "it is {0}. Give a string, or leave it out where it need not be there."),
)
"""What msgspec says, whose readers know Python, and what we do, whose readers know JSON."""


def ingest(
    new: NewArticle,
    *,
    attribute: Attribute,
    store: ClaimStore,
    now: Callable[[], datetime],
    via: str,
    once: Once | None = None,
) -> Receipt:
    """The article is stored with all its claims, or was there already, as the receipt says.

    What is not said of an article that is there, as its title, is as it was.

    The record tells which version of the engine read it, and what it came by: ``via`` "cli", "seeds" or a key's id. The
    time ``now`` is asked for when the article has been read, so that its change is soon seen by all.
    Raises what ``attribute`` and `ClaimStore.put` raise, where ``once`` is explained; nothing is stored then.
    """
    record = attribute(new)
    if more := _known(new, record.article.id, store):
        record = attribute(msgspec.structs.replace(new, **more))
    return store.put(record, at=now(), actor=f"sayso {version('sayso')} via {via}", once=once)


def _known(new: NewArticle, id: str, store: ClaimStore) -> dict[str, str]:
    """What the store knows of the article that ``new`` does not say."""
    try:
        stored = store.article(id)
    except ArticleUnknown:  # Where it was removed, the store will refuse it.
        return {}
    known = {
        "title": stored.title,
        "publisher": store.publisher(id),
        "published_at": stored.published_at,
        "url": stored.url,
    }
    return {name: value for name, value in known.items() if value and not getattr(new, name)}


def files(path: Path) -> Iterator[Path]:
    """``path`` itself, or each article's file in the folder and those below it, by name.

    In a folder articles are ``.txt`` and ``.json``; what is expected of one (``.expected.json``) is no article, nor is
    what is no regular file. A folder that cannot be listed and a link to nothing are given too: to read them tells why
    not. Links to folders are not followed.
    """
    if not os.path.isdir(path):  # Unlike `Path.is_dir`, it raises for no path.
        yield path
        return
    unlisted: list[OSError] = []
    walked = [(Path(folder), names) for folder, _, names in os.walk(path, onerror=unlisted.append)]
    found = [folder / name for folder, names in walked for name in names if _is_article(folder / name)]
    yield from sorted([*found, *(Path(error.filename) for error in unlisted)])


def _is_article(file: Path) -> bool:
    named = file.suffix.lower() in (".txt", ".json") and not file.name.endswith(".expected.json")
    return named and (os.path.isfile(file) or not os.path.exists(file))


def read(file: Path, limit: int) -> NewArticle:
    """The article in ``file``, or in stdin where that is ``-``: JSON, or its text. Raises `InputError`.

    A file is JSON where its name ends so, a text where it ends in ``.txt``; what has another name, or none as stdin,
    is JSON where it begins as an object does.
    """
    stdin = str(file) == "-"
    if stdin and sys.stdin is None:
        raise FileUnreadable("standard input is closed")
    try:
        with click.open_file(str(file), "rb") as stream:
            body = within(stream, limit)
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    kind = file.suffix.lower()
    is_json = kind == ".json" or (kind != ".txt" and _OBJECT.match(body.removeprefix(BOM_UTF8)))
    return from_json(body) if is_json else from_text(body)


def within(stream: IO[bytes], limit: int) -> bytes:
    """All of ``stream``. Raises `TextTooLarge` over ``limit`` bytes, of which no more are read."""
    body = stream.read(limit + 1)
    if len(body) > limit:
        raise TextTooLarge(limit)
    return body


def from_text(body: bytes) -> NewArticle:
    """An article that is a text alone. Raises `TextUnreadable` where it is not UTF-8."""
    return NewArticle(text=_decoded(body))


def from_json(body: bytes) -> NewArticle:
    """The article that the JSON describes. Raises as `structured`."""
    return structured(body, NewArticle)


def structured(body: bytes, type: type[T]) -> T:
    """What the JSON describes.

    Raises `TextUnreadable`, `BodyMalformed` where it is no JSON, or `FieldInvalid` where it is no ``type``.
    """
    try:
        return msgspec.json.decode(_decoded(body), type=type)
    except msgspec.ValidationError as error:
        raise _fault(str(error), type) from error
    except msgspec.DecodeError as error:
        raise BodyMalformed(_malformation(body, str(error))) from error


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextUnreadable("a byte that is not UTF-8", error.start, "byte") from error


def _malformation(body: bytes, message: str) -> str:
    """What msgspec says, or better words where it speaks of a truncation that is none."""
    if not body:
        return "it is empty"
    if found := _MORE.search(message):
        return f"more stands behind it, from byte {found[1]} on. Send one object; {_LINES}"
    if half := _HALF.search(body):
        return f"{half[0].decode()} at byte {half.start()} is half a character, a lone surrogate"
    return message.removeprefix("JSON is malformed: ")


def _fault(message: str, type: type[Struct]) -> FieldInvalid:
    """What msgspec says, in our words, with its path (``$.title``), or the member it names, as a JSON Pointer."""
    fault, _, path = message.partition(" - at `$")
    steps = re.findall(r"[^.\[\]`]+", path)
    place = _place(msgspec.inspect.type_info(type), steps)
    pointer = "".join(
        "/" + step.replace("~", "~0").replace("/", "~1") for step in (*steps, *re.findall(r"field `(.*)`", fault))
    )
    return FieldInvalid(pointer, _worded(fault, place))


def _place(type: Any, steps: Sequence[str]) -> Any:
    """What msgspec knows of the type to which the steps lead, through objects and arrays."""
    match type:
        case inspect.Metadata(type=within):
            return _place(within, steps)
        case inspect.StructType(fields=fields) if steps:
            return _place(next(field.type for field in fields if field.encode_name == steps[0]), steps[1:])
        case inspect.VarTupleType(item_type=item) if steps:
            return _place(item, steps[1:])
    return type


def _worded(fault: str, place: Any) -> str:
    fields = ", ".join(field.encode_name for field in getattr(place, "fields", ()))
    words = ", ".join(getattr(place, "cls", ())) if isinstance(place, inspect.EnumType) else ""
    for said, wording in WORDING:
        if found := re.search(said, fault):
            return wording.format(*(KINDS.get(group, group) for group in found.groups()), fields=fields, words=words)
    return f"{fault.replace('`', '')}."
