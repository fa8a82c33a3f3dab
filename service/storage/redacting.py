"""Words blocked out of what else holds them: pure, and every other span still says what it said.

The sentence that goes keeps its length, and the marks at its end, by which it is told from the next.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import reduce
from typing import NamedTuple

from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article
from schemas.claims import Attribution, Claim, Link, Reason, Span
from schemas.records import Record
from schemas.sources import Source, SourceRef
from schemas.vocabularies import SourceKind

BLOCK = "\N{FULL BLOCK}"

LETTER, NO_LETTERS = r"[^\W_]", r"[\W_]+"
WORD = re.compile(f"{LETTER}+")


class Words(NamedTuple):
    """A sentence that is blocked out of a text, and the text before and after."""

    sentence: str
    before: str
    after: str


def blocked(sentence: str) -> str:
    """As many code points, which say nothing."""
    said = (place + 1 for place, letter in enumerate(sentence) if unicodedata.category(letter)[0] not in "PZ")
    end = max(said, default=len(sentence))
    return BLOCK * end + sentence[end:]


def out_of(text: str, sentence: str, places: Iterable[tuple[int, int]]) -> Words:
    """The text without the sentence at those of the half-open ``places`` where it stands."""
    after = text
    for start, end in places:
        if text[start:end] == sentence:
            after = after[:start] + blocked(sentence) + after[end:]
    return Words(sentence, text, after)


def named(name: str, sentence: str) -> str:
    """A title, or a name that was made of one, without the words of the sentence, whatever stands between them there.

    They may be in capitals. One word alone goes where it is all of the title: elsewhere it may mean something else.
    """
    words = WORD.findall(_composed(sentence.replace("\N{SOFT HYPHEN}", "")))
    others = WORD.findall(_composed(name))
    if not words or (len(words) == 1 and [word.casefold() for word in others] != [words[0].casefold()]):
        return name
    said = rf"(?<!{LETTER}){NO_LETTERS.join(map(re.escape, words))}(?!{LETTER})"
    without, count = re.subn(said, lambda found: BLOCK * len(found[0]), _composed(name), flags=re.IGNORECASE)
    return without if count else name


def _composed(text: str) -> str:
    """The text with each letter and its accents as one, where that can be."""
    return unicodedata.normalize("NFC", text)


def article(one: Article, sentence: str) -> Article:
    """The article, whose title does not repeat the sentence."""
    return replace(one, title=named(one.title, sentence)) if one.title else one


def source(one: Source, sentence: str) -> Source:
    """The source, which is an article's title where nobody knows who published it, without the sentence."""
    return replace(one, name=named(one.name, sentence)) if one.kind is SourceKind.ARTICLE else one


def claim(one: Claim, words: Words) -> Claim:
    """Another claim of the text, whose spans hold nothing of the sentence."""

    def cut(span: Span) -> Span:
        here = slice(span.start, span.end)
        return replace(span, text=words.after[here]) if words.before[here] == span.text else span

    def own(ref: SourceRef) -> SourceRef:
        return replace(ref, name=named(ref.name, words.sentence)) if ref.id == one.article_id else ref

    because = tuple(_reason(reason, cut) for reason in one.confidence.because)
    return replace(
        one,
        attributions=tuple(_attribution(attribution, cut, own) for attribution in one.attributions),
        confidence=replace(one.confidence, because=because),
    )


def record(one: Record, removed: Collection[str]) -> Record:
    """The record without the claims that have ``removed`` ids, and without what they say, as often as it is said."""
    sentences = {claim.text for claim in one.claims if claim.id in removed}
    return _without_others(reduce(_without, sorted(sentences), one))


def unblocked(one: Record) -> Record:
    """The record of a text out of which sentences are blocked: none of those is a claim."""
    return replace(one, claims=tuple(claim for claim in one.claims if not _is_blocked(claim.text)))


def _is_blocked(sentence: str) -> bool:
    return BLOCK in sentence and not any(letter.isalnum() for letter in sentence)


def _without(one: Record, sentence: str) -> Record:
    gone = [claim for claim in one.claims if claim.text == sentence]
    words = out_of(one.text, sentence, ((claim.start, claim.end) for claim in gone))
    return replace(
        one,
        article=article(one.article, sentence),
        text=words.after,
        claims=tuple(claim(kept, words) for kept in one.claims if kept.text != sentence),
        sources=tuple(source(kept, sentence) for kept in one.sources),
    )


def _without_others(one: Record) -> Record:
    """The record without those sources that nothing in it names any more."""
    named = set(mentioned_by_article(one.article)).union(*map(mentioned_by_claim, one.claims))
    return replace(one, sources=tuple(source for source in one.sources if source.id in named))


def mentioned_by_article(one: Article) -> list[str]:
    """The ids of the sources that the article names."""
    return [ref.id for ref in (*one.contributors, *([one.publisher] if one.publisher else []))]


def mentioned_by_claim(one: Claim) -> list[str]:
    """The ids of the sources that the claim names."""
    links = [link for attribution in one.attributions for link in attribution.chain]
    return [ref.id for link in links for ref in (link.source, *(link.candidates or ()))]


def _attribution(one: Attribution, cut: Callable[[Span], Span], own: Callable[[SourceRef], SourceRef]) -> Attribution:
    chain = tuple(_link(link, cut, own) for link in one.chain)
    return replace(one, chain=chain, cue=tuple(map(cut, one.cue)), content=tuple(map(cut, one.content)))


def _link(one: Link, cut: Callable[[Span], Span], own: Callable[[SourceRef], SourceRef]) -> Link:
    candidates = tuple(map(own, one.candidates)) if one.candidates else one.candidates
    return replace(
        one, source=own(one.source), mention=cut(one.mention) if one.mention else UNSET, candidates=candidates
    )


def _reason(one: Reason, cut: Callable[[Span], Span]) -> Reason:
    return replace(one, span=cut(one.span)) if one.span else one
