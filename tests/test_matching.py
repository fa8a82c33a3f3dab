"""Two texts compared, and how many speak for what several claims say."""

import msgspec
import pytest

from schemas.claims import Claim, Span
from schemas.related import Aspect, Corroboration, Relation
from schemas.sources import Source
from schemas.vocabularies import Factuality, Role, SourceKind
from service.matching.contents import content
from service.matching.corroboration import corroboration
from service.matching.features import features
from service.matching.relations import Likeness, compare
from service.matching.signatures import bands
from tests.records import AP, GUARDIAN, KCNA, analysts, attribution, claim, link, record

DAM = "The Kessell dam released 400 tonnes of water into the valley on Sunday."


def compared(one: str, other: str) -> Likeness | None:
    """How the texts go together."""
    return compare(features(one), features(other))


@pytest.mark.parametrize(
    ("other", "relation", "aspects"),
    [
        (DAM, Relation.SAME, []),
        ("On Sunday, 400 tonnes of water were released into the valley by the dam at Kessell.", Relation.SAME, []),
        ("The Kessell dam released four hundred tons of water into the valley on Sunday.", Relation.SAME, []),
        ("The Kessell dam released 400 tonnes of water.", Relation.SAME, []),
        (DAM.replace("400", "40"), Relation.SIMILAR, [Aspect.NUMBERS, Aspect.WORDING]),
        (DAM.replace("Sunday", "Monday"), Relation.SIMILAR, [Aspect.TIMES, Aspect.WORDING]),
        (DAM.replace("Kessell", "Torvik"), Relation.SIMILAR, [Aspect.NAMES, Aspect.WORDING]),
        (DAM.replace("released", "may release"), Relation.SIMILAR, [Aspect.CERTAINTY]),
        (DAM.replace("water", "mud"), Relation.SIMILAR, [Aspect.WORDING]),
        (DAM.replace("released", "did not release"), Relation.OPPOSED, [Aspect.POLARITY]),
        (f"Denied: {DAM}", Relation.OPPOSED, [Aspect.POLARITY]),
    ],
)
def test_compare(other: str, relation: Relation, aspects: list[Aspect]) -> None:
    """Reworded and cut texts are the same; a number, a day, a name, a "may", a word or a "not" makes them others."""
    for likeness in (compared(DAM, other), compared(other, DAM)):
        assert likeness is not None
        assert (likeness.relation, [one.aspect for one in likeness.differences]) == (relation, aspects)


def test_antonyms() -> None:
    """A word in the place of its opposite turns a text round, and a "not" turns it back, though not to the same."""
    rose, fell = "Rents in Dublin rose again last year.", "Rents in Dublin fell again last year."
    for one, other, relation in (
        (rose, fell, Relation.OPPOSED),
        (rose, rose.replace("rose", "did not fall"), Relation.SIMILAR),
    ):
        likeness = compared(one, other)
        assert likeness is not None
        assert likeness.relation is relation


def test_moved_names() -> None:
    """Who did it to whom tells two texts of the same words apart."""
    likeness = compared("On Friday Brazil beat Argentina in Lima.", "On Friday Argentina beat Brazil in Lima.")
    assert likeness is not None
    assert (likeness.relation, likeness.differences[0].aspect) == (Relation.SIMILAR, Aspect.ORDER)


def test_nothing_in_common() -> None:
    """Texts that share little go together in no way, nor does one without a word."""
    assert compared(DAM, "The orchestra will play without a conductor on Sunday.") is None
    assert compared(DAM, "") is None


def test_bands() -> None:
    """The bands of a text are what they were: those of millions of texts are stored. Another needs a migration."""
    assert bands(DAM)[:3] == (296132662139101616, 1961601575962210089, -2544817578269155508)
    assert bands("Nobody was there.") == ()


def spanned(text: str, name: str, cue: str, said: str) -> Claim:
    """A claim of KCNA's, whose mention, cue and content are these words."""
    spans = [Span(text.index(part), text.index(part) + len(part), part) for part in (name, cue, said)]
    to = msgspec.structs.replace(link(KCNA), mention=spans[0])
    made = msgspec.structs.replace(attribution(to), cue=(spans[1],), content=(spans[2],))
    return msgspec.structs.replace(claim(text, made), end=len(text))


@pytest.mark.parametrize(
    ("text", "cue", "said", "left"),
    [
        ("The dam held, KCNA said.", "said", "The dam held", "The dam held"),
        ("SEOUL (AP) — The dam held, KCNA said.", "said", "The dam held", "The dam held"),
        ("KCNA denied that the dam held.", "denied", "that the dam held", "KCNA denied that the dam held."),
        ("KCNA said its dam held.", "said", "its dam held", "KCNA its dam held."),
    ],
)
def test_content(text: str, cue: str, said: str, left: str) -> None:
    """What is compared is what is said, with whoever denies it or may be meant by its pronouns."""
    assert content([spanned(text, "KCNA", cue, said)]).rstrip(",.") == left.rstrip(".")


def counted(*claims: tuple[Claim, Source | None], credited: Source | None = None) -> Corroboration:
    """How many speak for the claims, each in an article of its own of this publisher; the first credits a source."""
    records = [record(f"n{n}", one, sources=(), publisher=publisher) for n, (one, publisher) in enumerate(claims)]
    articles = [one.article for one in records]
    if credited is not None:
        articles[0] = msgspec.structs.replace(articles[0], contributors=(link(credited).source,))
    sources = {source.id: source for source in (AP, KCNA, GUARDIAN, COURIER, *map(analysts, ("n0", "n1", "n2")))}
    return corroboration([one.claims[0] for one in records], sources, {one.id: one for one in articles})


COURIER = Source(id="the-courier", name="The Courier", kind=SourceKind.OUTLET, named=True)

REWORDED = "Into the valley below, the Kessell dam let 400 tonnes of water run at the weekend, on Sunday."


def own(source: Source, text: str = DAM) -> tuple[Claim, Source]:
    """A claim in the publisher's own voice."""
    return claim(text, attribution(link(source, Role.PUBLISHER, Factuality.UNCOMMITTED))), source


def test_copies_are_one_origin() -> None:
    """Copies of one agency's story are one origin, passed on by one relay, however many print them."""
    story = attribution(link(KCNA), link(AP, Role.RELAY, Factuality.UNCOMMITTED))
    counts = counted((claim(DAM, story), GUARDIAN), (claim(DAM, story), COURIER), (claim(REWORDED, story), None))
    assert (counts.claims, counts.articles) == (3, 3)
    assert (counts.origins.count, [one.id for one in counts.origins.named]) == (1, [KCNA.id])
    assert (counts.relays.count, [one.id for one in counts.relays.named]) == (1, [AP.id])
    assert (counts.publishers.count, counts.publishers.unnamed) == (3, 1)


def test_own_voices() -> None:
    """Publishers that say it in their own voice are an origin each, but not in one another's words, nor an agency's."""
    assert counted(own(GUARDIAN), own(COURIER, REWORDED)).origins.count == 2
    assert counted(own(GUARDIAN), own(COURIER)).origins.count == 1
    credited = counted(own(GUARDIAN), own(COURIER), credited=AP).origins
    assert [one.id for one in credited.named] == [AP.id]


def test_unnamed_origins() -> None:
    """Analysts are others in each article, but not in one another's words."""
    told = [(claim(text, attribution(link(analysts(f"n{n}")))), None) for n, text in enumerate((DAM, DAM, REWORDED))]
    assert counted(*told).origins.unnamed == 2
