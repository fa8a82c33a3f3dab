"""What the engine reads in whole articles: those of the project, and the annotated one where it is to hand."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from schemas.claims import Claim
from schemas.vocabularies import Act, ClaimKind, Factuality, Role
from service.attribution.pipeline import Engine
from service.ingest import read
from tests.serving import SAYSO

SEEDS = Path(str(files("seeds"))) / "articles"
SHARED = Path(__file__).parents[2] / "shared"


class Attributed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One expected attribution: the names of its chain, origin first, the publisher left out."""

    chain: tuple[str, ...]
    act: Act


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person reads in a sentence; ``factuality`` is the first origin's, None for headings and credits."""

    text: str
    kind: ClaimKind
    attributions: tuple[Attributed, ...]
    factuality: Factuality | None


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sentences of an article."""

    sentences: tuple[Sentence, ...]


def articles() -> list[Path]:
    """The project's own articles."""
    return sorted(p for p in SEEDS.iterdir() if p.suffix in (".txt", ".json") and ".expected" not in p.name)


def seen(claim: Claim, expected: Sentence) -> Sentence:
    """The claim in the form of what is expected."""
    found = [
        Attributed(tuple(link.source.name for link in a.chain if link.role is not Role.PUBLISHER), a.act)
        for a in claim.attributions
    ]
    factuality = claim.attributions[0].chain[0].factuality if expected.factuality is not None else None
    return Sentence(claim.text, claim.kind, tuple(sorted(a for a in found if a.chain)), factuality)


def test_there_are_eight() -> None:
    """Eight articles, each with its expected claims beside it."""
    assert len(articles()) == 8
    assert all(p.with_suffix(".expected.json").exists() for p in articles())


@pytest.mark.parametrize("path", articles(), ids=lambda p: p.stem)
def test_article(path: Path, engine: Engine) -> None:
    """Every sentence is cut, told apart, attributed and committed to as a person reads it."""
    expected = msgspec.json.decode(path.with_suffix(".expected.json").read_bytes(), type=Expected).sentences
    claims = engine.attribute(read(path, 1_000_000)).claims
    assert [c.text for c in claims] == [s.text for s in expected]
    wanted = [msgspec.structs.replace(s, attributions=tuple(sorted(s.attributions))) for s in expected]
    assert [seen(c, s) for c, s in zip(claims, wanted, strict=True)] == wanted


@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated article ../shared/gold/congress.json is not here")
def test_annotated_article(tmp_path: Path) -> None:
    """`sayso extract` reads the annotated article exactly: spans, kinds, chains and factuality."""
    article = SHARED / "seeds" / "000_012990ef52940313.txt"
    extracted = tmp_path / "extracted.json"
    extracted.write_bytes(subprocess.run([SAYSO, "extract", article], check=True, capture_output=True).stdout)
    scorer, gold = SHARED / "evaluation" / "score_congress.py", SHARED / "gold" / "congress.json"
    scored = subprocess.run([sys.executable, scorer, gold, extracted], capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout
