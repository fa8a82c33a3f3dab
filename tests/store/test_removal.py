"""What is removed for good is in no answer, of no moment, and in no byte; all else is as it was."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Outcome
from schemas.changes import Action, Change, Entity
from schemas.claims import Claim, Reason, Span
from schemas.corrections import Corrected, Retraction, RetractionKind
from schemas.facets import Facet
from schemas.records import Record
from schemas.sources import Source
from schemas.vocabularies import Axis, ClaimKind, Extraction, Level, Rule, SourceKind, Status
from service.errors import ArticleBarred, ArticleRemoved, ClaimRemoved, NotFound, Overtaken, Removed, SourceRemoved
from service.storage import redacting
from service.storage.filters import (
    ArticleFilter,
    ChangeFilter,
    ClaimFilter,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore, Once
from tests.records import AP, KCNA, NOON, analysts, attribution, claim, link, record
from tests.soundness import stored_articles
from tests.store.conftest import STORES
from tests.store.news import found, ids, walk
from tests.store.test_history import ASKED, CLAIMS, DOUBTED, SAID

LUND = replace(AP, id="ada-lund", name="Ada Lund", kind=SourceKind.PERSON, aliases=("Lund",))
MARK = "Quetzalbird"
SECRET = claim(f"An exile of Oslo, the {MARK}, fled abroad, Ada Lund said.", attribution(link(LUND)))
BLOCKED = "█" * (len(SECRET.text) - 1) + "."
SPACED = SECRET.text.replace(", ", " — ").replace(" ", "  ")
REASON = "By order of the court."


def version(*claims: Claim, name: str = "dam", title: str | None = None, others: Sequence[Source] = ()) -> Record:
    """A version of the article ``name``, with just the sources that it names; a claim's id hangs on its words alone."""
    known = {source.id: source for source in (AP, KCNA, LUND, analysts("dam"), *others)}
    named = {link.source.id for one in claims for attributed in one.attributions for link in attributed.chain}
    sources = [known[id] for id in sorted(named | {AP.id})]
    made = record(name, *claims, sources=sources, publisher=AP, published_at="2026-02-08")
    own = [f"clm_{name}_{'_'.join(one.text.split()[:3])}" for one in claims]
    article = replace(made.article, title=title or made.article.title)
    named_so = tuple(replace(one, id=id) for one, id in zip(made.claims, own, strict=True))
    return replace(made, article=article, claims=named_so)


def put(store: ClaimStore, record: Record) -> Outcome:
    """The record is stored."""
    return store.put(record, at=NOON, actor="tester").outcome


def remove(store: ClaimStore, entity: Entity, id: str) -> None:
    """What has the id is removed for good, and its bytes are gone."""
    made = store.remove(entity, id, REASON, after=store.last(entity, id), at=NOON, actor="judge")
    assert (made.id, made.by, made.reason, made.wiped) == (id, "judge", REASON, True)


def changes(store: ClaimStore) -> list[Change]:
    """The record."""
    items = walk(partial(store.changes, ChangeFilter()), Window(7))
    return [msgspec.json.decode(item, type=Change) for item in items]


def of(store: ClaimStore, id: str, as_of: int | None = None) -> Claim:
    """The claim."""
    return msgspec.json.decode(store.claim(id, as_of), type=Claim)


