"""Tells what a sentence is: a statement, a question, a heading or a credit."""

import re
from collections.abc import Sequence

from schemas.vocabularies import ClaimKind
from service.attribution.sentences import Sentence

# A question of so many words that opens a paragraph and is followed by its answer is a heading; one that does not
# begin like a question may be longer: "A new Cold War?"
RUN_IN, RUN_IN_PHRASE = 3, 6
HEADING = 14
UNHEADED = '“"‘-–—•*·'  # What begins with one of these is a quotation or an item of a list.
ENDS = re.compile(r"[.!?…:;,][”\"’'»)\]]*$")
ASKS = re.compile(r"\?[”\"’'»)\]]*$")
CREDIT = re.compile(
    r"^[(\[—–*_\s-]*(?:"
    r"with (?:additional )?(?:inputs?|files|reporting|contributions?) (?:from|by)\b"
    r"|(?:additional |editing and )?(?:reporting|writing|editing|compiled|written|edited) by\b"
    r"|(?:.{2,80}\s)?contributed to (?:this|the) (?:report|story|article|post)\b"
    r"|(?:source|sources|via|photo|photos|image|credit|copyright)\s?:"
    r"|©"
    r")",
    re.IGNORECASE,
)
INTERROGATIVE = re.compile(
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|will|would|can|could|shall|should|may|might"
    r"|do|does|did|has|have|had)\b",
    re.IGNORECASE,
)
BYLINE = re.compile(r"^By\s+[A-Z][\w.’'-]+(?:\s+[A-Z][\w.’'-]+){1,3}(?:\s*(?:,|and|\||for)\s.*)?$")


def kinds(cut: Sequence[Sentence]) -> list[ClaimKind]:
    """What each of an article's sentences is."""
    return [_kind(sentence, n + 1 < len(cut)) for n, sentence in enumerate(cut)]


def _kind(sentence: Sentence, followed: bool) -> ClaimKind:
    text, words = sentence.text, len(sentence.text.split())
    if CREDIT.match(text) or (sentence.opens and BYLINE.match(text)):
        return ClaimKind.CREDIT
    plain = sentence.opens and text[:1] not in UNHEADED
    if plain and sentence.closes and followed and words <= HEADING and not ENDS.search(text):
        return ClaimKind.HEADING
    if ASKS.search(text):
        allowed = RUN_IN if INTERROGATIVE.match(text) else RUN_IN_PHRASE
        return ClaimKind.HEADING if plain and not sentence.closes and words <= allowed else ClaimKind.QUESTION
    return ClaimKind.STATEMENT
