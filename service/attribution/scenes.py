"""Each sentence of an article with all that is read beside it: where it stands, its quotations, what the rules find."""

from msgspec import Struct
from spacy.tokens import Doc

from schemas.vocabularies import ClaimKind
from service.attribution import cues
from service.attribution.features import Setting
from service.attribution.matches import Match
from service.attribution.parsed import Parsed
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


def scenes(parsed: Parsed) -> list[Scene | None]:
    """Each sentence with what the rules find in it; None for a credit, and for one that was not parsed."""
    told = zip(parsed.docs, parsed.cut, parsed.kinds, strict=True)
    around = [None if kind is ClaimKind.CREDIT else _around(doc, cut, parsed.quotations) for doc, cut, kind in told]
    shares = [sum(map(bool, these)) / len(these) if these else 0.0 for these in around]
    padded = (0.0, *shares, 0.0)
    found: list[Scene | None] = []
    for n, (doc, these) in enumerate(zip(parsed.docs, around, strict=True)):
        if doc is None or these is None:
            found.append(None)
            continue
        quoted = frozenset(i for i, numbers in enumerate(these) if numbers)
        setting = Setting(parsed.cut[n], parsed.kinds[n], quoted, padded[n], padded[n + 1], padded[n + 2])
        found.append(Scene(doc, setting, these, tuple(cues.find(doc, quoted))))
    return found


def _around(doc: Doc | None, sentence: Sentence, quotations: Quotations) -> tuple[frozenset[int], ...] | None:
    """For each token the numbers of the quotations around it; None where there is no token."""
    near = [(n, quotations[n]) for n in quotations.touching(sentence.start, sentence.end)]
    at = [sentence.body + token.idx for token in doc or ()]
    return tuple(frozenset(n for n, q in near if q.start <= a < q.end) for a in at) or None
