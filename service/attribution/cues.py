"""Finds who attributes what in one parsed sentence: the cue, the head of its source, the words of its content.

All positions are token indexes of the sentence. Which source is meant is for `resolution` to say.
"""

from collections.abc import Iterator

from msgspec import Struct, structs
from spacy.tokens import Doc, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon
from service.attribution.clauses import (
    actor,
    agent,
    child,
    children,
    clause,
    holds,
    infinitive,
    negated,
    negative,
    passive,
    root,
    subtree,
)
from service.attribution.lexicon import Frame

FIRST_PERSON = {"i", "we", "you", "me", "us"}
# These say something of their subject's behalf only where the subject can speak or be read.
WEAK = {"show", "suggest", "indicate", "find", "imply", "demonstrate", "signal", "call", "want", "mean", "underscore",
        "underline", "hint", "project", "support", "back", "echo", "compare", "rip", "embrace", "challenge", "read"}  # fmt: skip
OPPOSITE = {
    Factuality.CERTAIN: Factuality.CERTAIN_NOT,
    Factuality.CERTAIN_NOT: Factuality.CERTAIN,
    Factuality.PROBABLE: Factuality.PROBABLE_NOT,
    Factuality.PROBABLE_NOT: Factuality.PROBABLE,
}


class Match(Struct, frozen=True):
    """One attribution in a sentence.

    ``source`` is the head of the phrase that names the source, ``head`` the head of the content where it is a
    clause; ``outer`` tells that it takes in the whole sentence. ``origin`` is the head of whoever this source cites or quotes, ``told`` of whoever it told.
    """

    cue: tuple[int, ...]
    source: int
    content: frozenset[int]
    act: Act
    commits: Factuality
    head: int | None = None
    origin: int | None = None
    told: int | None = None
    outer: bool = False


def find(doc: Doc, quoted: frozenset[int]) -> list[Match]:
    """The attributions of the sentence ``doc``, in text order; ``quoted`` are its tokens inside quotation marks."""
    found = [match for token in doc if (match := _at(token, quoted)) is not None]
    taken: frozenset[int] = frozenset().union(*(m.content for m in found))
    speakers = {m.source for m in found if m.content & quoted}
    found += [m for token in doc if (m := _speaking(token, quoted - taken, speakers)) is not None]
    found = _contrasted(doc, [_citing(doc, m) for m in found])
    return sorted(found, key=lambda m: m.cue)


def _index(token: Token | None) -> int | None:
    return token.i if token is not None else None


def _at(token: Token, quoted: frozenset[int]) -> Match | None:
    """The attribution whose cue is ``token``."""
    if token.lower_ in lexicon.words("cues", "phrases", "according"):
        return _according(token)
    if token.pos_ in ("VERB", "AUX") and token.tag_.startswith("VB"):
        return _reported(token) or _quoting(token, quoted) or _verb(token, quoted) or _adjective(token)
    if token.pos_ == "NOUN":
        return _noun(token)
    return None


def _verb(verb: Token, quoted: frozenset[int]) -> Match | None:
    """``verb`` as a cue of the clause, infinitive or phrase that it takes."""
    frames = lexicon.verbs().get(verb.lemma_.lower(), ()) if not _quoted_as(verb) else ()
    source = actor(verb) if frames else None
    if source is None or not _may_speak(source, verb, quoted) or not holds(verb):
        return None
    for frame in frames:
        head, content = _complement(verb, frame, source)
        if content:
            flipped = negated(verb)
            if frame.act is not Act.STATEMENT and _aside(verb):
                return None
            if flipped and frame.act is Act.STATEMENT:
                return None
            commits = OPPOSITE.get(frame.commits, frame.commits) if flipped else frame.commits
            content = _with_quotes(content, verb, source, quoted)
            return Match(_cue(verb, frame), source.i, content, frame.act, commits, _index(head), told=_told(verb))
    return None


