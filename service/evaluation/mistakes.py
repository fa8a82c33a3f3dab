"""Where the engine and the annotation differ, sentence by sentence.

What is counted are the pairs of a sentence and a source in ``any.pair.head`` of `service.evaluation.attribution`.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct

from schemas.claims import Claim
from schemas.vocabularies import Act, ClaimKind
from service.evaluation import naming
from service.evaluation.attribution import Marked, by_source, marked
from service.evaluation.gold import Attribution, Document
from service.evaluation.naming import Likeness
from service.evaluation.words import WORD, Numbers, Words


class Kind(StrEnum):
    """What makes a pair hard. One may be of several kinds; ``other`` is one of none, and ``all`` is every pair."""

    PRONOUN = "pronoun as source"
    UNNAMED = "no source"
    RUN_ON = "over several sentences"
    NESTED = "nested"
    WANT = "attitude or intention"
    HEADING = "in a heading"
    OTHER = "other"
    ALL = "all"


class Pair(Struct, frozen=True):
    """A source that the sentence is attributed to, as it is written, and what makes it hard to find."""

    name: str
    kinds: frozenset[Kind]


class Compared(Struct, frozen=True):
    """A sentence with its pairs, gold beside ours; None stands where one side has none that matches."""

    document: str
    text: str
    rows: tuple[tuple[Pair | None, Pair | None], ...]

    @property
    def mistakes(self) -> int:
        """How many pairs were missed or are wrong."""
        return sum(gold is None or ours is None for gold, ours in self.rows)


class Count(Struct, frozen=True):
    """Of one kind: how many pairs of gold there are and were missed, how many of ours there are and are wrong."""

    gold: int
    missed: int
    ours: int
    wrong: int


def compare(document: Document, claims: Iterable[Claim], found: Iterable[Attribution]) -> list[Compared]:
    """The sentences that either side attributes. ``claims`` tell which are headings, ``found`` is what counts."""
    words = Words(document.text)
    sentences = [words.beginning(start, end) for start, end in document.sents]
    headings = [words.beginning(c.start, c.end) for c in claims if c.kind is ClaimKind.HEADING]
    side = Side(sentences, frozenset[int]().union(*headings))
    gold, ours = marked(words, document.attributions), marked(words, found)
    compared = []
    for (start, end), sentence in zip(document.sents, sentences, strict=True):
        rows = _aligned(side.pairs(sentence, gold), side.pairs(sentence, ours))
        compared.append(Compared(document.id, " ".join(document.text[start:end].split()), rows))
    return [c for c in compared if c.rows]


def worst(documents: Iterable[Sequence[Compared]], number: int) -> list[Compared]:
    """The sentences with the most mistakes; of those with as many, some of every document before more of any."""
    ranked = [
        (-sentence.mistakes, place, sentence)
        for compared in documents
        for place, sentence in enumerate(sorted(compared, key=lambda c: -c.mistakes))
        if sentence.mistakes
    ]
    return [sentence for _, _, sentence in sorted(ranked, key=lambda r: r[:2])[:number]]


def by_kind(documents: Iterable[Iterable[Compared]]) -> dict[Kind, Count]:
    """The pairs of each kind."""
    rows = [row for compared in documents for sentence in compared for row in sentence.rows]
    gold, missed = _kinds(g for g, _ in rows), _kinds(g for g, o in rows if o is None)
    ours, wrong = _kinds(o for _, o in rows), _kinds(o for g, o in rows if g is None)
    return {kind: Count(gold[kind], missed[kind], ours[kind], wrong[kind]) for kind in Kind}


def _kinds(pairs: Iterable[Pair | None]) -> Counter[Kind]:
    return Counter(kind for pair in pairs if pair is not None for kind in {*(pair.kinds or {Kind.OTHER}), Kind.ALL})


def _aligned(gold: Sequence[Pair], ours: Sequence[Pair]) -> tuple[tuple[Pair | None, Pair | None], ...]:
    """What matches side by side, then what was missed, then what is wrong."""
    matched = naming.matches([(p.name,) for p in gold], [(p.name,) for p in ours], Likeness.HEAD)
    missed = [(p, None) for n, p in enumerate(gold) if n not in {g for g, _ in matched}]
    wrong = [(None, p) for n, p in enumerate(ours) if n not in {o for _, o in matched}]
    return (*((gold[g], ours[o]) for g, o in matched), *missed, *wrong)


class Side(Struct, frozen=True):
    """What tells of which kinds a pair is: the words of all sentences, and those of headings."""

    sentences: list[Numbers]
    headings: Numbers

    def pairs(self, sentence: Numbers, side: Sequence[Marked]) -> list[Pair]:
        """The sources that the sentence is attributed to."""
        return [
            Pair(together[0].names[0], frozenset(self._kinds(sentence, together, side)))
            for together in by_source(sentence, side)
        ]

    def _kinds(self, sentence: Numbers, together: Sequence[Marked], side: Sequence[Marked]) -> Iterator[Kind]:
        if not together[0].names[0]:
            yield Kind.UNNAMED
        if naming.pronominal(together[0].names[0]):
            yield Kind.PRONOUN
        if any(sum(bool(m.content & s) for s in self.sentences) > 1 for m in together):
            yield Kind.RUN_ON
        if any(_nested(m, other) or _nested(other, m) for m in together for other in side):
            yield Kind.NESTED
        if any(_want(m.of) for m in together):
            yield Kind.WANT
        if sentence & self.headings:
            yield Kind.HEADING


def _nested(inner: Marked, outer: Marked) -> bool:
    return inner is not outer and bool((inner.source | inner.cue) & outer.content)


def _want(attribution: Attribution) -> bool:
    """Whether it is an attitude or intention: by its act, or where none is told by the words of its cue."""
    if attribution.act is not None:
        return attribution.act in (Act.ATTITUDE, Act.INTENTION)
    words = (word.lower() for span in attribution.cue for word in WORD.findall(span.text))
    return any(word.startswith(_wants()) for word in words)


@cache
def _wants() -> tuple[str, ...]:
    data = tomllib.loads((files("service.evaluation") / "mistakes.toml").read_text(encoding="utf-8"))
    return tuple(data["wants"])
