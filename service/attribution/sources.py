"""Reads the phrase that names a source: what it says, and what kind of source that is. Who it is, `resolution` tells."""

import re
from collections.abc import Iterator

from msgspec import Struct
from spacy.tokens import Doc, Token

from schemas.vocabularies import SourceKind
from service.attribution import lexicon
from service.attribution.clauses import child
from service.attribution.directory import Directory, Entry, capitals, countries

SINGULAR = {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female"}
PLURAL = {"they", "them", "their", "both", "others"}
NEUTER = {"it", "its"}
AUTHOR = {"i", "we", "me", "us", "my", "our", "you"}
DETERMINERS = {"a", "an", "the", "some", "several", "many", "most", "these", "those", "this", "that", "other", "another",
               "any", "all", "both", "its", "his", "her", "their", "our", "my"}  # fmt: skip
POINTING = {"the", "this", "that", "these", "those", "its", "his", "her", "their", "both"}
LEFT = {"det", "amod", "compound", "poss", "nummod", "nmod", "advmod", "quantmod", "case", "predet", "npadvmod", "intj"}
PERSON_ENDING = ("man", "men", "woman", "women", "ist", "ian", "er", "or", "ant", "ent")
NAME_JOINERS = {"-", "–", "&", "de", "al", "bin", "van", "von", "der", "la", "el", "of", "for", "’s", "'s"}

TIMES = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
         "april", "may", "june", "july", "august", "september", "october", "november", "december", "week", "month",
         "year", "morning", "evening", "afternoon", "night", "today", "yesterday", "day", "statement", "interview",
         "conference", "briefing", "email", "tweet", "time", "speech", "rally", "post"}  # fmt: skip