class TestArticle:
    """An article that is removed."""

    def test_it_is_in_no_answer(self, store: ClaimStore) -> None:
        """By its id, its claims' and its sources' who asks is told why and when, as of any moment at which it was."""
        put(store, version(SAID, name="levee"))
        before = store.sequence()
        put(store, version(SECRET, ASKED))
        there = store.sequence()
        put(store, version(ASKED))
        remove(store, Entity.ARTICLE, "art_dam")
        for as_of in (None, there, store.sequence()):
            for get, id, error in (
                (store.article, "art_dam", ArticleRemoved),
                (store.claim, "clm_dam_An_exile_of", ClaimRemoved),
                (store.claim, "clm_dam_Will_the_dam", ClaimRemoved),
                (store.source, LUND.id, SourceRemoved),
            ):
                with pytest.raises(error, match=r"removed for good at 2026-02-08T12:00:00\.000Z: By order") as told:
                    get(id, as_of)
                assert isinstance(told.value, Removed)
                with pytest.raises(NotFound) as unknown:
                    get(id, before)
                assert not isinstance(unknown.value, Removed)
        for read in (store.versions, store.held, partial(store.last, Entity.ARTICLE)):
            with pytest.raises(Removed):
                read("art_dam" if read != store.held else "clm_dam_Will_the_dam")

    def test_it_is_in_no_list(self, store: ClaimStore) -> None:
        """Of no status and no moment; a list as of a moment at which it was there tells how many are gone."""
        put(store, version(SAID, name="levee"))
        before = store.sequence()
        put(store, version(SECRET, ASKED))
        there = store.sequence()
        put(store, version(ASKED))
        remove(store, Entity.ARTICLE, "art_dam")
        everything = ClaimFilter(status=tuple(Status))
        for as_of, gone in ((None, 0), (before, 0), (there, 2), (store.sequence(), 0)):
            window = Window(as_of=as_of, counted=True)
            claims = store.claims(everything, window)
            assert ([of(store, "clm_levee_KCNA_said_the")], 1) == (
                [msgspec.json.decode(item, type=Claim) for item in claims.items],
                claims.total,
            )
            assert claims.removed == store.attributions(everything, window).removed == gone
            articles = store.articles(ArticleFilter(status=tuple(Status)), window)
            assert (len(articles.items), articles.removed) == (1, min(gone, 1))
            assert store.sources(SourceFilter(), window).removed == min(gone, 1)
            assert not found(store, ClaimFilter(q=MARK, status=tuple(Status)))
            assert not store.alike(SECRET.text, as_of=as_of).items
        assert ids(store, SourceFilter(status=tuple(Status))) == [AP.id, KCNA.id]
        assert (store.source(AP.id).claims, store.source(KCNA.id).claims) == (0, 1)
        assert store.bearers("Lund", there) == ()
        assert (store.size().articles, store.size().claims) == (1, 1)

    def test_the_record_has_nothing_of_it(self, store: ClaimStore) -> None:
        """No number is missing; what it made is gone from each change, and each thing has one more that tells."""
        put(store, version(SECRET, ASKED))
        put(store, version(ASKED))
        last = store.sequence()
        remove(store, Entity.ARTICLE, "art_dam")
        made = changes(store)
        assert [change.sequence for change in made] == list(range(1, store.sequence() + 1))
        for change in made[:last]:
            thing = change.article or change.claim or change.source
            assert not thing
            assert (change.removed or 0) > last
        assert {(change.entity, change.id) for change in made[last:]} == {
            (Entity.ARTICLE, "art_dam"),
            (Entity.CLAIM, "clm_dam_An_exile_of"),
            (Entity.CLAIM, "clm_dam_Will_the_dam"),
            (Entity.SOURCE, f"removed-{sha256(LUND.id.encode()).hexdigest()[:26]}"),
            (Entity.SOURCE, f"removed-{sha256(AP.id.encode()).hexdigest()[:26]}"),
        }
        for change in made[last:]:
            assert (change.action, change.reason, change.by) == (Action.REMOVED, REASON, "judge")
            assert not change.removed
        assert "lund" not in str(made).casefold()

    def test_it_is_not_stored_again(self, store: ClaimStore) -> None:
        """Neither the same text nor another, nor under an Idempotency-Key by which it was."""
        once = Once("me", "key", b"digest")
        store.put(version(SECRET), at=NOON, actor="tester", once=once)
        remove(store, Entity.ARTICLE, "art_dam")
        for again in (version(SECRET), version(ASKED)):
            with pytest.raises(ArticleBarred, match="is not stored again: By order"):
                store.put(again, at=NOON, actor="tester", once=once)
        assert store.receipt(once, at=NOON) is None

    def test_one_that_was_retracted(self, store: ClaimStore) -> None:
        """It is removed like any other."""
        put(store, version(SECRET, ASKED))
        retraction = Retraction(RetractionKind.LEGAL, "A court asks.")
        after = store.last(Entity.ARTICLE, "art_dam")
        store.withdraw("art_dam", retraction, after=after, at=NOON, actor="tester")
        remove(store, Entity.ARTICLE, "art_dam")
        assert not store.articles(ArticleFilter(status=tuple(Status)), Window()).items
        assert "A court asks" not in str(changes(store))

    def test_the_source_that_it_is(self, store: ClaimStore) -> None:
        """Its titles, by which it is known where nobody published it, though no claim may name it so."""
        for title in ("Ada Lund has fled", "Exile flees"):
            own = replace(AP, id="art_dam", name=title, kind=SourceKind.ARTICLE, aliases=())
            made = version(SECRET, title=title)
            article = replace(made.article, publisher=UNSET)
            put(store, replace(made, article=article, sources=(LUND, own)))
        there = store.sequence()
        remove(store, Entity.ARTICLE, "art_dam")
        for as_of in (None, there):
            with pytest.raises(SourceRemoved):
                store.source("art_dam", as_of)
        assert not ids(store, SourceFilter(q="flee", status=tuple(Status)))
        assert not store.bearers("Ada Lund has fled", there)
        assert "fled" not in str(changes(store))

    def test_a_source_comes_back(self, store: ClaimStore) -> None:
        """One that another article names is there as if it had been new; what it was before is not."""
        put(store, version(SECRET))
        there = store.sequence()
        remove(store, Entity.ARTICLE, "art_dam")
        put(store, version(replace(SECRET, text="Ada Lund spoke."), name="levee"))
        assert store.source(LUND.id).claims == 1
        with pytest.raises(SourceRemoved):
            store.source(LUND.id, there)

    def test_what_others_name_stays(self, store: ClaimStore) -> None:
        """A source that another claim names, or once named, or may mean, or that an article credits."""
        ambiguous = replace(SAID.attributions[0].chain[0], candidates=(SECRET.attributions[0].chain[0].source,))
        for other in (
            version(replace(SECRET, text="Ada Lund spoke."), name="levee"),
            version(
                claim("They spoke.", attribution(replace(ambiguous, extraction=Extraction.AMBIGUOUS))), name="levee"
            ),
        ):
            put(store, version(SECRET, name=f"dam{store.sequence()}"))
            put(store, replace(other, sources=(AP, KCNA, LUND)))
            put(store, version(ASKED, name="levee"))
            (gone,) = {c.article.id for c in changes(store) if c.article and c.article.id.startswith("art_dam")}
            remove(store, Entity.ARTICLE, gone)
            assert store.source(LUND.id).name == "Ada Lund"

    def test_numbers_are_not_given_again(self, store: ClaimStore) -> None:
        """Who goes through a list while its last is removed misses nothing of what comes."""
        put(store, version(SAID, ASKED))
        put(store, version(SECRET, name="levee"))
        page = store.claims(ClaimFilter(), Window(1))
        put(store, version(DOUBTED, name="pier"))
        rest = store.claims(ClaimFilter(), Window(2, page.next))
        remove(store, Entity.ARTICLE, "art_pier")
        put(store, version(DOUBTED, name="quay"))
        assert len(store.claims(ClaimFilter(), Window(9, rest.next)).items) == 1

    def test_nobodys_change_is_lost(self, store: ClaimStore) -> None:
        """Where it was changed since it was read, nothing is removed."""
        put(store, version(SECRET))
        with pytest.raises(Overtaken):
            store.remove(Entity.ARTICLE, "art_dam", REASON, after=1, at=NOON, actor="judge")
        assert store.article("art_dam")


