"""Reads the phrase that names a source: what it says, and what kind of source that is.

Who it is, `resolution` tells.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs
from spacy.tokens import Doc, Token

from schemas.vocabularies import SourceKind
from service.attribution import lexicon, names
from service.attribution.clauses import bearer, child
from service.attribution.directory import Directory, Entry, capitals, countries
from service.attribution.names import keywords, proper

SINGULAR = {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female"}
PLURAL = {"they", "them", "their", "both", "others"}
NEUTER = {"it", "its"}
SPEAKER, LISTENER, GROUP = {"i", "me", "my"}, {"you", "your"}, {"we", "us", "our"}
PRONOUNS = SINGULAR.keys() | PLURAL | NEUTER | SPEAKER | LISTENER | GROUP
POINTING = {"the", "this", "that", "these", "those", "its", "his", "her", "their", "both"}
DETERMINERS = POINTING | {"a", "an", "some", "several", "many", "most", "other", "another", "any", "all", "our", "my"}
BEFORE = {"det", "amod", "compound", "poss", "nummod", "nmod", "advmod", "quantmod", "predet", "npadvmod", "intj"}
# A phrase behind a noun that only tells when it came out, or where it was said, is no part of the source.
OCCASIONS = names.DATES | {"may", "week", "month", "year", "morning", "evening", "afternoon", "night", "today", "day",
                           "yesterday", "statement", "interview", "conference", "briefing", "email", "tweet", "time",
                           "speech", "rally", "post"}  # fmt: skip
PUBLISHING = {"publish", "release", "issue", "post", "carry", "air", "broadcast", "obtain"}
OCCASIONAL = {"during", "after", "before", "as", "following"}
PERSON_ENDING = ("man", "men", "woman", "women", "ist", "ian", "er", "or", "ant", "ent")
STATE_MEDIA = "state media"
BODIES = (SourceKind.GOVERNMENT_BODY, SourceKind.ORGANISATION)


class Mention(Struct, frozen=True):
    """A phrase that names a source: tokens ``[start, end)`` around ``head``.

    ``label`` is the phrase as a source may be called by it, ``name`` the proper name in it without titles, or
    None. ``roles`` are the lower-case words that describe the source, its noun or title first. ``owner`` is the
    adjective of the country it belongs to. ``gender`` and ``plural`` are as far as the words tell; ``pointing``
    says that the words point at somebody spoken of before.
    """

    start: int
    end: int
    head: int
    text: str
    label: str
    name: str | None = None
    kind: SourceKind | None = None
    entry: Entry | None = None
    roles: tuple[str, ...] = ()
    pronoun: str | None = None
    gender: str | None = None
    plural: bool = False
    pointing: bool = False
    owner: str | None = None


def read(head: Token, known: Directory) -> Mention:
    """What the phrase headed by ``head`` says of a source."""
    if (noun := bearer(head)) != head:
        return structs.replace(read(noun, known), start=head.i, end=head.i + 1, head=head.i, text=head.text)
    run = names.run(head)
    words = _phrase(head, run)
    start, end = words[0].i, words[-1].i + 1
    text = head.doc[start:end].text
    if head.pos_ == "PRON" and head.lower_ in PRONOUNS:
        return Mention(start, end, head.i, text, text, pronoun=head.lower_, gender=SINGULAR.get(head.lower_))
    medium = _carrier(head, known)
    if medium is not None:
        return read(medium, known)
    owner = _owner(head)
    named = _apposed_name(head) if not run or _describes_person(head) else None
    if named is not None:
        return _of_name(read(named, known), head, words)
    plain = Mention(start, end, head.i, text, label(words, owner), owner=owner)
    entry = _entry(head, run, words, known)
    titles, name = names.without_titles([t.text for t in run])
    if entry is not None:
        roles = (*titles, "agency")
        return structs.replace(plain, name=entry.name, kind=entry.kind, entry=entry, roles=roles)
    roles = (*titles, *_apposed_roles(head))
    if run and run[-1] == head and not _title_alone(head, run):
        kind = _kind_of_name(name, bool(roles), words[0].lower_ == "the")
        return structs.replace(plain, name=name, kind=kind, roles=roles, gender=_gender(roles))
    return _described(plain, head, words, roles)


def described(doc: Doc) -> Iterator[Token]:
    """The nouns of a sentence that tell of persons and name none: "a woman", "the voters"."""
    for token in doc:
        if token.pos_ == "NOUN" and token.dep_ != "compound" and _person(token.lemma_) and not names.run(token):
            yield token


def _person(noun: str) -> bool:
    """Whether a noun tells of a person, and is no mere attribute of one."""
    listed = noun.lower() in lexicon.words("people", "persons", "nouns", "titles")
    attribute = noun.lower() in lexicon.words("people", "persons", "attributes")
    return (listed and not attribute) or noun.endswith(("ist", "ian", "man"))


def phrase(head: Token) -> list[Token]:
    """The tokens of a noun phrase: what stands before its head, and what stands behind and belongs to it."""
    return _phrase(head, names.run(head))


def _phrase(head: Token, run: Sequence[Token]) -> list[Token]:
    keep = {head.i} | ({t.i for t in run} if proper(head) else set())
    for token in head.children:
        before = token.i < head.i and token.dep_ in BEFORE
        if before or token.dep_ == "case" or (token.i > head.i and _belongs(token)):
            keep |= {t.i for t in token.subtree}
    first = last = head.i
    while first - 1 in keep:
        first -= 1
    while last + 1 in keep:
        last += 1
    while head.doc[first].is_punct and first < head.i:
        first += 1
    return _until_clause(list(head.doc[first : last + 1]), head)


def label(words: list[Token], owner: str | None = None) -> str:
    """A phrase as a source's name: without determiners and counts, a possessing country as its adjective."""
    kept = list(words)
    while len(kept) > 1 and (kept[0].lower_ in DETERMINERS or kept[0].tag_ in ("CD", "PRP$", "RB", "PDT")):
        kept = kept[1:]
    text = kept[0].doc[kept[0].i : kept[-1].i + 1].text
    possessed = re.match(r"(.+?)[’']s\s+", text)
    if owner and possessed and possessed[1].casefold() in countries():
        text = f"{owner} {text[possessed.end() :]}"
    adjective = kept[0].tag_ == "JJ" and text[0].isupper() and kept[0].i > 0
    return text if proper(kept[0]) or adjective else text[0].lower() + text[1:]