class Mention(Struct, frozen=True):
    """A phrase that names a source, ``[start, end)`` in tokens, ``head`` its head token.

    ``label`` is the phrase as a source may be called by it, ``name`` the proper name in it without titles, or None.
    ``roles`` are the lower-case words that describe the source (its titles, its common noun); ``gender`` and ``plural`` as far as the words tell.
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


def read(head: Token, directory: Directory) -> Mention:
    """What the phrase headed by ``head`` says of a source."""
    words = phrase(head)
    start, end = words[0].i, words[-1].i + 1
    text = head.doc[start:end].text
    if head.pos_ == "PRON" and head.lower_ in SINGULAR.keys() | PLURAL | NEUTER | AUTHOR:
        return Mention(start, end, head.i, text, text, pronoun=head.lower_, gender=SINGULAR.get(head.lower_))
    run = name_run(head)
    label = described_name(words, _owner(head))
    carrier = _carrier(head, directory)
    if carrier is not None:
        return read(carrier, directory)
    appositive = _named_by(head) if not run or _describes(head) else None
    if appositive is not None:
        return _renamed(read(appositive, directory), head, words)
    roles, name = _titles_off([t.text for t in run])
    spoken = [t.text for t in words]
    entry = directory.within([t.text for t in run]) if run and (run[-1] == head or _medium(head)) else None
    if entry is None and spoken and (head.tag_.startswith("NNP") or _medium(head)):
        entry = directory.find(" ".join(spoken))
    if entry is not None:
        return Mention(start, end, head.i, text, label, entry.name, entry.kind, entry, (*roles, "agency"))
    plural = head.tag_ in ("NNS", "NNPS") or child(head, "conj") is not None
    owner = _owner(head)
    roles = (*roles, *_appositive_roles(head))
    if run and run[-1] == head and not _common(head, run):
        kind = _named_kind(name, bool(roles), words[0].lower_ == "the")
        return Mention(start, end, head.i, text, label, name, kind, None, roles, gender=_gender(roles), owner=owner)
    return _described(head, words, roles, run, plural, owner)


def phrase(head: Token) -> list[Token]:
    """The tokens of a noun phrase: what stands before its head, and the prepositions behind that belong to it."""
    keep = {head.i}
    for token in head.children:
        before = token.i < head.i and token.dep_ in LEFT
        behind = token.i > head.i and (
            (
                token.dep_ == "prep"
                and token.lower_ not in ("during", "after", "before", "as", "following")
                and not _dated(token)
            )
            or token.dep_ == "amod"
            or (
                token.dep_ == "acl" and token.tag_ == "VBN" and token.doc[token.i - 1].text != "," and not _dated(token)
            )
        )
        if before or behind or token.dep_ == "case":
            keep |= {t.i for t in token.subtree}
    first = head.i
    while first - 1 in keep:
        first -= 1
    last = head.i
    while last + 1 in keep:
        last += 1
    tokens = [head.doc[i] for i in range(first, last + 1)]
    while tokens[0].is_punct and tokens[0].i < head.i:
        tokens = tokens[1:]
    return _until_clause(tokens, head)


def _dated(link: Token) -> bool:
    """Whether a phrase behind a noun only tells when it came out or was said: "published on Wednesday"."""
    if link.lemma_.lower() in ("publish", "release", "issue", "post", "carry", "air", "broadcast", "obtain"):
        return True
    thing = child(link, "pobj")
    return thing is not None and (thing.lower_ in TIMES or thing.is_digit)


def _until_clause(tokens: list[Token], head: Token) -> list[Token]:
    """``tokens`` cut before a comma or "who" behind the head."""
    for n, token in enumerate(tokens):
        if token.i > head.i and (token.text in (",", "—", "(", ";", ":") or token.tag_ in ("WP", "WDT")):
            return tokens[:n]
    return tokens


def name_run(head: Token) -> list[Token]:
    """The proper-name tokens at the end of which ``head`` stands, or right before it; [] where there are none."""
    at = head.i
    if not _proper(head):
        compounds = [c for c in head.children if c.dep_ in ("compound", "nmod") and _proper(c) and c.i < head.i]
        if not compounds:
            return []
        at = compounds[-1].i
    doc = head.doc
    first = at
    while first > 0 and _continues(doc, first - 1, head):
        first -= 1
    while not _proper(doc[first]):
        first += 1
    first = _with_country(doc, first)
    last = at
    if _proper(head) and {doc[i].lower_ for i in range(first, at + 1)} & _keywords():
        last = _of_name(head)
    return [doc[i] for i in range(first, last + 1)]


def _proper(token: Token) -> bool:
    after_hyphen = token.i > 1 and token.doc[token.i - 1].tag_ == "HYPH" and token.doc[token.i - 2].tag_ == "NNP"
    capital = token.text[0].isupper() or token.is_digit or after_hyphen
    possessor = (
        token.tag_ == "NNS" and token.i > 0 and token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ in "’'"
    )
    return (
        capital and token.lower_ not in TIMES and (token.tag_ in ("NNP", "NNPS") or token.pos_ == "PROPN" or possessor)
    )


def _continues(doc: Doc, at: int, head: Token) -> bool:
    """Whether a name goes on to the left at ``at``."""
    if doc[at].lower_ in ("’", "'"):
        return _joins(doc, at)
    within = _same_phrase(doc[at], head) or (at + 1 < head.i and doc[at + 1].lower_ in ("’", "'"))
    return within and (_proper(doc[at]) or _joins(doc, at))


def _joins(doc: Doc, at: int) -> bool:
    """Whether a hyphen, "of" or "al-" stands between two parts of one name."""
    if at < 1 or not _proper(doc[at - 1]):
        return False
    word = doc[at].lower_
    if word in ("’s", "'s", "’", "'"):
        return word in ("’", "'") and doc[at - 1].lower_.endswith("s")
    return word in NAME_JOINERS or (doc[at].tag_ == "HYPH")


def _same_phrase(token: Token, head: Token) -> bool:
    up = token
    for _ in range(6):
        if up == head:
            return True
        up = up.head
    return False


def _with_country(doc: Doc, first: int) -> int:
    """Where a name begins with the country before it: "South Korean" and "Unification Ministry"."""
    for before in (2, 1):
        for inside in (1, 0):
            words = [t.text for t in doc[max(first - before, 0) : first + inside]]
            if len(words) == before + inside and " ".join(words).casefold() in countries() and words[0][0].isupper():
                return first - before
    return first


def _of_name(head: Token) -> int:
    """Where a name such as "Ministry of Transport" ends."""
    link = next((c for c in head.children if c.dep_ == "prep" and c.lower_ in ("of", "for") and c.i > head.i), None)
    thing = child(link, "pobj") if link is not None else None
    if thing is not None and _proper(thing) and thing.i - head.i <= 5:
        end = thing.i
        joined = child(thing, "conj")
        return joined.i if joined is not None and _proper(joined) and joined.i - end <= 3 else end
    return head.i


def _keywords() -> frozenset[str]:
    return lexicon.words("people", "bodies", "government") | lexicon.words("people", "bodies", "organisations")


def _titles_off(words: list[str]) -> tuple[tuple[str, ...], str]:
    """The titles before a name, in lower case, and the name without them. A body's name keeps its words."""
    titles = lexicon.words("people", "persons", "titles")
    if not words or words[-1].lower() in _keywords():
        return (), _joined(words)
    cut = 0
    for n, word in enumerate(words[:-1]):
        low = word.lower().rstrip(".")
        if low in titles or (n == cut and low in ("-", "–", "of")):
            cut = n + 1
        elif low not in countries() and n == cut and " ".join(words[: n + 2]).lower() not in countries():
            break
    return tuple(w.lower().rstrip(".") for w in words[:cut]), _joined(words[cut:])


