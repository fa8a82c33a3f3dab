"""The one way from a text to its claims."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from threading import Lock

from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article, NewArticle
from schemas.claims import Claim
from schemas.records import Record
from schemas.sources import Source, SourceRef
from schemas.vocabularies import Extraction, Factuality, SourceKind
from service.attribution import calibration, directory, events, identity, interviews, languages, network, sentences
from service.attribution.calibration import Scaling
from service.attribution.credits import contributors
from service.attribution.directory import Directory
from service.attribution.editions import edition
from service.attribution.parsed import Parsed, parse
from service.attribution.parser import Parser
from service.attribution.reading import Reader
from service.attribution.recognition import Recogniser
from service.attribution.resolution import Cast, reference
from service.attribution.scenes import scenes
from service.errors import FieldInvalid

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Engine:
    """Reads articles. Safe to call from any thread; one article is read at a time. ``edition`` tells it from others."""

    def __init__(
        self, parser: Parser, recogniser: Recogniser, known: Directory, scalings: Mapping[Extraction, Scaling]
    ) -> None:
        self._parser, self._recogniser, self._known, self._scalings = parser, recogniser, known, scalings
        self._turn = Lock()
        self.edition = edition()

    def attribute(self, new: NewArticle) -> Record:
        """Every sentence of the article as a claim, with its sources and confidence.

        Raises `TextEmpty`, `TextUnreadable`, `LanguageUnsupported` or `FieldInvalid`.
        """
        languages.check(new.text, new.language or None)
        for field in ("title", "url", "publisher"):
            if (bad := languages.CONTROL.search(getattr(new, field) or "")) is not None:
                raise FieldInvalid(f"/{field}", f"it holds the character U+{ord(bad[0]):04X}. Send it without.")
        published = _published(new.published_at or sentences.header(new.text)[0])
        publisher = _publisher(new.publisher or None, self._known)
        article = Article(
            id=identity.article_id(new.text, new.url or None, publisher.id if publisher else None),
            language="en",
            length=len(new.text),
            claims=0,
            title=new.title,
            url=new.url,
            publisher=reference(publisher) if publisher else UNSET,
            published_at=published or UNSET,
        )
        return self._record(article, new.text, publisher)

    def reread(self, stored: Article) -> Record:
        """The stored article, with its text, as this engine reads it: it is the same one, and has its id and publisher.

        Raises `TextEmpty`, `TextUnreadable` or `LanguageUnsupported`.
        """
        text = stored.text or ""
        languages.check(text, stored.language)
        publisher = _same(stored.publisher, self._known) if stored.publisher else None
        return self._record(replace(stored, text=UNSET), text, publisher)

    def events(self, text: str, spans: Sequence[tuple[int, int]]) -> list[Factuality]:
        """How far ``text``, one sentence, commits to the event at each of ``spans``: half-open, in code points.

        An event where no word stands, or in a sentence too long to be prose, is `Factuality.UNCOMMITTED`.
        """
        with self._turn, self._parser.memory():
            doc = next(self._parser.parse([text]))
            return [events.at(doc, start, end) for start, end in spans]

    def _record(self, article: Article, text: str, publisher: Source | None) -> Record:
        with self._turn, self._parser.memory():
            parsed = parse(text, self._parser)
            claims, sources = self._read(parsed, article.id, publisher or _itself(article.id, article.title or None))
        credited = contributors(text, parsed.cut, parsed.kinds, self._known)
        read = replace(article, claims=len(claims), contributors=tuple(reference(s) for s in credited))
        known = {s.id: s for s in (*credited, *([publisher] if publisher else []), *sources)}
        return Record(read, text, claims, tuple(known.values()), self.edition)

    def _read(self, parsed: Parsed, id: str, publisher: Source) -> tuple[tuple[Claim, ...], list[Source]]:
        interview = interviews.find(parsed.cut, parsed.docs, self._known)
        recognised = self._recogniser.recognise(scenes(parsed), interview is not None)
        cast = Cast(id, self._known)
        reader = Reader(parsed, recognised, interview, cast, self._known, publisher, self._scalings)
        return _claims(id, parsed, reader), reader.sources()


def load() -> Engine:
    """The engine, its language model and source directory read from the installed package."""
    return Engine(Parser(), Recogniser(*network.load()), directory.load(), calibration.load())


def _claims(article: str, parsed: Parsed, reader: Reader) -> tuple[Claim, ...]:
    """The claims, each with the id that its text and its occurrence give."""
    seen: dict[str, int] = {}
    claims = []
    for n, (sentence, (attributions, confidence)) in enumerate(zip(parsed.cut, reader.read(), strict=True)):
        occurrence = seen[sentence.text] = seen.get(sentence.text, -1) + 1
        id = identity.claim_id(article, sentence.text, occurrence)
        span = (sentence.text, sentence.start, sentence.end)
        claims.append(Claim(id, article, n, parsed.kinds[n], *span, attributions, confidence))
    return tuple(claims)


def _publisher(name: str | None, known: Directory) -> Source | None:
    """The publisher as a source: the well-known one that the name means, else an outlet of that name."""
    if name is None or not name.strip():
        return None
    name = " ".join(name.split())
    entry = known.find(name)
    if entry is None:
        return Source(identity.slug(name), name, SourceKind.OUTLET, named=True)
    return directory.as_source(entry)


def _same(publisher: SourceRef, known: Directory) -> Source:
    """The publisher that was known by this id, whomever its name now means."""
    entry = known.find(publisher.name)
    found = directory.as_source(entry) if entry else None
    return (
        found
        if found and found.id == publisher.id
        else Source(publisher.id, publisher.name, SourceKind.OUTLET, named=True)
    )


def _itself(id: str, title: str | None) -> Source:
    """The article as the source of what it says, where nobody knows who published it."""
    return Source(id, title or "this article", SourceKind.ARTICLE, named=False, article_id=id)


def _published(value: str | None) -> str | None:
    """``value`` where it is a date, or a time with its offset, given back as UTC; raises `FieldInvalid`."""
    if not value:
        return None
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError) as error:
        fault = "give a date (2026-02-08) or a time with its offset (2026-02-08T09:30:00Z)."
        raise FieldInvalid("/published_at", fault) from error
