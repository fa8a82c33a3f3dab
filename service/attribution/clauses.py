"""What a dependency parse says of a verb: who acts, what it takes, and whether it holds."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from spacy.tokens import Token

from service.attribution import lexicon

CLIMB = 8
RELATIVE = {"who", "which", "that", "whom"}
UNREAL = {"may", "might", "could", "should", "can", "ca", "must", "would"}
WOULD = {"would", "’d", "'d"}
POLITE = WOULD | {"must", "should"}
FUTURE = {"will", "wo", "’ll", "'ll", "shall"}


def child(token: Token, *deps: str) -> Token | None:
    """The first child of ``token`` with one of the dependencies ``deps``."""
    return next((c for c in token.children if c.dep_ in deps), None)


def children(token: Token, *deps: str) -> list[Token]:
    """The children of ``token`` with one of the dependencies ``deps``, in text order."""
    return [c for c in token.children if c.dep_ in deps]


def subtree(token: Token | None) -> frozenset[int]:
    """The indexes of ``token`` and all below it; none for None."""
    return frozenset(t.i for t in token.subtree) if token is not None else frozenset()


def passive(verb: Token) -> bool:
    """Whether ``verb`` is in the passive, a bare participle ("widely viewed as") included."""
    if any(c.dep_ == "mark" and c.lower_ == "with" for c in verb.children):
        return True
    if verb.tag_ != "VBN" or any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return child(verb, "auxpass") is not None
    if child(verb, "nsubjpass", "auxpass", "agent") is not None:
        return True
    if child(verb, "nsubj") is not None:
        return child(verb, "aux") is None and verb.dep_ in ("pcomp", "acl", "advcl")
    return passive(verb.head) if verb.dep_ == "conj" else True


def agent(verb: Token) -> Token | None:
    """The head of the phrase behind "by" of a passive verb."""
    by = child(verb, "agent")
    return child(by, "pobj") if by is not None else None


def actor(verb: Token) -> Token | None:
    """The head of the phrase that does what ``verb`` says, looked for through participles and infinitives."""
    if passive(verb):
        return agent(verb)
    if (inverted := _inverted(verb)) is not None:
        return inverted
    token = verb
    for _ in range(CLIMB):
        own = _subject(token, *(("nsubj", "nsubjpass") if token != verb else ("nsubj",)))
        if own is not None:
            return own
        if token.dep_ in ("acl", "relcl"):
            return token.head
        if token.dep_ in ("conj", "xcomp", "advcl", "ccomp", "pcomp", "prep", "dep") and token.head != token:
            token = token.head
        else:
            return None
        if token.pos_ in ("NOUN", "PROPN", "PRON"):
            return None
    return None


def _subject(verb: Token, *deps: str) -> Token | None:
    """The subject of ``verb``; of two, as a quoted fragment before "said Kim" makes them, the nearer."""
    return min(children(verb, *deps), key=lambda c: abs(c.i - verb.i), default=None)


def _inverted(verb: Token) -> Token | None:
    """The speaker in "“Is it over?” asked Ada Lund", whom the parser takes for the object."""
    thing, said = child(verb, "dobj"), child(verb, "ccomp")
    if thing is None or said is None or child(verb, "nsubj") is not None:
        return None
    return thing if said.i < verb.i and min(t.i for t in thing.subtree) == verb.i + 1 else None


def bearer(pronoun: Token) -> Token:
    """The noun that a relative pronoun stands for: "Kim, who said"; any other token itself."""
    if pronoun.lower_ not in RELATIVE or pronoun.dep_ not in ("nsubj", "nsubjpass"):
        return pronoun
    verb = pronoun.head
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.head if verb.dep_ == "relcl" else pronoun


def holds(verb: Token) -> bool:
    """Whether the text says that ``verb`` took place: not in a condition, not to come, not behind "declined to".

    A verb without a subject of its own holds no more than the one it hangs on.
    """
    token = verb
    for _ in range(CLIMB):
        unreal = UNREAL | (FUTURE if token != verb else set())
        if any(c.dep_ == "aux" and c.lower_ in unreal and not _said_so(c, verb) for c in token.children):
            return False
        if any(c.dep_ in ("mark", "advmod") and c.lower_ in ("if", "unless", "whether") for c in token.children):
            return False
        if child(token, "nsubj", "nsubjpass") is not None or token.dep_ not in ("xcomp", "advcl", "conj", "pcomp"):
            return True
        if token.head.lemma_.lower() in lexicon.words("cues", "unsaid", "ending"):
            return False
        infinitive = any(c.tag_ == "TO" for c in token.children)
        if infinitive and token.head.lemma_.lower() in lexicon.words("cues", "unsaid", "governors"):
            return False
        token = token.head
    return True


def _said_so(modal: Token, verb: Token) -> bool:
    """Whether what ``modal`` seems to suppose is said: "I should mention that it rained", "he would say, “No”"."""
    subject = child(verb, "nsubj")
    if subject is None or modal.head != verb:
        return False
    if modal.lower_ in WOULD and any(t.is_quote for t in verb.doc[verb.i + 1 : verb.i + 3]):
        return True
    return modal.lower_ in POLITE and subject.lower_ in ("i", "we")


def negated(verb: Token) -> bool:
    """Whether ``verb`` is denied: "did not", "never", "no official"."""
    if any(c.dep_ == "neg" or c.lower_ in ("never", "neither", "nor") for c in verb.children):
        return True
    if verb.dep_ == "conj" and any(c.lower_ == "nor" and c.i < verb.i for c in verb.head.children):
        return True
    subject = child(verb, "nsubj", "nsubjpass")
    return subject is not None and negative(subject)


def negative(noun: Token) -> bool:
    """Whether a phrase names nobody: "no one", "no official", "not everyone"."""
    nobody = lexicon.words("hedges", "negation", "subjects")
    return noun.lower_ in nobody or any(
        c.lower_ in nobody or (c.lower_ == "not" and c.i < noun.i) for c in noun.children
    )


def infinitive(verb: Token) -> Token | None:
    """The head of the infinitive that ``verb`` takes: "vows to leave", "urges them to leave", "calls for them to"."""
    for c in children(verb, "xcomp", "ccomp", "advcl"):
        to = any(g.tag_ == "TO" for g in c.children)
        if to and (c.dep_ != "advcl" or any(g.dep_ == "mark" and g.lower_ == "for" for g in c.children)):
            return c
    return None


def clause(verb: Token) -> Token | None:
    """The head of the clause that ``verb`` takes, or stands in as an aside: "it rained, she said"."""
    for c in children(verb, "ccomp"):
        if c.tag_.startswith("W"):  # "You know what?"
            continue
        if not any(g.tag_ == "TO" for g in c.children) and (c.tag_ != "VBG" or child(c, "nsubj", "aux")):
            return c
    if verb.dep_ == "parataxis" and verb.head.pos_ in ("VERB", "AUX"):
        return verb.head
    return next(_mistaken(verb), None)


def interrogative(head: Token) -> bool:
    """Whether the clause headed by ``head`` is a question told: "whether it rained", "which of them left"."""
    opening = head.left_edge
    asks = opening.tag_ in ("WRB", "WP", "WP$") or (opening.tag_ == "WDT" and opening.lower_ != "that")
    return asks or any(c.lower_ in ("whether", "if") and c.dep_ == "mark" for c in head.children)


def _mistaken(verb: Token) -> Iterator[Token]:
    """Clauses that the parser hangs elsewhere: "said after the vote it would", "told a group of voters that it"."""
    for c in children(verb, "advcl"):
        if c.i > verb.i and child(c, "mark", "advmod") is None and child(c, "nsubj", "nsubjpass") is not None:
            yield c
    listener = child(verb, "dobj")
    for t in listener.subtree if listener is not None and verb.lemma_ in ("tell", "inform", "assure", "remind") else ():
        if t.dep_ == "relcl" and child(t, "mark") is not None:
            yield t


def root(token: Token) -> Token:
    """The head of the whole sentence."""
    while token.head != token:
        token = token.head
    return token


def runs(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """``indexes`` as half-open runs."""
    for _, run in groupby(enumerate(sorted(indexes)), key=lambda numbered: numbered[1] - numbered[0]):
        found = [i for _, i in run]
        yield found[0], found[-1] + 1
