"""Whether a text can be read: plain characters, words, and English."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.errors import FieldInvalid, LanguageUnsupported, TextEmpty, TextUnreadable

SURE = 0.9
SHORT = 60  # The language of so few letters in Latin script is a guess, and they are read as English.
SAMPLE = 20_000  # The language is told from so many characters.
TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x81\x86-\x9f]|[\ud800-\udfff]")
"""Control characters, but for those of white space, and U+0082 to U+0085, which part lines: newspapers have them."""


def check(text: str, declared: str | None) -> None:
    """Returns where ``text`` can be read.

    ``declared`` is a BCP 47 tag (en, en-US). Raises `TextEmpty` for a text without a word, `TextUnreadable` for one
    with a control character or half a surrogate pair, `LanguageUnsupported` where ``declared`` or the text itself is
    not English, `FieldInvalid` where ``declared`` is no such tag.
    """
    bad = CONTROL.search(text)
    if bad is not None:
        raise TextUnreadable(f"the character U+{ord(bad[0]):04X}", bad.start(), "code point")
    if not any(c.isalnum() for c in text):
        raise TextEmpty
    if declared is not None:
        _check_declared(declared)
    letters, latin = sum(c.isalpha() for c in text), len(re.findall(r"[A-Za-z]", text))
    language, probability = _identifier().classify(text[:SAMPLE])
    if latin * 2 < letters:
        raise LanguageUnsupported(str(language) if language != "en" else "und")
    if language != "en" and probability >= SURE and letters >= SHORT:
        raise LanguageUnsupported(str(language))


def _check_declared(language: str) -> None:
    if TAG.fullmatch(language) is None:
        raise FieldInvalid("/language", f"'{language}' is no BCP 47 tag. Give 'en', or one such as 'en-US'.")
    if language.lower().partition("-")[0] != "en":
        raise LanguageUnsupported(language)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
