"""An attribution in the making, and how it becomes one."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET, Struct, structs

from schemas.claims import Attribution, Link, Span
from schemas.sources import Source
from schemas.vocabularies import Act, Extraction, Factuality, Manner, Role, Rule
from service.attribution.quotations import Quotations
from service.attribution.resolution import reference


class Evidence(Struct, frozen=True):
    """How an origin commits, the rule that says so and the words that decided, where there are any."""

    factuality: Factuality
    rule: Rule
    span: Span | None = None


class Draft(Struct, frozen=True):
    """An attribution without its publisher's link.

    ``evidence`` is for the first link's factuality. ``quotations`` are the numbers of those that the content touches.
    ``likely`` is the network's probability, not yet scaled, that the first link is right.
    """

    act: Act
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    links: tuple[Link, ...]
    evidence: Evidence
    quotations: frozenset[int] = frozenset()
    likely: float = 1.0


def link(
    source: Source,
    extraction: Extraction,
    commits: Factuality,
    probability: float,
    mention: Span | None = None,
    candidates: Sequence[Source] = (),
) -> Link:
    """A link; its role is set when the chain is whole."""
    return Link(
        Role.ORIGIN,
        reference(source),
        commits,
        extraction,
        probability,
        mention if mention is not None else UNSET,
        tuple(reference(s) for s in candidates) or UNSET,
    )


def close(draft: Draft, publisher: Link | None, text: str, quotations: Quotations) -> Attribution:
    """The draft as an attribution: roles given, and the publisher's link at the end where there is one."""
    links = [structs.replace(item, role=Role.RELAY if n else Role.ORIGIN) for n, item in enumerate(draft.links)]
    if publisher is not None:
        links.append(structs.replace(publisher, role=Role.PUBLISHER))
    return Attribution(draft.act, draft.cue, draft.content, tuple(links), _manner(draft.content, text, quotations))


def own_voice(sentence: Span, publisher: Link) -> Attribution:
    """The attribution of a sentence to its publisher alone."""
    return Attribution(Act.STATEMENT, (), (sentence,), (structs.replace(publisher, role=Role.PUBLISHER),))


def _manner(content: Iterable[Span], text: str, quotations: Quotations) -> Manner:
    """Direct where all words of the content are quoted, mixed where some are."""
    counts = [quotations.quoted(text, span.start, span.end) for span in content]
    inside, letters = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    if not inside:
        return Manner.INDIRECT
    return Manner.DIRECT if inside == letters else Manner.MIXED
