"""Cutting a text into sentences and telling what each is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.vocabularies import ClaimKind
from service.attribution.kinds import kinds
from service.attribution.sentences import dateline, header, split


def cut(text: str) -> list[str]:
    """The sentences of ``text``."""
    return [sentence.text for sentence in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["The doors close at 6 p.m.", "The guards leave later."],
        ["Mr. Adeyemi met Sen. Rhys Poole, D-Ohio, on Jan. 5.", "It was No. 3 on the list."],
        ["Ms. Okafor spoke first.", "Dr. Lund followed."],
        ["It costs $3.5 million.", "12 people signed."],
        ["“We stay. ", "We have time. ", "Nobody moves us,” said Park. ", "“Ask anyone.”"],
        ['"It is over. ', 'Go home," he said. ', '"Is it?" she asked.'],
        ["“Why now?” Lund asked.", "Nobody knew."],
        ["“Nobody knows why.” — Ada Lund, mayor"],
        ["''It is over. ", "Go home,'' he said. ", "``Is it?'' she asked."],
        ["‘It is over. ", "Go home,’ said Ann. ", "‘Yes.’ ", "The kids’ toys stayed."],
        ["She put it on X. ", "Critics answered."],
        ["The party—founded in 1950—meets again.", "Delegates wait."],
    ],
    ids=lambda s: s[0][:20],
)
def test_sentences(sentences: list[str]) -> None:
    """Abbreviations, numbers and dashes end no sentence; a quotation of three sentences is three."""
    wanted = [s.strip() for s in sentences]
    assert cut(" ".join(wanted)) == wanted


def test_paragraphs() -> None:
    """A blank line ends a sentence; a line broken to fit its width does not."""
    wrapped = "The committee said on Tuesday that it would publish the whole\nreport before the week is out."
    assert cut(f"Report due\n\n{wrapped}\nNo date was given.") == ["Report due", wrapped, "No date was given."]


class TestHeader:
    """The text form that begins with a date."""

    def test_date(self) -> None:
        """The date is metadata, and the sentence begins behind it in the text as it stands."""
        text = " date 2026-02-08 The dam held. It rained."
        assert header(text) == ("2026-02-08", 17)
        assert [(s.start, s.text) for s in split(text)] == [(17, "The dam held."), (31, "It rained.")]

    @pytest.mark.parametrize("header_line", ["date 2026-02-08\n", " date 2026-02-08 \r\n", "date 2026-02-08\n\n"])
    def test_line(self, header_line: str) -> None:
        """It may stand on a line of its own."""
        assert header(f"{header_line}The dam held.") == ("2026-02-08", len(header_line))

    @pytest.mark.parametrize("text", ["The date 2026-02-08 was set.", " date 2026-02-31 is none.", "date of birth"])
    def test_none(self, text: str) -> None:
        """Words that only mention a date, or a day that there is not, are text."""
        assert header(text) == (None, 0)


@pytest.mark.parametrize(
    ("text", "agency", "rest"),
    [
        ("SEOUL, South Korea (AP) — The dam held.", "AP", "The dam held."),
        ("GENEVA (Reuters) - The dam held.", "Reuters", "The dam held."),
        ("WASHINGTON — The dam held.", None, "The dam held."),
        ("The dam — built in 1950 — held.", None, "The dam — built in 1950 — held."),
    ],
)
def test_dateline(text: str, agency: str | None, rest: str) -> None:
    """A dateline names its agency and is no part of the sentence's words, though of its span."""
    found, body = dateline(text, 0)
    assert (found, text[body:]) == (agency, rest)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Years of warnings\n\nThe dam held.", ["heading", "statement"]),
        ("What now? The dam may break.", ["heading", "statement"]),
        ("A new flood? The dam may break.", ["heading", "statement"]),
        ("The dam held. Will it hold again?", ["statement", "question"]),
        ("Could more water follow the rain? It may.", ["question", "statement"]),
        ("The dam held.\n\n(With inputs from AFP)", ["statement", "credit"]),
        ("The dam held.\n\nReporting by A. Lund; editing by B. Poole", ["statement", "credit"]),
        ("The dam held.\n\nThe Associated Press contributed to this report.", ["statement", "credit"]),
        ("“Is it safe?” she asked.", ["statement"]),
        ("The dam held", ["statement"]),
        ("Rain fell.\n\n- The dam held\n- Nobody was hurt\n\nIt stopped.", ["statement"] * 4),
    ],
)
def test_kinds(text: str, told: list[str]) -> None:
    """Headings, questions and credits are told from statements."""
    assert kinds(split(text)) == [ClaimKind(kind) for kind in told]


@given(st.text(st.sampled_from("ab A.?!“”\"'‘’ \n\r\u2028—1é漢ع\u00a0"), max_size=300))
def test_nothing_is_lost(text: str) -> None:
    """Sentences stand in order, verify, and leave out nothing but white space and a header."""
    at = header(text)[1]
    for sentence in split(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert text[at : sentence.start].strip() == ""
        assert sentence.start <= sentence.body <= sentence.end
        at = sentence.end
    assert text[at:].strip() == ""
