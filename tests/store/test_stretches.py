"""Where in a text the words of a search stand."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.errors import ParameterInvalid
from service.storage.filters import ClaimFilter
from service.storage.port import ClaimStore
from tests.store.news import CONGRESS, DRILLS, found

SAID = "Experts at the café said the drills, “drills” and DRILLS, could resume: the state-media."


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("drills", ["drills", "drills", "DRILLS"]),
        ("CAFE", ["café"]),
        ("dr* exp*", ["Experts", "drills", "drills", "DRILLS"]),
        ('"the drills"', ["the drills"]),
        ('"the drills" drills', ["the drills", "drills", "DRILLS"]),
        ('"the drills" "drills drills" said', ["said", "the drills, “drills"]),
        ('"at the" "cafe said"', ["at the", "café said"]),
        ("state-med*", ["state-media"]),
        ('"state media"', ["state-media"]),
        ("drills missing", []),
        ("drill", []),
        ("AND", ["and"]),
    ],
)
def test_stretches(store: ClaimStore, q: str, expected: list[str]) -> None:
    """Each word, phrase and beginning is a stretch of its own, but overlapping ones are one."""
    (stretches,) = store.stretches(q, [SAID])
    assert [SAID[start:end] for start, end in stretches] == expected


def test_each_text(store: ClaimStore) -> None:
    """Every text has its own, in the order of the texts; there may be none of either."""
    assert store.stretches("drills", ["Drills.", "No such.", "😀 drills \0\1drills\2"]) == [
        [(0, 6)],
        [],
        [(2, 8), (11, 17)],
    ]
    assert store.stretches("drills", []) == []


def test_no_word(store: ClaimStore) -> None:
    """A search without a word is refused, as where claims are searched."""
    with pytest.raises(ParameterInvalid):
        store.stretches("?!", ["Drills?!"])


WORDS = [
    "drills",
    "Drills",
    "DRILLING",
    "drill",
    "café",
    "cafe\u0301",
    "Cafés",
    "the",
    "The",
    "’s",
    "KCNA",
    "9th",
    "조선",
]
GLUE = [" ", " ", " ", ", ", "-", " “", "” ", " 😀", "\n", "\u00a0", "—", "*", '"', "'", "\u200b "]

TEXTS = st.lists(st.sampled_from(WORDS) | st.sampled_from(GLUE), max_size=14).map("".join)
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
PARTS = st.sampled_from(WORDS) | st.sampled_from(["dri*", "CAF*", "k*", "t*"]) | PHRASES.map(lambda words: f'"{words}"')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(text=TEXTS, parts=st.lists(PARTS, min_size=1, max_size=3))
@example(text="the café the cafe\u0301 the", parts=['"the cafe the"', '"the CAFE"', "c*"])
def test_any_text(store: ClaimStore, text: str, parts: list[str]) -> None:
    """What stands in a stretch folds to a queried word or phrase, or begins so, or to several that overlap; and all
    that do are in a stretch.
    """
    (stretches,) = store.stretches(" ".join(parts), [text])
    assert stretches == expected(text, parts)


@pytest.mark.parametrize("q", ["drills", '"the drills"', "dri* exper*", "caf*", "state-med*", '"party congress"'])
def test_as_searched(news: ClaimStore, q: str) -> None:
    """The claims that a search finds are those whose texts have stretches."""
    claims = [*CONGRESS.claims, *DRILLS.claims]
    stretches = news.stretches(q, [claim.text for claim in claims])
    shown = [claim.id.removeprefix("clm_") for claim, some in zip(claims, stretches, strict=True) if some]
    assert shown == [id for id in found(news, ClaimFilter(q=q)) if not id.startswith("bare")] != []


Token = tuple[int, int, str]


def expected(text: str, parts: list[str]) -> list[tuple[int, int]]:
    """The stretches, found by trying each part at each word."""
    tokens, instances = told(text), list[tuple[int, int]]()
    for part in parts:
        words = [word for *_, word in told(part)]
        here = [n for n in range(len(tokens)) if stands(words, tokens[n : n + len(words)], begins=part.endswith("*"))]
        if not here:
            return []
        instances += [(n, n + len(words)) for n in here]
    covered = {n for first, last in instances for n in range(first, last)}
    joints = {n for first, last in instances for n in range(first + 1, last)}  # Where a stretch goes on.
    starts = sorted(covered - joints)
    return [(tokens[n][0], tokens[end(n, joints)][1]) for n in starts]


def end(n: int, joints: set[int]) -> int:
    """The last word of the stretch that begins with the word ``n``."""
    while n + 1 in joints:
        n += 1
    return n


def stands(words: list[str], tokens: list[Token], *, begins: bool) -> bool:
    """Whether the tokens are the words; the last of them need only begin so, where ``begins``."""
    there = [word for *_, word in tokens]
    if begins and len(there) == len(words):
        there[-1] = there[-1][: len(words[-1])]
    return there == words


def told(text: str) -> list[Token]:
    """The words of a text: where they stand, and folded."""
    marks = "".join("w" if c.isalnum() or unicodedata.combining(c) else " " for c in text)
    return [(m.start(), m.end(), folded(text[m.start() : m.end()])) for m in re.finditer("w+", marks)]


def folded(word: str) -> str:
    """The word without its marks, in small letters."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
