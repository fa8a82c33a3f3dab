"""The use case: what is stored is read anew by the present engine, and what it says beside what people say."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from schemas.articles import Article
from schemas.changes import Action
from schemas.claims import Attribution, Claim
from schemas.records import Record
from schemas.vocabularies import ClaimKind, Role, Status
from service.errors import ArticleRetracted, ArticleUnknown, NotCorrected, Overtaken, SourceUnknown
from service.storage.filters import Window
from service.storage.port import ClaimStore

Read = Callable[[Article], Record]
"""A stored article, with its text, as an engine reads it now."""

Shown = Callable[[str], str]
"""The id of the source that a source is shown as: its own, or that of the one into which people have merged it."""

STRETCH = 100
"""How many articles are looked up at once."""


class Reread(NamedTuple):
    """What was read of an article, and how many claims became what by it."""

    record: Record
    changed: Mapping[Action, int]


class Agreement(StrEnum):
    """What the engine reads beside what a person says: it ``agrees``, ``differs``, or finds the sentence ``gone``."""

    AGREES = "agrees"
    DIFFERS = "differs"
    GONE = "gone"


class Said(Struct, frozen=True):
    """Those members of a claim that a person has corrected, as one side has them."""

    kind: ClaimKind | UnsetType = UNSET
    attributions: tuple[Attribution, ...] | UnsetType = UNSET


class Comparison(Struct, frozen=True):
    """A claim that a person has corrected for a ``reason``, and what the engine reads of it, if it is there."""

    claim: str
    article: str
    agreement: Agreement
    reason: str
    person: Said
    engine: Said | UnsetType = UNSET


def unread(store: ClaimStore, engine: str) -> Iterator[Article]:
    """Each article that stands and that another engine has read last, without its text, in the order of storing."""
    after = None
    while True:
        page = store.unread(engine, Window(STRETCH, after))
        yield from (msgspec.json.decode(item, type=Article) for item in page.items)
        if page.next is None:
            return
        after = page.next


def reread(
    id: str, *, read: Read, store: ClaimStore, now: Callable[[], datetime], rehearsed: bool = False
) -> Reread | None:
    """The article is stored as it is read now, None where it was taken back; where ``rehearsed``, nothing is stored.

    Where others change it while it is read, it is read again. Raises what ``read`` and the store raise.
    """
    while True:
        try:
            after, article = store.given(id)
        except (ArticleRetracted, ArticleUnknown):
            return None
        record = read(article)
        with suppress(Overtaken):
            if rehearsed:
                return Reread(record, store.rehearse(record, after=after))
            actor = f"sayso {version('sayso')} via reextract"
            return Reread(record, store.reread(record, after=after, at=now(), actor=actor))


def comparisons(store: ClaimStore, rehearsed: Mapping[str, Record]) -> Iterator[Comparison]:
    """Each claim that a person has corrected, and nobody taken back, beside what the engine reads of it.

    That is what it read last, but of the articles in ``rehearsed``, by their ids, what it would.
    """

    @cache
    def shown(id: str) -> str:
        with suppress(SourceUnknown):
            return store.source(id).merged_into or id
        return id

    for claim, reading in store.corrections():
        if claim.status is Status.RETRACTED:
            continue
        if record := rehearsed.get(claim.article_id):
            yield compare(claim, next((one for one in record.claims if one.id == claim.id), None), shown)
        else:
            yield compare(claim, None if claim.status is Status.SUPERSEDED else reading, shown)


def compare(claim: Claim, reading: Claim | None, shown: Shown) -> Comparison:
    """The corrected claim beside what the engine reads of it; None where its sentence is no more.

    They agree on attributions that have the same acts, and the same sources in the same roles that commit as far.
    Raises `NotCorrected`.
    """
    if claim.correction is UNSET:
        raise NotCorrected(claim.id)
    own = (claim.id, claim.article_id)
    reason, members = claim.correction.reason, claim.correction.members
    person = _said(claim, members)
    if reading is None:
        return Comparison(*own, Agreement.GONE, reason, person)
    engine = _said(reading, members)
    same = (person.kind, _chains(person, shown)) == (engine.kind, _chains(engine, shown))
    return Comparison(*own, Agreement.AGREES if same else Agreement.DIFFERS, reason, person, engine)


def _said(claim: Claim, members: tuple[str, ...]) -> Said:
    return Said(**{member: getattr(claim, member) for member in members})


def _chains(said: Said, shown: Shown) -> list[Any]:
    return sorted((attribution.act, _chain(attribution, shown)) for attribution in said.attributions or ())


def _chain(attribution: Attribution, shown: Shown) -> list[tuple[str, ...]]:
    """Each link, but the publisher's behind others, which a person need not have told."""
    chain = [link for link in attribution.chain if link.role is not Role.PUBLISHER] or attribution.chain
    return [(link.role, shown(link.source.id), link.factuality) for link in chain]
