"""The directory of well-known sources and of countries, read from the package's data."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import UNSET, Struct

from schemas.sources import Source
from schemas.vocabularies import SourceKind
from service.attribution import lexicon
from service.attribution.identity import slug


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

    def within(self, words: Sequence[str]) -> Entry | None:
        """The source that the longest stretch of ``words`` names."""
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                found = self.find(" ".join(words[start : start + length]))
                if found is not None:
                    return found
        return None

    def all_within(self, words: Sequence[str]) -> list[Entry]:
        """Every source that a stretch of ``words`` names, in order; of two that overlap the longer."""
        found: list[Entry] = []
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + 8), start, -1):
                entry = self.find(" ".join(words[start:end]))
                if entry is not None:
                    found.append(entry)
                    start = end - 1
                    break
            start += 1
        return found


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
    return Directory(
        Entry(e["name"], SourceKind(e["kind"]), tuple(e["aliases"]), e.get("country"), e.get("wikidata"))
        for e in listed
    )


class Country(Struct, frozen=True):
    """A country: its ISO 3166-1 code, usual name and usual adjective."""

    code: str
    name: str
    adjective: str


@cache
def countries() -> Mapping[str, Country]:
    """Each country by its names and adjectives, casefolded."""
    return {form.casefold(): country for country, forms in _countries() for form in forms}


@cache
def capitals() -> Mapping[str, Country]:
    """Each country by the capitals whose names stand for its government, casefolded."""
    return {capital.casefold(): _country(c) for c in lexicon.read("countries")["country"] for capital in c["capitals"]}


def _countries() -> Iterable[tuple[Country, tuple[str, ...]]]:
    for c in lexicon.read("countries")["country"]:
        yield _country(c), (c["name"], *c["names"], *c["adjectives"])


def _country(c: Mapping[str, list[str]]) -> Country:
    adjectives = c["adjectives"]
    return Country(str(c["code"]), str(c["name"]), adjectives[0] if adjectives else str(c["name"]))
