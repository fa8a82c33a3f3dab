"""Claims as a newsroom's month would give them, made from a seed: the same number makes the same claims."""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from itertools import accumulate
from random import Random

from schemas.articles import Article
from schemas.claims import Attribution, Claim, Confidence, Link, Reason, Span
from schemas.records import Record
from schemas.sources import Source, SourceRef
from schemas.vocabularies import Act, Axis, ClaimKind, Extraction, Factuality, Level, Manner, Role, Rule, SourceKind
from service import ingest
from service.settings import Settings

ARTICLE = 25
"""Claims an article."""

SPEAKERS = [
    Source(f"speaker-{number}", f"Speaker {number}", SourceKind.PERSON, named=True, aliases=(f"Spokesperson {number}",))
    for number in range(300)
]

AGENCIES = [Source(f"agency-{number}", f"Agency {number}", SourceKind.NEWS_AGENCY, named=True) for number in range(10)]

SOURCES = [*SPEAKERS, *AGENCIES]

WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(SPEAKERS) + 1)))
"""A few speak often and most seldom, as Zipf found of words."""

CUES = {
    "said": (Factuality.CERTAIN, Level.HIGH, Rule.CERTAIN_CUE),
    "denied": (Factuality.CERTAIN_NOT, Level.HIGH, Rule.DENYING_CUE),
    "believes": (Factuality.PROBABLE, Level.MEDIUM, Rule.PROBABLE_CUE),
}


def records(count: int) -> Iterator[Record]:
    """Articles of together ``count`` claims."""
    chance, words = Random(count), vocabulary()
    for number in range(-(-count // ARTICLE)):
        yield record(number, min(ARTICLE, count - number * ARTICLE), chance, words)


def vocabulary() -> list[str]:
    """The words of the seed articles, each as often as it stands there, so that searches find as much as in news."""
    with resources.as_file(resources.files("seeds") / "articles") as folder:
        texts = [ingest.read(file, Settings().max_body).text for file in ingest.files(folder)]
    return [word for text in texts for word in text.split() if word.isalpha()]


def record(number: int, size: int, chance: Random, words: list[str]) -> Record:
    """One article of ``size`` claims, which an agency published."""
    publisher = chance.choice(AGENCIES)
    speakers = chance.choices(SPEAKERS, cum_weights=WEIGHTS, k=size)
    claims: list[Claim] = []
    start = 0
    for position, speaker in enumerate(speakers):
        claims.append(claim(number, position, start, speaker, publisher, chance, words))
        start = claims[-1].end + 1
    article = Article(
        id=f"art_{number:016x}",
        language="en",
        length=start - 1,
        claims=size,
        title=" ".join(chance.choices(words, k=8)),
        publisher=ref(publisher),
        published_at=(date(2026, 1, 1) + timedelta(days=number % 31)).isoformat(),
    )
    return Record(article, "\n".join(one.text for one in claims), tuple(claims), tuple({*speakers, *AGENCIES}))


def claim(
    article: int, position: int, start: int, speaker: Source, publisher: Source, chance: Random, words: list[str]
) -> Claim:
    """One claim of ``speaker``, which in one of three an agency relays; it begins at ``start``."""
    cue = chance.choice(list(CUES))
    factuality, level, rule = CUES[cue]
    content = " ".join(chance.choices(words, k=chance.randint(12, 32)))
    text = f"{speaker.name} {cue} {content}."
    cue_span = span(text, cue, start)
    origin = Link(Role.ORIGIN, ref(speaker), factuality, Extraction.EXPLICIT, 0.97, span(text, speaker.name, start))
    relays = [link(Role.RELAY, chance.choice(AGENCIES))] if chance.random() < 1 / 3 else []
    chain = (origin, *relays, link(Role.PUBLISHER, publisher))
    attribution = Attribution(Act.STATEMENT, (cue_span,), (span(text, content, start),), chain, Manner.INDIRECT)
    return Claim(
        id_of(article, position),
        f"art_{article:016x}",
        position,
        ClaimKind.STATEMENT,
        text,
        start,
        start + len(text),
        (attribution,),
        Confidence(level, (Reason(rule, Axis.FACTUALITY, cue_span),)),
    )


def id_of(article: int, position: int) -> str:
    """The id of a claim by its place."""
    return f"clm_{article:016x}{position:02x}"


def link(role: Role, agency: Source) -> Link:
    """An agency that passes on what it commits to nothing of."""
    return Link(role, ref(agency), Factuality.UNCOMMITTED, Extraction.EXPLICIT, 0.9)


def ref(source: Source) -> SourceRef:
    """The source as links name it."""
    return SourceRef(source.id, source.name)


def span(text: str, part: str, start: int) -> Span:
    """Where ``part`` stands, in an article where ``text`` begins at ``start``."""
    at = start + text.index(part)
    return Span(at, at + len(part), part)
