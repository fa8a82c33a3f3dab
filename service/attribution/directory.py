"""The directory of well-known sources and of countries, read from the package's data."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import UNSET, Struct, convert

from schemas.sources import Source
from schemas.vocabularies import SourceKind
from service.attribution import lexicon
from service.attribution.identity import slug

LONGEST = 8  # No name has more words.


class Entry(Struct, frozen=True):
    """A well-known source. ``country`` and ``wikidata`` are None where they are not known."""

    name: str
    kind: SourceKind
    aliases: tuple[str, ...] = ()
    country: str | None = None
    wikidata: str | None = None


class Directory:
    """Finds a well-known source by any of its names. Case counts only for names all in capitals."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_name: dict[str, Entry] = {}
        for entry in entries:
            for name in (entry.name, bare(entry.name), *entry.aliases):
                self._by_name.setdefault(_key(name), entry)

    def find(self, name: str) -> Entry | None:
        """The source that ``name`` (with or without "the") is a name of."""
        return self._by_name.get(_key(name))

    def within(self, words: Sequence[str]) -> Iterator[Entry]:
        """Every source that a stretch of ``words`` names, in order; of two that overlap the longer."""
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + LONGEST), start, -1)
            found = next(((e, end) for end in ends if (e := self.find(" ".join(words[start:end])))), None)
            if found is not None:
                yield found[0]
            start = found[1] if found is not None else start + 1


def as_source(entry: Entry) -> Source:
    """The entry as a source."""
    return Source(
        id=slug(entry.name),
        name=bare(entry.name),
        kind=entry.kind,
        named=True,
        aliases=tuple(a for a in (entry.name, *entry.aliases) if a != bare(entry.name)),
        country=entry.country or UNSET,
        wikidata=entry.wikidata or UNSET,
    )


def bare(name: str) -> str:
    """``name`` without what stands in brackets behind it: "The Hill (newspaper)" is written "The Hill"."""
    return re.sub(r"\s*\([^)]*\)$", "", name)


def _key(name: str) -> str:
    name = unicodedata.normalize("NFKC", name).replace("’", "'").strip()
    if bare(name) != name:
        return name
    ambiguous = name.lower().startswith("the ") and len(name.split()) == 2
    name = name if ambiguous else re.sub(r"^(?i:the)\s+", "", name)
    return name if name.isupper() and len(name) <= 5 else name.casefold()


@cache
def load() -> Directory:
    """The directory that comes with the package."""
    listed = tomllib.loads((files("seeds") / "sources.toml").read_text(encoding="utf-8"))["source"]
    return Directory(convert(listed, list[Entry]))


class Country(Struct, frozen=True):
    """A country: its ISO 3166-1 code, usual name, and all its names, adjectives and capitals."""

    code: str
    name: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    capitals: tuple[str, ...]

    @property
    def adjective(self) -> str:
        """The usual adjective; the name where there is none."""
        return self.adjectives[0] if self.adjectives else self.name


@cache
def countries() -> Mapping[str, Country]:
    """Each country by its names and adjectives, casefolded."""
    return {form.casefold(): c for c in _countries() for form in (c.name, *c.names, *c.adjectives)}


@cache
def capitals() -> Mapping[str, Country]:
    """Each country by the capitals whose names stand for its government, casefolded."""
    return {capital.casefold(): c for c in _countries() for capital in c.capitals}


@cache
def _countries() -> list[Country]:
    return convert(lexicon.read("countries")["country"], list[Country])
