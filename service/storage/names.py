"""Names of sources, as they are compared."""

import unicodedata


def fold(name: str) -> str:
    """``name`` as all its spellings are: "The  Guardian" and "guardian", "Xi’s" and "XI'S" are one."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().replace("’", "'").split())
    return folded.removeprefix("the ")
