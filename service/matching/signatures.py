"""Near-duplicate hashing (Broder 1997): texts whose words are mostly the same have some band of hashes in common.

Bands are stored. Whatever changes them, as another version of what hashes would, needs a migration that signs every
claim anew; a test knows the bands of a text.
"""

import re
from collections.abc import Sequence

from rensa import RMinHash
from xxhash import xxh3_64_intdigest

from service.matching import lexicon

BANDS = 32
"""How many bands a signature has."""

ROWS = 3
"""How many hashes a band has. Two texts that share the part s of their words share a band with 1 - (1 - s³)³²."""

LEAST = 4
"""A text of fewer words is too short to be told from others."""


def bands(text: str) -> tuple[int, ...]:
    """The bands of the text's signature, as signed 64-bit numbers; none where it has too few words."""
    words = _words(text)
    if len(words) < LEAST:
        return ()
    hashing = RMinHash(num_perm=BANDS * ROWS, seed=1)
    hashing.update(words)
    digest = hashing.digest()
    return tuple(_band(number, digest[number * ROWS : (number + 1) * ROWS]) for number in range(BANDS))


def _words(text: str) -> list[str]:
    # A number says little of what a text is about, and copies write it in many ways.
    found = re.findall(r"[^\W\d_]+", re.sub("['’]s?\\b", "", text.lower()))
    return sorted({lexicon.stem(lexicon.demonyms().get(w, w)) for w in found if w not in lexicon.silent()})


def _band(number: int, hashes: Sequence[int]) -> int:
    joined = b"".join(hash.to_bytes(4, "big") for hash in hashes)
    return xxh3_64_intdigest(joined, seed=number) - 2**63