class TestClaim:
    """A claim that is removed."""

    def test_its_sentence_is_blocked_out(self, store: ClaimStore) -> None:
        """In every text of the article, as often as it is there, and with the marks at its end; spans still verify."""
        put(store, version(SAID, SECRET, ASKED))
        put(store, version(SECRET, ASKED, SAID))
        remove(store, Entity.CLAIM, "clm_dam_An_exile_of")
        for text in (store.article("art_dam").text, store.version("art_dam", 1).text):
            assert f"\n{BLOCKED}\n" in f"\n{text}\n"
            assert MARK not in str(text)
        for id in ("clm_dam_KCNA_said_the", "clm_dam_Will_the_dam"):
            one = of(store, id)
            assert str(store.article("art_dam").text)[one.start : one.end] == one.text
        with pytest.raises(ClaimRemoved):
            store.claim("clm_dam_An_exile_of")
        assert store.article("art_dam").claims == 3
        assert stored_words(store) == {"clm_dam_KCNA_said_the", "clm_dam_Will_the_dam"}

    def test_a_sentence_that_is_there_twice(self, store: ClaimStore) -> None:
        """Both go, and a third that comes goes too."""
        twice = version(SECRET, SAID, SECRET)
        own = ("clm_dam_0", "clm_dam_1", "clm_dam_2", "clm_dam_3")
        put(store, replace(twice, claims=named(twice, own)))
        remove(store, Entity.CLAIM, "clm_dam_2")
        assert found(store, ClaimFilter(status=tuple(Status))) == ["dam_1"]
        thrice = version(SECRET, SAID, SECRET, SECRET)
        put(store, replace(thrice, claims=named(thrice, own)))
        assert found(store, ClaimFilter(status=tuple(Status))) == ["dam_1"]
        assert MARK not in str(store.article("art_dam"))

    def test_it_does_not_come_back(self, store: ClaimStore) -> None:
        """The same text again is what is there, and in the next it is blocked out too, with the sources it alone names.

        A title that repeats it does so no more.
        """
        put(store, version(SAID, SECRET, title=f"{SECRET.text} What now?"))
        remove(store, Entity.CLAIM, "clm_dam_An_exile_of")
        assert put(store, version(SAID, SECRET, title=f"{SECRET.text} What now?")) is Outcome.UNCHANGED
        assert put(store, version(SECRET, ASKED)) is Outcome.UPDATED
        assert store.article("art_dam").text == f"{BLOCKED}\n{ASKED.text}"
        assert ids(store, SourceFilter(status=tuple(Status))) == [AP.id, KCNA.id]
        assert MARK not in str(changes(store))

    @pytest.mark.parametrize(
        ("title", "left"),
        [
            (SECRET.text, BLOCKED),
            (SECRET.text[:-1], BLOCKED[:-1]),
            (f"Levee holds: {SECRET.text[:-1].title()}!", f"Levee holds: {BLOCKED[:-1]}!"),
            (f"“{SECRET.text[:-1]}”", f"“{BLOCKED[:-1]}”"),
            (SPACED, "█" * (len(SPACED) - 1) + "."),
            (f"{SECRET.text[:-1]}s", f"{SECRET.text[:-1]}s"),
            ("An exile of Oslo", "An exile of Oslo"),
        ],
    )
    def test_a_title_that_repeats_it(self, store: ClaimStore, title: str, left: str) -> None:
        """Whole, in capitals too, and whatever marks and spaces are between its words."""
        put(store, version(SAID, SECRET, title=title))
        remove(store, Entity.CLAIM, "clm_dam_An_exile_of")
        assert store.article("art_dam").title == left

    @pytest.mark.parametrize(
        ("sentence", "title", "left"),
        [
            ("No.", "No deal: no 10 says no", "No deal: no 10 says no"),
            ("No.", "No!", "██!"),
            ("1.", "1.5 million flee", "1.5 million flee"),
            ("“Lund’s cafe\u0301 shut.”", "Lund's café shut", "████████████████"),
            ("?!?!", "What?!?!", "What?!?!"),
        ],
    )
    def test_words_of_a_title(self, sentence: str, title: str, left: str) -> None:
        """One word alone is blocked out where it is all of it; letters and marks are told by what they mean."""
        assert redacting.named(title, sentence) == left

    def test_what_says_something_is_blocked_out(self) -> None:
        """So are signs that are no letters, but for the marks at the end."""
        assert redacting.blocked("He is a 🐀🐀.”") == "██████████.”"

    def test_spans_of_others(self, store: ClaimStore) -> None:
        """What another claim rests on, as it is, was or was read, does not hold its words."""
        made = version(SAID, SECRET)
        one, other = made.claims
        across = Span(4, other.start + 8, made.text[4 : other.start + 8])
        because = (Reason(Rule.CERTAIN_CUE, Axis.FACTUALITY, across),)
        said = replace(one.attributions[0], cue=(across,), content=(across,))
        said = replace(said, chain=(replace(said.chain[0], mention=across),))
        one = replace(one, attributions=(said,), confidence=replace(one.confidence, because=because))
        put(store, replace(made, claims=(one, other)))
        corrected = replace(one, kind=ClaimKind.HEADING, correction=Corrected("So.", ("kind",)))
        after = store.last(Entity.CLAIM, one.id)
        store.revise(corrected, Action.UPDATED, after=after, at=NOON, actor="tester", reason="So.")
        there = store.sequence()
        assert store.claims(ClaimFilter(), Window(as_of=there)).items  # They are kept in memory, as they then were.
        remove(store, Entity.CLAIM, other.id)
        text = str(store.article("art_dam").text)
        for shown in (of(store, one.id), of(store, one.id, there - 1), store.reading(one.id)):
            (attributed,) = shown.attributions
            spans = [
                *attributed.cue,
                *attributed.content,
                attributed.chain[0].mention,
                shown.confidence.because[0].span,
            ]
            assert [span.text for span in spans if span] == [text[4 : across.end]] * 4
        for window in (Window(), Window(as_of=there)):
            listed = store.claims(ClaimFilter(), window).items
            assert listed == [store.claim(one.id)]
            assert "█" * 8 in bytes(listed[0]).decode()


