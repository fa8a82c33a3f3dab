"""An attribution in the making, and how it becomes one."""

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import UNSET, Struct, structs

from schemas.claims import Attribution, Link, Span
from schemas.sources import Source
from schemas.vocabularies import Act, Extraction, Factuality, Manner, Role
from service.attribution import lexicon
from service.attribution.quotations import Quotation
from service.attribution.resolution import reference


class Draft(Struct, frozen=True):
    """An attribution without its publisher's link.

    ``rule`` and ``because`` are the evidence for the first link's factuality. ``quotations`` are the numbers
    of the quotations that its content shares words with.
    """

    act: Act
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    links: tuple[Link, ...]
    rule: str
    because: Span | None
    quotations: frozenset[int] = frozenset()


def link(
    source: Source,
    extraction: Extraction,
    commits: Factuality,
    mention: Span | None = None,
    others: Sequence[Source] = (),
) -> Link:
    """A link with the probability that its way of being found has; its role is set when the chain is whole."""
    return Link(
        Role.ORIGIN,
        reference(source),
        commits,
        extraction,
        _probabilities()[extraction],
        mention if mention is not None else UNSET,
        tuple(reference(s) for s in others) or UNSET,
    )


def close(draft: Draft, publisher: Link | None, quotations: Sequence[Quotation]) -> Attribution:
    """The draft as an attribution: roles given, and the publisher's link at the end where there is one."""
    links = [structs.replace(item, role=Role.RELAY if n else Role.ORIGIN) for n, item in enumerate(draft.links)]
    if publisher is not None:
        links.append(structs.replace(publisher, role=Role.PUBLISHER))
    return Attribution(draft.act, draft.cue, draft.content, tuple(links), manner(draft.content, quotations))


def manner(content: Iterable[Span], quotations: Sequence[Quotation]) -> Manner:
    """Direct where all words of the content are quoted, mixed where some are."""
    inside = outside = 0
    for span in content:
        for at, character in enumerate(span.text, span.start):
            if character.isalnum():
                within = any(q.start <= at < q.end for q in quotations)
                inside, outside = inside + within, outside + (not within)
    if not inside:
        return Manner.INDIRECT
    return Manner.MIXED if outside else Manner.DIRECT


@cache
def _probabilities() -> dict[Extraction, float]:
    return {Extraction(k): float(v) for k, v in lexicon.read("probabilities")["link"].items()}
