"""How rightly two texts are told to say the same, the opposite or something similar."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from schemas.articles import NewArticle
from schemas.related import Relation
from service.evaluation.gold import PairKind, TextPair
from service.evaluation.spans import Attribute
from service.matching.contents import content
from service.matching.features import Features, features
from service.matching.relations import compare
from service.matching.signatures import bands

WANTED: dict[PairKind, Relation | None] = {
    PairKind.COPY: Relation.SAME,
    PairKind.REWORDING: Relation.SAME,
    PairKind.DIFFERENT: Relation.SIMILAR,
    PairKind.OPPOSED: Relation.OPPOSED,
    PairKind.UNRELATED: None,
}
"""What is to be found of each kind of pair."""


class Judged(Struct, frozen=True):
    """A pair, and the relation that was found, None where none was."""

    pair: TextPair
    found: Relation | None


class Figures(Struct, frozen=True):
    """How many pairs have a relation (``gold``), how many were found to have it, and how many of these rightly."""

    gold: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right, 1 where nothing was."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what there is that was found, 1 where there is nothing."""
        return self.right / self.gold if self.gold else 1.0


def judge(pairs: Iterable[TextPair], attribute: Attribute) -> Iterator[Judged]:
    """What the service would find of each pair, were one text stored and the other asked for."""
    for pair in pairs:
        found = None
        if set(bands(pair.one)) & set(bands(pair.other)):
            likeness = compare(_read(pair.one, attribute), _read(pair.other, attribute))
            found = likeness.relation if likeness else None
        yield Judged(pair, found)


def score(judged: Sequence[Judged]) -> dict[Relation, Figures]:
    """The figures of each relation."""
    return {
        relation: Figures(
            gold=sum(WANTED[one.pair.kind] is relation for one in judged),
            found=sum(one.found is relation for one in judged),
            right=sum(one.found is relation is WANTED[one.pair.kind] for one in judged),
        )
        for relation in Relation
    }


def _read(text: str, attribute: Attribute) -> Features:
    return features(content(attribute(NewArticle(text, language="en")).claims))
