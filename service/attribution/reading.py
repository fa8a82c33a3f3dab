"""Reads one article's parsed sentences in order and says, of each, who it is attributed to and how firmly."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import UNSET
from spacy.tokens import Doc, Token

from schemas.claims import Attribution, Confidence, Link, Span
from schemas.sources import Source
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, SourceKind
from service.attribution import cues, factuality, lexicon, sources
from service.attribution.carrying import Quoted, carry
from service.attribution.chains import Chain, join
from service.attribution.clauses import root, runs
from service.attribution.confidence import rate
from service.attribution.cues import Match
from service.attribution.directory import Directory
from service.attribution.drafts import Draft, close, link
from service.attribution.factuality import Reading
from service.attribution.kinds import ASKS
from service.attribution.quotations import Quotation, speech
from service.attribution.resolution import MEDIA, Cast, Resolved
from service.attribution.sentences import Sentence

TRIM = " \t\n\r\u00a0,;:—–-("
COMMITTED = (Act.INTENTION, Act.ATTITUDE)


class Reader:
    """Reads the sentences of one article, once. ``docs`` are their parses, None for those not parsed."""

    def __init__(
        self,
        text: str,
        cut: Sequence[Sentence],
        kinds: Sequence[ClaimKind],
        docs: Sequence[Doc | None],
        quotations: Sequence[Quotation],
        cast: Cast,
        known: Directory,
        publisher: Source,
    ) -> None:
        self._text, self._cut, self._kinds, self._docs = text, cut, kinds, docs
        self._quotations = [q for q in quotations if speech(text, q)]
        self._cast, self._known, self._publisher = cast, known, publisher
        self._sources = {publisher.id: publisher}

    def sources(self) -> list[Source]:
        """The sources that the sentences read so far are attributed to, and the publisher."""
        return list(self._sources.values())

    def read(self) -> list[tuple[tuple[Attribution, ...], Confidence]]:
        """For each sentence its attributions, at least one, and its confidence."""
        self._introduce()
        drafts = [self._explicit(n) for n in range(len(self._cut))]
        quoted = [self._quoted(n) for n in range(len(self._cut))]
        drafts = carry(self._cut, drafts, quoted, self._quotations)
        return [self._finished(n, found, quoted[n]) for n, found in enumerate(drafts)]

    def _introduce(self) -> None:
        """Makes all names of the article known, longer ones first, so that a surname finds its bearer."""
        named = [
            (len((mention.name or "").split()), n, token.dep_ in ("nsubj", "nsubjpass"), mention)
            for n, doc in enumerate(self._docs)
            if doc is not None and self._kinds[n] is not ClaimKind.CREDIT
            for token in sources.names(doc)
            for mention in [sources.read(token, self._known)]
        ]
        for _, n, subject, mention in sorted(named, key=lambda found: (-found[0], found[1])):
            self._cast.introduce(mention, n, 0.4 if subject else 0.0)

    def _explicit(self, n: int) -> list[Draft]:
        """The attributions that the words of sentence ``n`` make."""
        doc = self._docs[n]
        if doc is None or self._kinds[n] is ClaimKind.CREDIT:
            return []
        quoted = frozenset(t.i for t in doc if any(q.start <= self._at(n, t) < q.end for q in self._quotations))
        return [draft for chain in join(cues.find(doc, quoted)) for draft in self._drafts(n, doc, chain)]

    def _drafts(self, n: int, doc: Doc, chain: Chain) -> Iterator[Draft]:
        """A draft for each of the sources that the first match of ``chain`` joins by "and"."""
        first = chain.matches[0]
        head = doc[first.head] if first.head is not None else _top(doc, first)
        content = (
            factuality.of_clause(head, doc[first.cue[0]]) if head is not None and first.act not in COMMITTED else None
        )
        reading = factuality.under(first.commits, first.cue[0], content)
        spans = tuple(self._spans(n, doc, first.content))
        if any(s.text.rstrip("”\"’').,").endswith("?") for s in spans) and content is not None:
            reading = Reading(Factuality.UNCOMMITTED, "question")
        passed_on = [item for relay in chain.matches[1:] for item in self._relays(n, doc, relay)]
        cue = tuple(s for m in reversed(chain.matches) for s in self._spans(n, doc, frozenset(m.cue), fill=False))
        cue = tuple(sorted(cue, key=lambda s: s.start))
        because = self._token(n, doc[reading.word]) if reading.word is not None else None
        touched = self._touched(spans)
        for source in sources.conjuncts(doc[first.source]):
            links = [*self._origin(n, doc, first, source, reading), *passed_on]
            yield Draft(first.act, cue, spans, tuple(links), reading.rule, because, touched)

    def _origin(self, n: int, doc: Doc, match: Match, source: Token, reading: Reading) -> list[Link]:
        """The links of one match: whom it cites, its source, and the medium that was told."""
        found = []
        if match.origin is not None:
            found.append(self._link(n, doc[match.origin], reading.factuality))
        found.append(self._link(n, source, Factuality.UNCOMMITTED if found else reading.factuality))
        if match.told is not None and self._medium(doc[match.told]):
            found.append(self._link(n, doc[match.told], Factuality.UNCOMMITTED))
        return found

    def _relays(self, n: int, doc: Doc, match: Match) -> list[Link]:
        """The links of a match that reports another; to confirm is more than to report."""
        confirms = any(doc[i].lemma_.lower() in lexicon.words("cues", "relays", "confirm") for i in match.cue)
        commits = Factuality.CERTAIN if confirms else Factuality.UNCOMMITTED
        reading = Reading(commits, "relay")
        return self._origin(n, doc, match, doc[match.source], reading)

    def _link(self, n: int, token: Token, commits: Factuality) -> Link:
        mention = sources.read(token, self._known)
        resolved = self._cast.resolve(mention, n)
        self._cast.spoken(resolved, n)
        doc = token.doc
        start, last = self._at(n, doc[mention.start]), doc[mention.end - 1]
        end = self._at(n, last) + len(last)
        self._sources |= {s.id: s for s in (resolved.source, *resolved.candidates)}
        span = Span(start, end, self._text[start:end])
        return link(resolved.source, resolved.extraction, commits, span, resolved.candidates)

    def _medium(self, token: Token) -> bool:
        return sources.read(token, self._known).kind in MEDIA

    def _quoted(self, n: int) -> Quoted:
        """How sentence ``n`` would commit if its words were somebody's own, and how much of it is quoted."""
        sentence, doc = self._cut[n], self._docs[n]
        letters = [at for at, c in enumerate(sentence.text, sentence.start) if c.isalnum()]
        inside = sum(any(q.start <= at < q.end for q in self._quotations) for at in letters)
        reading, because = Reading(Factuality.CERTAIN, "plain-clause"), None
        if ASKS.search(sentence.text):
            reading = Reading(Factuality.UNCOMMITTED, "question")
        elif doc is not None and len(doc):
            reading = factuality.of_clause(root(doc[0]))
            because = self._token(n, doc[reading.word]) if reading.word is not None else None
        whole = Span(sentence.start, sentence.end, sentence.text)
        return Quoted(reading.factuality, reading.rule, because, self._touched([whole]), inside / max(len(letters), 1))

    def _finished(self, n: int, drafts: list[Draft], own: Quoted) -> tuple[tuple[Attribution, ...], Confidence]:
        """The sentence's attributions with the publisher's link, or the publisher's own where there are none."""
        known = self._publisher.kind is not SourceKind.ARTICLE
        if drafts:
            closing = link(self._publisher, Extraction.ASSUMED, Factuality.UNCOMMITTED) if known else None
            attributions = tuple(close(d, closing, self._quotations) for d in drafts)
            return attributions, rate(attributions, [(d.rule, d.because) for d in drafts])
        sentence = self._cut[n]
        voice = link(self._publisher, Extraction.ASSUMED, own.commits)
        whole = (Span(sentence.start, sentence.end, sentence.text),)
        attribution = Attribution(Act.STATEMENT, (), whole, (_publishing(voice),))
        return (attribution,), rate((attribution,), [(own.rule, own.because)])

    def _at(self, n: int, token: Token) -> int:
        return self._cut[n].body + token.idx

    def _token(self, n: int, token: Token) -> Span:
        start = self._at(n, token)
        return Span(start, start + len(token), token.text)

    def _touched(self, spans: Iterable[Span]) -> frozenset[int]:
        pairs = [(s.start, s.end) for s in spans]
        return frozenset(
            number
            for number, q in enumerate(self._quotations)
            if any(start < q.end and q.start < end for start, end in pairs)
        )

    def _spans(self, n: int, doc: Doc, tokens: frozenset[int], fill: bool = True) -> Iterator[Span]:
        """``tokens`` as spans of the text; with ``fill``, punctuation between two runs joins them."""
        if fill:
            tokens |= {t.i for t in doc if t.is_punct and t.i - 1 in tokens and t.i + 1 in tokens}
        for first, end in runs(tokens):
            start, last = self._at(n, doc[first]), doc[end - 1]
            stop = self._at(n, last) + len(last)
            while start < stop and self._text[start] in TRIM + ".)":
                start += 1
            while start < stop and self._text[stop - 1] in TRIM:
                stop -= 1
            if any(c.isalnum() for c in self._text[start:stop]):
                yield Span(start, stop, self._text[start:stop])


def _publishing(item: Link) -> Link:
    from msgspec import structs

    from schemas.vocabularies import Role

    return structs.replace(item, role=Role.PUBLISHER)


def _top(doc: Doc, match: Match) -> Token | None:
    """The verb at the top of a content that is no clause of its cue, such as a quotation beside "said"."""
    tops = [doc[i] for i in sorted(match.content) if doc[i].head.i not in match.content or doc[i].head == doc[i]]
    verbs = [t for t in tops if t.pos_ in ("VERB", "AUX")]
    return verbs[0] if verbs else None


_ = UNSET, Resolved
