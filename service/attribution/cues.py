"""Finds who attributes what in one parsed sentence: the cue, the head of its source, the words of its content."""

from msgspec import structs
from spacy.tokens import Doc, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon, relays
from service.attribution.clauses import actor, bearer, child, holds, negated, negative, passive, subtree
from service.attribution.complements import complement
from service.attribution.labels import labelled, signed, topical
from service.attribution.lexicon import Frame
from service.attribution.matches import Match

SILENCE = {"decline"}  # What somebody declines to say is attributed to nobody.
FIRST_PERSON = {"i", "we", "you", "me", "us"}
POINTERS = {"this", "that", "which", "what", "these", "those", "there"}
WORDLESS = {"clause", "whether", "question", "quote", "object", "infinitive", "gerund", "name", "as"}
FEWEST = 3  # Fewer tokens are no quotation that somebody speaks.
SCENES = {"when", "after", "before", "until", "since", "once"}
OPPOSITE = {
    Factuality.CERTAIN: Factuality.CERTAIN_NOT,
    Factuality.CERTAIN_NOT: Factuality.CERTAIN,
    Factuality.PROBABLE: Factuality.PROBABLE_NOT,
    Factuality.PROBABLE_NOT: Factuality.PROBABLE,
}


def find(doc: Doc, quoted: frozenset[int]) -> list[Match]:
    """The attributions of the sentence ``doc``, in text order; ``quoted`` are its tokens inside quotation marks."""
    at_each = (_at(token, quoted) for token in doc)
    found = [match for match in (labelled(doc), signed(doc), *at_each) if match is not None]
    free = quoted.difference(*(m.content for m in found))
    if len(free) >= FEWEST:
        speakers = {m.source for m in found if m.source is not None and m.content & quoted}
        found += [match for token in doc if (match := _speaking(token, quoted, free, speakers)) is not None]
    return sorted(_contrasted(doc, [_citing(doc, m) for m in found]), key=lambda m: m.cue)


def _at(token: Token, quoted: frozenset[int]) -> Match | None:
    """The attribution whose cue is ``token``."""
    if token.lower_ == "according":
        return relays.according(token)
    if token.pos_ in ("VERB", "AUX") and token.tag_.startswith("VB"):
        return (
            relays.reported(token)
            or relays.quoting(token, quoted)
            or relays.like(token)
            or _verb(token, quoted)
            or _adjective(token)
        )
    return _noun(token) if token.pos_ == "NOUN" else None


def _verb(verb: Token, quoted: frozenset[int]) -> Match | None:
    """``verb`` as a cue of the clause, infinitive or phrase that it takes."""
    frames = lexicon.verbs().get(verb.lemma_.lower(), ())
    source = actor(verb) if frames and not relays.is_quoted_as(verb) else None
    if source is None or not _may_speak(source, verb, quoted) or not holds(verb) or _filler(verb, source):
        return None
    for frame in frames:
        head, content = complement(verb, frame, source)
        if content and suits(source, frame, verb):
            flipped, stance = negated(verb), frame.act is not Act.STATEMENT
            if (flipped and not stance) or (stance and _scene(verb)):
                return None
            commits = OPPOSITE.get(frame.commits, frame.commits) if flipped else frame.commits
            content = _with_quotation(content, verb, source, quoted)
            at = head.i if head is not None else None
            return Match(_cue(verb, frame), source.i, content, frame.act, commits, at, told=_told(verb))
    return None


def _filler(verb: Token, source: Token) -> bool:
    """Whether words put in say nothing of the rest: "you know", and "I don't know"."""
    return verb.dep_ == "parataxis" and verb.lemma_ == "know" and (source.lower_ == "you" or negated(verb))


def permitted(cue: Token, source: Token | None, act: Act, quoted: frozenset[int]) -> bool:
    """Whether no rule forbids that ``cue`` attributes to ``source``: it is not denied, supposed, or left unsaid."""
    if cue.is_punct:
        return cue.text == ":" and not topical(cue.doc[: cue.i].text)
    if not holds(cue) or cue.lemma_.lower() in SILENCE:
        return False
    stance = act is not Act.STATEMENT and cue.lemma_.lower() in lexicon.verbs()
    if _scene(cue) if stance else negated(cue):
        return False
    suffers = source is not None and source.head == cue and passive(cue)  # Who is expected to leave expects nothing.
    if suffers and act in (Act.STATEMENT, Act.BELIEF):
        return False
    return source is None or _may_speak(source, cue, quoted)


def _may_speak(source: Token, verb: Token, quoted: frozenset[int]) -> bool:
    """Whether the phrase headed by ``source``, or what it stands for, can be a source of what ``verb`` says."""
    source = bearer(source)
    if negative(source) or source.dep_ == "expl" or (source.lower_ in FIRST_PERSON and verb.i in quoted):
        return False
    weak = verb.lemma_.lower() in lexicon.words("cues", "weak", "lemmas")
    if source.lower_ == "it" or source.lower_ in POINTERS:
        return source.lower_ == "it" and not weak
    return not weak or _readable(source)