def _joined(words: list[str]) -> str:
    return re.sub(r"\s+(?=[-–’'])|(?<=[-–])\s+", "", " ".join(words))


def _medium(head: Token) -> bool:
    return head.lemma_.lower() in lexicon.words("people", "bodies", "media") | lexicon.words(
        "people", "bodies", "agencies"
    )


def _carrier(head: Token, directory: Directory) -> Token | None:
    """The medium behind a document: "a report carried by Reuters", "a story in the Guardian"."""
    if head.lemma_.lower() not in lexicon.words("people", "bodies", "documents"):
        return None
    for token in head.subtree:
        if token.dep_ == "pobj" and token.i > head.i and token.head.lower_ in ("by", "from", "in", "on", "of"):
            if directory.within([t.text for t in name_run(token)]) is not None:
                return token
    return None


def _named_by(head: Token) -> Token | None:
    """The name in apposition to a description: "the chief executive, Ruth Delacourt"."""
    return next((c for c in head.children if c.dep_ == "appos" and _proper(c)), None)


def _describes(head: Token) -> bool:
    return not _proper(head) and head.lemma_.lower() in (
        lexicon.words("people", "persons", "nouns") | lexicon.words("people", "persons", "titles")
    )


def _renamed(named: Mention, head: Token, words: list[Token]) -> Mention:
    """The mention of the name in apposition, with the description's role; it spans the name alone."""
    roles = (*named.roles, head.lemma_.lower(), *(t.lower_ for t in words if t.dep_ == "compound"))
    kind = named.kind if named.entry is not None else SourceKind.PERSON
    return Mention(
        named.start,
        named.end,
        named.head,
        named.text,
        named.label,
        named.name,
        kind,
        named.entry,
        roles,
        gender=_gender(roles),
    )


def _appositive_roles(head: Token) -> tuple[str, ...]:
    """What an apposition says of a name: "Park, a spokesman for the union"."""
    found = [c for c in head.children if c.dep_ == "appos" and not _proper(c)]
    found += [c for c in head.children if c.dep_ == "compound" and not _proper(c) and c.i < head.i]
    return tuple(c.lemma_.lower() for c in found)


def _gender(roles: tuple[str, ...]) -> str | None:
    if lexicon.words("people", "persons", "male") & set(roles):
        return "male"
    return "female" if lexicon.words("people", "persons", "female") & set(roles) else None


def _common(head: Token, run: list[Token]) -> bool:
    """Whether a capitalised head is a title with no name: "the Defense Secretary"."""
    titles = lexicon.words("people", "persons", "titles")
    return all(t.lower_.rstrip(".") in titles for t in run) and head.lower_ not in countries()


def _named_kind(name: str, titled: bool, the: bool) -> SourceKind:
    words = [w if w.isupper() else w.lower().strip(".") for w in re.split(r"[\s-]", name)]
    government, organisations = (lexicon.words("people", "bodies", k) for k in ("government", "organisations"))
    if name.casefold() in countries() or name.casefold() in capitals():
        return SourceKind.GOVERNMENT_BODY
    for listed, kind in ((government, SourceKind.GOVERNMENT_BODY), (organisations, SourceKind.ORGANISATION)):
        if words[-1] in listed or words[0] in listed:
            return kind
    if words[-1] in lexicon.words("people", "bodies", "documents"):
        return SourceKind.DOCUMENT
    if titled:
        return SourceKind.PERSON
    if the or (name.isupper() and len(name) <= 6):
        return SourceKind.ORGANISATION
    return SourceKind.PERSON


def _owner(head: Token) -> str | None:
    """The country whose a source is: "North Korea’s state media", "South Korean analysts"."""
    before = [t.text for t in head.lefts for t in t.subtree if t.dep_ != "case"]
    for length in (2, 3, 1):
        for n in range(len(before) - length + 1):
            country = countries().get(" ".join(before[n : n + length]).casefold())
            if country is not None:
                return country.adjective
    return None


