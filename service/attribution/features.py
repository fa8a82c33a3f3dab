"""What the network sees of a parsed sentence: closed-class words, cue lemmas, tags, paths and positions.

No name and no word outside the vocabulary is seen, so that weights fitted on these features hold no text.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from itertools import count

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from spacy.tokens import Doc, Token

from schemas.vocabularies import Act, ClaimKind
from service.attribution import lexicon, names
from service.attribution.matches import Match
from service.attribution.sentences import Sentence

Integers = NDArray[np.integer]
Floats = NDArray[np.float32]
Ways = Sequence[Sequence[tuple[int, str]]]

OTHER, NAME, FIRST = 0, 1, 2  # A word outside the vocabulary, a name, and the first word of the vocabulary.
SHAPES = ("lower", "title", "upper", "digit", "sign", '"', "“", "”", "‘", "’", "'")
ACTS = tuple(Act)
SOURCE, CONTENT = len(ACTS), len(ACTS) + 1
NOUNS = CONTENT + len(ACTS)
NOUN_CLASSES = 4
QUOTED = NOUNS + NOUN_CLASSES
SETTING = QUOTED + 1
FLAGS = SETTING + 7
FAR = 5  # Of a longer path the first so many steps are told.
NEAREST = (1, 2, 3, 4, 6, 10, 16)  # The buckets of a distance, in tokens, either way.
REMEMBERED = 50_000  # Words, each with a tag and a dependency.
CLOSED_TAGS = frozenset(
    ["IN", "DT", "PRP", "PRP$", "TO", "MD", "CC", "WDT", "WP", "WP$", "WRB", "EX", "RP", "PDT", "HYPH", "POS", "NFP",
     "-LRB-", "-RRB-", "``", "''", ",", ".", ":"]
)  # fmt: skip
CLOSED_DEPENDENCIES = frozenset(["aux", "auxpass", "neg", "mark", "expl"])


class Vocabulary(Struct, frozen=True):
    """The symbols that a network was fitted on, each with its number; 0 stands for any other."""

    words: Mapping[str, int]
    tags: Mapping[str, int]
    dependencies: Mapping[str, int]
    paths: Mapping[str, int]

    @classmethod
    def of(cls, *symbols: Sequence[str]) -> "Vocabulary":
        """The vocabulary of these words, tags, dependencies and paths, numbered in their order."""
        words, *others = symbols
        return cls(dict(zip(words, count(FIRST))), *(dict(zip(these, count(1))) for these in others))


class Setting(Struct, frozen=True):
    """Where a sentence stands, and which share of its words, of those before and of those behind is quoted."""

    sentence: Sentence
    kind: ClaimKind
    quoted: frozenset[int]
    before: float
    share: float
    behind: float


class Features(Struct, frozen=True):
    """A sentence of ``n`` tokens as numbers.

    ``symbols`` (n, 5) are word, tag, dependency, shape and side of the head; ``heads`` (n,) the index of each token's
    head; ``flags`` (n, FLAGS) what the rules found, classes of nouns, and the setting.
    """

    symbols: Integers
    heads: Integers
    flags: Floats


def read(doc: Doc, setting: Setting, matches: Sequence[Match], known: Vocabulary) -> Features:
    """The features of a sentence, what the rules found in it among them."""
    looks = [_look(t.text, t.lemma_, t.tag_, t.dep_, names.proper(t)) for t in doc]
    heads = np.array([t.head.i for t in doc], np.int32)
    columns = (
        [NAME if look.word is None else known.words.get(look.word, OTHER) for look in looks],
        [known.tags.get(look.tag, 0) for look in looks],
        [known.dependencies.get(look.dependency, 0) for look in looks],
        [look.shape for look in looks],
        np.sign(heads - np.arange(len(doc))) % 3,  # 0 for the root, 1 for a head behind, 2 for one before.
    )
    symbols = np.array(columns, np.int32).T
    flags = np.zeros((len(doc), FLAGS), np.float32)
    flags[:, NOUNS : NOUNS + NOUN_CLASSES] = [look.nouns for look in looks]
    for match in matches:
        act = ACTS.index(match.act)
        flags[list(match.cue), act] = 1
        flags[list(match.content), CONTENT + act] = 1
        if match.source is not None:
            flags[match.source, SOURCE] = 1
    flags[list(setting.quoted), QUOTED] = 1
    flags[:, SETTING:] = (
        setting.sentence.opens,
        setting.sentence.closes,
        setting.kind is ClaimKind.HEADING,
        setting.kind is ClaimKind.QUESTION,
        setting.before,
        setting.behind,
        setting.share,
    )
    return Features(symbols, heads, flags)


def word(token: Token) -> str:
    """What is seen of a word where the vocabulary holds it: the form of a function word, else the lemma."""
    return token.lower_ if closed(token.tag_, token.dep_) else token.lemma_.lower()


def closed(tag: str, dependency: str) -> bool:
    """Whether a token is a function word or a mark."""
    return tag in CLOSED_TAGS or dependency in CLOSED_DEPENDENCIES


def ways(doc: Doc) -> Ways:
    """From each token the tokens that one dependency leads to, ``>`` down and ``<`` up, and its name."""
    found: list[list[tuple[int, str]]] = [[] for _ in doc]
    for token in doc:
        above, name = token.head.i, token.dep_
        if above != token.i:
            found[above].append((token.i, ">" + name))
            found[token.i].append((above, "<" + name))
    return found


def paths(among: Ways, start: int) -> list[str]:
    """The path from ``start`` to each token, cut off behind `FAR` dependencies."""
    found = ["?"] * len(among)
    found[start] = ""
    waiting = [(start, start, 0)]
    while waiting:
        at, before, steps = waiting.pop()
        path = found[at]
        for neighbour, step in among[at]:
            if neighbour != before:
                found[neighbour] = path + step if steps < FAR else path if steps > FAR else path + "+"
                waiting.append((neighbour, at, steps + 1))
    return found


def distances(length: int, start: int) -> Integers:
    """The bucket of each token's distance from ``start``; the middle one is ``start`` itself."""
    offsets = np.arange(length) - start
    buckets = np.searchsorted(NEAREST, np.abs(offsets), side="left") + 1
    return (np.sign(offsets) * buckets + len(NEAREST) + 1).astype(np.int32)


