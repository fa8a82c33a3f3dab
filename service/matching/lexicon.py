"""The word lists in ``data/``, read once and stemmed. They are data: a new synonym is a line of TOML, not of code."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from Stemmer import Stemmer

_STEMMER = Stemmer("english", 0)  # It is asked once a word: its own cache would only be another.


@lru_cache(100_000)
def stem(word: str) -> str:
    """What all forms of the word, which is in lower case, have in common: "closed", "closing" and "close" are one."""
    stemmed: str = _STEMMER.stemWord(irregular().get(word, word))
    return stemmed


@cache
def irregular() -> Mapping[str, str]:
    """The words whose forms these are, which no rule brings back to them."""
    found: dict[str, str] = _read()["irregular"]
    return found


@cache
def words(table: str, key: str = "words") -> frozenset[str]:
    """The stems of one list of words."""
    return frozenset(map(stem, _read()[table][key].split()))


@cache
def silent() -> frozenset[str]:
    """The words, not stemmed, that say nothing of what a sentence is about."""
    return frozenset(_read()["signatures"]["silent"].split())


@cache
def telling() -> frozenset[str]:
    """The stems of cues that only tell who says something."""
    return words("speech") | (frozenset(map(stem, silent())) - words("polarity"))


@cache
def numbers() -> Mapping[str, float]:
    """What each word for a number means."""
    return dict(_read()["numbers"])


@cache
def multiples() -> Mapping[str, float]:
    """What each word behind a number multiplies it by."""
    return dict(_read()["multiples"])


@cache
def demonyms() -> Mapping[str, str]:
    """The country of each word for what is of it."""
    return dict(_read()["demonyms"])


@cache
def synonyms() -> Mapping[str, frozenset[int]]:
    """The groups of words as good as one another, by number, in which each stem is."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_read()["synonyms"]["groups"].strip().split("\n")):
        for word in group.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(groups) for word, groups in found.items()}


@cache
def antonyms() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Pairs of groups of stems: a word of one is the opposite of a word of the other."""
    return tuple(
        (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
        for one, other in _read()["antonyms"]["pairs"]
    )


def unphrased(text: str) -> str:
    """The text, in lower case, with each phrase that is as good as one word as that word."""
    return _phrase().sub(lambda found: _read()["phrases"][found[0]], text)


@cache
def _phrase() -> re.Pattern[str]:
    longest = sorted(_read()["phrases"], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})(?!\w)")


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads((files("service.matching") / "data" / "words.toml").read_text(encoding="utf-8"))
