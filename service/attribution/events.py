"""How far a sentence commits to each event in it, read from the top of its parse down to the event.

On the way each governing word hands on what it says of the event below it (``data/signatures.toml``), and each clause
adds its own modals, adverbs and negation, as in TruthTeller (Lotan, Stern & Dagan 2013). What somebody is reported to
say counts as said: the codes are those of a reader who trusts the sources.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from spacy.tokens import Doc, Token

from schemas.vocabularies import Factuality
from service.attribution import lexicon
from service.attribution.clauses import child, children, negated, negative
from service.attribution.factuality import CERTAIN, DENIED, POSSIBLE, PROBABLE, adverb, condition, weakened
from service.attribution.signatures import Signature, find, modals, modifiers

UNCOMMITTED = Factuality.UNCOMMITTED
Place: TypeAlias = tuple[str, Signature]
"""The frame in which an event hangs on its governor, and what a governor that no list holds says of it there."""

GIVEN = Signature(CERTAIN, CERTAIN, doubted=False)
HELD = Signature(CERTAIN, Factuality.CERTAIN_NOT)  # So where its governor is, denied where that is.
LOOSE = Signature(CERTAIN, POSSIBLE)  # So where its governor is, perhaps so where that is denied.
BESIDE = Signature(CERTAIN, CERTAIN)  # Doubted with its governor, not denied with it.
INTENDED = Signature(PROBABLE, Factuality.POSSIBLE_NOT)
SUPPOSED = Signature(UNCOMMITTED, UNCOMMITTED)
FIRMER = {POSSIBLE: PROBABLE, UNCOMMITTED: POSSIBLE}
NOUNS = ("NOUN", "PROPN", "PRON", "NUM")
SUBJECTS = ("nsubj", "nsubjpass")
DEFINITE = {"the", "this", "that", "these", "those"}
INVERTED = {"had", "were", "should"}
MERELY = {"just", "only", "merely", "simply"}
SCENES = {"once", "when", "before", "after", "as", "while"}
ASKING = ("WP", "WP$", "WRB", "WDT")


def at(doc: Doc | None, start: int, end: int) -> Factuality:
    """How far the sentence commits to the event at ``[start, end)``, in code points; uncommitted where no word is."""
    span = doc.char_span(start, end, alignment_mode="expand") if doc is not None and start < end else None
    return of_event(span.root) if span is not None and span.text.strip() else UNCOMMITTED


def of_event(event: Token) -> Factuality:
    """How far the sentence commits to the event that ``event`` names: a verb, a noun or an adjective."""
    given = status = CERTAIN
    for token in reversed([event, *event.ancestors]):
        given = _given(token, given, status)
        status = _own(token, given)
    return status


def _given(token: Token, given: Factuality, status: Factuality) -> Factuality:
    """What the words above ``token`` say of it. Of its head they say ``given``, and with its own words ``status``."""
    if token.head == token:
        return UNCOMMITTED if _asked(token) else CERTAIN
    if token.dep_ == "conj":
        return status if _shares(token) else given
    frame, unlisted = PLACES.get(token.dep_, _elsewhere)(token)
    signature = _signature(token, frame)
    if signature is not None:
        return signature.under(status)
    code = unlisted.under(status)
    thing = token.pos_ in NOUNS and not _infinitive(token)
    return FIRMER.get(code, code) if thing and not status.endswith("-") else code  # A thing is likelier than a clause.


def _asked(head: Token) -> bool:
    """Whether a sentence asks if its verb is so. One that asks who, when or why takes it for granted."""
    asks = any(t.text == "?" for t in head.doc[-2:])
    return asks and not any(t.tag_ in ASKING for t in head.subtree if t.i < head.i)


def _shares(token: Token) -> bool:
    """Whether a conjunct stands under the modals and the negation of the first: "may sink or burn"."""
    if token.pos_ not in ("VERB", "AUX"):
        return True
    either = any(c.lower_ in ("or", "nor") for c in token.head.children)
    return child(token, *SUBJECTS, "aux") is None and (either or token.tag_ in ("VB", "VBG", "VBN"))


def _signature(token: Token, frame: str) -> Signature | None:
    """What the words between ``token`` and its governor, or else the governor, say of it in ``frame``, if listed."""
    if token.dep_ in ("pobj", "pcomp"):
        before = token.doc[token.head.i - 1].lower_ if token.head.i else ""
        return find(frame, token.head.head.lemma_) or find("behind", f"{before} {frame}") or find("behind", frame)
    words = [("marked", c) for c in _opening(token)]
    if frame == "infinitive" and token.head.pos_ in ("ADJ", "ADV"):
        words += [("degree", c) for c in children(token.head, "advmod")]
    nearer = next((s for kind, word in words if (s := find(kind, word.lower_)) is not None), None)
    return nearer or find(frame, token.head.lemma_) or _predicate(token, frame)


def _predicate(token: Token, frame: str) -> Signature | None:
    """Behind "be", what its adjective or noun says of a clause: "is unlikely that", "the plan is to"."""
    said = child(token.head, "acomp", "attr") if token.head.lemma_ == "be" and token.dep_ != "advcl" else None
    return find(frame, said.lemma_) if said is not None and said != token else None


def _opening(clause: Token) -> list[Token]:
    """The conjunctions and adverbs at the front of a clause."""
    return [c for c in clause.children if c.i < clause.i and c.dep_ in ("mark", "advmod")]


def _infinitive(token: Token) -> bool:
    """Whether a verb is an infinitive or a subjunctive: "to leave", "made them leave", "asked that they leave"."""
    return any(c.tag_ == "TO" for c in token.children) or (token.tag_ == "VB" and child(token, "aux") is None)


def _clause(token: Token) -> Place:
    if _infinitive(token):
        return "infinitive", INTENDED
    if token.tag_ == "VBG" and child(token, "aux") is None:
        return "gerund", HELD
    return ("infinitive", HELD) if token.dep_ == "xcomp" else ("clause", LOOSE)


def _adverbial(token: Token) -> Place:
    if _infinitive(token):
        return "infinitive", INTENDED
    subject, auxiliary = child(token, *SUBJECTS), child(token, "aux")
    if subject is not None and auxiliary is not None and auxiliary.lower_ in INVERTED and auxiliary.i < subject.i:
        return "", SUPPOSED
    scene = token.tag_ in ("VBZ", "VBP") and any(c.lower_ in SCENES for c in _opening(token))
    return "", BESIDE if scene else GIVEN


def _of_noun(token: Token) -> Place:
    """The place of a clause that a noun is about, or that says more of the noun."""
    if _infinitive(token):
        return "infinitive", INTENDED
    about = child(token, *SUBJECTS) is not None and token.dep_ == "acl"
    if about or any(c.lower_ == "that" and c.dep_ == "mark" for c in token.children):
        return "clause", LOOSE
    return "", HELD if negative(token.head) else GIVEN


def _prepositional(token: Token) -> Place:
    preposition = token.head.lower_
    if token.dep_ == "pcomp":
        return preposition, BESIDE
    if preposition == "for" and not _definite(token):
        return preposition, INTENDED
    return preposition, _taking_part(token)


def _object(token: Token) -> Place:
    return "object", _taking_part(token)


def _subject(token: Token) -> Place:
    return "", _taking_part(token)


def _taking_part(noun: Token) -> Signature:
    """What a verb says of an event that takes part: "hold talks", "disrupt the talks", "did not hold any talks"."""
    if any(c.lower_ == "any" for c in noun.children):
        return HELD
    return GIVEN if _definite(noun) else LOOSE


def _definite(noun: Token) -> bool:
    return any(c.dep_ == "poss" or c.lower_ in DEFINITE for c in noun.children)


def _part(token: Token) -> Place:
    return ("infinitive", INTENDED) if token.dep_ == "oprd" and _infinitive(token) else ("", HELD)


def _elsewhere(_: Token) -> Place:
    return "", GIVEN


PLACES: Mapping[str, Callable[[Token], Place]] = (
    dict.fromkeys(("ccomp", "xcomp", "csubj", "csubjpass"), _clause)
    | {"advcl": _adverbial, "acl": _of_noun, "relcl": _of_noun}
    | {"pobj": _prepositional, "pcomp": _prepositional}
    | {"dobj": _object, "nsubjpass": _object, "nsubj": _subject}
    | dict.fromkeys(("prep", "agent", "prt", "aux", "auxpass", "attr", "acomp", "oprd", "advmod", "compound"), _part)
)


def _own(token: Token, given: Factuality) -> Factuality:
    """``given`` as the words around ``token`` itself change it: its modals, adverbs, adjectives and negation."""
    verbal = token.pos_ in ("VERB", "AUX", "ADJ")
    denied = _denied(token) if verbal else negative(token)
    code = given
    for limit in _limits(token, denied) if verbal else _described(token):
        code = weakened(code, limit)
    return DENIED.get(code, code) if denied else code


def _denied(verb: Token) -> bool:
    """Whether a verb is denied, "no longer" included; "not only" denies nothing."""
    if any(c.dep_ == "neg" and verb.doc[c.i + 1 : c.i + 2].text.lower() in MERELY for c in verb.children):
        return False
    return negated(verb) or any(_denies(c) for c in children(verb, "advmod"))


def _denies(word: Token) -> bool:
    longer = word.lower_ == "longer" and child(word, "neg", "det") is not None
    return longer or word.lower_ in lexicon.words("signatures", "denials", "adverbs")


def _limits(verb: Token, denied: bool) -> Iterator[Factuality]:
    """What the words around a verb leave it at, at most."""
    for token in verb.children:
        if token.dep_ in ("aux", "auxpass") and token.lower_ in modals():
            yield modals()[token.lower_][denied]
    if (hedge := adverb(verb)) is not None:
        yield hedge.factuality
    if verb.tag_ != "VBD" and condition(verb) is not None:  # What is past waits for no condition.
        yield PROBABLE
    if _commanded(verb):
        yield POSSIBLE


def _commanded(verb: Token) -> bool:
    """Whether a verb is an imperative, its sentence's own or that of a quotation in front."""
    plain = verb.tag_ == "VB" and child(verb, *SUBJECTS, "aux", "mark") is None
    return plain and (verb.head == verb or (verb.dep_ in ("ccomp", "advcl") and verb.i < verb.head.i))


def _described(noun: Token) -> Iterator[Factuality]:
    """What the adjectives of a noun leave its event at, at most."""
    return (modifiers()[c.lower_] for c in noun.children if c.dep_ in ("amod", "compound") and c.lower_ in modifiers())
