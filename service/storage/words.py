"""Words to search for, in FTS5's language, and where they stand."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

from service.errors import ParameterInvalid

TOKENIZER = "unicode61 remove_diacritics 2"
"""How the words of claims are told and compared."""

OPEN, CLOSE = "\1", "\2"

NEGATED, PREFIX = re.compile(r"[!-]\w"), re.compile(r"[^\W_]\*$")
"""What stands elsewhere before a word that must not be, and here the star behind the beginning of one."""

BLANK = dict.fromkeys(map(ord, ("\0", OPEN, CLOSE)), " ")
"""What no text may hold here, as what divides words as well."""


def match(q: str) -> str:
    """``q`` in FTS5's language: each word and "phrase" a string, so that nothing in it is an operator.

    A star behind a word, which finds what begins with it, is written behind its string. Raises `ParameterInvalid`
    where ``q`` holds no word, or a sign that would do nothing.
    """
    plain = re.sub("[“”]", '"', q.replace("\0", " "))
    if not any(map(str.isalnum, plain)):
        raise ParameterInvalid("q", "it holds no word to look for.")
    if plain.count('"') % 2:
        raise ParameterInvalid("q", "a phrase has no end. Put a quotation mark behind it.")
    return " ".join(filter(None, map(_string, re.findall(r'"[^"]*"|[^\s"]+', plain))))


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
    """The word or phrase as a string, with the star behind it; empty where it is neither."""
    bare = part.strip('"')
    if bare == part and NEGATED.match(part):
        raise ParameterInvalid("q", f"'{part}' would not leave a word out. Put it in quotation marks if it stands so.")
    star = "*" if PREFIX.search(bare) else ""
    if "*" in bare.removesuffix(star):
        raise ParameterInvalid("q", f"'{part}' has a star that is not behind the beginning of a word. Leave it out.")
    return f'"{bare}"{star}' if any(map(str.isalnum, bare)) else ""
