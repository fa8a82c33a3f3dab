"""What the engine is measured on: files of annotated texts, one JSON object a line."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import click
import msgspec
from msgspec import Meta, Struct

from schemas.claims import Offset, Probability, Span
from schemas.vocabularies import Act, Extraction, Factuality
from service.errors import AnnotationInvalid, FileUnreadable


class Entity(Struct, frozen=True, omit_defaults=True):
    """Who a source is: a name, or all the mentions of it in the text."""

    name: str = ""
    mentions: tuple[str, ...] = ()


class Attribution(Struct, frozen=True, omit_defaults=True):
    """The words of one source, cue and content; each may stand in several places, and source and cue in none.

    What people annotated seldom has more. What the engine found has its ``act`` and the ``extraction`` grade and
    ``probability`` of its link too.
    """

    content: tuple[Span, ...]
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    entity: Entity | None = None
    act: Act | None = None
    extraction: Extraction | None = None
    probability: Probability | None = None


class Text(Struct, frozen=True):
    """A text by its id, which no other of its file has."""

    id: str
    text: str


class Document(Text, frozen=True):
    """A text with its attributions. ``sents`` are its sentences: half-open, in code points."""

    sents: tuple[tuple[Offset, Offset], ...]
    attributions: tuple[Attribution, ...]

    def spans(self) -> Iterator[Span]:
        """All spans there are."""
        for found in self.attributions:
            yield from (*found.source, *found.cue, *found.content)


class PairKind(StrEnum):
    """How the texts of a pair go together, and so what should be found."""

    COPY = "copy"
    REWORDING = "rewording"
    DIFFERENT = "different"
    OPPOSED = "opposed"
    UNRELATED = "unrelated"


class TextPair(Struct, frozen=True):
    """Two texts that a person has put side by side. ``half`` says what it is for: "tuning" or "held-out"."""

    id: str
    half: str
    kind: PairKind
    one: str
    other: str


class Event(Span, frozen=True):
    """A word for an event, and whether it happened: a code of FactBank's, or from 3, it did, to -3, it did not."""

    factuality: Annotated[float, Meta(ge=-3, le=3)] | Factuality


class Sentence(Struct, frozen=True):
    """A sentence with its events."""

    text: str
    events: tuple[Event, ...]

    def spans(self) -> Iterator[Span]:
        """All spans there are."""
        yield from self.events


Kind = TypeVar("Kind", Text, Document, Sentence, TextPair)


def read(file: Path, kind: type[Kind]) -> list[Kind]:
    """What each line of ``file`` describes; ``-`` is stdin, and a blank line nothing.

    Raises `FileUnreadable`, or `AnnotationInvalid` for the first line that is wrong: no JSON, a field that is missing,
    an id that was there before, a span whose text does not stand there.
    """
    name, seen, read = click.format_filename(file), set[str](), list[Kind]()
    for number, line in _lines(file):
        try:
            read.append(_sound(msgspec.json.decode(line, type=kind), seen))
        except (msgspec.DecodeError, ValueError) as error:
            raise AnnotationInvalid(name, number, _fault(error)) from error
    if not read:
        raise AnnotationInvalid(name, 1, "there is no annotated text in this file")
    return read


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        with click.open_file(str(file), "rb") as stream:
            body: bytes = stream.read()
    except OSError as error:
        raise FileUnreadable(error.strerror or str(error)) from error
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line


def _sound(item: Kind, seen: set[str]) -> Kind:
    """``item``, whose id joins those ``seen``. Raises ValueError where it is there already or a span does not hold."""
    if isinstance(item, Text | TextPair):
        if item.id in seen:
            raise ValueError(f"the id '{item.id}' is an earlier line's too")
        seen.add(item.id)
    if isinstance(item, Document | Sentence):
        _stand(item)
    return item


def _stand(item: Document | Sentence) -> None:
    """Returns where the spans of ``item`` stand in its text. Raises ValueError where one does not."""
    for span in item.spans():
        there = item.text[span.start : span.end]
        if there != span.text:
            raise ValueError(f"at {span.start} to {span.end} the text is '{there}', not '{span.text}'")
    for start, end in item.sents if isinstance(item, Document) else ():
        if not start <= end <= len(item.text):
            raise ValueError(f"the sentence at {start} to {end} is none of this text")


def _fault(error: Exception) -> str:
    """What is wrong, without msgspec's quotes around it."""
    if isinstance(error, UnicodeDecodeError):
        return f"a byte that is not UTF-8 at byte {error.start}"
    return str(error).replace("`", "").rstrip(".")
