"""Hostile texts: what nobody would write and anybody can send is read whole, or refused as documented."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.articles import NewArticle
from service.attribution.parser import LONGEST
from service.attribution.pipeline import Engine
from service.errors import LanguageUnsupported, TextEmpty, TextUnreadable
from tests.empty import empty_store
from tests.records import NOON
from tests.soundness import stored_articles

WORDS = ["Ada Lund", "he", "said", "according to", "that", "the ministry", "it rained", "AP", "reported", "if", "who"]

MARKS = ["“", "”", "„", "«", "»", "‘", "’", '"', "'", "(", ")", "[", "—", "...", "…", ".", "?", "!", ",", ";", ":", "%"]

ODD = [
    "x" * 6_000,
    "supercalifragilistic" * 20,
    "e\u0301\u0323\u0301" * 9,
    "👩‍👩‍👧‍👦",
    "🇰🇵",
    "\u202eقال الوزير\u202c",
    "\u200f",
    "조선중앙통신",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u0085",
    "\ufeff",
    "\u200b",
    "\U0001f600",
    "ﬁ",
    "\ufffd",
]

LINES = [
    "- Item, AP\n",
    "• “Item\n",
    "| a | b | said |\n",
    "1. \n",
    "\r\n",
    "\n\n",
    "\t",
    "=====\n",
    "Q: Why?\nA: He said so.\n",
]

CONTROLS = ["\0", "\x07", "\x1b[31m", "\x7f", "\ud800"]

PIECES = st.sampled_from([*WORDS, *MARKS, *ODD, *LINES])
RUNS = st.builds(lambda piece, times: piece * times, PIECES, st.integers(2, 300))
TEXTS = st.builds(
    lambda glue, parts: glue.join(parts), st.sampled_from(["", " ", "\n"]), st.lists(PIECES | RUNS, max_size=12)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_hostile_text(engine: Engine, text: str) -> None:
    """It is read and can be stored whole, or is refused for its language or for having no word."""
    try:
        record = engine.attribute(NewArticle(text[:50_000], language="en"))
    except (TextEmpty, LanguageUnsupported):
        return
    with TemporaryDirectory() as folder:
        database = Path(folder) / "sayso.db"
        store = empty_store(database)
        store.put(record, at=NOON, actor="test")
        store.close()
        assert stored_articles(database) == {record.article.id}


@given(TEXTS, st.sampled_from(CONTROLS), TEXTS)
def test_hostile_character(engine: Engine, before: str, control: str, after: str) -> None:
    """A control character is refused at its place, whatever stands around it."""
    with pytest.raises(TextUnreadable) as refusal:
        engine.attribute(NewArticle(before + control + after))
    assert refusal.value.offset == len(before)


LONG = [
    "he said ",
    "“",
    "“‘",
    "’”",
    "said, ",
    "( he said ) ",
    "Ada Lund, ",
    "x",
    "e\u0301",
    "a.b",
    "Mr. ",
    " ",
    "\u2028",
    "according to ",
    "AP reported that ",
    "quoted as saying ",
    "if not ",
    "😀",
]


@pytest.mark.parametrize("length", [LONGEST - 20, 20 * LONGEST], ids=["parsed", "unparsed"])
@pytest.mark.parametrize("piece", LONG)
def test_one_sentence(engine: Engine, piece: str, length: int) -> None:
    """One sentence of the same over and over is read to its end, whether it is short enough to be parsed or not."""
    text = "He " + piece * (length // len(piece)) + " so."
    claims = engine.attribute(NewArticle(text, language="en")).claims
    assert claims[-1].end == len(text)


@pytest.mark.parametrize("piece", ["Said. ", "“He said. ", "- AP\n", "| he | said |\n", "He said\n\n\n\n"])
def test_many_sentences(engine: Engine, piece: str) -> None:
    """The same sentence over and over is as many claims."""
    claims = engine.attribute(NewArticle(piece * 500, language="en")).claims
    assert len(claims) == 500
    assert len({claim.id for claim in claims}) == 500