def _aside(verb: Token) -> bool:
    """Whether a stance only dates or explains something else: "it ended when the company agreed to"."""
    marks = {c.lower_ for c in verb.children if c.dep_ in ("mark", "advmod")}
    return verb.dep_ == "advcl" and bool(marks & {"when", "after", "before", "until", "since", "once"})


def _may_speak(source: Token, verb: Token, quoted: frozenset[int]) -> bool:
    """Whether the phrase headed by ``source`` can be a source here."""
    if negative(source) or source.dep_ == "expl" or (source.lower_ in FIRST_PERSON and verb.i in quoted):
        return False
    if source.lower_ in ("it", "this", "that", "which", "what", "these", "those", "there"):
        return source.lower_ == "it" and verb.lemma_.lower() not in WEAK
    return verb.lemma_.lower() not in WEAK or readable(source)


def readable(noun: Token) -> bool:
    """Whether a noun stands for someone who speaks or something that can be read."""
    lemma = noun.lemma_.lower()
    if noun.pos_ in ("PROPN", "PRON") or noun.tag_.startswith("NNP"):
        return True
    listed = (("persons", "nouns"), ("persons", "titles"), ("bodies", "government"), ("bodies", "organisations"),
              ("bodies", "documents"), ("bodies", "media"))  # fmt: skip
    return any(lemma in lexicon.words("people", *where) for where in listed) or lemma.endswith(("ist", "ian", "man"))


def _complement(verb: Token, frame: Frame, source: Token) -> tuple[Token | None, frozenset[int]]:
    """The head and the tokens of what ``verb`` takes in ``frame``; no tokens where it does not take it."""
    own = subtree(source) if source in verb.children else frozenset()
    match frame.name:
        case "clause":
            return _clause(verb, own)
        case "infinitive":
            head = infinitive(verb)
            person = child(verb, "dobj") if head is not None else None
            return head, subtree(head) | subtree(person)
        case "whether":
            head = clause(verb)
            return head, subtree(head) if head is not None and _condition_word(head) else frozenset()
        case "object":
            thing = child(verb, "nsubjpass" if passive(verb) else "dobj")
            return None, subtree(thing) - own if thing is not None and thing.pos_ != "PRON" else frozenset()
        case "quote":
            return None, frozenset()
        case "name":
            parts = children(verb, "oprd", "xcomp", "ccomp", "dobj", "nsubjpass", "attr", "acomp")
            named = any(p.dep_ in ("oprd", "ccomp", "xcomp", "attr", "acomp") for p in parts) or len(parts) > 1
            return None, frozenset().union(*(subtree(p) for p in parts)) if named else frozenset()
        case preposition:
            return _prepositional(verb, preposition, frame)


def _condition_word(head: Token) -> bool:
    return any(c.lower_ in ("whether", "if") and c.dep_ in ("mark", "advmod") for c in head.children)


def _prepositional(verb: Token, preposition: str, frame: Frame) -> tuple[Token | None, frozenset[int]]:
    thing = child(verb, "nsubjpass" if passive(verb) else "dobj")
    near = [*verb.children, *(thing.children if thing is not None and frame.needs_object else ())]
    link = next((c for c in near if c.dep_ in ("prep", "dative", "mark") and c.lower_ == preposition), None)
    if link is None or child(link, "pobj", "pcomp") is None or (frame.needs_object and thing is None):
        return None, frozenset()
    with_thing = frame.needs_object or preposition == "as"
    return child(link, "pcomp"), (subtree(link) | subtree(thing)) if with_thing else subtree(link) - {link.i}


def _clause(verb: Token, own: frozenset[int]) -> tuple[Token | None, frozenset[int]]:
    """The clause that ``verb`` takes. One that stands before its cue reaches back to where the sentence begins."""
    head = clause(verb)
    if head is None:
        return None, frozenset()
    if verb.dep_ == "parataxis" and head == verb.head:
        return head, subtree(head) - subtree(verb)
    content = subtree(head) - own - {verb.i}
    first = min(own | {verb.i})
    if head.i < first and verb == root(verb):
        content |= frozenset(range(first))
    return head, content


