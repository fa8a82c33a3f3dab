"""Tells which source a phrase means: names by the directory and by fuller names in the article, pronouns and
descriptions by who was spoken of before.
"""

import re
from msgspec import UNSET, Struct

from schemas.sources import Source, SourceRef
from schemas.vocabularies import Extraction, SourceKind
from service.attribution import lexicon
from service.attribution.directory import Directory, bare, capitals, countries
from service.attribution.forenames import gender
from service.attribution.identity import scoped_slug, slug
from service.attribution.sources import NEUTER, PLURAL, SINGULAR, Mention

REACH = 6  # A pronoun looks back over this many sentences.
DOUBT = 2.0  # What a name loses, in sentences, that nothing but its capitals says is a person's.
BODIES = {SourceKind.GOVERNMENT_BODY, SourceKind.ORGANISATION, SourceKind.NEWS_AGENCY, SourceKind.STATE_MEDIA,
          SourceKind.OUTLET, SourceKind.DOCUMENT}  # fmt: skip
PEOPLE = {SourceKind.PERSON, SourceKind.UNNAMED_PERSON}
MEDIA = {SourceKind.NEWS_AGENCY, SourceKind.STATE_MEDIA, SourceKind.OUTLET}


class Resolved(Struct, frozen=True):
    """The source that a mention means, how that is known, and the candidates where it is open."""

    source: Source
    extraction: Extraction
    candidates: tuple[Source, ...] = ()


class Character:
    """Somebody an article speaks of: a source once it is attributed to, and until then a candidate for one."""

    def __init__(self, name: str, kind: SourceKind, named: bool) -> None:
        self.name, self.kind, self.named = name, kind, named
        self.roles: set[str] = set()
        self.gender: str | None = None
        self.plural = False
        self.country: str | None = None
        self.wikidata: str | None = None
        self.full_name = name
        self.aliases: dict[str, None] = {}
        self.seen: list[tuple[int, float]] = []
        self.evident = False

    @property
    def words(self) -> list[str]:
        """The words of the name, casefolded."""
        return [w for w in re.split(r"[\s-]+", self.name.casefold()) if w not in ("of", "the", "for", "and", "&")]


