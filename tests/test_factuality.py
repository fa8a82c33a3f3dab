"""How far a sentence commits to the events in it: each stands between asterisks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.vocabularies import Factuality
from service.attribution.pipeline import Engine
from service.attribution.signatures import Signature

STRENGTH = ("Uu", "PS", "PR", "CT")
CODES = st.sampled_from(Factuality)
WORDS = (
    "if",
    "the",
    "dam",
    "may",
    "not",
    "have",
    "burst",
    ",",
    "said",
    "to",
    "no",
    "“",
    "it",
    "?",
    "who",
    "without",
    "of",
)


def check(engine: Engine, marked: str, code: str) -> None:
    """The event that ``marked`` holds between asterisks is read as ``code``."""
    before, event, _ = marked.split("*")
    span = (len(before), len(before) + len(event))
    assert engine.events(marked.replace("*", ""), [span]) == [Factuality(code)]


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The bridge *collapsed* at dawn.", "CT+"),
        ("The *explosion* shook the town.", "CT+"),
        ("The *damaged* mill was sold.", "CT+"),
        ("The mill, *built* in 1820, was sold.", "CT+"),
        ("The council will *repair* the road.", "CT+"),
        ("After the *strike*, the owners sold the mill.", "CT+"),
    ],
)
def test_what_is_told_plainly_is_certain(engine: Engine, marked: str, code: str) -> None:
    """A verb, a noun, a participle and a future without a hedge are certain."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The bridge did not *collapse*.", "CT-"),
        ("The bridge never *reopened*.", "CT-"),
        ("No bridge *collapsed*.", "CT-"),
        ("Neither boat *sank*.", "CT-"),
        ("The mill no longer *grinds* corn.", "CT-"),
        ("The police made no *arrest*.", "CT-"),
        ("The police did not make any *arrests*.", "CT-"),
        ("The police did not disrupt the *wedding*.", "CT+"),
        ("The flood not only *damaged* the mill but ruined the harvest.", "CT+"),
        ("The boat nearly *sank*.", "CT-"),
        ("The boat did not sink or *drift*.", "CT-"),
        ("The boat did not sink, but it *drifted*.", "CT+"),
    ],
)
def test_a_negation_denies_what_stands_in_its_scope(engine: Engine, marked: str, code: str) -> None:
    """A denied verb takes its indefinite objects and its conjuncts along, and leaves a definite object alone."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The dam may *burst* tonight.", "PS+"),
        ("The dam could *burst* tonight.", "PS+"),
        ("The dam may not *burst*.", "PS-"),
        ("The ferry can *carry* forty cars.", "PS+"),
        ("The ferry cannot *carry* trucks.", "CT-"),
        ("The council should *repair* the road.", "PS+"),
        ("The council must *repair* the road.", "PR+"),
        ("The council would *repair* the road.", "PR+"),
        ("The council will not *repair* the road.", "CT-"),
        ("Prices may rise or *fall*.", "PS+"),
        ("Prices *rose* and may fall.", "CT+"),
    ],
)
def test_a_modal_weakens_its_verb(engine: Engine, marked: str, code: str) -> None:
    """What may be is possible, what must be probable; what cannot be is not, and what may not be may be."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The storm probably *sank* the boat.", "PR+"),
        ("The storm perhaps *sank* the boat.", "PS+"),
        ("The thief reportedly *escaped*.", "PR+"),
        ("It almost certainly *sank*.", "PR+"),
        ("A possible *explosion* was reported.", "PS+"),
        ("The planned *strike* worried the owners.", "PR+"),
    ],
)
def test_an_adverb_or_an_adjective_weakens_its_event(engine: Engine, marked: str, code: str) -> None:
    """A hedge beside an event is a hedge on it."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The crew managed to *land* the plane.", "CT+"),
        ("The crew did not manage to *land* the plane.", "CT-"),
        ("The crew might manage to *land* the plane.", "PS+"),
        ("The crew failed to *land* the plane.", "CT-"),
        ("The crew did not fail to *land* the plane.", "CT+"),
        ("The pilot refused to *land* the plane.", "CT-"),
        ("The pilot forgot to *close* the door.", "CT-"),
        ("The pilot remembered to *close* the door.", "CT+"),
        ("They avoided *paying* the fine.", "CT-"),
        ("They started *smoking*.", "CT+"),
        ("They did not stop *smoking*.", "CT+"),
        ("The failure to *close* the school angered parents.", "CT-"),
        ("They are unable to *leave* the camp.", "CT-"),
    ],
)
def test_an_implicative_says_whether_its_infinitive_was_done(engine: Engine, marked: str, code: str) -> None:
    """Who managed to, did; who failed to, did not; and the other way round where that is denied."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("The rain forced them to *leave* the camp.", "CT+"),
        ("The guard let them *leave* the camp.", "CT+"),
        ("The guards saw him *leave*.", "CT+"),
        ("The new road allowed them to *reach* the camp.", "PR+"),
        ("The guard prevented them from *leaving* the camp.", "CT-"),
        ("The police prevented an *explosion*.", "CT-"),
        ("The owners cancelled a *strike*.", "CT-"),
        ("The ice was thick enough to *carry* a horse.", "PR+"),
        ("The ice was too thin to *carry* a horse.", "PR-"),
    ],
)
def test_a_cause_brings_its_event_about_or_keeps_it_off(engine: Engine, marked: str, code: str) -> None:
    """To force is to bring about, to allow makes likely, to prevent keeps off."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("They want to *leave* the camp.", "PS+"),
        ("They do not want to *leave* the camp.", "Uu"),
        ("They hope to *leave* the camp.", "PS+"),
        ("They tried to *leave* the camp.", "PS+"),
        ("They asked her to *leave* the camp.", "PS+"),
        ("They ordered her to *leave* the camp.", "PS+"),
        ("They have to *leave* the camp.", "PS+"),
        ("They plan to *leave* the camp.", "PR+"),
        ("They agreed to *leave* the camp.", "PR+"),
        ("She is due to *speak* on Monday.", "PR+"),
        ("They considered *leaving*.", "PS+"),
        ("The attempt to *close* the school angered parents.", "PS+"),
        ("The decision to *close* the school angered parents.", "PR+"),
        ("The minister asked that the school be *closed*.", "PS+"),
        ("The firm opposes a *merger*.", "PS+"),
        ("The police called for an *inquiry*.", "PS+"),
        ("The risk of *war* grew.", "PS+"),
        ("They left to *find* food.", "PR+"),
        ("*Leave* the building at once.", "PS+"),
    ],
)
def test_what_is_wanted_is_possible_and_what_is_planned_probable(engine: Engine, marked: str, code: str) -> None:
    """A wish, an order or an attempt leaves its aim possible, a plan makes it probable, whether verb, noun or "to"."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("They know that the dam *burst*.", "CT+"),
        ("They do not know that the dam *burst*.", "CT+"),
        ("They may know that the dam *burst*.", "CT+"),
        ("The pilot forgot that the door *closed*.", "CT+"),
    ],
)
def test_what_is_known_stands_whoever_knows_it(engine: Engine, marked: str, code: str) -> None:
    """A factive takes its clause for granted, denied and doubted too."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("They said that the dam *burst*.", "CT+"),
        ("They said that the dam did not *burst*.", "CT-"),
        ("They said that the dam may have *burst*.", "PS+"),
        ("They did not say that the dam *burst*.", "PS+"),
        ("They believe that the dam *burst*.", "PR+"),
        ("They do not believe that the dam *burst*.", "PR-"),
        ("They doubt that the dam *burst*.", "PR-"),
        ("They deny that the dam *burst*.", "CT-"),
        ("They fear that the dam *burst*.", "PS+"),
        ("They claim that the dam *burst*.", "PR+"),
        ("They are expected to *leave* the camp.", "PR+"),
        ("They are unlikely to *leave* the camp.", "PR-"),
        ("It is unlikely that the dam *burst*.", "PR-"),
        ("It is possible that the dam *burst*.", "PS+"),
        ("He was said to have *fled*.", "PR+"),
        ("The mayor was accused of *taking* bribes.", "PR+"),
        ("The mayor denied *opening* the letter.", "CT-"),
        ("There is no evidence that the school *closed*.", "PS+"),
    ],
)
def test_a_report_is_as_firm_as_its_words(engine: Engine, marked: str, code: str) -> None:
    """What is said counts as so, what is believed as probable, what is denied as not so."""
    check(engine, marked, code)


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("If the dam *breaks*, the village will drown.", "Uu"),
        ("If the dam breaks, the village will *drown*.", "PR+"),
        ("Unless the rain *stops*, the village will drown.", "Uu"),
        ("Had they *asked* us, we would have helped.", "Uu"),
        ("They wonder whether the dam *burst*.", "Uu"),
        ("They asked if the dam *burst*.", "Uu"),
        ("Did the dam *burst*?", "Uu"),
        ("Why did the dam *burst*?", "CT+"),
        ("The dam held until the engineers *arrived*.", "PS+"),
        ("The dam burst when the engineers *arrived*.", "CT+"),
        ("They left without *finding* food.", "CT-"),
        ("They left after *finding* food.", "CT+"),
        ("They stayed instead of *leaving*.", "CT-"),
        ("They stopped *smoking*.", "Uu"),
    ],
)
def test_conditions_questions_and_exclusions_leave_open_or_deny(engine: Engine, marked: str, code: str) -> None:
    """What is supposed or asked is left open, unless the question takes it for granted; "without" denies."""
    check(engine, marked, code)


def test_each_span_has_its_own_reading_in_order(engine: Engine) -> None:
    """The answers come in the order of the spans, and a span of several words is read at their head."""
    assert engine.events("Prices rose and may fall.", [(20, 24), (7, 11), (16, 24)]) == ["PS+", "CT+", "PS+"]


def test_a_span_without_a_word_is_uncommitted(engine: Engine) -> None:
    """Nothing is said of what is not there."""
    assert engine.events("Prices rose.", [(6, 7), (40, 44), (3, 3)]) == ["Uu", "Uu", "Uu"]


@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(st.sampled_from(WORDS)).map(" ".join) | st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(-2, 70), st.integers(-2, 70)), max_size=4),
)
def test_every_span_of_every_text_is_read(engine: Engine, text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the text and the spans, there is one code a span and no error."""
    assert len(engine.events(text, spans)) == len(spans)


@given(holds=CODES, fails=CODES, governor=CODES)
def test_a_doubted_event_is_no_firmer_than_its_governor(
    holds: Factuality, fails: Factuality, governor: Factuality
) -> None:
    """Doubt about a governor is doubt about its event, unless the event is taken for granted."""
    doubted = Signature(holds, fails).under(governor)
    assert STRENGTH.index(doubted[:2]) <= (0 if governor == "CTu" else STRENGTH.index(governor[:2]))
    assert Signature(holds, fails, doubted=False).under(governor) == holds
