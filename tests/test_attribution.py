"""Who a sentence is attributed to, one phenomenon a case."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.articles import NewArticle
from schemas.claims import Claim, Span
from schemas.vocabularies import Act, Extraction, Factuality, Level, Manner, Role, Rule
from service.attribution.pipeline import Engine
from service.errors import FieldInvalid, InputError


def claims(engine: Engine, text: str, publisher: str | None = None) -> tuple[Claim, ...]:
    """The claims of a text."""
    new = NewArticle(text, publisher=publisher) if publisher else NewArticle(text)
    return engine.attribute(new).claims


def chains(claim: Claim) -> list[tuple[str, ...]]:
    """The names of each chain, origin first, without the publisher."""
    found = [tuple(link.source.name for link in a.chain if link.role is not Role.PUBLISHER) for a in claim.attributions]
    return sorted(chain for chain in found if chain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A cue and its clause, before, behind and around it.
        ("Police said the bridge was closed.", [("police",)]),
        ("The bridge was closed, police said.", [("police",)]),
        ("The bridge, police said, was closed.", [("police",)]),
        ("The bridge was closed, said Ada Lund, the mayor of Torvik.", [("Ada Lund",)]),
        ("According to the Harbour Authority, the bridge was closed.", [("Harbour Authority",)]),
        ("The bridge was closed, according to two engineers who asked not to be named.", [("engineers",)]),
        ("The finance minister, Ada Lund, told reporters that taxes would rise.", [("Ada Lund",)]),
        ("Ada Lund left the hall, insisting that taxes would rise.", [("Ada Lund",)]),
        ("A study by the university found that the fish had returned.", [("study by the university",)]),
        # Quotations.
        ("“Taxes will rise,” said Ada Lund. “Nobody likes it.”", [("Ada Lund",)]),
        ("“Taxes,” Ada Lund said, “will rise in the spring.”", [("Ada Lund",)]),
        ("In a statement, Ada Lund said: “Taxes will rise in the spring.”", [("Ada Lund",)]),
        ("“Taxes will rise in the spring.” — Ada Lund, mayor of Torvik", [("Ada Lund",)]),
        ('"Taxes will rise in the spring." - Ada Lund', [("Ada Lund",)]),
        ("“Taxes will rise in the spring.” — Reuters", []),
        ("``Taxes will rise in the spring,'' Ada Lund said.", [("Ada Lund",)]),
        ("''Will taxes rise?'' Ada Lund asked.", [("Ada Lund",)]),
        # What was said, told by a noun or a participle.
        ("Ada Lund suggested closing the bridge.", [("Ada Lund",)]),
        ("Ada Lund cited a lack of money.", [("Ada Lund",)]),
        ("Ada Lund pointed out that the bridge was closed.", [("Ada Lund",)]),
        ("A survey showed a narrow lead for the mayor.", [("survey",)]),
        ("Ada Lund showed a guest the bridge.", []),
        # Titles and trades before a name are no part of it.
        ("Vermont Sen. Anna Lund said that taxes would rise.", [("Anna Lund",)]),
        ("Biologist Anna Lund said that the fish had returned.", [("Anna Lund",)]),
        ("I should mention that the bridge was closed.", [("I",)]),
        ("Each spring she would say, “The bridge is closed again.”", [("she",)]),
        ("She would say that the bridge was closed.", []),
        ("So I was like, why close the bridge at all?", [("I",)]),
        ("It was like, you know, a bridge.", []),
        # Acts other than speech.
        ("Ada Lund called for calm.", [("Ada Lund",)]),
        ("Ada Lund vowed to lower taxes.", [("Ada Lund",)]),
        ("Ada Lund condemned the attack.", [("Ada Lund",)]),
        ("Ada Lund is convinced that taxes will rise.", [("Ada Lund",)]),
        # Chains.
        ("Taxes will rise, experts say, as reported by AP.", [("experts", "Associated Press")]),
        ("Taxes will rise, Reuters reported, citing the Finance Ministry.", [("Finance Ministry", "Reuters")]),
        ("Xinhua quoted Ada Lund as saying that taxes would rise.", [("Ada Lund", "Xinhua News Agency")]),
        ("Taxes will rise, an official told AFP.", [("official", "Agence France-Presse")]),
        ("Ada Lund said the union feared that jobs would go.", [("union", "Ada Lund")]),
        # Several sources.
        ("The bridge was closed, the Transport Ministry and the army said.", [("Transport Ministry",), ("army",)]),
        ("Police said three men fled, but Ada Lund said there were five.", [("Ada Lund",), ("police",)]),
        # About a source, and not from it.
        ("The ministry did not say when the bridge would open.", []),
        ("Nobody said that the bridge was closed.", []),
        ("Ada Lund declined to say whether taxes would rise.", []),
        ("Ada Lund may say on Monday that taxes will rise.", []),
        ("If Ada Lund says that taxes will rise, shares will fall.", []),
        ("The fall of the coin suggests that taxes will rise.", []),
        ("The bridge was closed, you know, for a week.", []),
        ("I know what.", []),
        ("By “drift” of course I mean a ship that moves.", []),
        ("They called the ship Aurora.", []),
        ("They called the bridge a wreck.", [("They",)]),
        ("As far as I can tell, the bridge was closed.", []),
        ("Sadly, we all learn from the past.", []),
        ("The party is widely viewed as weak.", []),
        ("The bridge was closed on Monday.", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_chains(text: str, expected: list[tuple[str, ...]], engine: Engine) -> None:
    """The first sentence has these chains and no others."""
    assert chains(claims(engine, text)[0]) == expected


def test_acts(engine: Engine) -> None:
    """Speech, belief, intention and attitude are told apart."""
    text = "Ada Lund said it rained. She thinks it will stop. She vowed to stay. She fears floods."
    acts = [claim.attributions[0].act for claim in claims(engine, text)]
    assert acts == [Act.STATEMENT, Act.BELIEF, Act.INTENTION, Act.ATTITUDE]


def test_manner(engine: Engine) -> None:
    """Words are quoted, reported, or some of each."""
    text = "“Taxes will rise soon,” Ada Lund said. She said they would. She said they would be “a heavy burden”."
    assert [c.attributions[0].manner for c in claims(engine, text)] == [Manner.DIRECT, Manner.INDIRECT, Manner.MIXED]


class TestResolution:
    """Who a phrase means."""

    def means(self, engine: Engine, text: str) -> tuple[str, Extraction]:
        """The origin of the last sentence, and how it is known."""
        origin = claims(engine, text)[-1].attributions[0].chain[0]
        return origin.source.name, origin.extraction

    @pytest.mark.parametrize(
        "last",
        [
            "Lund said she was glad.",
            "She said it was over.",
            "The minister said it was over.",
            "Ms. Lund said “It is over.”",
        ],
    )
    def test_person(self, last: str, engine: Engine) -> None:
        """A surname, a pronoun, a title and an honorific mean the person named before."""
        text = f"Finance Minister Ada Lund came back on Monday. {last}"
        assert self.means(engine, text) == ("Ada Lund", Extraction.RESOLVED)

    @pytest.mark.parametrize("said", ["The ministry said it would.", "It said nothing had changed."])
    def test_body(self, said: str, engine: Engine) -> None:
        """A noun and "it" mean the body named before."""
        assert self.means(engine, f"The Transport Ministry closed the bridge. {said}")[0] == "Transport Ministry"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("The storm drove the farmers inland. They say that it will pass.", "farmers"),
            ("A boy saw the storm. He said that it would pass.", "boy"),
            ("Erik Moe saw a boy. He said that it would pass.", "Erik Moe"),
            ("The police saw farmers. Officials said it rained. They say that it will pass.", "officials"),
            ("The Transport Ministry closed the bridge. They say that it is old.", "Transport Ministry"),
            ("I know that it rained. She said that it would pass.", "She"),
        ],
    )
    def test_described(self, text: str, name: str, engine: Engine) -> None:
        """Where no name and no source before it fits, a pronoun means the nearest description, or those of a body."""
        assert self.means(engine, text)[0] == name

    def test_alias(self, engine: Engine) -> None:
        """An alias of the directory is resolved; the full name is explicit."""
        assert self.means(engine, "KCNA said it rained.") == ("Korean Central News Agency", Extraction.RESOLVED)
        full = self.means(engine, "The Korean Central News Agency said it rained.")
        assert full == ("Korean Central News Agency", Extraction.EXPLICIT)

    def test_collective(self, engine: Engine) -> None:
        """State media of a country are one source, with or without their country."""
        text = "North Korea’s state media said it rained. State media added that it had stopped."
        ids = {c.attributions[0].chain[0].source.id for c in claims(engine, text)}
        assert ids == {"north-korean-state-media"}

    def test_ambiguous(self, engine: Engine) -> None:
        """Where two bear the name, both are returned and the level is left open."""
        claim = claims(engine, "Ada Lund met Erik Lund in Oslo. Lund said taxes would rise.")[-1]
        origin = claim.attributions[0].chain[0]
        assert origin.extraction is Extraction.AMBIGUOUS
        assert {c.name for c in origin.candidates or ()} == {"Ada Lund", "Erik Lund"}
        assert claim.confidence.level is Level.UNDETERMINED

    def test_common_bodies(self, engine: Engine) -> None:
        """An army of no country that the article names is a source of its article; one of a country is one source."""
        first, second = (
            {s.name: s.id for s in engine.attribute(NewArticle(text)).sources}
            for text in (
                "The army said it rained. The South Korean Defense Ministry said it was cold.",
                "The army said it snowed. The South Korean Defense Ministry denied that it snowed.",
            )
        )
        assert first["army"] != second["army"]
        assert first["South Korean Defense Ministry"] == second["South Korean Defense Ministry"]

    def test_part_of_a_country(self, engine: Engine) -> None:
        """The half of a country is no short name of its ministry."""
        text = "The South Korean Defense Ministry said it rained. The South denied that it had rained."
        assert self.means(engine, text)[0] == "South"

    def test_unnamed(self, engine: Engine) -> None:
        """Two articles' experts are two sources; two articles' KCNA is one."""
        first, second = (
            engine.attribute(NewArticle(text)).sources
            for text in (
                "Experts say it rained. KCNA said it was cold.",
                "Experts say it snowed. KCNA said it was hot.",
            )
        )
        named = {s.id for s in first if s.named} & {s.id for s in second if s.named}
        unnamed = {s.id for s in first if not s.named} & {s.id for s in second if not s.named}
        assert named == {"korean-central-news-agency"}
        assert unnamed == set()


class TestCarried:
    """Quotations that run over several sentences."""

    def speakers(self, engine: Engine, text: str) -> list[str]:
        """The origin of each sentence."""
        return [c.attributions[0].chain[0].source.name for c in claims(engine, text)]

    def test_within(self, engine: Engine) -> None:
        """The sentences of one quotation have one speaker, though only one of them has the cue."""
        text = "“We stay here. We have time. Nobody will move us,” said Ada Lund. “The doors are locked.”"
        assert self.speakers(engine, text) == ["Ada Lund"] * 4

    def test_over_paragraphs(self, engine: Engine) -> None:
        """A quotation left open goes on where the next paragraph opens with a mark."""
        text = "“We stay here,” said Ada Lund. “We have time.\n\n“The doors are locked. Nobody will move us.”"
        assert self.speakers(engine, text) == ["Ada Lund"] * 4

    def test_signed(self, engine: Engine) -> None:
        """A quotation's signature gives all its sentences to whoever signs."""
        text = "``We stay here. We have time. The doors are locked.'' — Lund, who runs the mill"
        assert self.speakers(engine, text) == ["Lund"] * 3

    def test_dialogue(self, engine: Engine) -> None:
        """A change of speaker is followed."""
        text = "“Are you leaving?” asked Ada Lund. “Not before May,” said Erik Moe. “And then I will be back.”"
        assert self.speakers(engine, text) == ["Ada Lund", "Erik Moe", "Erik Moe"]

    def test_grade(self, engine: Engine) -> None:
        """A carried sentence says so, and is at most of medium level."""
        claim = claims(engine, "“We stay here,” said Ada Lund. “The doors are locked.”")[1]
        assert claim.attributions[0].chain[0].extraction is Extraction.CARRIED
        assert claim.confidence.level is Level.MEDIUM


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("Police said the bridge was closed.", "CT+", Level.HIGH),
        ("Police said the bridge was not closed.", "CT+", Level.HIGH),
        ("Police denied that the bridge was closed.", "CT-", Level.HIGH),
        ("Police rejected the allegation.", "CT-", Level.HIGH),
        ("Police said the bridge was likely to close.", "PR+", Level.MEDIUM),
        ("Police said the bridge was unlikely to close.", "PR-", Level.MEDIUM),
        ("Police said the bridge appears to be closed.", "PR+", Level.MEDIUM),
        ("Police said the bridge does not appear to be closed.", "PR-", Level.MEDIUM),
        ("Police said the bridge is expected to close.", "PR+", Level.MEDIUM),
        ("Police believe the bridge is closed.", "PR+", Level.MEDIUM),
        ("Police said the bridge may close.", "PS+", Level.LOW),
        ("Police said the bridge would possibly close.", "PS+", Level.LOW),
        ("Police believe the bridge may close.", "PS+", Level.LOW),
        ("Police said the bridge would close if it rained.", "Uu", Level.UNDETERMINED),
        ("Police said the bridge would close even if it did not rain.", "CT+", Level.HIGH),
        ("Police asked whether the bridge was closed.", "Uu", Level.UNDETERMINED),
        ("Police know whether the bridge is closed.", "CTu", Level.UNDETERMINED),
        ("The bridge is closed.", "CT+", Level.MEDIUM),
        ("It remains unclear whether the bridge is closed.", "Uu", Level.UNDETERMINED),
        ("Is the bridge on the river closed now?", "Uu", Level.UNDETERMINED),
    ],
)
def test_confidence(text: str, code: str, level: Level, engine: Engine) -> None:
    """The origin's commitment gives the level; the publisher's own voice is capped at medium."""
    claim = claims(engine, text)[0]
    assert claim.attributions[0].chain[0].factuality is Factuality(code)
    assert claim.confidence.level is level
    assert claim.confidence.because


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Police said the bridge was closed.", Rule.CERTAIN_CUE, "said"),
        ("The bridge was closed, according to police.", Rule.CERTAIN_CUE, "according to"),
        ("Police denied that the bridge was closed.", Rule.DENYING_CUE, "denied"),
        ("Police doubt that the bridge is closed.", Rule.DOUBTING_CUE, "doubt"),
        ("Police said the bridge may close.", Rule.MODAL, "may"),
        ("Police said the bridge does not appear to be closed.", Rule.DENIED_HEDGE, "appear"),
        ("Police said the bridge would close if it rained.", Rule.CONDITION, "if"),
    ],
)
def test_because(text: str, rule: Rule, words: str, engine: Engine) -> None:
    """The level comes with the rule and the words that decided it, and with how the origin is known."""
    commitment, source = claims(engine, text)[0].confidence.because
    assert (commitment.rule, commitment.span and commitment.span.text) == (rule, words)
    assert (source.rule, source.span and source.span.text.lower()) == (Rule.EXPLICIT_SOURCE, "police")


