"""Finds what a verb takes in a frame of ``cues.toml``: the words of its content."""

from spacy.tokens import Token

from service.attribution import lexicon
from service.attribution.clauses import (
    child,
    children,
    clause,
    infinitive,
    interrogative,
    negated,
    passive,
    root,
    subtree,
)
from service.attribution.lexicon import Frame
from service.attribution.names import proper
from service.attribution.quotations import TYPED

SMALL_CLAUSE = ("oprd", "xcomp", "ccomp", "attr", "acomp")
TAIL = 5  # Behind "she said" no more words than these may follow, such as "in a statement".


def complement(verb: Token, frame: Frame, source: Token) -> tuple[Token | None, frozenset[int]]:
    """The head, where it is a clause, and the tokens of what ``verb`` takes in ``frame``; none where it takes none."""
    own = subtree(source) if source in verb.children else frozenset()
    match frame.name:
        case "clause":
            return _clause(verb, own)
        case "whether":
            head = clause(verb)
            asks = head is not None and any(c.lower_ in ("whether", "if") and c.dep_ == "mark" for c in head.children)
            return head, subtree(head) if asks else frozenset()
        case "question":
            head = clause(verb)
            return head, subtree(head) if head is not None and interrogative(head) else frozenset()
        case "infinitive":
            head = infinitive(verb)
            if head is not None and head.lemma_ in lexicon.words("cues", "unsaid", "anonymity") and passive(head):
                return None, frozenset()
            return head, subtree(head) | subtree(child(verb, "dobj") if head is not None else None)
        case "gerund":
            head = next((c for c in children(verb, "xcomp", "ccomp") if c.tag_ == "VBG" and c.i > verb.i), None)
            return head, subtree(head)
        case "object":
            thing = _object(verb)
            if verb.tag_ == "VBG" and verb.lemma_ in lexicon.words("cues", "relays", "cite"):
                return None, frozenset()
            return None, subtree(thing) - own if thing is not None and thing.pos_ != "PRON" else frozenset()
        case "name":
            parts = children(verb, *SMALL_CLAUSE, "dobj", "nsubjpass")
            named = len(parts) > 1 or any(p.dep_ in SMALL_CLAUSE or _renamed(p) for p in parts)
            named = named and not any(p.dep_ in SMALL_CLAUSE and _title(p) for p in parts)
            return None, frozenset().union(*(subtree(p) for p in parts)) if named else frozenset()
        case "quote":
            return None, frozenset()
        case _:
            return _prepositional(verb, frame)


def _title(name: Token) -> bool:
    """Whether what something is called is only its name: "a ship called Aurora"."""
    return proper(name) and not any(c.lower_ in ("a", "an") for c in name.children)


def _renamed(thing: Token) -> bool:
    """Whether an object and its name are taken for one phrase: "called the demand a ploy"."""
    return any(t.dep_ == "appos" and t.doc[t.left_edge.i - 1].text != "," for t in thing.subtree)


def _object(verb: Token) -> Token | None:
    return child(verb, "nsubjpass" if passive(verb) else "dobj")


def _prepositional(verb: Token, frame: Frame) -> tuple[Token | None, frozenset[int]]:
    thing = _object(verb)
    near = [*verb.children, *(thing.children if thing is not None and frame.needs == "object" else ())]
    link = next((c for c in near if c.dep_ in ("prep", "dative", "mark") and c.lower_ == frame.name), None)
    if link is None or child(link, "pobj", "pcomp") is None or (frame.needs == "object" and thing is None):
        return None, frozenset()
    if frame.needs == "object" or frame.name == "as":
        return child(link, "pcomp"), subtree(link) | subtree(thing)
    return child(link, "pcomp"), subtree(link) - {link.i}


def _clause(verb: Token, own: frozenset[int]) -> tuple[Token | None, frozenset[int]]:
    """The clause that ``verb`` takes. One that stands before its cue reaches back to where the sentence begins."""
    head = clause(verb)
    if head is None:
        return None, _fronted(verb, own)
    if verb.dep_ == "parataxis" and head == verb.head:
        return head, subtree(head) - subtree(verb)
    content = subtree(head) - own - {verb.i}
    first = min(own | {verb.i})
    if head.i < first and verb == root(verb):
        content |= frozenset(range(first))
    return head, content


def _fronted(verb: Token, own: frozenset[int]) -> frozenset[int]:
    """What stands before "…, she said" where the parser sees no clause in it: "Probably not, she said"."""
    edge, last = min(own | {verb.i}), max(own | {verb.i})
    doc = verb.doc
    cut_off = edge > 1 and doc[edge - 1].text in (",", "?", "!", "”", '"', TYPED, "’")
    after = [t for t in doc[last + 1 :] if not t.is_punct]
    if not own or not cut_off or verb != root(verb) or len(after) > TAIL or child(verb, "dobj", "xcomp") is not None:
        return frozenset()
    if negated(verb) or (after and all(t.pos_ in ("ADV", "PUNCT") for t in doc[:edge])):
        return frozenset()
    return frozenset(range(edge))
