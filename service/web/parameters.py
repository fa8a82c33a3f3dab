"""A query parameter: how its text becomes a value, or is refused by name."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from schemas.vocabularies import Factuality
from service.errors import ParameterInvalid

DEFAULT_LIMIT = 50
MAX_VALUES = 100

UNUSABLE = re.compile("[\0-\x1f\ufffd]")
"""A control character, or what stands for bytes that are not UTF-8."""

NOT = "!"
"""What stands before a value that must not be."""

Limit = Annotated[int, Meta(ge=1, le=200, extra_json_schema={"default": DEFAULT_LIMIT})]


def _text(bad: str, filler: str = "") -> Any:
    """A text without ``bad`` characters, of more than white space and ``filler``."""
    pattern = rf"^[^{bad}]*[^\s\u0085{bad}{filler}][^{bad}]*$"
    return Annotated[str, Meta(min_length=1, max_length=500, pattern=pattern)]


Text = _text(r"\u0000-\u001f\ufffd")
Name = _text(r"\u0000-\u001f\ufffd,", NOT)
Id = _text(rf"\u0000-\u001f\ufffd,{NOT}")

After = Annotated[int, Meta(ge=0, le=10**15)]

Moment = Annotated[
    str, Meta(pattern=r"^([0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2}))$")
]

WANTED = {
    Moment: "a sequence number, as 1234, or a time with its offset, as 2026-02-28T09:30:00Z",
    Limit: "a number from 1 to 200",
    After: "a sequence number, as 1234",
    Text: "a text of 1 to 500 characters",
    Name: "a text of 1 to 500 characters",
    Id: "an id as lists tell it, with no '!' before it",
    date: "a day, as 2026-02-28",
}
"""What to give where the type is no list of words."""


class Taken(NamedTuple):
    """What a parameter asks for, and the values that it asks not to be."""

    wanted: Any
    unwanted: tuple[Any, ...] = ()


class Parameter(Struct, frozen=True):
    """A query parameter. ``type`` is that of one value; where there may be ``many``, they are split at commas.

    Where it is ``required``, its operation refuses to do without. Where it ``negates``, a value behind an exclamation
    mark is one that must not be. ``example`` is None where none would do for everybody.
    """

    name: str
    type: Any
    example: Any
    description: str
    many: bool = False
    negates: bool = False
    required: bool = False

    def take(self, given: list[str]) -> Taken:
        """The value of the parameter, a sorted tuple where there may be many. Raises `ParameterInvalid`."""
        if any(map(UNUSABLE.search, given)):
            raise ParameterInvalid(self.name, "it holds a control character or bytes that are not UTF-8.")
        if self.many:
            return self._take_many([part.lstrip() for value in given for part in value.split(",")])
        if len(given) > 1:
            raise ParameterInvalid(self.name, f"it is given {len(given)} times. Give it once.")
        return Taken(self._read(given[0]))

    def _take_many(self, parts: list[str]) -> Taken:
        if len(parts) > MAX_VALUES:
            raise ParameterInvalid(self.name, f"it has {len(parts)} values. Give {MAX_VALUES} at most.")
        if len(parts) == 1 and not parts[0].startswith(NOT):  # As nearly always, which takes half the time of the rest.
            return Taken((self._read(parts[0]),))
        unwanted = {part for part in parts if self.negates and part.startswith(NOT)}
        wanted = {self._read(part) for part in parts if part not in unwanted}
        return Taken(tuple(sorted(wanted)), tuple(sorted({self._read(part[1:]) for part in unwanted})))

    def _read(self, value: str) -> Any:
        # A '+' that a client did not escape arrives as a space, and no code and no time holds a space.
        text = value.replace(" ", "+") if self.type in (Factuality, Moment) else value.strip()
        literal = self.type in (bool, Limit, After)
        try:
            return _decoder(self.type).decode(text if literal else msgspec.json.encode(text))
        except msgspec.DecodeError as error:
            raise ParameterInvalid(self.name, self._fault(value)) from error

    def _fault(self, value: str) -> str:
        if wanted := WANTED.get(self.type):
            return f"give {wanted}."
        words = ("true", "false") if self.type is bool else tuple(self.type)
        return f"'{value}' is none of: {', '.join(words)}."


@cache
def _decoder(type: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type)  # To make one takes longer than to read a value with it.
