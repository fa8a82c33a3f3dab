"""How many speak for what several claims say. Copies of one text are one voice, however many print it."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import UNSET, Struct

from schemas.articles import Article
from schemas.claims import Attribution, Claim
from schemas.related import Corroboration, Voices
from schemas.sources import Source, SourceRef
from schemas.vocabularies import Role, SourceKind
from service.matching.contents import content
from service.matching.features import features

COPIED = 0.9
"""From which share of words in common on one text is a copy of the other."""

AGENCIES = {SourceKind.NEWS_AGENCY, SourceKind.STATE_MEDIA}

Wording = frozenset[str]


class _Voice(Struct, frozen=True):
    """Who says a claim, as far back as it tells, and in which words. A publisher's ``own`` voice names nobody."""

    source: SourceRef
    named: bool
    own: bool
    wording: Wording


def corroboration(
    claims: Sequence[Claim], sources: Mapping[str, Source], articles: Mapping[str, Article]
) -> Corroboration:
    """How many distinct origins, relays and publishers the claims have, which say the same.

    ``sources`` are those of all their links, by id, and ``articles`` theirs. Of several attributions of one claim the
    one with the most content counts. What a publisher says in its own voice is its agency's where its article credits
    one, and no origin of its own in words that another claim has too; nor is somebody unnamed whom that claim calls the
    same.
    """
    published = [articles[claim.article_id].publisher for claim in claims]
    return Corroboration(
        claims=len(claims),
        articles=len({claim.article_id for claim in claims}),
        origins=_count([_origin(claim, sources, articles[claim.article_id]) for claim in claims]),
        relays=_count([voice for claim in claims for voice in _relays(claim, sources)]),
        publishers=_voices([one for one in published if one is not UNSET], published.count(UNSET)),
    )


def _origin(claim: Claim, sources: Mapping[str, Source], article: Article) -> _Voice:
    first = _main(claim).chain[0]
    if first.role is not Role.PUBLISHER:
        return _Voice(first.source, sources[first.source.id].named, False, _wording(claim))
    agency = next((one for one in article.contributors if sources[one.id].kind in AGENCIES), None)
    if agency is not None:
        return _Voice(agency, True, False, _wording(claim))
    return _Voice(first.source, sources[first.source.id].named, True, _wording(claim))


def _relays(claim: Claim, sources: Mapping[str, Source]) -> Iterable[_Voice]:
    for link in _main(claim).chain:
        if link.role is Role.RELAY:
            yield _Voice(link.source, sources[link.source.id].named, False, _wording(claim))


def _main(claim: Claim) -> Attribution:
    return max(claim.attributions, key=lambda one: sum(span.end - span.start for span in one.content))


def _wording(claim: Claim) -> Wording:
    return features(content([claim])).stems


def _count(voices: Sequence[_Voice]) -> Voices:
    """Who is named is counted by name. Who is not counts but where another of that name has the same words, and a
    publisher's own voice but where anybody has.
    """
    told = [voice for voice in voices if voice.named and not voice.own]
    found, unnamed = [voice.source for voice in told], 0
    for voice in sorted((voice for voice in voices if not voice.named or voice.own), key=lambda voice: voice.own):
        if not any(_copied(voice, other) for other in told):
            told.append(voice)
            if voice.named:
                found.append(voice.source)
            else:
                unnamed += 1
    return _voices(found, unnamed)


def _copied(voice: _Voice, other: _Voice) -> bool:
    """Whether the words are the other's, and so may be the voice."""
    alike = len(voice.wording & other.wording) >= COPIED * len(voice.wording | other.wording)
    return alike and (voice.own or voice.source.name.casefold() == other.source.name.casefold())


def _voices(named: Iterable[SourceRef], unnamed: int) -> Voices:
    known = {source.id: source for source in named}
    return Voices(len(known) + unnamed, tuple(known.values()), unnamed)
