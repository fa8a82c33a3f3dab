"""When two names mean the same source, as far as their words tell."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache
from importlib.resources import files

from service.evaluation.gold import Attribution
from service.evaluation.words import WORD

HALF = 0.5
"""The share of words (Dice's coefficient) from which two names overlap."""

Names = tuple[str, ...]
"""What a source goes by, one empty name where there is no source."""


class Likeness(IntEnum):
    """How alike names have to be: the same words, half of them, or also only the same head word."""

    EXACT = 1
    OVERLAP = 2
    HEAD = 3


def written(attribution: Attribution) -> Names:
    """The source as the text has it there."""
    return (" ".join(span.text for span in attribution.source),)


def resolved(attribution: Attribution) -> Names:
    """The entity's mentions that are no pronouns, or its name; the source as written where no entity is known."""
    entity = attribution.entity
    if entity is None:
        return written(attribution)
    mentions = tuple(m for m in entity.mentions if m.lower() not in _words("pronouns"))
    return mentions or (written(attribution) if entity.mentions or not entity.name else (entity.name,))


def pronominal(name: str) -> bool:
    """Whether the name is a pronoun."""
    return name.lower() in _words("pronouns")


@cache
def key(name: str) -> Names:
    """The words that names are compared by, in lower case."""
    plain = re.sub(r"'s\b", "", name.lower().replace("’", "'"))
    words = WORD.findall(plain)
    return tuple(w for w in words if w not in _words("dropped")) or tuple(words)


def matches(gold: Sequence[Names], found: Sequence[Names], likeness: Likeness) -> list[tuple[int, int]]:
    """Which of ``gold`` is which of ``found``, one to one, by their places; the same words go before what is alike."""
    pairs: list[tuple[int, int]] = []
    for needed in sorted({Likeness.EXACT, likeness}):
        for n, names in enumerate(gold):
            free = (m for m in range(len(found)) if m not in {m for _, m in pairs})
            if n not in {n for n, _ in pairs} and (like := _first(names, found, free, needed)) is not None:
                pairs.append((n, like))
    return pairs


def _first(names: Names, found: Sequence[Names], free: Iterable[int], likeness: Likeness) -> int | None:
    return next((m for m in free if any(_alike(a, b, likeness) for a in names for b in found[m])), None)


@cache
def _alike(one: str, other: str, likeness: Likeness) -> bool:
    a, b = key(one), key(other)
    if a == b or likeness is Likeness.EXACT or not a or not b:
        return a == b
    return _dice(a, b) >= HALF or (likeness is Likeness.HEAD and _head(one) == _head(other))


def _dice(a: Names, b: Names) -> float:
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))


@cache
def _head(name: str) -> str:
    """The last word of the phrase before what describes it: "editor" of "the editor of the paper"."""
    phrase = re.split(rf",|\(|—|–| - |\b(?:{'|'.join(_words('ends'))})\b", name, maxsplit=1, flags=re.IGNORECASE)[0]
    return next(iter(reversed(key(phrase if phrase.strip() else name))), "")


@cache
def _words(which: str) -> frozenset[str]:
    return frozenset(_data()[which])


@cache
def _data() -> dict[str, list[str]]:
    return tomllib.loads((files("service.evaluation") / "naming.toml").read_text(encoding="utf-8"))
