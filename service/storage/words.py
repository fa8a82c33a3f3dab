"""Words to search for, in FTS5's language."""

import re

from service.errors import ParameterInvalid


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


def _string(part: str) -> str:
    # Behind anything but a letter or a digit a star would belong to no word, or to one further off.
    star = "*" if len(part) > 1 and part[-1] == "*" and part[-2].isalnum() else ""
    return '"' + part.strip('"') + '"' + star