def test_no_claim(engine: Engine) -> None:
    """A heading and a credit commit nobody to anything, unless somebody is named for it."""
    heading, _, named, _, credit = claims(
        engine, "No way out\n\nIt rained.\n\nPolice say bridge closed\n\nIt did.\n\n(With inputs from AP)"
    )
    assert heading.confidence.level is credit.confidence.level is Level.UNDETERMINED
    assert named.confidence.level is Level.HIGH


def test_relays(engine: Engine) -> None:
    """A relay that reports commits to nothing; one that confirms commits."""
    text = "Experts say it rained, as reported by AP. Experts say it rained, AP confirmed."
    reports, confirms = claims(engine, text)
    assert [link.factuality for link in reports.attributions[0].chain] == [Factuality.CERTAIN, Factuality.UNCOMMITTED]
    assert [link.factuality for link in confirms.attributions[0].chain] == [Factuality.CERTAIN, Factuality.CERTAIN]


class TestArticle:
    """The article around its claims."""

    def test_publisher(self, engine: Engine) -> None:
        """A known publisher closes every chain, under its well-known name."""
        for claim in claims(engine, "Police said it rained. It was cold.", publisher="AP"):
            last = claim.attributions[0].chain[-1]
            assert (last.role, last.source.id) == (Role.PUBLISHER, "associated-press")

    def test_no_publisher(self, engine: Engine) -> None:
        """Without one, the article itself stands for what nobody is named for, and closes no other chain."""
        record = engine.attribute(NewArticle("Police said it rained. It was cold."))
        said, own = record.claims
        assert [link.role for link in said.attributions[0].chain] == [Role.ORIGIN]
        assert own.attributions[0].chain[0].source.id == record.article.id

    def test_contributors(self, engine: Engine) -> None:
        """Credits and a dateline name contributors."""
        text = "SEOUL (AP) — It rained on the city.\n\n(With inputs from AFP and Yonhap)"
        names = [c.name for c in engine.attribute(NewArticle(text)).article.contributors]
        assert names == ["Associated Press", "Agence France-Presse", "Yonhap News Agency"]

    def test_header(self, engine: Engine) -> None:
        """The date of the text form is the article's; one handed in goes before it."""
        text = " date 2026-02-08 It rained."
        assert engine.attribute(NewArticle(text)).article.published_at == "2026-02-08"
        stated = NewArticle(text, published_at="2026-02-09T10:00:00+02:00")
        assert engine.attribute(stated).article.published_at == "2026-02-09T08:00:00Z"

    @pytest.mark.parametrize("field", ["title", "url", "publisher"])
    def test_control_characters(self, field: str, engine: Engine) -> None:
        """A control character is refused in every field, by name."""
        with pytest.raises(FieldInvalid) as refusal:
            engine.attribute(NewArticle("It rained.", **{field: "http://a/\0"}))
        assert refusal.value.pointer == f"/{field}"

    def test_same_again(self, engine: Engine) -> None:
        """Reading the same article again gives the same record."""
        new = NewArticle("Police said it rained. It rained. It rained.", url="https://news.example/rain")
        assert engine.attribute(new) == engine.attribute(new)
        assert len({c.id for c in engine.attribute(new).claims}) == 3