def conjuncts(head: Token) -> list[Token]:
    """``head`` and the nouns that "and" joins to it."""
    found = [head]
    for token in head.children:
        if token.dep_ == "conj" and token.pos_ in ("NOUN", "PROPN") and token.i > head.i:
            found += conjuncts(token)
    return found


def _belongs(token: Token) -> bool:
    """Whether what stands behind a noun is part of the source: "officials familiar with the matter"."""
    if token.dep_ == "prep":
        return token.lower_ not in OCCASIONAL and not _occasion(token)
    participle = token.dep_ == "acl" and token.tag_ == "VBN" and token.doc[token.i - 1].text != ","
    return token.dep_ == "amod" or (participle and not _occasion(token))


def _occasion(link: Token) -> bool:
    if link.lemma_.lower() in PUBLISHING:
        return True
    thing = child(link, "pobj")
    return thing is not None and (thing.lower_ in OCCASIONS or thing.is_digit)


def _until_clause(tokens: list[Token], head: Token) -> list[Token]:
    """``tokens`` cut before a comma or "who" behind the head."""
    for n, token in enumerate(tokens):
        if token.i > head.i and (token.text in (",", "—", "(", ";", ":") or token.tag_ in ("WP", "WDT")):
            return tokens[:n]
    return tokens


def _entry(head: Token, run: list[Token], words: list[Token], known: Directory) -> Entry | None:
    """The well-known source that the phrase names: "AP", "the Yonhap news agency"."""
    medium = _is_medium(head)
    named = run and (run[-1] == head or medium)
    found = next(known.within([t.text for t in run]), None) if named else None
    if found is None and (head.tag_.startswith("NNP") or medium):
        found = known.find(" ".join(t.text for t in words))
    return found


def _is_medium(head: Token) -> bool:
    media = lexicon.words("people", "bodies", "media", "agencies")
    return head.lemma_.lower() in media


def _carrier(head: Token, known: Directory) -> Token | None:
    """The medium behind a document: "a report carried by Reuters", "a story in the Guardian"."""
    if head.lemma_.lower() not in lexicon.words("people", "bodies", "documents"):
        return None
    for token in head.subtree:
        behind = token.dep_ == "pobj" and token.i > head.i and token.head.lower_ in ("by", "from", "in", "on", "of")
        if behind and next(known.within([t.text for t in names.run(token)]), None) is not None:
            return token
    return None


def _apposed_name(head: Token) -> Token | None:
    """The name in apposition to a description: "the chief executive, Ruth Delacourt"."""
    return next((c for c in head.children if c.dep_ == "appos" and proper(c)), None)


def _describes_person(head: Token) -> bool:
    nouns = lexicon.words("people", "persons", "nouns", "titles")
    return not proper(head) and head.lemma_.lower() in nouns