def _described(
    head: Token, words: list[Token], roles: tuple[str, ...], run: list[Token], plural: bool, owner: str | None
) -> Mention:
    """The mention of a source by a common noun."""
    lemma = head.lemma_.lower()
    kind = _common_kind(head, plural)
    first = words[0]
    end, label = words[-1].i + 1, described_name(words, owner)
    text = head.doc[first.i : end].text
    before = {t.lower_ for t in words if t.i < head.i}
    state = "state" in before or "state-run" in head.doc[first.i : head.i].text.lower()
    if lemma in lexicon.words("people", "bodies", "media") and state:
        name = f"{owner} state {head.lower_}" if owner else None
        kind, roles = SourceKind.STATE_MEDIA, ("state media",)
        return Mention(first.i, end, head.i, text, label, name, kind, roles=roles, pointing=True, owner=owner)
    bodies = (SourceKind.GOVERNMENT_BODY, SourceKind.ORGANISATION)
    named = kind in bodies and lemma in _keywords() and len(words) > 1 and not _bare(words, head)
    name = label if named else None
    pointing = first.lower_ in POINTING
    roles = (lemma, *roles, *(t.lower_ for t in words if t.dep_ in ("compound", "amod")))
    return Mention(
        first.i, end, head.i, text, label, name, kind, None, roles, None, _gender(roles), plural, pointing, owner
    )


def _bare(words: list[Token], head: Token) -> bool:
    """Whether only a determiner or pronoun stands before the noun: "the ministry", "her ministry"."""
    return all(t.lower_ in DETERMINERS or t == head or t.dep_ == "case" for t in words)


def _common_kind(head: Token, plural: bool) -> SourceKind:
    lemma = head.lemma_.lower()
    listed = {k: lexicon.words("people", "bodies", k) for k in ("government", "organisations", "documents")}
    people = lexicon.words("people", "persons", "nouns") | lexicon.words("people", "persons", "titles")
    person = lemma in people and lemma not in ("state", "house", "senate", "security", "intelligence", "resources")
    if person or (lemma.endswith(PERSON_ENDING) and not any(lemma in words for words in listed.values())):
        return SourceKind.UNNAMED_GROUP if plural or head.tag_ == "NNS" else SourceKind.UNNAMED_PERSON
    if lemma in listed["documents"]:
        return SourceKind.DOCUMENT
    if lemma in listed["government"]:
        return SourceKind.GOVERNMENT_BODY
    if lemma in listed["organisations"]:
        return SourceKind.ORGANISATION
    return SourceKind.UNNAMED_GROUP if plural else SourceKind.ORGANISATION


def described_name(words: list[Token], owner: str | None = None) -> str:
    """A phrase as a source's name: without determiners and counts, a possessing country as its adjective."""
    kept = list(words)
    while len(kept) > 1 and (kept[0].lower_ in DETERMINERS or kept[0].tag_ in ("CD", "PRP$", "RB", "PDT")):
        kept = kept[1:]
    text = kept[0].doc[kept[0].i : kept[-1].i + 1].text
    possessed = re.match(r"(.+?)[’']s\s+", text)
    if owner and possessed and possessed[1].casefold() in countries():
        text = f"{owner} {text[possessed.end() :]}"
    return (
        text
        if _proper(kept[0]) or kept[0].tag_ == "JJ" and text[0].isupper() and kept[0].i
        else text[0].lower() + text[1:]
    )


def names(doc: Doc) -> Iterator[Token]:
    """The heads of all proper names in a sentence, whether or not they are sources."""
    for token in doc:
        following = doc[token.i + 1] if token.i + 1 < len(doc) else None
        if _proper(token) and (following is None or not _proper(following) or following.head != token.head):
            if token.dep_ in ("compound", "nmod") and token.head.pos_ == "NOUN":
                owned = token.head.dep_ == "poss" and token.head.head.lemma_.lower() in _keywords()
                yield token.head.head if owned else token.head
            elif not (token.dep_ == "compound" and _proper(token.head)):
                yield token


def conjuncts(head: Token) -> list[Token]:
    """``head`` and the nouns that "and" joins to it."""
    found = [head]
    for token in head.children:
        if token.dep_ == "conj" and token.pos_ in ("NOUN", "PROPN") and token.i > head.i:
            found += conjuncts(token)
    return found
