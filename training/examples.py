"""Annotated articles as examples: the features of each sentence, and what of it is cue, source and content."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from spacy.tokens import Doc

from service.attribution.parsed import parse
from service.attribution.parser import Parser
from service.attribution.scenes import Scene, scenes

KEPT_BACK = 10
"""Every so manieth document is kept back from the fit, for `training.calibration`."""

Spans = Sequence[dict[str, Any]]


class Target(Struct):
    """An annotated attribution.

    Its cue's head is the token ``head`` of ``sentence``, with the tokens of ``cue`` and ``content`` there. ``source``
    is the token that heads the source, None where none is named, -1 where it stands elsewhere. ``continued`` are the
    other sentences that hold content of it.
    """

    sentence: int
    head: int
    cue: frozenset[int]
    content: frozenset[int]
    source: int | None
    continued: frozenset[int]


class Example(Struct):
    """An article's scenes and the attributions annotated in it."""

    publisher: str
    scenes: list[Scene | None]
    targets: list[Target]


def read(path: Path, parser: Parser) -> list[Example]:
    """The examples in a file of a document a line, but for those that are kept back."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [_example(json.loads(line), parser) for n, line in lines if n % KEPT_BACK]


def _example(document: dict[str, Any], parser: Parser) -> Example:
    found = scenes(parse(document["text"], parser))
    places = _Places(found)
    targets = [t for a in document["attributions"] if (t := _target(a, places)) is not None]
    return Example(document.get("publisher", ""), found, targets)


class _Places:
    """Finds the tokens of an article that spans of its text touch."""

    def __init__(self, found: Sequence[Scene | None]) -> None:
        self.scenes = {n: scene for n, scene in enumerate(found) if scene is not None}
        self._numbers = list(self.scenes)
        self._starts = [scene.setting.sentence.start for scene in self.scenes.values()]

    def tokens(self, spans: Spans) -> dict[int, frozenset[int]]:
        touched: dict[int, set[int]] = {}
        for span in spans:
            at = max(bisect_right(self._starts, span["start"]) - 1, 0)
            while at < len(self._numbers) and self._starts[at] < span["end"]:
                n = self._numbers[at]
                scene = self.scenes[n]
                for token in scene.doc:
                    start = scene.setting.sentence.body + token.idx
                    if start < span["end"] and span["start"] < start + len(token):
                        touched.setdefault(n, set()).add(token.i)
                at += 1
        return {n: frozenset(tokens) for n, tokens in touched.items()}


def _target(attribution: dict[str, Any], places: _Places) -> Target | None:
    cue, source, content = (places.tokens(attribution[part]) for part in ("cue", "source", "content"))
    if not cue or not content:
        return None
    sentence = max(cue, key=lambda n: len(cue[n]))
    scene = places.scenes[sentence]
    tops = [i for i in cue[sentence] if scene.doc[i].head.i not in cue[sentence] or scene.doc[i].head.i == i]
    telling = ("VERB", "NOUN", "ADJ", "PROPN")
    head = min(tops, key=lambda i: (scene.doc[i].pos_ not in telling, _depth(scene.doc, i), i))
    own = source.get(sentence, frozenset())
    named = min(own, key=lambda i: (_depth(scene.doc, i), i)) if own else -1 if source else None
    elsewhere = frozenset(content) - {sentence}
    return Target(sentence, head, cue[sentence], content.get(sentence, frozenset()), named, elsewhere)


def _depth(doc: Doc, at: int) -> int:
    return sum(1 for _ in doc[at].ancestors)