def named(record: Record, ids: tuple[str, ...]) -> tuple[Claim, ...]:
    """The record's claims, of which those with one text are told apart."""
    return tuple(replace(one, id=id) for one, id in zip(record.claims, ids, strict=False))


def stored_words(store: ClaimStore) -> set[str]:
    """The ids of the claims that have the word "dam"."""
    return {f"clm_{id}" for id in found(store, ClaimFilter(q="dam"))}


@pytest.mark.parametrize("entity", [Entity.ARTICLE, Entity.CLAIM])
def test_no_byte_is_left(tmp_path: Path, entity: Entity) -> None:
    """Neither of the words nor of a name, in any file: whatever had been written and changed before."""
    path = tmp_path / "sayso.db"
    with closing(STORES["sqlite"](tmp_path)) as store:
        for number in range(40):
            others = [claim(f"Sentence {n} of {number} is long. {'More. ' * n}", *SAID.attributions) for n in range(9)]
            if number % 10 == 5:
                for claims in (others, [*others, SECRET], [SECRET, *others[4:]], others):
                    put(store, version(*claims, name="dam", title=f"{SECRET.text} And more"))
            put(store, version(*others, name=str(number)))
            put(store, version(*others[4:], *others[:3], name=str(number)))
        assert kept(tmp_path, MARK, "Ada Lund", "ada-lund", MARK.lower())
        id = "art_dam" if entity is Entity.ARTICLE else "clm_dam_An_exile_of"
        remove(store, entity, id)
        assert not kept(tmp_path, MARK, "Ada Lund", "ada-lund", MARK.lower())
    assert not kept(tmp_path, MARK, "Ada Lund", "ada-lund", MARK.lower())
    assert len(stored_articles(path)) == 40 + (entity is Entity.CLAIM)


