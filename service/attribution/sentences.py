"""An article's text cut into sentences.

The text is taken as it stands: every offset counts Unicode code points from its beginning. Blank lines, and
single line breaks that do not look like a wrapped line, part paragraphs; `sentencex` parts the sentences in them.
"""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from sentencex import get_sentence_boundaries

from service.attribution.quotations import evened

HEADER = re.compile(r"\s*date[^\S\n]+(\d{4}-\d{2}-\d{2})\s+(?=\S)")
DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z .'’-]{2,30}(?:,\s[\w. ]{2,30}?)?)(?:,\s(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}))?"
    r"\s(?:\((?P<agency>[\w. ]{2,40})\)\s)?(?:—|–|--?)\s"
)
WRAPPED = 55
MASKED = '“”„‟"«»‘'  # `sentencex` keeps quotations whole, and takes quadratic time over marks that nobody closes.
CLOSED_BY_QUOTE = re.compile(r"[?!….][”\"»’]+\s*$")
ASIDE = re.compile(
    r"(?:[a-z]|(?:[A-Z][\w.’'-]*\s){1,4}(?:said|says|asked|asks|replied|added|told|wrote|shouted)\b"
    r"|(?:[—–-]|--)\s?(?:[A-Z][\w.’'-]*\s?){1,5}(?:,|\(|$))"
)

# What `sentencex` gets wrong: a title that it does not know, and a platform of one letter that it takes for an initial.
ABBREVIATED = re.compile(r"\b(?:Ms|Mx|Messrs|Mmes|Supt|Insp|Det|Cmdr|Adm|Brig|Pvt|Fr|Amb|Assn|Pte)\.\s*$")
PLATFORM = re.compile(r"\b(?:on|via) X\.[”\"]?(?=\s+[“\"]?[A-Z])")


class Sentence(Struct, frozen=True):
    """A sentence: the half-open span ``[start, end)`` of the article's text, in its ``paragraph`` counted from 0.

    ``body`` is where its words begin, behind a dateline. ``opens`` and ``closes`` tell whether it is the
    first or the last of its paragraph.
    """

    start: int
    end: int
    text: str
    paragraph: int
    opens: bool
    closes: bool
    body: int


def header(text: str) -> tuple[str | None, int]:
    """The date that a ``date YYYY-MM-DD`` header gives, and where the text proper begins (0 without a header)."""
    found = HEADER.match(text)
    try:
        return (date.fromisoformat(found[1]).isoformat(), found.end()) if found else (None, 0)
    except ValueError:
        return None, 0


def dateline(text: str, start: int) -> tuple[str | None, int]:
    """The agency that a dateline at ``start`` names in brackets, and where the words after the dateline begin."""
    found = DATELINE.match(text, start)
    return (found["agency"], found.end()) if found else (None, start)


def split(text: str) -> list[Sentence]:
    """All sentences of ``text`` in order. None overlap, and only white space and the header stand between them."""
    _, begin = header(text)
    marked = evened(text)
    found: list[Sentence] = []
    for number, (start, end) in enumerate(paragraphs(text, begin)):
        spans = list(_sentences(marked, start, end))
        for index, (first, last) in enumerate(spans):
            body = dateline(text, first)[1] if number < 3 and index == 0 else first
            found.append(
                Sentence(first, last, text[first:last], number, index == 0, index == len(spans) - 1, min(body, last))
            )
    return found


def paragraphs(text: str, begin: int = 0) -> Iterator[tuple[int, int]]:
    """The spans of the paragraphs of ``text`` from ``begin`` on, without the white space around them."""
    start, end = begin, begin
    for line in re.finditer(r"[^\n\r\f\v\u0085\u2028\u2029]+", text[begin:]):
        first, last = begin + line.start(), begin + line.end()
        if text[first:last].isspace():
            continue
        if end > start and not _wraps(text, start, end, first):
            yield from _stripped(text, start, end)
            start = first
        elif end == start:
            start = first
        end = last
    yield from _stripped(text, start, end)


def _wraps(text: str, start: int, end: int, following: int) -> bool:
    """Whether the line that ends at ``end`` goes on at ``following``: one break between, and no end in sight."""
    between = text[end:following]
    line = text[max(start, text.rfind("\n", start, end) + 1) : end].rstrip()
    broken = between.replace("\r\n", "\n").strip(" \t") in ("\n", "\r")
    return broken and len(line) >= WRAPPED and line[-1] not in '.?!:”")'


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence spans of one paragraph. Quote marks are masked: a quotation of three sentences is three."""
    masked = re.sub(f"[{MASKED}\\s]", " ", text[start:end])
    ends = [start + b["end_index"] for b in get_sentence_boundaries("en", masked)]
    first = start
    for last in [*ends[:-1], end]:
        last = _past_closing(text, first, last, end) if last < end else end
        piece = text[first:last]
        aside = CLOSED_BY_QUOTE.search(piece) and ASIDE.match(text[last:end].lstrip())
        if last < end and (not piece.strip() or aside or ABBREVIATED.search(piece)):
            continue
        for split in PLATFORM.finditer(piece):
            yield from _stripped(text, first, first + split.end())
            piece, first = piece[split.end() :], first + split.end()
        yield from _stripped(text, first, last)
        first = last


def _past_closing(text: str, first: int, last: int, end: int) -> int:
    """``last`` moved behind quote marks that close the sentence before it, and before those that open the next."""
    while last < end and text[last] in '”’"»)' and not text[last - 1].isspace():
        last += 1
    back = last
    while back > first and (text[back - 1] in '“"«„‘' or text[back - 1].isspace()):
        back -= 1
    run = text[back:last]
    opening = re.search(r"(?<=\s)[“«„‘\"]+\s*$", run)
    return back + opening.start() if opening else last
