"""Records made by hand, so that a test says what is in the store and no reader of text is needed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from schemas.articles import Article
from schemas.claims import Attribution, Claim, Confidence, Link, Reason, Span
from schemas.records import Record
from schemas.sources import Source, SourceRef
from schemas.vocabularies import (
    Act,
    Axis,
    ClaimKind,
    Extraction,
    Factuality,
    Level,
    Manner,
    Role,
    Rule,
    SourceKind,
)

NOON = datetime(2026, 2, 8, 12, tzinfo=UTC)

AP = Source(
    id="associated-press",
    name="Associated Press",
    kind=SourceKind.NEWS_AGENCY,
    named=True,
    aliases=("AP",),
    country="US",
)
KCNA = Source(
    id="korean-central-news-agency",
    name="Korean Central News Agency",
    kind=SourceKind.STATE_MEDIA,
    named=True,
    aliases=("KCNA",),
    country="KP",
)
GUARDIAN = Source(id="the-guardian", name="The Guardian", kind=SourceKind.OUTLET, named=True)


def analysts(article: str) -> Source:
    """The analysts of one article, whom no other article's can be taken for."""
    return Source(
        id=f"analysts-{article}",
        name="analysts",
        kind=SourceKind.UNNAMED_GROUP,
        named=False,
        article_id=f"art_{article}",
    )


def link(
    source: Source,
    role: Role = Role.ORIGIN,
    factuality: Factuality = Factuality.CERTAIN,
    extraction: Extraction = Extraction.EXPLICIT,
) -> Link:
    """A link to ``source``."""
    return Link(role, SourceRef(source.id, source.name), factuality, extraction, 0.9)


def attribution(*chain: Link, act: Act = Act.STATEMENT) -> Attribution:
    """An attribution through ``chain``."""
    return Attribution(act, (Span(0, 3, "cue"),), (), chain, Manner.INDIRECT)


def claim(
    text: str, *attributions: Attribution, level: Level = Level.HIGH, kind: ClaimKind = ClaimKind.STATEMENT
) -> Claim:
    """A claim without an id or a place, which `record` gives it."""
    because = (Reason(Rule.CERTAIN_CUE, Axis.FACTUALITY),)
    return Claim("", "", 0, kind, text, 0, 0, attributions, Confidence(level, because))


def record(
    name: str,
    *claims: Claim,
    sources: Sequence[Source],
    publisher: Source | None = None,
    published_at: str | UnsetType = UNSET,
) -> Record:
    """The article ``art_<name>``, whose text is its claims, a line each."""
    placed, start = [], 0
    for position, one in enumerate(claims):
        end = start + len(one.text)
        id = f"clm_{name}_{position}"
        placed.append(
            Claim(id, f"art_{name}", position, one.kind, one.text, start, end, one.attributions, one.confidence)
        )
        start = end + 1
    text = "\n".join(one.text for one in claims)
    article = Article(
        id=f"art_{name}",
        language="en",
        length=len(text),
        claims=len(claims),
        title=f"Title of {name}",
        publisher=SourceRef(publisher.id, publisher.name) if publisher else UNSET,
        published_at=published_at,
    )
    return Record(article, text, tuple(placed), tuple(sources))


def bulletin(name: str, size: int = 12) -> Record:
    """An article of ``size`` claims that share their sources with every other bulletin."""
    chains = (
        attribution(link(KCNA), link(AP, Role.RELAY, Factuality.UNCOMMITTED)),
        attribution(link(AP), act=Act.BELIEF),
    )
    claims = [claim(f"Sentence {number} of {name} speaks of drills.", *chains) for number in range(size)]
    return record(name, *claims, sources=(AP, KCNA), publisher=AP, published_at="2026-02-08")
