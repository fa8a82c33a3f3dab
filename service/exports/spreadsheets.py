"""Claims as CSV (RFC 4180), for people who open it in a spreadsheet.

It begins with a byte order mark, without which Excel takes UTF-8 for something else. A cell that a spreadsheet would
take for a formula has an apostrophe before it, as OWASP advises: an article may hold any text at all. Whoever wants the
text back takes one apostrophe away from what begins with apostrophes and one of those characters.
"""

import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator

from service.exports.moments import Moment
from service.exports.rows import Row, rows

FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
"""How a cell begins that some spreadsheet would work out, or that would be taken for one with an apostrophe of ours."""

FIRST = frozenset("'=+-@\t\r\n＝＋－＠")


def pieces(moment: Moment) -> Generator[bytes]:
    """The bytes of the table, a line of names first, which waits for what is wrong with the query to be told."""
    names = b"\xef\xbb\xbf" + _lines([Row._fields])
    for stretch in moment.stretches():
        yield names + _lines(map(safe, rows(moment, stretch)))
        names = b""
    yield names


def safe(row: Iterable[object]) -> Iterator[object]:
    """The cells of a row, none of which is a formula."""
    return (f"'{cell}" if isinstance(cell, str) and cell[:1] in FIRST and FORMULA.match(cell) else cell for cell in row)


def _lines(table: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()