def _with_quotes(content: frozenset[int], verb: Token, source: Token, quoted: frozenset[int]) -> frozenset[int]:
    """``content`` with the rest of the quotations that it touches, and, behind an inverted cue, with the next one."""
    if not content & quoted:
        return content
    blocked = subtree(source) | {verb.i}
    return content | (quoted - blocked if min(content) < verb.i else frozenset())


def _cue(verb: Token, frame: Frame) -> tuple[int, ...]:
    """The verb with its particle, and with the preposition that makes it a cue."""
    more = [c.i for c in verb.children if c.dep_ == "prt"]
    if frame.name not in ("clause", "quote", "object", "infinitive", "name", "as"):
        more += [c.i for c in verb.children if c.lower_ == frame.name and c.i == verb.i + 1]
    return tuple(sorted((verb.i, *more)))


def _told(verb: Token) -> int | None:
    """The head of whoever is told: "told Kyodo", "in an interview with AP"."""
    if verb.lemma_ == "tell":
        listener = child(verb, "dobj", "dative")
        return listener.i if listener is not None else None
    return next((w.i for w in verb.subtree if w.dep_ == "pobj" and w.head.lower_ in ("with", "to")
                 and w.head.head.lower_ in ("interview", "speaking")), None)  # fmt: skip


def _speaking(token: Token, free: frozenset[int], speakers: set[int]) -> Match | None:
    """A verb of speech, with no clause of its own, beside a quotation that nobody has claimed."""
    frames = [f for f in lexicon.verbs().get(token.lemma_.lower(), ()) if f.name == "quote"]
    if not frames or token.pos_ != "VERB" or token.i in free or len(free) < 3:
        return None
    source = actor(token)
    if source is None or source.i in free or source.i in speakers or not holds(token) or negated(token):
        return None
    return Match((token.i,), source.i, free - subtree(source), Act.STATEMENT, frames[0].commits, told=_told(token))


def _according(token: Token) -> Match | None:
    """ "According to police" takes in the clause that it stands beside."""
    to = child(token, "prep") if token.lower_ == "according" else token
    source = child(to, "pobj") if to is not None else None
    if source is None or to is None:
        return None
    head, content, outer = _beside(token, subtree(token) | {token.i})
    cue = (token.i, to.i) if to != token else (token.i,)
    return Match(cue, source.i, content, Act.STATEMENT, Factuality.CERTAIN, head, outer=outer)


def _reported(verb: Token) -> Match | None:
    """ "As reported by AP", "as AP reported": a relay of the clause that it stands beside."""
    mark = next((c for c in verb.children if c.lower_ == "as" and c.i < verb.i), None)
    if mark is None or verb.lemma_.lower() not in lexicon.words("cues", "relays", "carry"):
        return None
    source = agent(verb) or child(verb, "nsubj")
    if source is None or verb.dep_ != "advcl" or child(verb, "ccomp", "dobj"):
        return None
    head, content, outer = _beside(verb, subtree(verb))
    by = child(verb, "agent")
    cue = tuple(sorted({mark.i, verb.i} | ({by.i} if by is not None else set())))
    return Match(cue, source.i, content, Act.STATEMENT, Factuality.CERTAIN, head, outer=outer)


def _beside(token: Token, phrase: frozenset[int]) -> tuple[int, frozenset[int], bool]:
    """The clause that a phrase at its edge takes in: the whole sentence where the phrase opens or ends it."""
    top = root(token)
    words = {t.i for t in top.doc if not t.is_punct}
    outer = words - phrase
    edge = not outer or min(phrase & words) < min(outer) or max(phrase & words) > max(outer)
    head = token.head
    while not edge and head.pos_ not in ("VERB", "AUX") and head.head != head:
        head = head.head
    head = top if edge else head
    return head.i, (frozenset(t.i for t in top.doc) if edge else subtree(head)) - phrase, edge


