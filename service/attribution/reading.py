"""Reads one article's parsed sentences and says, of each, who it is attributed to and how firmly."""

from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc, Token

from schemas.claims import Attribution, Confidence, Link, Span
from schemas.sources import Source
from schemas.vocabularies import Act, ClaimKind, Extraction, Factuality, Rule, SourceKind
from service.attribution import factuality, lexicon, names, sources
from service.attribution.calibration import Scaling
from service.attribution.carrying import Own, Speaking, carry
from service.attribution.chains import Chain, join
from service.attribution.clauses import root, runs
from service.attribution.confidence import rate
from service.attribution.directory import Directory
from service.attribution.drafts import Draft, Evidence, close, link, own_voice
from service.attribution.factuality import Reading
from service.attribution.interviews import Interview
from service.attribution.kinds import ASKS
from service.attribution.matches import Match
from service.attribution.parsed import Parsed
from service.attribution.quotations import CLOSING, OPENING, STRAIGHT, TYPED
from service.attribution.recognition import Recognised
from service.attribution.resolution import MEDIA, Cast

EDGES = " \t\n\r\u00a0,;:—–-("  # What is cut off the ends of a span that is cut out of a sentence.
STANCES = (Act.INTENTION, Act.ATTITUDE)


class Reader:
    """Reads the sentences of one article, once."""

    def __init__(
        self,
        parsed: Parsed,
        recognised: Recognised,
        interview: Interview | None,
        cast: Cast,
        known: Directory,
        publisher: Source,
        scalings: Mapping[Extraction, Scaling],
    ) -> None:
        self._parsed, self._recognised, self._interview = parsed, recognised, interview
        self._cast, self._known, self._publisher, self._scalings = cast, known, publisher, scalings
        self._sources = {publisher.id: publisher}

    def sources(self) -> list[Source]:
        """The sources that the sentences read so far are attributed to, and the publisher."""
        return list(self._sources.values())

    def read(self) -> list[tuple[tuple[Attribution, ...], Confidence]]:
        """For each sentence its attributions, at least one, and its confidence."""
        self._introduce()
        every = range(len(self._parsed.cut))
        own = [self._own(n) for n in every]
        explicit = [self._explicit(n) for n in every]
        continued = self._recognised.continued.items()
        speaking = {to: Speaking(explicit[n][k][-1], p) for to, (n, k, p) in continued if k in explicit[n]}
        found = [[d for these in each.values() for d in these] for each in explicit]
        drafts = carry(self._parsed, found, own, speaking, self._scalings[Extraction.CARRIED])
        return [self._finished(n, drafts[n], own[n]) for n in every]

    def _introduce(self) -> None:
        """All names of the article are known, longer ones first, so that a surname finds its bearer."""
        mentions = [
            (n, token.dep_ in ("nsubj", "nsubjpass"), sources.read(token, self._known))
            for n, doc in enumerate(self._parsed.docs)
            if doc is not None and self._parsed.kinds[n] is not ClaimKind.CREDIT
            for token in names.heads(doc)
        ]
        for n, subject, mention in sorted(mentions, key=lambda m: -len((m[2].name or "").split())):
            self._cast.introduce(mention, n, subject)
        for n, doc in enumerate(self._parsed.docs):
            for token in sources.described(doc) if doc is not None else ():
                self._cast.notice(sources.read(token, self._known), n)
        if (interview := self._interview) is not None:
            self._cast.seat(interview)

    def _explicit(self, n: int) -> dict[int, list[Draft]]:
        """The attributions that the words of sentence ``n`` make, by the number of their chain's first match."""
        doc, matches = self._parsed.docs[n], self._recognised.matches[n]
        if doc is None:
            return {}
        return {matches.index(chain.matches[0]): list(self._drafts(n, doc, chain)) for chain in join(matches)}

    def _drafts(self, n: int, doc: Doc, chain: Chain) -> Iterator[Draft]:
        """A draft for each of the sources that the first match of ``chain`` joins by "and"."""
        first = chain.matches[0]
        content = tuple(self._spans(n, doc, first.content))
        evidence = self._evidence(n, doc, first, content)
        passed_on = [item for match in chain.matches[1:] for item in self._relays(n, doc, match)]
        cue = sorted((s for m in chain.matches for s in self._spans(n, doc, m.cue)), key=lambda s: s.start)
        inside = self._touched(cue) if len(chain.matches) == 1 else frozenset()
        spoken = self._touched(content) - inside  # Whom a quotation cites does not speak it.
        for source in sources.conjuncts(doc[first.source]) if first.source is not None else (None,):
            links = (*self._links(n, doc, first, source, evidence.factuality), *passed_on)
            yield Draft(first.act, tuple(cue), content, links, evidence, spoken, first.likely)

    def _evidence(self, n: int, doc: Doc, match: Match, content: Sequence[Span]) -> Evidence:
        """How the first source commits to the content. To an intention or attitude it does by having it."""
        head = doc[match.head] if match.head is not None else _top(doc, match)
        if head is None or match.act in STANCES:
            return self._told_by(n, doc, factuality.under(match.commits, match.cue[0], None), match.cue)
        if any(ASKS.search(span.text.rstrip(',”"’')) for span in content):
            return Evidence(Factuality.UNCOMMITTED, Rule.QUESTION)
        reading = factuality.of_clause(head, doc[match.cue[0]])
        return self._told_by(n, doc, factuality.under(match.commits, match.cue[0], reading), match.cue)

    def _told_by(self, n: int, doc: Doc, reading: Reading, cue: Sequence[int] = ()) -> Evidence:
        """The evidence that a reading is, with the words it read: the whole of the cue where that decided."""
        if reading.word is None:
            return Evidence(reading.factuality, reading.rule)
        last = next((end - 1 for first, end in runs(cue) if first == reading.word), reading.word)
        return Evidence(reading.factuality, reading.rule, self._span(n, doc[reading.word], doc[last]))

    def _links(self, n: int, doc: Doc, match: Match, source: Token | None, commits: Factuality) -> Iterator[Link]:
        """The links of one match: whom its source cites, the source, and the medium that was told."""
        if source is None:
            return
        if match.origin is not None:
            yield self._link(n, doc[match.origin], commits, match.likely)
            commits = Factuality.UNCOMMITTED
        yield self._link(n, source, commits, match.likely)
        if match.told is not None and sources.read(doc[match.told], self._known).kind in MEDIA:
            yield self._link(n, doc[match.told], Factuality.UNCOMMITTED, match.likely)

    def _relays(self, n: int, doc: Doc, match: Match) -> Iterator[Link]:
        """The links of a match that reports another. To confirm is more than to report."""
        confirms = any(doc[i].lemma_.lower() in lexicon.words("cues", "relays", "confirm") for i in match.cue)
        commits = Factuality.CERTAIN if confirms else Factuality.UNCOMMITTED
        return self._links(n, doc, match, doc[match.source] if match.source is not None else None, commits)

    def _link(self, n: int, token: Token, commits: Factuality, likely: float) -> Link:
        mention = sources.read(token, self._known)
        resolved = self._cast.resolve(mention, n)
        self._sources |= {s.id: s for s in (resolved.source, *resolved.candidates)}
        span = self._span(n, token.doc[mention.start], token.doc[mention.end - 1])
        probability = self._scalings[resolved.extraction].of(likely) / max(1, len(resolved.candidates))
        return link(resolved.source, resolved.extraction, commits, probability, span, resolved.candidates)

    def _own(self, n: int) -> Own:
        """How sentence ``n`` commits where its words are somebody's own, and how much of it is quoted."""
        sentence, doc = self._parsed.cut[n], self._parsed.docs[n]
        evidence = Evidence(Factuality.CERTAIN, Rule.PLAIN_CLAUSE)
        if self._parsed.kinds[n] in (ClaimKind.HEADING, ClaimKind.CREDIT):
            evidence = Evidence(Factuality.UNCOMMITTED, Rule.NO_CLAIM)
        elif ASKS.search(sentence.text):
            evidence = Evidence(Factuality.UNCOMMITTED, Rule.QUESTION)
        elif doc is not None and len(doc):
            evidence = self._told_by(n, doc, factuality.of_clause(root(doc[0])))
        inside, letters = self._parsed.quotations.quoted(self._parsed.text, sentence.start, sentence.end)
        touched = frozenset(self._parsed.quotations.touching(sentence.start, sentence.end))
        return Own(evidence, touched, inside / letters if letters else 0.0)

    def _finished(self, n: int, drafts: list[Draft], own: Own) -> tuple[tuple[Attribution, ...], Confidence]:
        """The attributions of sentence ``n`` closed by the publisher, or the publisher's own where there are none."""
        if not drafts:
            sentence = self._parsed.cut[n]
            voice = self._voice(own.evidence.factuality, self._recognised.unspoken[n])
            alone = own_voice(Span(sentence.start, sentence.end, sentence.text), voice)
            return (alone,), rate((alone,), (own.evidence,))
        attributions = tuple(close(d, self._closing(d), self._parsed.text, self._parsed.quotations) for d in drafts)
        return attributions, rate(attributions, [d.evidence for d in drafts])

    def _closing(self, draft: Draft) -> Link | None:
        """The publisher's link: uncommitted behind a source, and where no source is named the only one."""
        if not draft.links:
            return self._voice(draft.evidence.factuality, draft.likely)
        if self._publisher.kind is SourceKind.ARTICLE:
            return None
        return link(self._publisher, Extraction.ASSUMED, Factuality.UNCOMMITTED, 1.0)

    def _voice(self, commits: Factuality, likely: float) -> Link:
        """The publisher as the only source."""
        probability = self._scalings[Extraction.ASSUMED].of(likely)
        return link(self._publisher, Extraction.ASSUMED, commits, probability)

    def _at(self, n: int, token: Token) -> int:
        return self._parsed.cut[n].body + token.idx

    def _span(self, n: int, first: Token, last: Token) -> Span:
        start, end = self._at(n, first), self._at(n, last) + len(last)
        return Span(start, end, self._parsed.text[start:end])

    def _touched(self, spans: Sequence[Span]) -> frozenset[int]:
        return frozenset(number for s in spans for number in self._parsed.quotations.touching(s.start, s.end))

    def _spans(self, n: int, doc: Doc, tokens: Sequence[int] | frozenset[int]) -> Iterator[Span]:
        """``tokens`` as spans of the text, without punctuation at their ends; what it alone parts is one."""
        chosen = set(tokens)
        chosen |= {i + 1 for i in chosen if i + 2 in chosen and doc[i + 1].is_punct}
        for first, last in runs(chosen):
            end = _closed(doc, first, last)
            whole = self._span(n, doc[first], doc[end - 1])
            ahead = whole.text.lstrip(EDGES + ".)")
            text = ahead.rstrip(EDGES)
            start = whole.end - len(ahead)
            if any(c.isalnum() for c in text):
                yield Span(start, start + len(text), text)


def _closed(doc: Doc, first: int, end: int) -> int:
    """``end`` moved behind the mark that closes a quotation left open in the tokens ``[first, end)``."""
    marks = sum((t.text in OPENING) - (t.text in CLOSING) for t in doc[first:end])
    straight = sum(t.text in (STRAIGHT, TYPED) for t in doc[first:end]) % 2
    closing = next((t.i for t in doc[end : end + 2] if t.text in (*CLOSING, STRAIGHT, TYPED)), None)
    return closing + 1 if closing is not None and (marks > 0 or straight) else end


def _top(doc: Doc, match: Match) -> Token | None:
    """The verb at the top of a content that is no clause of its cue, such as a quotation beside "said"."""
    for i in sorted(match.content):
        token = doc[i]
        if token.pos_ in ("VERB", "AUX") and (token.head.i not in match.content or token.head == token):
            return token
    return None