def _of_name(named: Mention, head: Token, words: list[Token]) -> Mention:
    """The mention of a name in apposition, with the role that the description gives; it spans the name alone."""
    roles = (*named.roles, head.lemma_.lower(), *(t.lower_ for t in words if t.dep_ == "compound"))
    kind = named.kind if named.entry is not None else SourceKind.PERSON
    return structs.replace(named, kind=kind, roles=roles, gender=_gender(roles))


def _apposed_roles(head: Token) -> tuple[str, ...]:
    """What stands beside a name to describe it: "Park, a spokesman for the union", "leader Kim"."""
    beside = [c for c in head.children if c.dep_ == "appos" or (c.dep_ == "compound" and c.i < head.i)]
    return tuple(c.lemma_.lower() for c in beside if not proper(c))


def _gender(roles: tuple[str, ...]) -> str | None:
    for gender in ("male", "female"):
        if lexicon.words("people", "persons", gender) & set(roles):
            return gender
    return None


def _title_alone(head: Token, run: list[Token]) -> bool:
    """Whether a capitalised phrase is a title without a name: "the Defense Secretary"."""
    titles = lexicon.words("people", "persons", "titles")
    return head.lower_ not in countries() and all(t.lower_.rstrip(".") in titles for t in run)


def _kind_of_name(name: str, titled: bool, the: bool) -> SourceKind:
    if name.casefold() in countries() or name.casefold() in capitals():
        return SourceKind.GOVERNMENT_BODY
    words = [w if w.isupper() else w.lower().strip(".") for w in re.split(r"[\s-]", name)]
    for kind, key in ((SourceKind.GOVERNMENT_BODY, "government"), (SourceKind.ORGANISATION, "organisations")):
        if {words[0], words[-1]} & lexicon.words("people", "bodies", key):
            return kind
    if words[-1] in lexicon.words("people", "bodies", "documents"):
        return SourceKind.DOCUMENT
    body = the or (name.isupper() and len(name) <= 6)
    return SourceKind.ORGANISATION if body and not titled else SourceKind.PERSON


def _owner(head: Token) -> str | None:
    """The country whose a source is: "North Korea’s state media", "South Korean analysts"."""
    before = [t.text for t in head.lefts for t in t.subtree if t.dep_ != "case"]
    for length in (2, 3, 1):
        for n in range(len(before) - length + 1):
            country = countries().get(" ".join(before[n : n + length]).casefold())
            if country is not None:
                return country.adjective
    return None


def _described(plain: Mention, head: Token, words: list[Token], roles: tuple[str, ...]) -> Mention:
    """The mention of a source by a common noun. A body with words of its own before it is as good as named."""
    lemma, kind = head.lemma_.lower(), _kind_of_noun(head)
    before = head.doc[plain.start : head.i].text.lower()
    if _is_medium(head) and re.search(r"\bstate(-run|-owned|-controlled)?\b", before):
        name = f"{plain.owner} {STATE_MEDIA}" if plain.owner else None
        return structs.replace(plain, name=name, kind=SourceKind.STATE_MEDIA, roles=(STATE_MEDIA,), pointing=True)
    alone = all(t.lower_ in DETERMINERS or t == head or t.dep_ == "case" for t in words)
    return structs.replace(
        plain,
        name=plain.label if kind in BODIES and lemma in keywords() and not alone else None,
        kind=kind,
        roles=(lemma, *roles, *(t.lower_ for t in words if t.dep_ in ("compound", "amod"))),
        gender=_gender((lemma, *roles)),
        plural=head.tag_ in ("NNS", "NNPS") or child(head, "conj") is not None,
        pointing=words[0].lower_ in POINTING,
    )


def _kind_of_noun(head: Token) -> SourceKind:
    lemma, many = head.lemma_.lower(), head.tag_ in ("NNS", "NNPS") or child(head, "conj") is not None
    listed = {k: lexicon.words("people", "bodies", k) for k in ("government", "organisations", "documents")}
    two = head.doc[max(head.i - 1, 0) : head.i + 1].text.lower()
    if two in listed["government"]:
        return SourceKind.GOVERNMENT_BODY
    listed_person = lemma in lexicon.words("people", "persons", "nouns", "titles")
    if listed_person and lemma not in lexicon.words("people", "persons", "attributes"):
        return SourceKind.UNNAMED_GROUP if many else SourceKind.UNNAMED_PERSON
    if lemma in listed["documents"]:
        return SourceKind.DOCUMENT
    if lemma in listed["government"]:
        return SourceKind.GOVERNMENT_BODY
    if lemma in listed["organisations"]:
        return SourceKind.ORGANISATION
    if many:
        return SourceKind.UNNAMED_GROUP
    return SourceKind.UNNAMED_PERSON if lemma.endswith(PERSON_ENDING) else SourceKind.ORGANISATION
