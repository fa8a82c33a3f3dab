"""What a cue that the network found does with its content: its act, and how far its source commits."""

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc, Token

from schemas.vocabularies import Act, Factuality
from service.attribution import lexicon
from service.attribution.cues import suits
from service.attribution.lexicon import Frame

CLAUSAL = ("ccomp", "parataxis", "relcl", "acl")
NOMINAL = ("dobj", "nsubjpass", "attr")


def frame(
    doc: Doc, head: int, source: Token | None, content: frozenset[int], quoted: frozenset[int]
) -> tuple[Act, Factuality] | None:
    """The act and the commitment of the cue headed by ``head``: as the word lists have them, else as its grammar has.

    A clause or a quotation is stated, an infinitive intended, and to a thing alone there is an attitude, unless the
    verb is listed without one. None where neither allows it.
    """
    cue, links = doc[head], list(_links(doc, head, content, quoted))
    lemma = cue.lemma_.lower()
    if cue.pos_ in ("VERB", "AUX") and (frames := lexicon.verbs().get(lemma)):
        return _listed(cue, frames, links, source)
    if cue.pos_ == "NOUN" and lemma in lexicon.nouns():
        return lexicon.nouns()[lemma]
    if cue.lower_ in lexicon.adjectives():
        return lexicon.adjectives()[cue.lower_], Factuality.CERTAIN
    act = _by_grammar(links)
    return (act, Factuality.CERTAIN) if act is not None else None


def clause(doc: Doc, content: frozenset[int]) -> int | None:
    """The head of the clause that ``content`` is, None where it is a phrase."""
    tops = (doc[i] for i in sorted(content) if doc[i].head.i not in content or doc[i].head.i == i)
    return next((t.i for t in tops if t.pos_ in ("VERB", "AUX")), None)


def _listed(
    cue: Token, frames: Sequence[Frame], links: list[str], source: Token | None
) -> tuple[Act, Factuality] | None:
    """What a listed verb does in the frame that it stands in, or in one that the lists have not."""
    standing = [f for link in links for f in frames if f.name == link]
    if not standing and set(links) <= {"object"}:
        return None
    fitting = (f for f in standing or frames if source is None or suits(source, f, cue))
    return next(((f.act, f.commits) for f in fitting), None)


def _by_grammar(links: list[str]) -> Act | None:
    if "infinitive" in links:
        return Act.INTENTION
    if {"clause", "quote"} & set(links):
        return Act.STATEMENT
    return Act.ATTITUDE if links else None


def _links(doc: Doc, head: int, content: frozenset[int], quoted: frozenset[int]) -> Iterator[str]:
    """By what the content hangs on the cue: the names of frames in ``cues.toml``."""
    if len(content & quoted) > len(content) / 2:
        yield "quote"
    for token in (doc[i] for i in sorted(content)):
        if token.head.i in content and token.head.i != token.i:
            continue
        yield from _link(token, token.head)
    if any(doc[i].dep_ == "ROOT" and doc[i].pos_ in ("VERB", "AUX") and i != head for i in content):
        yield "clause"


def _link(top: Token, above: Token) -> Iterator[str]:
    """The frame that a content whose topmost token is ``top`` stands in."""
    if any(c.tag_ == "TO" for c in top.children):
        yield "infinitive"
    elif top.dep_ in CLAUSAL:
        yield "clause"
    elif top.dep_ in ("pobj", "pcomp"):
        yield above.lower_
    elif top.dep_ == "prep":
        yield top.lower_
    elif top.dep_ in NOMINAL:
        yield "object"
