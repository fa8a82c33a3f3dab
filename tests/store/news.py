"""Three articles, and what a list of theirs holds."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from schemas.claims import AttributionRow, Claim
from schemas.records import Record
from schemas.sources import CountedSource
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Level, Role
from service.storage.filters import ClaimFilter, Slice, SourceFilter, Window
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA, analysts, attribution, claim, link, record

CONGRESS = record(
    "congress",
    claim("Party congress", attribution(link(AP, Role.PUBLISHER)), kind=ClaimKind.HEADING),
    claim(
        "State media said the congress opens in late February.",
        attribution(
            link(KCNA), link(AP, Role.RELAY, Factuality.UNCOMMITTED), link(AP, Role.PUBLISHER, Factuality.UNCOMMITTED)
        ),
    ),
    claim(
        "Analysts expect a new policy line, but KCNA may deny it.",
        attribution(link(analysts("congress"), factuality=Factuality.PROBABLE), act=Act.BELIEF),
        attribution(link(KCNA, factuality=Factuality.POSSIBLE_NOT)),
        level=Level.MEDIUM,
    ),
    sources=(AP, KCNA, analysts("congress")),
    publisher=AP,
    published_at="2026-02-08",
)


DRILLS = record(
    "drills",
    claim(
        "Experts at the café said the drills could resume.",
        attribution(link(analysts("drills"), factuality=Factuality.POSSIBLE, extraction=Extraction.RESOLVED)),
        level=Level.LOW,
    ),
    claim("Will the drills resume?", attribution(link(GUARDIAN, Role.PUBLISHER)), kind=ClaimKind.QUESTION),
    sources=(GUARDIAN, analysts("drills")),
    publisher=GUARDIAN,
    published_at="2026-03-01T23:30:00-05:00",
)


BARE = record("bare", claim("KCNA planned new drills.", attribution(link(KCNA), act=Act.INTENTION)), sources=(KCNA,))


def found(store: ClaimStore, which: ClaimFilter) -> list[str]:
    """The ids, without their prefix, of the claims that the filter lets through."""
    claims = [msgspec.json.decode(item, type=Claim) for item in store.claims(which, Window()).items]
    return [claim.id.removeprefix("clm_") for claim in claims]


def ids(store: ClaimStore, which: SourceFilter) -> list[str]:
    """The sources that the filter lets through."""
    return [msgspec.json.decode(item, type=CountedSource).id for item in store.sources(which, Window()).items]


def walk(read: Callable[[Window], Slice], window: Window) -> list[bytes]:
    """Every item, page by page from the window on."""
    items: list[bytes] = []
    while True:
        page = read(window)
        assert len(page.items) <= window.limit
        items += page.items
        if page.next is None:
            return items
        assert len(page.items) == window.limit
        window = replace(window, after=page.next)


def rows(record: Record) -> list[AttributionRow]:
    """The links of a record, flat."""
    return [
        AttributionRow(
            claim.id,
            claim.article_id,
            place,
            step,
            link.role,
            link.source,
            attribution.act,
            link.factuality,
            link.extraction,
            link.probability,
            claim.kind,
            claim.confidence.level,
            claim.text,
        )
        for claim in record.claims
        for place, attribution in enumerate(claim.attributions)
        for step, link in enumerate(attribution.chain)
    ]
