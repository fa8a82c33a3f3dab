"""How often a link is right, by how it was found: the figures in ``service/attribution/data/probabilities.toml``.

    python -m tests.benchmarks.probabilities GOLD.jsonl

GOLD has a document a line: ``text``, ``sents`` ([start, end] each) and ``attributions`` with the spans of their
source and content, in code points. A link is right where an attribution of GOLD shares words with its content and
its source: with its mention, or, where it stands in another sentence, with a word of its name. An assumed link is
right where GOLD attributes no word of the sentence.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from schemas.articles import NewArticle
from schemas.claims import Claim, Link, Span
from schemas.vocabularies import Extraction, Role
from service.attribution.pipeline import Engine, load
from service.errors import TextUnreadable

Gold = dict[str, Any]


def measure(engine: Engine, documents: list[Gold]) -> dict[Extraction, tuple[int, int]]:
    """For each way of finding a link how many are right, and how many there are."""
    right, all_ = Counter[Extraction](), Counter[Extraction]()
    for document in documents:
        for claim in _claims(engine, document["text"]):
            for link, correct in _judged(claim, document["attributions"]):
                all_[link.extraction] += 1
                right[link.extraction] += correct
    return {grade: (right[grade], all_[grade]) for grade in Extraction}


def _claims(engine: Engine, text: str) -> tuple[Claim, ...]:
    """The claims of a text, none of one that is refused for a control character."""
    try:
        return engine.attribute(NewArticle(text, language="en")).claims
    except TextUnreadable:
        return ()


def _judged(claim: Claim, gold: list[Gold]) -> list[tuple[Link, bool]]:
    judged = []
    for attribution in claim.attributions:
        link = attribution.chain[0]
        touched = [g for g in gold if _share(attribution.content, g["content"])]
        if link.role is Role.PUBLISHER:
            judged.append((link, not touched))
        else:
            judged.append((link, any(_same(link, g["source"]) for g in touched)))
    return judged


def _same(link: Link, source: list[dict[str, Any]]) -> bool:
    if link.mention:
        return _share((link.mention,), source)
    words = {w.casefold() for span in source for w in re.findall(r"\w{2,}", span["text"])}
    return bool(words & {w.casefold() for w in re.findall(r"\w{2,}", link.source.name)})


def _share(spans: tuple[Span, ...], gold: list[dict[str, Any]]) -> bool:
    return any(s.start < g["end"] and g["start"] < s.end for s in spans for g in gold)


if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    for grade, (right, found) in measure(load(), [json.loads(line) for line in lines]).items():
        print(f"{grade:10} {right / found if found else float('nan'):.2f}  ({right} of {found})")
