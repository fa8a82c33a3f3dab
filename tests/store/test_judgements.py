"""What people say of sources: it is shown everywhere at once, outlives what is stored later, and can be undone."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from schemas.articles import Article, Outcome
from schemas.changes import Action, Change, Entity
from schemas.claims import AttributionRow, Claim
from schemas.corrections import Corrected, NewMerge, NewSourceCorrection, Retraction, RetractionKind
from schemas.facets import Facet
from schemas.records import Record
from schemas.sources import CountedSource, Source, SourceRef
from schemas.vocabularies import Extraction, Role, SourceKind, Status
from service.errors import (
    FieldInvalid,
    NotCorrected,
    NotMerged,
    Overtaken,
    SourceMerged,
    SourceUnknown,
)
from service.storage.filters import (
    ArticleFilter,
    ChangeFilter,
    ClaimFilter,
    SourceFilter,
    Window,
)
from service.storage.port import ClaimStore
from tests.records import AP, GUARDIAN, KCNA, NOON, analysts, attribution, claim, link, record
from tests.store.news import CONGRESS, found, ids

RADIO = Source("radio", "The Radio", SourceKind.OUTLET, named=True, aliases=("Wireless",))


def correct(store: ClaimStore, id: str, **correction: Any) -> CountedSource:
    """The source as a person says that it is; with no ``correction``, as articles do."""
    given = NewSourceCorrection("So it is.", **correction) if correction else None
    return store.correct(id, given, after=store.last(Entity.SOURCE, id), at=NOON, actor="person")


def merge(store: ClaimStore, id: str, into: str | None = None) -> CountedSource:
    """The source is another, or with none to be it is itself again."""
    given = NewMerge(into, "They are one.") if into else None
    return store.merge(id, given, after=store.last(Entity.SOURCE, id), at=NOON, actor="person")


def put(store: ClaimStore, *records: Record) -> list[Outcome]:
    """The records are stored."""
    return [store.put(one, at=NOON + timedelta(days=1), actor="tester").outcome for one in records]


def said(name: str, *sources: Source, publisher: Source | None = None) -> Record:
    """An article of one claim, which these sources pass on."""
    told = claim(f"The {name} said so.", attribution(*(link(one) for one in sources)))
    return record(name, told, sources=(*sources, *([publisher] if publisher else ())), publisher=publisher)


def sources(store: ClaimStore, id: str) -> list[str]:
    """The ids of the sources that the claim shows."""
    shown = msgspec.json.decode(store.claim(id), type=Claim)
    return [link.source.id for one in shown.attributions for link in one.chain]


class TestCorrections:
    """What a person says that a source is."""

    def test_a_new_name(self, news: ClaimStore) -> None:
        """Every claim, link, count and article calls it so, and it is found by the name before as well."""
        before = news.sequence()
        new = correct(news, AP.id, name="The AP")
        assert (new.name, new.aliases, new.claims) == ("The AP", ("Associated Press",), 2)
        assert new.correction == Corrected("So it is.", ("name",))
        shown = msgspec.json.decode(news.claim("clm_congress_0"), type=Claim)
        assert shown.attributions[0].chain[0].source == SourceRef(AP.id, "The AP")
        rows = [
            msgspec.json.decode(row, type=AttributionRow) for row in news.attributions(ClaimFilter(), Window()).items
        ]
        assert {row.source.name for row in rows if row.source.id == AP.id} == {"The AP"}
        assert {one.name for one in news.facets(ClaimFilter(), (Facet.PUBLISHER,)).publisher or ()} >= {"The AP"}
        assert news.article("art_congress").publisher == SourceRef(AP.id, "The AP")
        assert news.bearers("associated press") == news.bearers("AP") == (AP.id,)
        assert news.source(AP.id, before).name == "Associated Press"
        assert news.claim("clm_congress_0", before) != news.claim("clm_congress_0")

    def test_each_change_is_told(self, news: ClaimStore) -> None:
        """By whom and why, of the source and of what names it, and of nothing else."""
        before = news.sequence()
        correct(news, AP.id, name="The AP")
        slice = news.changes(ChangeFilter(before), Window())
        changes = [msgspec.json.decode(item, type=Change) for item in slice.items]
        assert [(one.entity, one.id) for one in changes] == [
            ("source", AP.id),
            ("article", "art_congress"),
            ("claim", "clm_congress_0"),
            ("claim", "clm_congress_1"),
        ]
        assert {(one.action, one.by) for one in changes} == {(Action.UPDATED, "person")}
        assert changes[0].reason == "So it is."
        assert changes[2].reason == "associated-press renamed: So it is."

    def test_no_article_undoes_it(self, news: ClaimStore) -> None:
        """What is stored later says it as the person did, and what is there already is as it was."""
        correct(news, AP.id, name="The AP", kind=SourceKind.OUTLET, aliases=("A.P.",))
        assert put(news, CONGRESS) == [Outcome.UNCHANGED]
        put(news, said("later", AP))
        stored = news.source(AP.id)
        assert (stored.name, stored.kind, stored.aliases) == ("The AP", SourceKind.OUTLET, ("A.P.",))
        assert news.bearers("Associated Press") == ()
        assert (
            msgspec.json.decode(news.claim("clm_later_0"), type=Claim).attributions[0].chain[0].source.name == "The AP"
        )
        assert ids(news, SourceFilter(kind=(SourceKind.NEWS_AGENCY,))) == []

    def test_a_name_that_was_taken(self, news: ClaimStore) -> None:
        """No article gives it back, but one that nobody took is added, and a person may give it back."""
        correct(news, KCNA.id, aliases=())
        put(news, said("later", replace(KCNA, aliases=("KCNA", "North's agency"))))
        assert news.source(KCNA.id).aliases == ("North's agency",)
        assert correct(news, KCNA.id, aliases=("kcna",)).aliases == ("kcna",)
        put(news, said("last", replace(KCNA, aliases=("KCNA", "North's agency"))))
        assert news.source(KCNA.id).aliases == ("kcna",)

    def test_undone(self, news: ClaimStore) -> None:
        """It is what articles say, with what they have said meanwhile; then there is nothing to undo."""
        correct(news, KCNA.id, name="Radio", aliases=())
        correct(news, KCNA.id, kind=SourceKind.OUTLET)
        put(news, said("later", replace(KCNA, aliases=("the North's",))))
        assert news.source(KCNA.id).correction == Corrected("So it is.", ("aliases", "kind", "name"))
        now = correct(news, KCNA.id)
        assert now == CountedSource(**msgspec.structs.asdict(replace(KCNA, aliases=("KCNA", "the North's"))), claims=4)
        with pytest.raises(NotCorrected):
            correct(news, KCNA.id)

    def test_a_member(self, news: ClaimStore) -> None:
        """It is a member of another, of that into which this one is merged, and then of none."""
        assert correct(news, AP.id, member_of=KCNA.id).member_of == KCNA.id
        merge(news, KCNA.id, GUARDIAN.id)
        assert news.source(AP.id).member_of == GUARDIAN.id
        merge(news, KCNA.id)
        assert news.source(AP.id).member_of == KCNA.id
        assert correct(news, AP.id, member_of="").member_of is UNSET

    @pytest.mark.parametrize(
        ("correction", "pointer"),
        [
            ({"member_of": "nobody"}, "/member_of"),
            ({"member_of": AP.id}, "/member_of"),
            ({"member_of": KCNA.id}, "/member_of"),
            ({"member_of": GUARDIAN.id}, "/member_of"),
            ({"aliases": ("AP", "Wireless")}, "/aliases"),
            ({"name": UNSET}, ""),
        ],
        ids=str,
    )
    def test_what_cannot_be(self, news: ClaimStore, correction: dict[str, Any], pointer: str) -> None:
        """A correction of nothing, or by what is not there or makes no sense, is refused and changes nothing."""
        put(news, said("radio", RADIO))
        merge(news, RADIO.id, AP.id)
        correct(news, KCNA.id, member_of=AP.id)
        merge(news, GUARDIAN.id, KCNA.id)
        before = news.sequence()
        with pytest.raises(FieldInvalid) as refused:
            correct(news, AP.id, **correction)
        assert refused.value.pointer == pointer
        assert news.sequence() == before

    def test_nobodys_change_is_lost(self, news: ClaimStore) -> None:
        """Who has not seen the last revision is refused, as is who speaks of a source that is none."""
        given = NewSourceCorrection("So it is.", name="The AP")
        with pytest.raises(Overtaken):
            news.correct(AP.id, given, after=0, at=NOON, actor="person")
        with pytest.raises(SourceUnknown):
            news.correct("nobody", given, after=0, at=NOON, actor="person")


class TestMerges:
    """Two sources that are one."""

    def test_all_show_the_other(self, news: ClaimStore) -> None:
        """Claims, links, lists, counts and articles; it is found by the names of both, and by the old id."""
        before = news.sequence()
        put(news, said("radio", RADIO, publisher=RADIO))
        one = merge(news, RADIO.id, AP.id)
        assert (one.status, one.merged_into, one.claims) == (Status.MERGED, AP.id, 0)
        assert news.source(RADIO.id) == one
        assert sources(news, "clm_radio_0") == [AP.id]
        for name in (RADIO.id, "The Radio", "wireless", "AP"):
            assert news.bearers(name) == (AP.id,)
            assert found(news, ClaimFilter(source=(name,))) == ["congress_0", "congress_1", "radio_0"]
            assert found(news, ClaimFilter(publisher=(name,)))[-1] == "radio_0"
        assert news.article("art_radio").publisher == SourceRef(AP.id, AP.name)
        assert (news.source(AP.id).claims, news.source(AP.id).aliases) == (3, ("AP", "The Radio", "Wireless"))
        assert RADIO.id not in ids(news, SourceFilter())
        assert ids(news, SourceFilter(status=(Status.MERGED,), q="wireless")) == [RADIO.id]
        assert {one.value for one in news.facets(ClaimFilter(), (Facet.SOURCE,)).source or ()} >= {AP.id}
        assert news.source(AP.id, before).aliases == ("AP",)

    def test_what_comes_later(self, news: ClaimStore) -> None:
        """It is stored under the other, whatever it is called, and the same again is no change."""
        put(news, said("radio", RADIO))
        merge(news, RADIO.id, AP.id)
        later = said("later", replace(RADIO, aliases=("Transistor",)), publisher=RADIO)
        put(news, later)
        assert sources(news, "clm_later_0") == [AP.id]
        assert news.article("art_later").publisher == SourceRef(AP.id, AP.name)
        assert news.bearers("transistor") == (AP.id,)
        assert put(news, later) == [Outcome.UNCHANGED]

    def test_split(self, news: ClaimStore) -> None:
        """Each has what is its own again, what came meanwhile too, and its own names."""
        put(news, said("radio", RADIO, AP))
        merge(news, RADIO.id, AP.id)
        put(news, said("later", replace(RADIO, aliases=("Transistor",))), said("own", AP))
        correct(news, AP.id, aliases=("AP", "A.P.", "The Radio", "Wireless", "Transistor"))
        one = merge(news, RADIO.id)
        assert (one.aliases, one.claims, one.status, one.merged_into) == (("Wireless", "Transistor"), 2, UNSET, UNSET)
        assert news.source(AP.id).aliases == ("AP", "A.P.")
        assert [sources(news, f"clm_{name}_0") for name in ("radio", "later", "own")] == [
            [RADIO.id, AP.id],
            [RADIO.id],
            [AP.id],
        ]
        actions = [
            msgspec.json.decode(item, type=Change).action
            for item in news.changes(ChangeFilter(0, Entity.SOURCE, RADIO.id), Window()).items
        ]
        assert actions == [Action.CREATED, Action.MERGED, Action.UPDATED, Action.RESTORED]
        with pytest.raises(NotMerged):
            merge(news, RADIO.id)

    def test_chains(self, news: ClaimStore) -> None:
        """What was merged goes along with what it is, and parts from it in any order."""
        put(news, said("radio", RADIO))
        merge(news, RADIO.id, AP.id)
        merge(news, AP.id, KCNA.id)
        assert news.source(RADIO.id).merged_into == KCNA.id
        assert (news.bearers(RADIO.id), sources(news, "clm_radio_0")) == ((KCNA.id,), [KCNA.id])
        merge(news, RADIO.id)
        assert (news.source(AP.id).aliases, sources(news, "clm_radio_0")) == (("AP",), [RADIO.id])
        merge(news, RADIO.id, KCNA.id)
        merge(news, AP.id)
        assert (sources(news, "clm_congress_0"), sources(news, "clm_radio_0")) == ([AP.id], [KCNA.id])

    @pytest.mark.parametrize("into", [AP.id, "nobody", KCNA.id])
    def test_into_what_it_cannot_be(self, news: ClaimStore, into: str) -> None:
        """Itself, nobody, or one that was merged, which may be into it; nothing is changed."""
        merge(news, KCNA.id, AP.id)
        before = news.sequence()
        with pytest.raises(FieldInvalid) as refused:
            merge(news, AP.id, into)
        assert (refused.value.pointer, news.sequence()) == ("/into", before)

    def test_what_was_merged_is_left(self, news: ClaimStore) -> None:
        """It is neither corrected nor merged again before that is undone."""
        merge(news, KCNA.id, AP.id)
        with pytest.raises(SourceMerged):
            merge(news, KCNA.id, GUARDIAN.id)
        with pytest.raises(SourceMerged):
            correct(news, KCNA.id, name="Radio")

    def test_what_does_not_stand(self, news: ClaimStore) -> None:
        """Claims that were superseded or taken back follow too, and an article with its claims."""
        put(news, said("radio", RADIO, publisher=RADIO), said("gone", RADIO))
        put(news, replace(said("gone", RADIO), text="Nothing.", claims=()))
        retraction = Retraction(RetractionKind.LEGAL, "A court said so.")
        after = news.last(Entity.ARTICLE, "art_radio")
        news.withdraw("art_radio", retraction, after=after, at=NOON, actor="person")
        merge(news, RADIO.id, AP.id)
        assert sources(news, "clm_radio_0") == sources(news, "clm_gone_0") == [AP.id]
        assert found(news, ClaimFilter(source=("Wireless",), status=(Status.SUPERSEDED,))) == ["gone_0"]
        which = ArticleFilter(publisher=(RADIO.id,), status=(Status.RETRACTED,))
        (article,) = (msgspec.json.decode(item, type=Article) for item in news.articles(which, Window()).items)
        assert article.publisher == SourceRef(AP.id, AP.name)
        news.withdraw("art_radio", None, after=news.last(Entity.ARTICLE, "art_radio"), at=NOON, actor="person")
        assert found(news, ClaimFilter(source=("Wireless",), publisher=("Wireless",)))[-1] == "radio_0"
        merge(news, RADIO.id)
        assert news.article("art_radio").publisher == SourceRef(RADIO.id, RADIO.name)

    def test_under_a_correction(self, news: ClaimStore) -> None:
        """What the engine read follows when the correction of a claim is undone, and is its own again after a split."""
        put(news, said("radio", RADIO))
        held = news.held("clm_radio_0")
        own = replace(
            held.claim, attributions=(attribution(link(KCNA)),), correction=Corrected("So.", ("attributions",))
        )
        news.revise(own, Action.UPDATED, after=held.sequence, at=NOON, actor="person", reason="So.")
        merge(news, RADIO.id, AP.id)
        assert sources(news, "clm_radio_0") == [KCNA.id]
        read = news.reading("clm_radio_0")
        last = news.last(Entity.CLAIM, "clm_radio_0")
        shown = news.revise(read, Action.UPDATED, after=last, at=NOON, actor="person", reason="Undone.")
        assert shown.attributions[0].chain[0].source == SourceRef(AP.id, AP.name)
        merge(news, RADIO.id)
        assert sources(news, "clm_radio_0") == [RADIO.id]

    def test_what_no_link_names(self, news: ClaimStore) -> None:
        """Candidates and contributors follow, each once, and so does the publisher of claims that do not name it."""
        refs = tuple(SourceRef(one.id, one.name) for one in (RADIO, AP, KCNA))
        open = replace(link(KCNA, extraction=Extraction.AMBIGUOUS), candidates=refs)
        made = record("open", claim("They said so.", attribution(open)), sources=(RADIO, AP, KCNA), publisher=RADIO)
        put(news, replace(made, article=replace(made.article, contributors=refs)))
        merge(news, RADIO.id, AP.id)
        both = (SourceRef(AP.id, AP.name), SourceRef(KCNA.id, KCNA.name))
        shown = msgspec.json.decode(news.claim("clm_open_0"), type=Claim)
        assert shown.attributions[0].chain[0].candidates == news.article("art_open").contributors == both
        assert found(news, ClaimFilter(publisher=("AP",)))[-1] == "open_0"
        merge(news, RADIO.id)
        shown = msgspec.json.decode(news.claim("clm_open_0"), type=Claim)
        assert shown.attributions[0].chain[0].candidates == news.article("art_open").contributors == refs
        assert found(news, ClaimFilter(publisher=("Wireless",))) == ["open_0"]

    def test_one_that_a_claim_names_twice(self, news: ClaimStore) -> None:
        """A claim that named both counts once for what they are."""
        chain = attribution(link(RADIO), link(AP, Role.RELAY))
        put(news, record("both", claim("It said so.", chain), sources=(RADIO, AP)))
        before = news.source(AP.id).claims
        merge(news, RADIO.id, AP.id)
        assert news.source(AP.id).claims == before

    def test_unnamed(self, news: ClaimStore) -> None:
        """A person may say that two articles' analysts are the same."""
        merge(news, "analysts-drills", "analysts-congress")
        assert found(news, ClaimFilter(source=("analysts",))) == ["congress_2", "drills_0"]
        assert ids(news, SourceFilter(named=False)) == [analysts("congress").id]

    def test_who_published(self, news: ClaimStore) -> None:
        """A reader is told the name by which it finds the publisher that the article was given."""
        put(news, said("radio", RADIO, publisher=RADIO))
        correct(news, RADIO.id, name="Waves", aliases=())
        merge(news, RADIO.id, AP.id)
        assert news.publisher("art_radio") == RADIO.name
        assert news.publisher("art_bare") is None
