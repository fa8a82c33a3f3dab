"""Ids. They hang on what an article says and where it stands, never on how well it was read."""

import hashlib
import re
import unicodedata

LONGEST = 80  # Of a longer name the id keeps so many characters.


def article_id(text: str, url: str | None, publisher: str | None) -> str:
    """``art_…``: of the URL where there is one, else of the publisher's id and the text."""
    return "art_" + (_digest("url", url) if url else _digest("text", publisher or "", text))


def claim_id(article: str, sentence: str, occurrence: int) -> str:
    """``clm_…``: of the article's id, the sentence's text and how many times that text stood before in it."""
    return "clm_" + _digest(article, sentence, str(occurrence))


def review_id(claim: str, author: str, url: str) -> str:
    """``rev_…``: of the claim's id, the name of who reviews it, and where they do."""
    return "rev_" + _digest(claim, author, url)


def slug(name: str) -> str:
    """A source's id: its name in lower case, accents off, words joined by hyphens.

    A hash stands behind it where letters had to be left out, so that no two names share an id for it.
    """
    letters = unicodedata.normalize("NFKD", re.sub(r"[’']s?\b", "", name))
    plain = "-".join(re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode().lower()))
    if plain and len(plain) <= LONGEST and not any(c.isalpha() and not c.isascii() for c in letters):
        return plain
    return f"{plain[:LONGEST].strip('-') or 'source'}-{_digest(name)[:12]}"


def scoped_slug(name: str, article: str) -> str:
    """The id of a source that is known in one article only: two articles' experts are two sources."""
    return f"{slug(name)}-{article.removeprefix('art_')[:8]}"


def _digest(*parts: str) -> str:
    """26 letters and digits of SHA-256 over the parts, each with its length before it, so that none run together."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:26]
