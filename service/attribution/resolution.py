"""Tells which source a phrase means.

Names are found by the directory and by fuller names in the article, pronouns and descriptions by who was spoken
of before.
"""

import re
from bisect import bisect_right, insort
from collections import defaultdict

from msgspec import UNSET, Struct

from schemas.sources import Source, SourceRef
from schemas.vocabularies import Extraction, SourceKind
from service.attribution import lexicon
from service.attribution.directory import Directory, bare, capitals, countries
from service.attribution.forenames import gender
from service.attribution.identity import scoped_slug, slug
from service.attribution.interviews import Interview
from service.attribution.sources import GROUP, LISTENER, NEUTER, PLURAL, SINGULAR, SPEAKER, Mention

REACH = 6  # A pronoun looks back over so many sentences.
DOUBT = 2.0  # What a name loses, in sentences, that nothing but its capitals says is a person's.
CLOSE = 0.2  # Two candidates no further apart than this, in sentences, leave it open which is meant.
NAMED, SUBJECT, SPOKE = 0.0, 0.4, 1.0  # How present a mention makes somebody in its sentence.
PEOPLE = {SourceKind.PERSON, SourceKind.UNNAMED_PERSON}
MEDIA = {SourceKind.NEWS_AGENCY, SourceKind.STATE_MEDIA, SourceKind.OUTLET}
BODIES = MEDIA | {SourceKind.GOVERNMENT_BODY, SourceKind.ORGANISATION, SourceKind.DOCUMENT}
IDENTIFIED = {SourceKind.GOVERNMENT_BODY, SourceKind.STATE_MEDIA}


class Resolved(Struct, frozen=True):
    """The source that a mention means, how that is known, and the candidates where it is open."""

    source: Source
    extraction: Extraction
    candidates: tuple[Source, ...] = ()


class Character:
    """Somebody an article speaks of: a source, or somebody that a later phrase may point back at.

    ``full_name`` is the directory's name where there is one. ``evident`` says that more than capitals tells a
    person or a body. ``present`` has, for each sentence it stands in, how much weight it has there, and ``stands``
    those sentences in order.
    """

    def __init__(self, name: str, kind: SourceKind, named: bool) -> None:
        self.name, self.full_name, self.kind, self.named = name, name, kind, named
        self.words = _words(name)
        self.roles: set[str] = set()
        self.aliases: dict[str, None] = {}
        self.gender: str | None = None
        self.plural = self.evident = False
        self.country: str | None = None
        self.wikidata: str | None = None
        self.present: dict[int, float] = {}
        self.stands: list[int] = []

    def last(self, sentence: int) -> int:
        """The last sentence up to ``sentence`` in which it stands, -1 for none."""
        found = bisect_right(self.stands, sentence)
        return self.stands[found - 1] if found else -1

    def salience(self, sentence: int) -> float:
        """How present it is in ``sentence``: its best mention before, each sentence back weighing 1 less."""
        near = range(sentence - REACH, sentence + 1)
        best = max(self.present[at] - (sentence - at) for at in near if at in self.present)
        return best if self.evident else best - DOUBT


