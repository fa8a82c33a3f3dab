"""How far a clause is committed to, by its modals, adverbs, raising verbs, negation and conditions.

The codes are FactBank's (Saurí & Pustejovsky 2009). Each comes with the rule that gave it and the word that decided.
"""

from msgspec import Struct
from spacy.tokens import Token

from schemas.vocabularies import Factuality, Rule
from service.attribution import lexicon
from service.attribution.clauses import child, negated, passive

CERTAIN, PROBABLE, POSSIBLE = Factuality.CERTAIN, Factuality.PROBABLE, Factuality.POSSIBLE
DENIED = {
    CERTAIN: Factuality.CERTAIN_NOT,
    PROBABLE: Factuality.PROBABLE_NOT,
    POSSIBLE: Factuality.POSSIBLE_NOT,
    Factuality.CERTAIN_NOT: CERTAIN,
    Factuality.PROBABLE_NOT: PROBABLE,
    Factuality.POSSIBLE_NOT: POSSIBLE,
}
CUES = {
    CERTAIN: Rule.CERTAIN_CUE,
    Factuality.CERTAIN_NOT: Rule.DENYING_CUE,
    PROBABLE: Rule.PROBABLE_CUE,
    Factuality.PROBABLE_NOT: Rule.DOUBTING_CUE,
    Factuality.UNCOMMITTED: Rule.OPEN_CUE,
    Factuality.CERTAIN_UNTOLD: Rule.UNTOLD_CUE,
}
STRENGTH = {"CT": 3, "PR": 2, "PS": 1, "Uu": 0}
OPEN = (Factuality.UNCOMMITTED, Factuality.CERTAIN_UNTOLD)


class Reading(Struct, frozen=True):
    """How far something is committed to, the rule that says so and the index of the word that decided."""

    factuality: Factuality
    rule: Rule
    word: int | None = None


def of_clause(head: Token, cue: Token | None = None) -> Reading:
    """How far the clause headed by ``head`` is committed to by whoever says it.

    A plain "not" is part of the content and changes nothing; denied hedges ("does not appear to") turn over.
    """
    reading = (
        condition(head)
        or (condition(cue) if cue is not None else None)
        or _raised(head)
        or _hedged(head)
        or Reading(CERTAIN, Rule.PLAIN_CLAUSE, head.i)
    )
    hedged = reading.rule in (Rule.RAISING_VERB, Rule.GRADED_ADJECTIVE)
    if hedged and negated(head) and reading.factuality in DENIED:
        return Reading(DENIED[reading.factuality], Rule.DENIED_HEDGE, reading.word)
    return reading


def under(commits: Factuality, cue: int, content: Reading | None) -> Reading:
    """What a source commits to through a cue that commits to ``commits``, given how it puts the content."""
    by_cue = Reading(commits, CUES[commits], cue)
    if content is None or commits in OPEN:
        return by_cue
    if content.factuality in OPEN:
        return content
    weaker = min(by_cue, content, key=lambda r: STRENGTH[r.factuality.value[:2]])
    if commits.value.endswith("-"):
        return Reading(DENIED[Factuality(weaker.factuality.value[:2] + content.factuality.value[2])], by_cue.rule, cue)
    if weaker is by_cue and content.factuality.value.endswith("-"):
        return Reading(DENIED[commits], by_cue.rule, cue)
    return weaker


def weakened(code: Factuality, limit: Factuality) -> Factuality:
    """``code`` with its polarity, no stronger than ``limit``."""
    if code in OPEN or limit in OPEN:
        return Factuality.UNCOMMITTED
    return Factuality(min(code[:2], limit[:2], key=STRENGTH.__getitem__) + code[2])


def condition(head: Token) -> Reading | None:
    """Whether a condition or an open question takes the clause back: "if it rains", "whether it opened"."""
    for token in head.children:
        if token.lower_ in ("whether", "if") and token.dep_ in ("mark", "advmod") and head.dep_ == "ccomp":
            return Reading(Factuality.UNCOMMITTED, Rule.OPEN_QUESTION, token.i)
        if token.dep_ == "advcl" and (mark := _if(token)) is not None:
            return Reading(Factuality.UNCOMMITTED, Rule.CONDITION, mark.i)
    return None


def _if(clause: Token) -> Token | None:
    marks = [t for t in clause.children if t.lower_ in ("if", "unless") and t.dep_ in ("mark", "advmod")]
    if not marks:
        return None
    before = marks[0].doc[marks[0].i - 1].lower_ if marks[0].i else ""
    return None if before == "even" else marks[0]


def _raised(head: Token) -> Reading | None:
    """Whether the verb only grades the one below it: "appears to", "is expected to", "is likely to"."""
    lemma = head.lemma_.lower()
    held = lemma in lexicon.words("hedges", "raising", "probable_passive") and passive(head)
    if held and not child(head, "agent") and (lemma == "expect" or child(head, "xcomp", "ccomp")):
        return Reading(PROBABLE, Rule.RAISING_VERB, head.i)
    if lemma in lexicon.words("hedges", "raising", "probable") and child(head, "xcomp", "ccomp", "oprd", "acomp"):
        return Reading(PROBABLE, Rule.RAISING_VERB, head.i)
    graded = child(head, "acomp")
    for key, code in (
        ("probable", PROBABLE),
        ("probable_not", Factuality.PROBABLE_NOT),
        ("possible", POSSIBLE),
        ("uncommitted", Factuality.UNCOMMITTED),
    ):
        if graded is not None and graded.lower_ in lexicon.words("hedges", "adjectives", key):
            return Reading(code, Rule.GRADED_ADJECTIVE, graded.i)
    return None


def _hedged(head: Token) -> Reading | None:
    """A modal or an adverb at the clause's head, or at the verb it raises."""
    for token in head.children:
        if token.dep_ == "aux" and token.lower_ in lexicon.words("hedges", "modals", "possible"):
            return Reading(POSSIBLE, Rule.MODAL, token.i)
    return adverb(head)


def adverb(head: Token) -> Reading | None:
    """How far an adverb at a clause's head, or at what it says of its subject, commits to the clause."""
    near = {head, *head.children, *(t for c in head.children for t in c.children)}
    for token in sorted(near, key=lambda t: t.i):
        if token.pos_ == "ADV" and _close(token, head):
            if token.lower_ in lexicon.words("hedges", "adverbs", "probable"):
                return Reading(PROBABLE, Rule.ADVERB, token.i)
            if token.lower_ in lexicon.words("hedges", "adverbs", "possible"):
                return Reading(POSSIBLE, Rule.ADVERB, token.i)
            if token.lower_ == "certainly" and token.i and token.doc[token.i - 1].lower_ == "almost":
                return Reading(PROBABLE, Rule.ADVERB, token.i)
    return None


def _close(adverb: Token, head: Token) -> bool:
    """Whether an adverb bears on the clause: at its head, or at what its head says of the subject."""
    up = adverb.head
    return up == head or (up.head == head and up.dep_ in ("acomp", "attr", "advmod", "conj"))
