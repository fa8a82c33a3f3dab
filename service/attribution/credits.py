"""Finds whom an article's credit lines and dateline name: its contributors."""

import re
from collections.abc import Sequence

from schemas.sources import Source
from schemas.vocabularies import ClaimKind
from service.attribution.directory import Directory, as_source
from service.attribution.sentences import Sentence, dateline

WORDS = re.compile(r"[\w.&’'-]*\w")


def contributors(
    text: str, cut: Sequence[Sentence], kinds: Sequence[ClaimKind], known: Directory
) -> tuple[Source, ...]:
    """The well-known sources that credits and a dateline name, in text order, each once."""
    found: dict[str, Source] = {}
    for sentence, kind in zip(cut, kinds, strict=True):
        if sentence.body > sentence.start:
            entry = known.find(dateline(text, sentence.start)[0] or "")
            named = [entry] if entry is not None else []
        elif kind is ClaimKind.CREDIT:
            named = list(known.within(WORDS.findall(sentence.text)))
        else:
            continue
        found |= {s.id: s for s in map(as_source, named)}
    return tuple(found.values())