class Cast:
    """All whom one article speaks of, in the order in which it names them."""

    def __init__(self, article_id: str, directory: Directory) -> None:
        self._article_id = article_id
        self._directory = directory
        self._characters: list[Character] = []

    def introduce(self, mention: Mention, sentence: int, weight: float = 0.0) -> None:
        """The name in ``mention``, where there is one, is known from here on as standing in ``sentence``."""
        if mention.name is not None and mention.kind is not None:
            found = self._named(mention, sentence)
            character = found[-1] if found else self._add(mention)
            self._note(character, mention, sentence, weight)

    def spoken(self, resolved: Resolved, sentence: int) -> None:
        """The source has just been attributed to, which makes it the likelier meaning of a pronoun to come."""
        for character in self._characters:
            if self.source(character).id == resolved.source.id:
                character.seen.append((sentence, 1.0))
                character.evident = True

    def resolve(self, mention: Mention, sentence: int) -> Resolved:
        """Whom ``mention`` in ``sentence`` means; somebody not spoken of before joins the cast."""
        if mention.pronoun is not None:
            found = self._by_pronoun(mention, sentence) or [self._add_described(mention)]
        elif mention.name is not None:
            found = (
                self._named(mention, sentence) or self._by_role(mention, sentence, strict=True) or [self._add(mention)]
            )
        else:
            found = self._by_role(mention, sentence) or [self._add_described(mention)]
        return self._graded(found, mention, sentence)

    def source(self, character: Character) -> Source:
        """The character as a source. One not known outside the article is given an id of its own."""
        local = not character.named or (character.kind is SourceKind.PERSON and len(character.name.split()) == 1)
        known = self._directory.find(character.full_name)
        aliases = dict.fromkeys((*(known.aliases if known else ()), *character.aliases))
        return Source(
            id=scoped_slug(character.full_name, self._article_id) if local else slug(character.full_name),
            name=character.name,
            kind=character.kind,
            named=character.named,
            aliases=tuple(a for a in aliases if a != character.name),
            country=character.country or UNSET,
            wikidata=character.wikidata or UNSET,
            article_id=self._article_id if local else UNSET,
        )

    def _graded(self, found: list[Character], mention: Mention, sentence: int) -> Resolved:
        chosen = found[-1]
        self._note(chosen, mention, sentence, 0.5)
        sources = tuple(self.source(c) for c in found)
        if len({s.id for s in sources}) > 1:
            return Resolved(sources[-1], Extraction.AMBIGUOUS, sources)
        same = _plain(mention.text).endswith(_plain(chosen.name)) or not chosen.named
        reached = mention.pronoun is not None or not same or (mention.pointing and mention.name is None)
        return Resolved(sources[-1], Extraction.RESOLVED if reached else Extraction.EXPLICIT)

    def _note(self, character: Character, mention: Mention, sentence: int, weight: float) -> None:
        character.seen.append((sentence, weight))
        character.roles |= set(mention.roles)
        shorter = mention.name is not None and len(mention.name.split()) < len(character.name.split())
        character.evident |= bool(mention.roles) or shorter
        character.gender = character.gender or mention.gender
        if mention.name is not None and character.named and mention.name != character.name and len(mention.name) > 1:
            character.aliases[mention.name] = None

    def _add(self, mention: Mention) -> Character:
        name, kind = mention.name or mention.label, mention.kind or SourceKind.ORGANISATION
        country = countries().get(name.casefold()) or capitals().get(name.casefold())
        character = Character(country.name if country else name, kind, named=True)
        owner = countries().get((mention.owner or "").casefold())
        character.country = country.code if country else owner.code if owner else None
        if mention.entry is not None:
            character.name, character.full_name = bare(mention.entry.name), mention.entry.name
            character.country, character.wikidata = mention.entry.country, mention.entry.wikidata
        character.roles |= set(mention.roles)
        if kind is SourceKind.PERSON:
            character.gender = gender(character.name)
            character.evident = character.gender is not None
        self._characters.append(character)
        return character

    def _add_described(self, mention: Mention) -> Character:
        name = mention.label
        kind = mention.kind or SourceKind.UNNAMED_GROUP
        character = Character(name, kind, named=kind in (SourceKind.GOVERNMENT_BODY, SourceKind.STATE_MEDIA))
        character.plural = mention.plural
        character.roles |= set(mention.roles)
        head = mention.roles[0] if mention.roles else ""
        character.aliases |= dict.fromkeys(a for a in (head, f"{head}s") if a and not character.named)
        self._characters.append(character)
        return character

    def _named(self, mention: Mention, sentence: int) -> list[Character]:
        """Those whom the name in ``mention`` may be: the same name, else all that a part of the name fits."""
        if mention.entry is not None:
            return [c for c in self._characters if c.full_name == mention.entry.name][:1]
        name = mention.name or ""
        country = countries().get(name.casefold()) or capitals().get(name.casefold())
        wanted = Character(country.name if country else name, SourceKind.PERSON, named=True).words
        exact = [c for c in self._characters if c.named and c.words == wanted]
        if exact:
            return exact[:1]
        people = mention.kind is SourceKind.PERSON
        fitting = [c for c in self._characters if c.named and self._fits(wanted, c, people)]
        if len(fitting) > 1 and mention.gender is not None:
            fitting = [c for c in fitting if c.gender in (None, mention.gender)]
        return sorted(fitting, key=lambda c: _last(c, sentence))

    def _fits(self, wanted: list[str], character: Character, people: bool) -> bool:
        """Whether fewer words name the same: a surname, "Calloway" for Calloway Foods, "the Defense Ministry"."""
        words = character.words
        if not wanted or len(wanted) >= len(words) or character.kind in MEDIA:
            return False
        if character.kind is SourceKind.PERSON:
            return people and (wanted == words[-len(wanted) :] or (len(wanted) == 1 and wanted[0] == words[0]))
        if len(wanted) == 1 and wanted[0] == words[0] and wanted[0] not in countries():
            return True
        return len(wanted) > 1 and wanted == words[-len(wanted) :]

    def _by_role(self, mention: Mention, sentence: int, strict: bool = False) -> list[Character]:
        """The last one whom a description fits: "the minister", "her ministry", "the company", "state media"."""
        if not mention.pointing or (strict and mention.name is not None and mention.kind is SourceKind.PERSON):
            return []
        role = mention.roles[0] if mention.roles else ""
        alike = next((set(v) for v in lexicon.read("people")["alike"].values() if role in v), {role})
        alike |= {role}
        fitting = []
        for character in self._characters:
            words = set(character.words) | character.roles
            if strict and not (set(mention.roles) <= words):
                continue
            same_number = character.plural == mention.plural or character.named
            if words & ({role} if not fitting and role in words else alike) and same_number and character.seen:
                fitting.append(character)
        exact = [c for c in fitting if role in set(c.words) | c.roles]
        fitting = sorted(exact or fitting, key=lambda c: _last(c, sentence))
        return fitting[-1:]

    def _by_pronoun(self, mention: Mention, sentence: int) -> list[Character]:
        scored = []
        for number, character in enumerate(self._characters):
            weight = self._salience(character, sentence)
            if weight is not None and self._agrees(character, mention):
                scored.append((weight - (0.0 if character.evident else DOUBT), number, character))
        scored.sort(key=lambda s: s[:2])
        return [scored[-1][2]] if scored else []

    def _salience(self, character: Character, sentence: int) -> float | None:
        """How present a character is: the best of its mentions, each a sentence back weighing 1 less."""
        near = [w - (sentence - at) for at, w in character.seen if 0 <= sentence - at <= REACH]
        return max(near) if near else None

    def _agrees(self, character: Character, mention: Mention) -> bool:
        pronoun = mention.pronoun or ""
        if pronoun in SINGULAR:
            return character.kind in PEOPLE and character.gender in (None, mention.gender)
        if pronoun in PLURAL:
            return character.plural or character.kind is SourceKind.UNNAMED_GROUP
        return pronoun in NEUTER and character.kind in BODIES


def _last(character: Character, sentence: int) -> int:
    """The last sentence up to ``sentence`` in which the character stands, -1 for none."""
    return max((at for at, _ in character.seen if at <= sentence), default=-1)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def reference(source: Source) -> SourceRef:
    """The source by id and name."""
    return SourceRef(source.id, source.name)
