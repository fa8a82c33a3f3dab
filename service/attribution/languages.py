"""Whether a text can be read: plain characters, words, and English."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.errors import LanguageUnsupported, TextEmpty, TextUnreadable

SURE = 0.9
SHORT = 60  # Below so many letters a text's language is a guess, and the caller's word or English stands.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]|[\ud800-\udfff]")


def check(text: str, declared: str | None) -> None:
    """Returns where ``text`` can be read.

    Raises `TextEmpty` for a text without a word, `TextUnreadable` for one with a control character or half a
    surrogate pair, `LanguageUnsupported` where ``declared`` or the text itself is not English.
    """
    bad = CONTROL.search(text)
    if bad is not None:
        raise TextUnreadable(f"the character U+{ord(bad[0]):04X}", bad.start(), "code point")
    letters = sum(c.isalpha() for c in text)
    if not any(c.isalnum() for c in text):
        raise TextEmpty
    if declared is not None and declared.lower().split("-")[0] != "en":
        raise LanguageUnsupported(declared)
    latin = len(re.findall(r"[A-Za-z]", text))
    language, probability = _identifier().classify(text[:20_000])
    foreign = letters >= SHORT or latin * 2 < letters
    if language != "en" and probability >= SURE and foreign:
        raise LanguageUnsupported(str(language))


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