def spans(claim: Claim) -> list[Span]:
    """Every span of a claim."""
    found = [Span(claim.start, claim.end, claim.text)]
    for attribution in claim.attributions:
        found += [*attribution.cue, *attribution.content]
        found += [link.mention for link in attribution.chain if link.mention]
    return found + [reason.span for reason in claim.confidence.because if reason.span]


WORDS = ["Kim", "Ada Lund", "said", "that", "it rained", "“", "”", '"', "‘", "’", ",", ".", "?", "AP", "reported",
         "as", "according to", "the", "ministry", "he", "denied", "citing", "told", "if", "may", "\n\n", "(", ")",
         "—", "漢字", "عربي", "😀", "who", "expected to", "quoted", "saying", "U.S.", "’s", "\u00a0", "-"]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join))
def test_any_text(engine: Engine, text: str) -> None:
    """Whatever the text, it is read or refused with a reason; every span verifies and every claim has a source."""
    try:
        record = engine.attribute(NewArticle(text, language="en"))
    except InputError:
        return
    known = {s.id for s in record.sources}
    for claim in record.claims:
        assert all(text[s.start : s.end] == s.text for s in spans(claim))
        assert claim.attributions
        assert all(link.source.id in known for a in claim.attributions for link in a.chain)


INTERVIEW = """The Courier interviews Ada Lund and her plans for Torvik

Ada Lund has run the harbour of Torvik since 2019. The Courier spoke with her on Monday.

Do you think the harbour will grow?

I think it will grow by half. You know how it is with ships.

What did the council say to you?

I believe that they liked it.
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Do you think", [("Ada Lund",)]),
        ("I think it", [("Ada Lund",)]),
        ("I believe that", [("Ada Lund",)]),
    ],
)
def test_the_guest_of_an_interview(engine: Engine, words: str, expected: list[tuple[str, ...]]) -> None:
    """In an interview without labels "you" of a question and "I" of an answer are the guest."""
    found = next(c for c in claims(engine, INTERVIEW) if c.text.startswith(words))
    assert chains(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Courier interviews Ada Lund\n\nI think the harbour will grow. Who knows?\n\nThe ships come in at night.",
        "The harbour of Ada Lund\n\nThe ships come in at night.\n\nI think the harbour will grow.",
    ],
)
def test_no_interview_without_answers(engine: Engine, text: str) -> None:
    """Where nobody answers a question put to "you", "I" is whoever writes."""
    found = next(c for c in claims(engine, text) if c.text.startswith("I think"))
    assert chains(found) == [("I",)]


@pytest.mark.parametrize(
    ("opening", "guest"),
    [
        ("An interview with Ada Lund, the mayor", "Ada Lund"),
        ("Biologist Anna Lund interviewed by the Courier", "Anna Lund"),
        ("The Courier interviews Ada Lund about Mark Hale", "Ada Lund"),
        ("The harbour and its people\n\nAda Lund runs the harbour. The Courier interviewed her in May.", "Ada Lund"),
    ],
)
def test_who_is_interviewed(engine: Engine, opening: str, guest: str) -> None:
    """The guest is whom the headline or the first paragraphs say that the talk is with."""
    talk = "\n\nDo you like it?\n\nI think it is fine.\n\nWhat comes next for you?\n\nA rest."
    found = next(c for c in claims(engine, opening + talk) if c.text.startswith("I think"))
    assert chains(found) == [(guest,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I know that the bridge is closed.", [("I",)]),
        ("I remember what the mayor wore.", [("I",)]),
        ("Ada Lund knew that the bridge was closed.", []),
        ("The drivers do not know why the bridge is closed.", [("drivers",)]),
        ("Ada Lund remembered what the mayor wore.", []),
    ],
)
def test_what_one_knows(engine: Engine, text: str, expected: list[tuple[str, ...]]) -> None:
    """To say "I know" is to say so; that somebody else knew it is the article's own word; what they know is theirs."""
    assert chains(claims(engine, text)[0]) == expected


