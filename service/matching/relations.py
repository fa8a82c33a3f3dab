"""Two texts compared: whether they say the same, something similar or the opposite, and what of them differs."""

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from schemas.related import Aspect, Difference, Relation
from service.matching import lexicon
from service.matching.features import Features

SAME = 0.65
"""From which score on texts say the same where nothing else tells them apart."""

OPPOSED = 0.55
"""From which score on texts say the opposite where one of them denies."""

SIMILAR = 0.45
"""From which score on texts are about the same thing."""

CONTAINED = 0.9
"""How much of the shorter text the longer one has where it is the shorter one with more."""

PART = 0.5
"""How much shorter a text may be that is contained in another."""

FRAMED = 0.62
"""From which likeness of two orders of words on a word that differs stands in the same frame, in another's place."""

TURNED = 0.48
"""From which likeness on a denial in one of them is of what the other says: in other words it may be of anything."""

LEAST = 3
"""Texts that do not share as many words are not told to be the same or the opposite of one another."""


class Likeness(Struct, frozen=True):
    """How two texts go together. ``score`` in [0, 1] is how much of their words, by weight, they share."""

    relation: Relation
    score: float
    differences: tuple[Difference, ...]


class _Shared(Struct, frozen=True):
    """What two texts share, and what each has alone: the words of one are paired with as good ones of the other."""

    pairs: dict[str, str]
    here: frozenset[str]
    there: frozenset[str]


def compare(here: Features, there: Features) -> Likeness | None:
    """How the texts go together, None where they do not."""
    shared = _share(here.stems, there.stems)
    score, contained = _score(here, there, shared)
    if score < SIMILAR and not contained:
        return None
    matcher = SequenceMatcher(None, here.order, there.order, autojunk=False)
    differences = tuple(_differences(here, there, shared, matcher))
    aspects = {difference.aspect for difference in differences}
    relation = Relation.SIMILAR
    if len(shared.pairs) >= LEAST:
        if not aspects and (score >= SAME or contained):
            relation = Relation.SAME
        elif Aspect.POLARITY in aspects and not aspects & ELSEWHERE and matcher.ratio() >= TURNED and score >= OPPOSED:
            relation = Relation.OPPOSED
    return Likeness(relation, round(score, 2), differences)


ELSEWHERE = {Aspect.NAMES, Aspect.NUMBERS, Aspect.TIMES}
"""Texts that differ in one of these speak of two things: one does not deny the other."""


def _share(here: frozenset[str], there: frozenset[str]) -> _Shared:
    pairs = {word: word for word in here & there}
    left, right = set(here - there), set(there - here)
    for word in sorted(left):
        if groups := lexicon.synonyms().get(word):
            match = next((w for w in sorted(right) if groups & lexicon.synonyms().get(w, frozenset())), None)
            if match is not None:
                pairs[word] = match
                left.discard(word)
                right.discard(match)
    return _Shared(pairs, frozenset(left), frozenset(right))


def _score(here: Features, there: Features, shared: _Shared) -> tuple[float, bool]:
    """The share of words in common, and whether one text is so good as contained in the other."""
    one, other = (sum(_weight(word, text) for word in text.stems) for text in (here, there))
    both = sum(_weight(word, here) + _weight(match, there) for word, match in shared.pairs.items()) / 2
    if not one or not other:
        return 0.0, False
    contained = both >= CONTAINED * min(one, other) and min(one, other) >= PART * max(one, other)
    return min(1.0, 2 * both / (one + other)), contained


def _weight(word: str, text: Features) -> float:
    if word in text.names or word in text.numbers:
        return 1.5
    return 0.4 if word in lexicon.words("weights", "light") else 1.0


def _differences(
    here: Features, there: Features, shared: _Shared, matcher: SequenceMatcher[str]
) -> Iterator[Difference]:
    """What tells the texts apart."""
    for aspect, words in (
        (Aspect.NUMBERS, here.numbers | there.numbers),
        (Aspect.TIMES, here.times | there.times),
        # A name that begins one text, where every word has a capital, is told by the other.
        (Aspect.NAMES, (here.names | there.names) - here.times - there.times),
    ):
        if (ours := words & shared.here) and (theirs := words & shared.there):
            yield Difference(aspect, tuple(sorted(ours)), tuple(sorted(theirs)))
    if here.certainty is not there.certainty:
        yield Difference(Aspect.CERTAINTY, here.hedges, there.hedges)
    framed = matcher.ratio() >= FRAMED
    yield from _polarity(here, there, lexicon.antonyms() if framed else ())
    if framed:
        yield from _wording(here, there, shared, matcher)
        yield from _moved(here, there)


def _wording(here: Features, there: Features, shared: _Shared, matcher: SequenceMatcher[str]) -> Iterator[Difference]:
    """Words that stand for one another in what else are the same words in the same order."""
    for kind, start, end, begin, stop in matcher.get_opcodes():
        ours = tuple(word for word in here.order[start:end] if word in shared.here)
        theirs = tuple(word for word in there.order[begin:stop] if word in shared.there)
        if kind == "replace" and ours and theirs:
            yield Difference(Aspect.WORDING, ours, theirs)


def _moved(here: Features, there: Features) -> Iterator[Difference]:
    """Names that have changed places in what else are the same words: who did it to whom."""
    if here.order != there.order and sorted(here.order) == sorted(there.order):
        places = [(one, other) for one, other in zip(here.order, there.order, strict=True) if one != other]
        if {word for place in places for word in place} <= here.names | there.names:
            yield Difference(Aspect.ORDER, tuple(one for one, _ in places), tuple(other for _, other in places))


def _polarity(
    here: Features, there: Features, antonyms: tuple[tuple[frozenset[str], frozenset[str]], ...]
) -> Iterator[Difference]:
    """The words by which one text denies what the other says, if it does."""
    opposite = [pair for pair in antonyms if _opposite(pair, here, there)]
    used = frozenset(word for pair in opposite for side in pair for word in side)
    ours, theirs = (_alone(one, other, used) for one, other in ((here, there), (there, here)))
    if (len(ours) + len(theirs) + len(opposite)) % 2:
        words = [tuple(word for word in text.order if word in used) for text in (here, there)]
        yield Difference(Aspect.POLARITY, words[0] + ours, words[1] + theirs)


def _alone(text: Features, other: Features, used: frozenset[str]) -> tuple[str, ...]:
    """The denials of the text, but for those ``used``, that the other does not have as well."""
    left = Counter(text.denials) - Counter(other.denials)
    return tuple(word for word in left.elements() if word not in used)


def _opposite(pair: tuple[frozenset[str], frozenset[str]], here: Features, there: Features) -> bool:
    """Whether one text has words of one side alone, and the other of the other."""
    one, other = set(here.order), set(there.order)
    return any(
        one & first and other & second and not one & second and not other & first
        for first, second in (pair, pair[::-1])
    )
