"""The cues by which one passes on another: "according to", "as AP reported", "quoted as saying", "citing"."""

from spacy.tokens import Doc, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon
from service.attribution.clauses import UNREAL, actor, agent, child, clause, holds, negated, passive, root, subtree
from service.attribution.matches import Match
from service.attribution.quotations import SPOKEN

NEAR = 25  # "Citing" belongs to a cue at most so many words away.


def according(token: Token) -> Match | None:
    """The attribution of "according to police", which takes in the clause that it stands beside."""
    to = child(token, "prep")
    source = child(to, "pobj") if to is not None else None
    if source is None or to is None:
        return None
    phrase = subtree(token) | {token.i}
    if token == root(token):  # The parser lost the clause that the phrase opens.
        comma = next((t.i for t in token.doc[source.i :] if t.text == ","), len(token.doc))
        phrase = frozenset(range(token.i, comma))
    head, content, outer = _beside(token, phrase)
    return Match((token.i, to.i), source.i, content, Act.STATEMENT, Factuality.CERTAIN, head, outer=outer)


def reported(verb: Token) -> Match | None:
    """The attribution of "as reported by AP" or "as AP reported"."""
    if verb.dep_ != "advcl" or verb.lemma_.lower() not in lexicon.words("cues", "relays", "carry"):
        return None
    mark = next((c for c in verb.children if c.lower_ == "as" and c.i < verb.i), None)
    if mark is None:
        return None
    source = agent(verb) or child(verb, "nsubj")
    if source is None or child(verb, "ccomp", "dobj") or any(c.lower_ in UNREAL for c in verb.children):
        return None
    head, content, outer = _beside(verb, subtree(verb))
    by = child(verb, "agent")
    cue = tuple(sorted({mark.i, verb.i} | ({by.i} if by is not None else set())))
    return Match(cue, source.i, content, Act.STATEMENT, Factuality.CERTAIN, head, outer=outer)


def _beside(token: Token, phrase: frozenset[int]) -> tuple[int, frozenset[int], bool]:
    """The clause beside a phrase: its head, its tokens, and whether the phrase opens or ends the sentence.

    There it takes in the whole sentence.
    """
    top = root(token)
    words = {t.i for t in top.doc if not t.is_punct}
    others = words - phrase
    edge = not others or min(phrase & words) < min(others) or max(phrase & words) > max(others)
    head = token.head
    while head.pos_ not in ("VERB", "AUX") and head.head != head:
        head = head.head
    if edge:
        return top.i, frozenset(range(len(top.doc))) - phrase, True
    return head.i, subtree(head) - phrase, False


def quoting(verb: Token, quoted: frozenset[int]) -> Match | None:
    """The attribution of "KCNA quoted Ri as saying" or "Ri was quoted by KCNA as saying": Ri's, passed on by KCNA."""
    if verb.lemma_ not in lexicon.words("cues", "relays", "cite") or negated(verb):
        return None
    link = next((c for c in verb.children if c.dep_ == "prep" and c.lower_ == "as"), None)
    saying = child(link, "pcomp") if link is not None else None
    if link is None or saying is None:
        return None
    origin, relay = (child(verb, "nsubjpass"), agent(verb)) if passive(verb) else (child(verb, "dobj"), actor(verb))
    if origin is None:
        return None
    head = clause(saying)
    content = subtree(head) - {saying.i} if head is not None else quoted - subtree(origin)
    if not content and verb == root(verb):
        content = frozenset(range(min(subtree(relay if relay is not None else origin) | {verb.i})))
    source, cited = (relay.i, origin.i) if relay is not None else (origin.i, None)
    cue = tuple(sorted((verb.i, link.i, saying.i)))
    at = head.i if head is not None else None
    return Match(cue, source, content, Act.STATEMENT, Factuality.CERTAIN, at, origin=cited)


def is_quoted_as(verb: Token) -> bool:
    """Whether a verb is the "saying" of "quoted as saying"."""
    link = verb.head
    return verb.dep_ == "pcomp" and link.lower_ == "as" and link.head.lemma_ in lexicon.words("cues", "relays", "cite")


def cited(doc: Doc, match: Match) -> tuple[int, frozenset[int]] | None:
    """Whom the source of ``match`` is "citing", and the words that say so."""
    if match.origin is not None or match.source is None:
        return None
    for token in doc[match.source + 1 : match.cue[-1] + NEAR]:
        if token.tag_ == "VBG" and token.lemma_ in lexicon.words("cues", "relays", "cite"):
            origin = child(token, "dobj")
            if origin is not None and origin.i not in match.cue:
                return origin.i, subtree(token)
    return None


def like(verb: Token) -> Match | None:
    """The attribution of "I was like, no way", in which people tell what they said or thought."""
    if verb.lemma_ != "be" or not holds(verb):
        return None
    mark = next((c for c in verb.children if c.lower_ == "like" and c.i > verb.i), None)
    source = child(verb, "nsubj")
    if mark is None or source is None:
        return None
    following = verb.doc[mark.i + 1 : mark.i + 2]
    person = source.tag_ in ("PRP", "NNP") and source.lower_ != "it"
    said = frozenset(t.i for t in verb.subtree if t.i > mark.i)
    if not person or not any(t.is_quote or t.text == "," for t in following) or len(said) < SPOKEN:
        return None
    return Match((verb.i, mark.i), source.i, said, Act.STATEMENT, Factuality.CERTAIN)