def kept(folder: Path, *words: str) -> set[str]:
    """Those of the words that are in some file."""
    files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return {word for word in words if any(word.encode() in file for file in files)}


def answers(store: ClaimStore, as_of: int | None = None) -> Iterator[Any]:
    """What the store answers to many questions.

    A source is there from when it was first named, also where only a later article is left that names it: of sources
    without claims there may be more.
    """
    for which in CLAIMS:
        window = Window(2, counted=True, as_of=as_of)
        yield walk(partial(store.claims, which), window), store.claims(which, window).total
        yield walk(partial(store.attributions, which), window)
        yield store.facets(which, tuple(Facet), as_of)
    for some in (ArticleFilter(), ArticleFilter(status=tuple(Status))):
        yield walk(partial(store.articles, some), Window(2, as_of=as_of))
    for sources in (SourceFilter(), SourceFilter(named=False), SourceFilter(q="kcna")):
        items = walk(partial(store.sources, sources), Window(2, as_of=as_of))
        yield [item for item in items if not bytes(item).endswith(b'"claims":0}')]
    yield store.levels(as_of)
    yield store.alike(SECRET.text, as_of=as_of)


HISTORIES = st.lists(
    st.builds(
        version,
        st.sampled_from([SAID, ASKED, replace(SAID, confidence=replace(SAID.confidence, level=Level.LOW))]),
        st.sampled_from([DOUBTED, SECRET, claim("State media, the KCNA, denied it.", *SAID.attributions)]),
        name=st.sampled_from(["dam", "levee", "pier"]),
    ),
    min_size=1,
    max_size=6,
)