class Cast:
    """All whom one article speaks of."""

    def __init__(self, article_id: str, known: Directory) -> None:
        self._article_id, self._known = article_id, known
        self._by_word: defaultdict[str, dict[Character, None]] = defaultdict(dict)
        self._by_words: defaultdict[tuple[str, ...], dict[Character, None]] = defaultdict(dict)
        self._standing: defaultdict[int, dict[Character, None]] = defaultdict(dict)
        self._noticed: defaultdict[int, list[tuple[Mention, Character]]] = defaultdict(list)
        self._talk: dict[tuple[int, bool], list[Character]] = {}

    def introduce(self, mention: Mention, sentence: int, subject: bool) -> None:
        """The name in ``mention``, where there is one, is known to stand in ``sentence``."""
        if mention.name is not None and mention.kind is not None:
            found = self._by_name(mention, sentence)
            character = found[-1] if found else self._add_named(mention)
            self._note(character, mention, sentence, SUBJECT if subject else NAMED)

    def notice(self, mention: Mention, sentence: int) -> None:
        """Whoever ``mention`` only describes is whom a later pronoun means where it can mean no source."""
        self._noticed[sentence].append((mention, self._add_described(mention)))

    def seat(self, interview: Interview) -> None:
        """The guests of an interview are whom "I" and "we" mean in its answers and "you" in its questions."""
        found = [self._by_name(guest, 0)[-1:] or [self._add_named(guest)] for guest in interview.guests]
        guests = list(dict.fromkeys(c for characters in found for c in characters))
        self._talk |= {(n, True): guests for n in interview.answers} | {(n, False): guests for n in interview.questions}

    def resolve(self, mention: Mention, sentence: int) -> Resolved:
        """Whom ``mention``, a source in ``sentence``, means; somebody not spoken of before joins the cast."""
        found = self._candidates(mention, sentence)
        chosen, known = found[-1], bool(found[-1].present)
        self._note(chosen, mention, sentence, SPOKE)
        chosen.evident = True
        sources = tuple(self._source(c) for c in found)
        if len(found) > 1:
            return Resolved(sources[-1], Extraction.AMBIGUOUS, sources)
        described = mention.pointing and mention.name is None and known
        reached = mention.pronoun is not None or described or not _same(mention, chosen)
        return Resolved(sources[-1], Extraction.RESOLVED if reached else Extraction.EXPLICIT)

    def _candidates(self, mention: Mention, sentence: int) -> list[Character]:
        """Those whom a mention may mean, the likeliest last."""
        if mention.pronoun is not None:
            return self._by_pronoun(mention, sentence) or [self._add_described(mention)]
        if mention.name is not None:
            found = self._by_name(mention, sentence) or self._by_description(mention, sentence, all_words=True)
            return found or [self._add_named(mention)]
        return self._by_description(mention, sentence) or [self._add_described(mention)]

    def _source(self, character: Character) -> Source:
        """The character as a source; one not known outside the article has an id of its own in it."""
        name, known = character.full_name, self._known.find(character.full_name)
        local = _local(character) and known is None
        aliases = dict.fromkeys((*(known.aliases if known else ()), *character.aliases))
        return Source(
            id=scoped_slug(name, self._article_id) if local else slug(name),
            name=character.name,
            kind=character.kind,
            named=character.named,
            aliases=tuple(a for a in aliases if a != character.name),
            country=character.country or UNSET,
            wikidata=character.wikidata or UNSET,
            article_id=self._article_id if local else UNSET,
        )

    def _note(self, character: Character, mention: Mention, sentence: int, weight: float) -> None:
        if sentence not in character.present:
            insort(character.stands, sentence)
        character.present[sentence] = max(weight, character.present.get(sentence, NAMED))
        self._standing[sentence][character] = None
        character.roles |= set(mention.roles)
        character.gender = character.gender or mention.gender
        shorter = mention.name is not None and len(mention.name.split()) < len(character.name.split())
        character.evident |= bool(mention.roles) or shorter
        if mention.name is not None and character.named and mention.name not in (character.name, character.full_name):
            character.aliases[mention.name] = None
        self._by_words[tuple(character.words)][character] = None
        for word in (*character.words, *character.roles):
            self._by_word[word][character] = None

    def _add_named(self, mention: Mention) -> Character:
        name = mention.name or mention.label
        country = countries().get(name.casefold()) or capitals().get(name.casefold())
        character = Character(country.name if country else name, mention.kind or SourceKind.ORGANISATION, named=True)
        owner = country or countries().get((mention.owner or "").casefold())
        character.country = owner.code if owner else None
        if mention.entry is not None:
            character.name, character.full_name = bare(mention.entry.name), mention.entry.name
            character.country, character.wikidata = mention.entry.country, mention.entry.wikidata
        if character.kind is SourceKind.PERSON:
            character.gender = gender(character.name)
            character.evident = character.gender is not None
        return character

    def _add_described(self, mention: Mention) -> Character:
        kind = mention.kind or (SourceKind.UNNAMED_GROUP if mention.pronoun in PLURAL else SourceKind.UNNAMED_PERSON)
        character = Character(mention.label, kind, named=kind in IDENTIFIED)
        character.plural = mention.plural
        if not character.named and mention.roles:
            character.aliases = dict.fromkeys((mention.roles[0], _plural(mention.roles[0])))
        return character

    def _by_name(self, mention: Mention, sentence: int) -> list[Character]:
        """Those whom a name may be: the one of that very name, else all whose name it is a part of."""
        name = mention.name or ""
        if mention.entry is not None:
            wanted = _words(bare(mention.entry.name))
            return [c for c in self._by_word[wanted[0]] if c.full_name == mention.entry.name][:1]
        country = countries().get(name.casefold()) or capitals().get(name.casefold())
        wanted = _words(country.name if country else name)
        if not wanted:
            return []
        if exact := [c for c in self._by_words[tuple(wanted)] if c.named]:
            return exact[:1]
        near = {**self._by_word[wanted[0]], **self._by_word[wanted[-1]]}
        fitting = [c for c in near if c.named and _part(wanted, c, mention)]
        if len(fitting) > 1 and mention.gender is not None:
            fitting = [c for c in fitting if c.gender in (None, mention.gender)] or fitting
        return sorted(fitting, key=lambda c: c.last(sentence))

    def _by_description(self, mention: Mention, sentence: int, all_words: bool = False) -> list[Character]:
        """The last one whom a pointing description fits: "the minister", "her ministry", "state media"."""
        if not mention.pointing or not mention.roles:
            return []
        role = mention.roles[0]
        for words in ({role}, _alike(role)):
            near = dict.fromkeys(c for word in words for c in self._by_word[word])
            fitting = [c for c in near if (c.named or c.plural == mention.plural) and c.last(sentence) >= 0]
            if all_words:
                fitting = [c for c in fitting if set(mention.roles) <= {*c.words, *c.roles}]
            if fitting:
                return [max(fitting, key=lambda c: c.last(sentence))]
        return []

    def _by_pronoun(self, mention: Mention, sentence: int) -> list[Character]:
        if mention.pronoun in SPEAKER | LISTENER | GROUP:
            return self._talk.get((sentence, mention.pronoun not in LISTENER), [])
        near = dict.fromkeys(c for at in range(sentence - REACH, sentence + 1) for c in self._standing.get(at, ()))
        speaks = self._talk.get((sentence, True), [])
        absent = [c for c in near if speaks != [c]]  # A guest does not say "she" of herself.
        scored = sorted(
            ((c.salience(sentence), n, c) for n, c in enumerate(absent) if _agrees(c, mention)), key=lambda s: s[:2]
        )
        if not scored:
            return self._by_noticed(mention, sentence) or [c for c in absent if _staffed(c, mention, sentence)][-1:]
        return [c for weight, _, c in scored if scored[-1][0] - weight <= CLOSE]

    def _by_noticed(self, mention: Mention, sentence: int) -> list[Character]:
        """The nearest one before ``mention``, a pronoun, whom the article describes and the pronoun may mean."""
        for at in range(sentence, sentence - REACH - 1, -1):
            for described, character in reversed(self._noticed.get(at, [])):
                ahead = at < sentence or described.end <= mention.start
                one = mention.gender is not None and (described.gender, described.plural) == (mention.gender, False)
                if ahead and (one or (mention.pronoun in PLURAL and described.plural)):
                    return [character]
        return []


