"""Each sentence of an article with all that is read beside it: where it stands, its quotations, what the rules find."""

from collections.abc import Sequence

from msgspec import Struct
from spacy.tokens import Doc

from schemas.vocabularies import ClaimKind
from service.attribution import cues
from service.attribution.features import Setting
from service.attribution.matches import Match
from service.attribution.quotations import Quotations
from service.attribution.sentences import Sentence


class Scene(Struct, frozen=True):
    """A sentence with all that is read beside it. ``quotations`` has, for each token, the numbers of those around."""

    doc: Doc
    setting: Setting
    quotations: tuple[frozenset[int], ...]
    rules: tuple[Match, ...]

    @property
    def touched(self) -> frozenset[int]:
        """The numbers of all quotations that the sentence touches."""
        return frozenset().union(*self.quotations)


def scenes(
    cut: Sequence[Sentence], kinds: Sequence[ClaimKind], docs: Sequence[Doc | None], quotations: Quotations
) -> list[Scene | None]:
    """Each sentence with what the rules find in it; None for a credit, and for one that was not parsed."""
    around = [
        _around(doc, sentence, quotations) if doc is not None and len(doc) and kind is not ClaimKind.CREDIT else None
        for sentence, kind, doc in zip(cut, kinds, docs, strict=True)
    ]
    shares = [sum(map(bool, these)) / len(these) if these else 0.0 for these in around]
    padded = (0.0, *shares, 0.0)
    found: list[Scene | None] = []
    for n, (doc, these) in enumerate(zip(docs, around, strict=True)):
        if doc is None or these is None:
            found.append(None)
            continue
        quoted = frozenset(i for i, numbers in enumerate(these) if numbers)
        setting = Setting(cut[n], kinds[n], quoted, padded[n], padded[n + 1], padded[n + 2])
        found.append(Scene(doc, setting, these, tuple(cues.find(doc, quoted))))
    return found


def _around(doc: Doc, sentence: Sentence, quotations: Quotations) -> tuple[frozenset[int], ...]:
    near = [(n, quotations[n]) for n in quotations.touching(sentence.start, sentence.end)]
    at = [sentence.body + token.idx for token in doc]
    return tuple(frozenset(n for n, q in near if q.start <= a < q.end) for a in at)