@given(HISTORIES, st.integers(0, 5))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_without_an_article(history: list[Record], which: int) -> None:
    """After a removal everything is, as of any moment, what it would have been had the article never come."""
    gone = history[which % len(history)].article.id
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        moments = []
        with closing(STORES["sqlite"](Path(one))) as store, closing(STORES["sqlite"](Path(other))) as without:
            for number, record in enumerate(history):
                at = NOON + timedelta(seconds=number)
                store.put(record, at=at, actor="tester")
                if record.article.id != gone:
                    without.put(record, at=at, actor="tester")
                moments.append((store.sequence(), list(answers(without))))
            remove(store, Entity.ARTICLE, gone)
            for sequence, snapshot in moments:
                assert list(answers(store, sequence)) == snapshot
            assert list(answers(store)) == moments[-1][1]
        assert stored_articles(Path(one) / "sayso.db") == {r.article.id for r in history} - {gone}


@given(HISTORIES, st.integers(0, 5), st.integers(0, 1))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_without_a_claim(history: list[Record], which: int, place: int) -> None:
    """After a removal every list of claims is, as of any moment, what it was but for the claim."""
    gone = history[which % len(history)].claims[place].id
    with tempfile.TemporaryDirectory() as folder, closing(STORES["sqlite"](Path(folder))) as store:
        moments = []
        for record in history:
            put(store, record)
            moments.append((store.sequence(), list(listed(store))))
        remove(store, Entity.CLAIM, gone)
        for sequence, snapshot in moments:
            assert list(listed(store, sequence)) == [[one for one in items if one.id != gone] for items in snapshot]
        store.close()
        assert stored_articles(Path(folder) / "sayso.db") == {r.article.id for r in history}


def listed(store: ClaimStore, as_of: int | None = None) -> Iterator[list[Claim]]:
    """Many lists of claims."""
    for which in CLAIMS:
        items = walk(partial(store.claims, which), Window(2, as_of=as_of))
        yield [msgspec.json.decode(item, type=Claim) for item in items]
