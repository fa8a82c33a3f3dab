"""What the engine finds, in the form of what people annotate: for each source its cue and all of its content."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct, structs

from schemas import claims as found
from schemas.articles import NewArticle
from schemas.claims import Claim, Link, Span
from schemas.records import Record
from schemas.vocabularies import Act, Extraction, Role
from service.errors import InputError
from service.evaluation.gold import Attribution, Entity, Text

LEAST = 0.5
"""How likely a link must be for it to be written: what is likelier wrong than right costs more than it finds."""

Attribute = Callable[[NewArticle], Record]


Kind = TypeVar("Kind", bound=Text)


class Spans(Struct, frozen=True):
    """A text's attributions, as the scorers of such corpora take them."""

    id: str
    attributions: tuple[Attribution, ...]


class Reading(Struct, Generic[Kind], frozen=True):
    """A text and its claims: none where the engine refused it, for the reason in ``refused``."""

    text: Kind
    claims: tuple[Claim, ...] = ()
    refused: InputError | None = None


def read(texts: Iterable[Kind], attribute: Attribute) -> Iterator[Reading[Kind]]:
    """Each text as the engine reads it."""
    for text in texts:
        try:
            yield Reading(text, attribute(NewArticle(text.text, language="en")).claims)
        except InputError as error:
            yield Reading(text, refused=error)


def likely(link: Link) -> float:
    """How likely the words attribute to the link's mention, whichever of its candidates that means."""
    return link.probability * len(link.candidates or (link,))


def attributions(claims: Iterable[Claim], acts: Container[Act] = frozenset(Act)) -> tuple[Attribution, ...]:
    """The attributions of ``acts`` in an article's claims, one for each likely link of a chain but the publisher's.

    What is carried joins the content of the nearest attribution of its source. A source that is not mentioned in its
    sentence has its last mention before.
    """
    last: dict[str, Span] = {}
    listed: list[Attribution] = []
    continuing: list[Attribution] = []
    for chained in (a for claim in claims for a in claim.attributions):
        links = [link for link in chained.chain if link.role is not Role.PUBLISHER]
        last |= {link.source.id: link.mention for link in links if link.mention}
        for attribution in _of_chain(chained, links, last):
            carried = attribution.extraction is Extraction.CARRIED
            if attribution.act in acts:
                (continuing if carried else listed).append(attribution)
    for attribution in continuing:
        _join(listed, attribution)
    return tuple(listed)


def _of_chain(chained: found.Attribution, links: Sequence[Link], last: Mapping[str, Span]) -> Iterator[Attribution]:
    """One attribution for each link, or one without a source where the words name none.

    An outer link's has the mentions of those inside it in its content, and is a statement: it reports.
    """
    content, act = chained.content, chained.act
    if not links and chained.cue:
        yield Attribution(content, cue=chained.cue, entity=Entity(), act=act)
    for link in links:
        mention = link.mention or last.get(link.source.id)
        if likely(link) >= LEAST:
            yield Attribution(
                content=content,
                source=(mention,) if mention else (),
                cue=chained.cue,
                entity=Entity(link.source.name),
                act=act,
                extraction=link.extraction,
                probability=link.probability,
            )
        content = (*content, link.mention) if link.mention else content
        act = Act.STATEMENT


def _join(listed: list[Attribution], carried: Attribution) -> None:
    """The content of what is carried joins the nearest of its source; where there is none, it is listed."""
    places = [n for n, one in enumerate(listed) if one.entity == carried.entity]
    if not places:
        listed.append(carried)
        return
    nearest = min(places, key=lambda n: _distance(listed[n], carried))
    listed[nearest] = structs.replace(listed[nearest], content=(*listed[nearest].content, *carried.content))


def _distance(one: Attribution, other: Attribution) -> int:
    """How many code points stand between their contents, at the least."""
    return min(max(a.start - b.end, b.start - a.end) for a in one.content for b in other.content)