def _quoting(verb: Token, quoted: frozenset[int]) -> Match | None:
    """ "KCNA quoted Ri as saying", "Ri was quoted by KCNA as saying": Ri is the origin, KCNA the relay."""
    as_ = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"), None)
    saying = child(as_, "pcomp") if as_ is not None else None
    if verb.lemma_ not in lexicon.words("cues", "relays", "cite") or saying is None or negated(verb):
        return None
    origin, relay = (child(verb, "nsubjpass"), agent(verb)) if passive(verb) else (child(verb, "dobj"), actor(verb))
    if origin is None:
        return None
    head, content = _clause(saying, frozenset())
    content = content or quoted - subtree(origin)
    if not content and verb == root(verb):
        content = frozenset(range(min(subtree(relay or origin) | {verb.i})))
    cue = tuple(sorted((verb.i, as_.i, saying.i))) if as_ is not None else (verb.i,)
    source = relay if relay is not None else origin
    cited = origin.i if relay is not None else None
    return Match(cue, source.i, content, Act.STATEMENT, Factuality.CERTAIN, _index(head), origin=cited)


def _contrasted(doc: Doc, found: list[Match]) -> list[Match]:
    """``found``, what another source is set against ("while the union put it at seven") taken out of the first's."""
    for match in found:
        verb = doc[match.cue[0]]
        mark = next((c for c in verb.children if c.dep_ == "mark" and c.lower_ in ("while", "whereas")), None)
        if mark is not None and verb.dep_ == "advcl" and child(verb, "nsubj") is not None:
            own = subtree(verb)
            found = [
                structs.replace(m, content=m.content - own) if not m.outer and not set(m.cue) & own else m
                for m in found
            ]
    return found


def _quoted_as(verb: Token) -> bool:
    """Whether a verb is the "saying" of "quoted as saying"."""
    return (
        verb.dep_ == "pcomp"
        and verb.head.lower_ == "as"
        and verb.head.head.lemma_ in lexicon.words("cues", "relays", "cite")
    )


def _citing(doc: Doc, match: Match) -> Match:
    """``match`` with the origin that "citing the ministry" beside it names."""
    for verb in _citations(doc, match):
        cited = child(verb, "dobj")
        if cited is not None and cited.i not in match.cue:
            phrase = subtree(verb)
            return structs.replace(match, content=match.content - phrase, origin=cited.i)
    return match


def _citations(doc: Doc, match: Match) -> Iterator[Token]:
    last = match.cue[-1]
    for token in doc[match.source + 1 :]:
        if token.tag_ == "VBG" and token.lemma_ in lexicon.words("cues", "relays", "cite"):
            if match.origin is None and token.i > match.source and abs(token.i - last) < 25:
                yield token


def _adjective(verb: Token) -> Match | None:
    """ "Is convinced that": a belief or a stand of the subject."""
    adjective = child(verb, "acomp")
    act = lexicon.adjectives().get(adjective.lower_) if adjective is not None else None
    source = child(verb, "nsubj")
    if act is None or adjective is None or source is None or not holds(verb) or source.lower_ in ("it", "that", "this"):
        return None
    head = child(adjective, "ccomp") or child(verb, "ccomp")
    if head is None or not readable(source):
        return None
    commits = Factuality.CERTAIN_NOT if negated(verb) else Factuality.CERTAIN
    return Match((verb.i, adjective.i), source.i, subtree(head), act, commits, head.i)


def _noun(noun: Token) -> Match | None:
    """ "The union's claim that", "the union has information that": the clause belongs to whoever has it."""
    act_commits = lexicon.nouns().get(noun.lemma_.lower())
    has = noun.head if noun.dep_ == "dobj" and noun.head.lemma_ == "have" else None
    owner = child(has, "nsubj") if has is not None else child(noun, "poss")
    head = child(noun, "acl", "ccomp", "relcl") if act_commits and owner is not None else None
    if act_commits is None or owner is None or head is None or child(head, "mark") is None:
        return None
    cue = (noun.i,) if has is None else (has.i, noun.i)
    return Match(cue, owner.i, subtree(head), act_commits[0], act_commits[1], head.i)