def reference(source: Source) -> SourceRef:
    """The source by id and name."""
    return SourceRef(source.id, source.name)


def _words(name: str) -> list[str]:
    words = re.split(r"[\s-]+", name.casefold().replace("’", "'"))
    return [w for w in words if w and w not in ("of", "the", "for", "and", "&")]


def _local(character: Character) -> bool:
    """Whether a source is known in its article alone: "experts", a bare surname, "the army" of nobody says which."""
    if not character.named:
        return True
    if character.kind is SourceKind.PERSON:
        return len(character.words) == 1
    common = lexicon.words("people", "bodies", "common")
    body = character.kind is SourceKind.GOVERNMENT_BODY and character.country is None
    return body and not common.isdisjoint(character.words)


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun in ("people", "police") else noun + "s"


def _same(mention: Mention, character: Character) -> bool:
    """Whether the phrase ends in the very name of its source, or describes one that has none."""
    said, name = (text.casefold().replace("’", "'") for text in (mention.text, character.name))
    return not character.named or said.endswith(name)


def _part(wanted: list[str], character: Character, mention: Mention) -> bool:
    """Whether fewer words name the same: a surname, "Calloway" for Calloway Foods, "the Defense Ministry"."""
    words = character.words
    if len(wanted) >= len(words) or character.kind in MEDIA:
        return False
    if character.kind is SourceKind.PERSON:
        forename = len(wanted) == 1 and wanted[0] == words[0]
        personal = mention.kind is SourceKind.PERSON or (mention.name or "").isupper()  # A transcript's "LUND:".
        return personal and (forename or wanted == words[-len(wanted) :])
    if mention.kind is SourceKind.PERSON and mention.roles:
        return False
    if len(wanted) == 1:
        abroad = character.country is not None and character.name.casefold() not in countries()
        return wanted[0] == words[0] and wanted[0] not in countries() and not abroad
    return wanted == words[-len(wanted) :]


def _alike(role: str) -> set[str]:
    """The words that a description may stand for: "the union" for a federation."""
    return {role}.union(*(words for words in lexicon.read("people")["alike"].values() if role in words))


def _staffed(character: Character, mention: Mention, sentence: int) -> bool:
    """Whether "they" may be those of a body just named: "the company denies it. They say that"."""
    return mention.pronoun in PLURAL and character.kind in BODIES - MEDIA and character.last(sentence) >= sentence - 1


def _agrees(character: Character, mention: Mention) -> bool:
    pronoun = mention.pronoun
    if character.name.lower() in SPEAKER | LISTENER | GROUP:
        return False
    if pronoun in SINGULAR:
        return character.kind in PEOPLE and character.gender in (None, mention.gender)
    if pronoun in PLURAL:
        return character.plural or character.kind is SourceKind.UNNAMED_GROUP
    return pronoun in NEUTER and character.kind in BODIES