class _Look(Struct, frozen=True):
    """What is seen of a token by itself: its word, None for a name, and of which classes of nouns it is."""

    word: str | None
    tag: str
    dependency: str
    shape: int
    nouns: tuple[bool, ...]


@lru_cache(REMEMBERED)
def _look(text: str, lemma: str, tag: str, dependency: str, proper: bool) -> _Look:
    function, lower, lemma = closed(tag, dependency), text.lower(), lemma.lower()
    seen = lower if function else None if proper else lemma
    return _Look(seen, tag, dependency, _shape(text), tuple(lemma in nouns or lower in nouns for nouns in _nouns()))


def _shape(text: str) -> int:
    if text in SHAPES:
        return SHAPES.index(text)
    kind = "digit" if text[0].isdigit() else "upper" if text.isupper() and len(text) > 1 else None
    return SHAPES.index(kind or ("title" if text[0].isupper() else "lower" if text[0].isalpha() else "sign"))


@cache
def _nouns() -> tuple[Collection[str], ...]:
    """The nouns for persons, bodies, documents and media."""
    bodies = {key: lexicon.words("people", "bodies", key) for key in ("government", "organisations")}
    persons = lexicon.words("people", "persons", "nouns", "titles")
    return (
        persons,
        bodies["government"] | bodies["organisations"],
        lexicon.words("people", "bodies", "documents"),
        lexicon.words("people", "bodies", "media"),
    )
