"""The word lists in ``data/``, read once and typed. They are data: a new cue is a line of TOML, not of code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from schemas.vocabularies import Act, Factuality


class Frame(Struct, frozen=True):
    """One way in which a verb is a cue: the company it needs, what it does and what its source commits to.

    ``needs`` is ``object`` where the verb takes one too, ``speaker`` where its source must speak or be spoken to
    ("I saw", not "she saw"), ``document`` where it must be something that can be read, ``present`` where the verb
    must be in the present ("she knows", not "she knew").
    """

    name: str
    act: Act
    commits: Factuality
    needs: str | None = None


@cache
def read(name: str) -> Mapping[str, Any]:
    """The data file ``name``.toml of this package."""
    return tomllib.loads((files("service.attribution") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(file: str, table: str, *keys: str) -> frozenset[str]:
    """One list of words, or several as one."""
    return frozenset(word for key in keys for word in read(file)[table][key])


@cache
def speakers() -> frozenset[str]:
    """The nouns for those who speak and what can be read."""
    people = read("people")
    return frozenset(people["persons"]["nouns"]) | frozenset(people["persons"]["titles"]).union(
        *(people["bodies"][key] for key in ("government", "organisations", "documents", "media"))
    )


@cache
def verbs() -> Mapping[str, tuple[Frame, ...]]:
    """The frames of each cue verb by lemma, in the order of the file: an earlier frame wins."""
    found: dict[str, tuple[Frame, ...]] = {}
    for group in read("cues")["verbs"]:
        frames = tuple(
            Frame(name, Act(group["act"]), Factuality(group["commits"]), group.get("needs")) for name in group["frames"]
        )
        for lemma in group["lemmas"]:
            found[lemma] = found.get(lemma, ()) + frames
    return found


@cache
def adjectives() -> Mapping[str, Act]:
    """The act of each adjective that is a cue behind "be"."""
    return {word: Act(act) for act, listed in read("cues")["adjectives"].items() for word in listed}


@cache
def nouns() -> Mapping[str, tuple[Act, Factuality]]:
    """The act of each noun that attributes its clause to whoever owns it, and what that commits to."""
    found = {}
    for kind, listed in read("cues")["nouns"].items():
        act, commits = (Act.STATEMENT, Factuality.UNCOMMITTED) if kind == "unsure" else (Act(kind), Factuality.CERTAIN)
        found.update(dict.fromkeys(listed, (act, commits)))
    return found