def test_a_relative_pronoun_is_the_mention(engine: Engine) -> None:
    """In "Lund, who said" the words that stand for the source are "who"; whom it means is resolved."""
    claim = claims(engine, "Ada Lund, who said that the bridge was closed, left.")[0]
    link = claim.attributions[0].chain[0]
    assert link.source.name == "Ada Lund"
    assert isinstance(link.mention, Span)
    assert link.mention.text == "who"
    assert link.extraction is Extraction.RESOLVED


LABELLED = """MODERATOR: Is the bridge closed?

LUND: The bridge is closed for good. Nobody will open it again.

Anna Lund left the hall."""


def test_a_label_gives_its_paragraph_to_a_speaker(engine: Engine) -> None:
    """A label attributes the sentences of its paragraph to whom it names, and no more."""
    found = [chains(c) for c in claims(engine, LABELLED)]
    assert found == [[("MODERATOR",)], [("Anna Lund",)], [("Anna Lund",)], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Lund: The bridge is closed for good.", [("Anna Lund",)]),
        ("Police: The bridge is closed for good.", [("police",)]),
        ("Report: The bridge is closed for good.", [("report",)]),
        ("Lund: “The bridge is closed for good.”\n\nThe hall heard Lund.", [("Lund",)]),
        ("Anna Lund: Mark Hale says the bridge is closed.", [("Mark Hale", "Anna Lund")]),
        ("France: The bridge is closed for good.", []),
        ("UPDATE: The bridge is closed for good.", []),
        ("Anna Lund: A life in pictures.", []),
        ("The choice is plain: The bridge is closed for good.", []),
    ],
)
def test_labels(engine: Engine, text: str, expected: list[tuple[str, ...]]) -> None:
    """A colon behind somebody's name, or behind what can speak or be read, attributes; behind a topic it does not."""
    assert chains(claims(engine, text)[0]) == expected
