"""What of a text is compared: its words, and apart from them its names, numbers and times, and how it commits."""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache

from msgspec import Struct

from service.matching import lexicon

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+(?:['.][^\W\d_]+)*\.?")

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


class Certainty(IntEnum):
    """How a text commits to what it says: that it may be so, that it will be, or that it is."""

    POSSIBLE = 0
    FUTURE = 1
    SO = 2


class Features(Struct, frozen=True):
    """A text as it is compared. ``order`` has every word as it stands, ``stems`` those that say what it is about.

    ``names``, ``numbers`` and ``times`` are among the stems. ``denials`` are the words that turn it into its opposite.
    """

    order: tuple[str, ...]
    stems: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    times: frozenset[str]
    denials: tuple[str, ...]
    certainty: Certainty
    hedges: tuple[str, ...]


@lru_cache(4096)
def features(text: str) -> Features:
    """What of the text is compared."""
    plain = text.translate(_PLAIN)
    names = frozenset(_names(plain))
    order = tuple(_valued(_words(lexicon.unphrased(_lowered(plain)))))
    denials = tuple(word for word in order if word in lexicon.words("polarity"))
    possible, future = (_among(order, lexicon.words("certainty", key)) for key in ("possible", "future"))
    certainty = Certainty.POSSIBLE if possible else Certainty.FUTURE if future else Certainty.SO
    stems = frozenset(word for word in order if word not in _said_otherwise())
    numbers = frozenset(word for word in stems if word[0].isdigit())
    times = stems & (lexicon.words("times") - {"may"})
    return Features(order, stems, names & stems, numbers, times, denials, certainty, possible or future)


@lru_cache(1)
def _said_otherwise() -> frozenset[str]:
    """The stems that say nothing of what a sentence is about, or how it is said."""
    hedges = lexicon.words("certainty", "possible") | lexicon.words("certainty", "future")
    return frozenset(map(lexicon.stem, lexicon.silent())) | lexicon.words("polarity") | hedges


def _among(order: Sequence[str], words: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in order if word in words)


def _lowered(text: str) -> str:
    # The month, which hedges nothing, is told from the verb by its capital or the number beside it.
    text = re.sub(r"(?<=\d )May\b|\bMay(?= \d)|(?<=\bin )May\b|(?<=\buntil )May\b", "may-month", text)
    return re.sub(r"\bcan't\b", "can not", text.lower()).replace("n't", " not")


def _words(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        word = token.removesuffix("'s").strip(".'").replace(".", "") if token[0].isalpha() else token
        if word:
            yield lexicon.demonyms().get(word, word)


def _valued(words: Iterator[str]) -> Iterator[str]:
    """The stems of the words, and what stands for a number as its value."""
    value: float | None = None
    for word in words:
        number = _number(word)
        if value is not None and word in lexicon.multiples():
            value *= lexicon.multiples()[word]
        elif number is not None and value is not None and _joins(value, number):
            value += number
        else:
            if value is not None:
                yield f"{value:.12g}"
            value = number
            if number is None:
                yield lexicon.stem(word)
    if value is not None:
        yield f"{value:.12g}"


def _joins(value: float, number: float) -> bool:
    """Whether two numbers in words are one, as "twenty-two" is."""
    return value in range(20, 100, 10) and number in range(1, 10)


def _number(word: str) -> float | None:
    if word[0].isdigit():
        return float(word.replace(",", ""))
    return lexicon.numbers().get(word)


def _names(text: str) -> Iterator[str]:
    """The stems of words with a capital that none begins a sentence or a quotation with."""
    for found in re.finditer(r"(?<![.!?\"] )(?<![\"(])(?<!^)\b[A-Z][\w.]*(?:'s)?", text):
        for word in _words(found[0].lower()):
            yield lexicon.stem(word)
