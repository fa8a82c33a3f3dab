"""How often a link is right, against the probability that it is given.

A link is right where a gold attribution shares words with its content and its source: with its mention, or, where it
stands in another sentence, with a word of its name. That does not see which of its candidates an ambiguous link means,
so what is measured there is the probability of all of them together.
A sentence that is its publisher's alone is right where gold attributes no word of it.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence

import numpy as np
from msgspec import Struct

from schemas.claims import Claim, Link, Span
from schemas.vocabularies import Act, Extraction, Role
from service.evaluation import spans
from service.evaluation.bootstrap import Estimate, Sums, estimate
from service.evaluation.gold import Attribution, Document

BINS = 10
NAME = re.compile(r"\w{2,}")


class Judged(Struct, frozen=True):
    """A link: how it was found, with what probability, and whether it is right."""

    extraction: Extraction
    probability: float
    right: bool

    @property
    def bin(self) -> int:
        """The tenth of [0, 1] that the probability is in, from 0; 1 is in the last."""
        return min(int(self.probability * BINS), BINS - 1)


class Group(Struct, frozen=True):
    """Some links: how many, their mean probability, and what share of them is right."""

    links: int
    probability: float
    right: Estimate


class Score(Struct, frozen=True):
    """Over all links, the expected calibration error over ten bins (Naeini et al. 2015) and Brier's score (1950).

    ``bins`` are of equal width, from 0 to 1; an empty one has no links.
    """

    bins: tuple[Group, ...]
    grades: dict[Extraction, Group]
    all: Group
    calibration_error: Estimate
    brier: Estimate


def judge(document: Document, claims: Iterable[Claim], acts: Container[Act] = frozenset(Act)) -> list[Judged]:
    """Each link of the attributions of ``acts``, but for the publisher's that closes a chain, by the annotation."""
    return [
        Judged(link.extraction, spans.likely(link), right)
        for claim in claims
        for act, link, right in _links(claim, document.attributions)
        if act in acts
    ]


def score(documents: Sequence[Sequence[Judged]]) -> Score:
    """The figures over all links of all documents; the intervals are of other documents."""
    return Score(
        bins=tuple(_group([[j for j in judged if j.bin == n] for judged in documents]) for n in range(BINS)),
        grades={g: _group([[j for j in judged if j.extraction is g] for judged in documents]) for g in Extraction},
        all=_group(documents),
        calibration_error=estimate([_binned(judged) for judged in documents], _calibration_error),
        brier=estimate([_squared(judged) for judged in documents], _share),
    )


def _links(claim: Claim, gold: Iterable[Attribution]) -> Iterator[tuple[Act, Link, bool]]:
    for attribution in claim.attributions:
        touched = [g for g in gold if _meet(attribution.content, g.content)]
        for n, link in enumerate(attribution.chain):
            if link.role is not Role.PUBLISHER:
                yield attribution.act, link, any(_same(link, g.source) for g in touched)
            elif n == 0:
                right = any(not g.source for g in touched) if attribution.cue else not touched
                yield attribution.act, link, right


def _same(link: Link, source: Sequence[Span]) -> bool:
    if link.mention:
        return _meet((link.mention,), source)
    return not _names(link.source.name).isdisjoint(word for span in source for word in _names(span.text))


def _names(text: str) -> set[str]:
    return {word.casefold() for word in NAME.findall(text)}


def _meet(these: Iterable[Span], those: Sequence[Span]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in these for b in those)


def _group(documents: Sequence[Sequence[Judged]]) -> Group:
    probabilities = [j.probability for judged in documents for j in judged]
    mean = sum(probabilities) / len(probabilities) if probabilities else float("nan")
    rows = [(len(judged), sum(j.right for j in judged)) for judged in documents]
    return Group(len(probabilities), mean, estimate(rows, _share))


def _binned(judged: Iterable[Judged]) -> list[float]:
    """For each bin how many links; then for each bin by how much their probabilities are over those that are right."""
    counts, over = [0] * BINS, [0.0] * BINS
    for j in judged:
        counts[j.bin] += 1
        over[j.bin] += j.probability - j.right
    return counts + over


def _squared(judged: Sequence[Judged]) -> tuple[int, float]:
    return len(judged), sum((j.probability - j.right) ** 2 for j in judged)


def _calibration_error(sums: Sums) -> Sums:
    error: Sums = np.abs(sums[..., BINS:]).sum(axis=-1) / sums[..., :BINS].sum(axis=-1)
    return error


def _share(sums: Sums) -> Sums:
    share: Sums = sums[..., 1] / sums[..., 0]
    return share
