"""A text cut into sentences, each with what it is and its parse."""

from collections.abc import Sequence

from msgspec import Struct
from spacy.tokens import Doc

from schemas.vocabularies import ClaimKind
from service.attribution import sentences
from service.attribution.kinds import kinds
from service.attribution.parser import Parser, agree
from service.attribution.quotations import Quotations, scan
from service.attribution.sentences import Sentence


class Parsed(Struct, frozen=True):
    """A text's sentences, what each of them is, their parses (None for one too long), and all quotations."""

    text: str
    cut: Sequence[Sentence]
    kinds: Sequence[ClaimKind]
    docs: Sequence[Doc | None]
    quotations: Quotations


def parse(text: str, parser: Parser) -> Parsed:
    """The text as ``parser`` parses it, to be used inside its `Parser.memory`."""
    cut = sentences.split(text)
    docs = agree(list(parser.parse([text[s.body : s.end] for s in cut])))
    quotations = scan(text, sentences.paragraphs(text, sentences.header(text)[1]))
    return Parsed(text, cut, kinds(cut), docs, quotations)
