"""What a governing word says of the event below it: ``data/signatures.toml``, read once and typed."""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from schemas.vocabularies import Factuality
from service.attribution import lexicon
from service.attribution.factuality import weakened


class Signature(Struct, frozen=True):
    """What is so of an event where its governor is so (``holds``) and where it is not (``fails``).

    ``doubted`` says whether doubt about the governor is doubt about the event too.
    """

    holds: Factuality
    fails: Factuality
    doubted: bool = True

    def under(self, governor: Factuality) -> Factuality:
        """How far the event is committed to where its governor is committed to as ``governor`` says."""
        if not self.doubted:
            return self.holds
        return weakened(self.fails if governor.endswith("-") else self.holds, governor)


def find(frame: str, lemma: str) -> Signature | None:
    """The signature of a word in one frame."""
    return _signatures().get((frame, lemma.lower()))


@cache
def modals() -> Mapping[str, tuple[Factuality, Factuality]]:
    """How strong an event is behind each modal, and how strong where that is denied."""
    table = lexicon.read("signatures")["modals"]
    return {word: (_strong(affirmed), _strong(denied)) for word, (affirmed, denied) in table.items()}


@cache
def modifiers() -> Mapping[str, Factuality]:
    """How strong each adjective leaves the event of its noun."""
    table = lexicon.read("signatures")["modifiers"]
    return {word: _strong(strength) for strength, listed in table.items() for word in listed}


def _strong(strength: str) -> Factuality:
    return Factuality(f"{strength}+")


@cache
def _signatures() -> Mapping[tuple[str, str], Signature]:
    found: dict[tuple[str, str], Signature] = {}
    for group in lexicon.read("signatures")["governors"]:
        holds, fails = Factuality(group["holds"]), Factuality(group["fails"])
        for frame in group["frames"]:
            for lemma in group["lemmas"]:
                found.setdefault((frame, lemma), Signature(holds, fails, doubted=holds is not fails))
    return found
