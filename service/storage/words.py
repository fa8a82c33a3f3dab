"""Words to search for, in FTS5's language, and where they stand."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

from service.errors import ParameterInvalid

TOKENIZER = "unicode61 remove_diacritics 2"
"""How the words of claims are told and compared."""

OPEN, CLOSE = "\1", "\2"

BLANK = dict.fromkeys(map(ord, ("\0", OPEN, CLOSE)), " ")
"""What no text may hold here, as what divides words as well."""


def match(q: str) -> str:
    """``q`` in FTS5's language: each word and "phrase" a string, so that nothing in it is an operator.

    A star behind a word, which finds what begins with it, is written behind its string. Raises `ParameterInvalid`
    where ``q`` holds no word.
    """
    parts = re.findall(r'"[^"]*"|[^\s"]+', re.sub("[“”]", '"', q.replace("\0", " ")))
    strings = [_string(part) for part in parts if any(map(str.isalnum, part))]
    if not strings:
        raise ParameterInvalid("q", "it holds no word to look for.")
    return " ".join(strings)


def stretches(q: str, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """Where in each text the words and phrases of ``q`` stand, if it has them all: half-open, in code points.

    Where two of them overlap, there is one stretch over both. Raises `ParameterInvalid` where ``q`` holds no word.
    """
    found: list[list[tuple[int, int]]] = [[] for _ in texts]
    # The texts are made a table of their own: to ask the store's for some rows takes longer the more it holds.
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE VIRTUAL TABLE page USING fts5 (text, tokenize = '{TOKENIZER}')")
        db.executemany("INSERT INTO page (rowid, text) VALUES (?, ?)", enumerate(t.translate(BLANK) for t in texts))
        query = "SELECT rowid, highlight(page, 0, ?, ?) FROM page WHERE page MATCH ?"
        for number, marked in db.execute(query, (OPEN, CLOSE, match(q))):
            found[number] = list(_marked(marked))
    return found


def _marked(text: str) -> Iterator[tuple[int, int]]:
    before, *rest = text.split(OPEN)
    at = len(before)
    for part in rest:
        inside, _, behind = part.partition(CLOSE)
        yield at, at + len(inside)
        at += len(inside) + len(behind)


def _string(part: str) -> str:
    # Behind anything but a letter or a digit a star would belong to no word, or to one further off.
    star = "*" if len(part) > 1 and part[-1] == "*" and part[-2].isalnum() else ""
    return '"' + part.strip('"') + '"' + star
