"""The sources that claims and articles refer to: told, and replaced by others."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article
from schemas.claims import Attribution, Claim, Link
from schemas.sources import SourceRef

T = TypeVar("T", Claim, Article)

Of = Callable[[str], SourceRef]
"""The source that stands for an id."""

Places = tuple[tuple[str, ...], ...]
"""The ids of all sources that a thing refers to: of a claim, for each link, its source and then the candidates; of an
article its publisher, if it has one, and its contributors.
"""


def places(thing: T) -> Places:
    """What the thing refers to."""
    if isinstance(thing, Article):
        return (thing.publisher.id,) if thing.publisher else (), tuple(ref.id for ref in thing.contributors)
    return tuple(map(_place, _links(thing)))


def every(thing: T) -> Iterator[SourceRef]:
    """Each source that the thing refers to, as often as it does."""
    if isinstance(thing, Article):
        yield from thing.contributors
        if thing.publisher:
            yield thing.publisher
        return
    for link in _links(thing):
        yield link.source
        yield from link.candidates or ()


def aside(thing: T) -> set[str]:
    """The ids that no column holds: of an article's contributors, of a link's candidates."""
    found = places(thing)
    if isinstance(thing, Article):
        return set(found[1])
    return {id for _, *candidates in found for id in candidates}


def linked(claim: Claim) -> set[str]:
    """The ids of the sources of its links, which count it."""
    return {link.source.id for link in _links(claim)}


def referring(thing: T, places: Places, of: Of) -> T:
    """The thing, but it refers to what ``of`` gives for the ids in the ``places``.

    Of several candidates or contributors that are now one, one is left.
    """
    if isinstance(thing, Article):
        publisher, contributors = places
        return replace(thing, publisher=of(publisher[0]) if publisher else UNSET, contributors=_refs(contributors, of))
    rest = iter(places)
    return replace(thing, attributions=tuple(_attribution(one, rest, of) for one in thing.attributions))


def same(one: T, other: T) -> bool:
    """Whether they are the same, however the sources are called that they refer to."""
    return referring(one, places(one), _nameless) == referring(other, places(other), _nameless)


def _links(claim: Claim) -> Iterator[Link]:
    return (link for attribution in claim.attributions for link in attribution.chain)


def _place(link: Link) -> tuple[str, ...]:
    return link.source.id, *(ref.id for ref in link.candidates or ())


def _nameless(id: str) -> SourceRef:
    return SourceRef(id, "")


def _attribution(attribution: Attribution, places: Iterator[tuple[str, ...]], of: Of) -> Attribution:
    return replace(attribution, chain=tuple(_link(link, *next(places), of=of) for link in attribution.chain))


def _link(link: Link, source: str, *candidates: str, of: Of) -> Link:
    return replace(link, source=of(source), candidates=_refs(candidates, of) if candidates else link.candidates)


def _refs(ids: tuple[str, ...], of: Of) -> tuple[SourceRef, ...]:
    return tuple(dict.fromkeys(map(of, ids)))