def suits(source: Token, frame: Frame, cue: Token) -> bool:
    """Whether the source is of the sort that the frame needs, and the cue in the tense."""
    match frame.needs:
        case "document":
            return bearer(source).lemma_.lower() in lexicon.words("people", "bodies", "documents")
        case "speaker":
            return source.lower_ in FIRST_PERSON
        case "present":
            auxiliary = next((c for c in cue.children if c.lower_ in ("do", "does")), cue)
            return auxiliary.tag_ in ("VBP", "VBZ")
        case _:
            return True


def _readable(noun: Token) -> bool:
    """Whether a noun stands for someone who speaks or something that can be read."""
    lemma = noun.lemma_.lower()
    return noun.pos_ in ("PROPN", "PRON") or lemma in lexicon.speakers() or lemma.endswith(("ist", "ian", "man"))


def _scene(verb: Token) -> bool:
    """Whether a clause only sets the scene for another: "it ended when the company agreed to"."""
    return verb.dep_ == "advcl" and any(c.lower_ in SCENES and c.dep_ in ("mark", "advmod") for c in verb.children)


def _with_quotation(content: frozenset[int], verb: Token, source: Token, quoted: frozenset[int]) -> frozenset[int]:
    """``content``, and, where it is quoted, what is quoted on the other side of its cue."""
    return content | (quoted - subtree(source) - {verb.i}) if content & quoted else content


def _cue(verb: Token, frame: Frame) -> tuple[int, ...]:
    """The verb with its particle, and with the preposition that makes it a cue."""
    more = [c.i for c in verb.children if c.dep_ == "prt"]
    if frame.name not in WORDLESS:
        more += [c.i for c in verb.children if c.lower_ == frame.name and c.i == verb.i + 1]
    return tuple(sorted((verb.i, *more)))


def _told(verb: Token) -> int | None:
    """The head of whoever is told: "told Kyodo"."""
    listener = child(verb, "dobj", "dative") if verb.lemma_ == "tell" else None
    return listener.i if listener is not None else None


def _speaking(token: Token, quoted: frozenset[int], free: frozenset[int], speakers: set[int]) -> Match | None:
    """A verb of speech, with no clause of its own, beside a quotation that nobody has claimed."""
    if token.pos_ != "VERB" or token.i in quoted:
        return None
    frame = next((f for f in lexicon.verbs().get(token.lemma_.lower(), ()) if f.name == "quote"), None)
    source = actor(token) if frame is not None else None
    if frame is None or source is None or source.i in free or source.i in speakers:
        return None
    if not holds(token) or negated(token):
        return None
    return Match((token.i,), source.i, free - subtree(source), Act.STATEMENT, frame.commits, told=_told(token))


def _adjective(verb: Token) -> Match | None:
    """The attribution of "is convinced that": a belief or a stand of the subject."""
    adjective = verb if passive(verb) else child(verb, "acomp")
    act = lexicon.adjectives().get(adjective.lower_) if adjective is not None else None
    source = child(verb, "nsubj", "nsubjpass")
    if source is None and (auxiliary := child(verb, "auxpass")) is not None:
        source = child(auxiliary, "nsubj")
    if adjective is None or act is None or source is None or not _stands(source):
        return None
    head = child(adjective, "ccomp") or child(verb, "ccomp")
    if head is None or not holds(verb):
        return None
    commits = Factuality.CERTAIN_NOT if negated(verb) else Factuality.CERTAIN
    return Match(tuple(sorted({verb.i, adjective.i})), source.i, subtree(head), act, commits, head.i)


def _stands(source: Token) -> bool:
    """Whether a subject can be convinced or afraid."""
    source = bearer(source)
    return _readable(source) and source.lower_ != "it" and source.lower_ not in POINTERS


def _noun(noun: Token) -> Match | None:
    """The attribution of "the union's claim that" or "the union has information that": to whoever has it."""
    found = lexicon.nouns().get(noun.lemma_.lower())
    head = child(noun, "acl", "ccomp", "relcl") if found is not None else None
    if found is None or head is None or child(head, "mark") is None:
        return None
    has = noun.head if noun.dep_ == "dobj" and noun.head.lemma_ == "have" else None
    owner = child(has, "nsubj") if has is not None else child(noun, "poss")
    if owner is None:
        return None
    return Match((noun.i,) if has is None else (has.i, noun.i), owner.i, subtree(head), *found, head.i)


def _citing(doc: Doc, match: Match) -> Match:
    """``match`` with the origin that "citing the ministry" beside it names."""
    found = relays.cited(doc, match)
    if found is None:
        return match
    origin, words = found
    return structs.replace(match, content=match.content - words, origin=origin)


def _contrasted(doc: Doc, found: list[Match]) -> list[Match]:
    """``found``, what another source is set against ("while the union put it at seven") taken out of the first's."""
    for match in found:
        verb = doc[match.cue[0]]
        against = any(c.dep_ == "mark" and c.lower_ in ("while", "whereas") for c in verb.children)
        if against and verb.dep_ == "advcl" and child(verb, "nsubj") is not None:
            own = subtree(verb)
            found = [m if m.outer or own & set(m.cue) else structs.replace(m, content=m.content - own) for m in found]
    return found
