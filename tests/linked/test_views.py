"""Every word of every view is in its vocabulary, and said of what it is said of there."""

from datetime import date
from itertools import product
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace
from pyshacl import validate
from rdflib import PROV, RDF, RDFS, BNode, Graph, Literal

from schemas.changes import Action, Change, Entity
from schemas.claims import Claim
from schemas.corrections import Retraction, RetractionKind
from schemas.reviews import Rating, Review, Reviewer, ReviewerKind
from schemas.sources import Source
from schemas.vocabularies import Role, SourceKind, Status
from service.linked import annotation, provenance, schema_org
from service.linked.dossier import Dossier
from tests.linked.graphs import BASE, SCHEMA, dropped, faults, graph, misplaced, name, plain, shapes_of, vocabulary
from tests.records import AP, GUARDIAN, attribution, claim, link, record

VIEWS = {"schema_org": schema_org.view, "annotation": annotation.view, "provenance": provenance.view}

SPAN = "The café’s dam will hold, a source said."


def dossier(kind: SourceKind = SourceKind.PERSON, *, bare: bool = False) -> Dossier:
    """A claim of such a source, by way of an agency, with all that can be said of it, or, ``bare``, nothing more."""
    source = Source("lund", "Ada Lund", kind, named=True)
    if not bare:
        source = replace(source, aliases=("Lund",), wikidata="Q1")
    said = claim(SPAN, attribution(link(source), link(AP, Role.RELAY), link(GUARDIAN, Role.PUBLISHER)))
    made = record(
        "dam",
        claim("It rained all day in Busan, where nobody minded.", attribution(link(GUARDIAN, Role.PUBLISHER))),
        said,
        claim("Nobody asked.", attribution(link(GUARDIAN, Role.PUBLISHER))),
        sources=(source, AP, GUARDIAN),
        publisher=UNSET if bare else GUARDIAN,  # type: ignore[arg-type]
        published_at=UNSET if bare else "2026-02-08T09:30:00Z",
    )
    article = replace(made.article, title=UNSET) if bare else replace(made.article, url="https://news.example/dam")
    sources = {one.id: one for one in made.sources}
    return _told(made.claims[1], sources, bare=bare, article=article, version=2, text=made.text)


def _told(one: Claim, sources: dict[str, Source], *, bare: bool, **more: Any) -> Dossier:
    gone = replace(one, status=Status.RETRACTED, retraction=Retraction(RetractionKind.LEGAL, "So."))
    at, by = "2026-02-08T12:00:00.000Z", "sayso 0.1.0 via key_1"
    first = Change(7, at, by, Action.CREATED, Entity.CLAIM, one.id, claim=one)
    last = replace(first, sequence=9, by="key_2", action=Action.RETRACTED, reason="legal: So.", claim=gone)
    given = product(ReviewerKind, (Rating("False", 1.0, 1.0, 5.0), Rating(value=2.5)))
    reviews = [
        Review(f"rev_{n}", one.id, Reviewer("Full Fact", kind), "https://facts.example/1", rating, date(2026, 2, 9))
        for n, (kind, rating) in enumerate(given)
    ]
    reviews[0] = replace(reviews[0], author=replace(reviews[0].author, url="https://facts.example/"))
    shown, changes = (one, [first]) if bare else (gone, [first, last])
    return Dossier(claim=shown, sources=sources, changes=changes, reviews=[] if bare else reviews, **more)


DOSSIERS = [dossier(kind, bare=bare) for kind, bare in product(SourceKind, (False, True))]


def document(view: str, told: Dossier) -> dict[str, Any]:
    """The view as it goes over the wire."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(VIEWS[view](told)))
    return found


def conforms(said: Graph, shapes: Graph) -> None:
    """What is said is as the shapes have it."""
    good, _, told = validate(said, shacl_graph=shapes, ont_graph=shapes, inplace=False)
    assert good, told


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_passed_over(view: str) -> None:
    """Every member means something to a processor of JSON-LD, and no name of a thing is left as a path."""
    for told in DOSSIERS:
        made = document(view, told)
        assert dropped(made) == []
        said = graph(made)
        assert said
        assert all(isinstance(one, BNode) or str(one).startswith(f"{BASE}/v1/") for one in said.subjects())


@pytest.mark.parametrize(("view", "words"), [("annotation", "oa"), ("provenance", "prov")])
def test_words_are_the_vocabularys(view: str, words: str) -> None:
    """Each class and property is there, each property on what it is for, and holding what it may hold."""
    for told in DOSSIERS:
        assert sorted(faults(graph(document(view, told)), vocabulary(words))) == []


def test_schema_org() -> None:
    """Each class is schema.org's, and each property one that schema.org has for that class."""
    for told in DOSSIERS:
        assert sorted(misplaced(graph(document("schema_org", told)))) == []


def test_what_schema_org_may_hold() -> None:
    """What each property holds is of a class or a type that schema.org has for it."""
    every = Graph()
    for told in DOSSIERS:
        every += plain(graph(document("schema_org", told)))
    conforms(every, shapes_of(every.objects(None, RDF.type)))
    wrong = Graph().add((name("/x"), RDF.type, SCHEMA.Claim)).add((name("/x"), SCHEMA.author, Literal("Lund")))
    with pytest.raises(AssertionError):
        conforms(wrong, shapes_of([SCHEMA.Claim]))


def test_the_checks_find_what_is_wrong() -> None:
    """A word that is none, one of another class, and one that holds what it may not, are each found."""
    made = document("schema_org", DOSSIERS[0])
    assert list(misplaced(graph({**made, "colour": "red"})))
    assert list(misplaced(graph({**made, "reviewRating": "red"})))
    assert list(misplaced(graph({**made, "@type": "Rumour"})))
    prov = document("provenance", DOSSIERS[0])
    entity = {"@id": "/x", "@type": "prov:Entity"}
    for wrong in ({"wasAttributedTo": "/x"}, {"used": "/x"}, {"prov:wasSaidBy": "x"}, {"@type": "prov:Rumour"}):
        bad = {**prov, "@graph": [entity, {"@id": "/y", "@type": "prov:Entity", **wrong}]}
        assert list(faults(graph(bad), vocabulary("prov")))
    assert dropped({**document("annotation", DOSSIERS[0]), "colour": "red"}) == ["colour"]


def test_annotations_are_as_the_model_demands() -> None:
    """What the Web Annotation Data Model says must be so, is; and what is not so is found."""
    for told in DOSSIERS:
        conforms(graph(document("annotation", told)), vocabulary("oa"))
    made = document("annotation", DOSSIERS[0])
    for wrong in ({"source": ["/a", "/b"]}, {"selector": {"type": "TextQuoteSelector", "prefix": "x"}}):
        with pytest.raises(AssertionError):
            conforms(graph({**made, "target": {**made["target"], **wrong}}), vocabulary("oa"))


def test_selectors_select() -> None:
    """Both select the claim's words in the version's text, the first with what stands around them."""
    for told in DOSSIERS:
        quote, place = document("annotation", told)["target"]["selector"]
        text = told.text
        assert text[place["start"] : place["end"]] == quote["exact"] == SPAN
        assert text.index(quote["prefix"] + quote["exact"] + quote["suffix"]) + len(quote["prefix"]) == place["start"]
        assert len(quote["prefix"]) == annotation.AROUND
        assert quote["suffix"] == "\nNobody asked."


def test_prov_is_the_ontologys() -> None:
    """Each word of PROV-O is one that rdflib's list of them has too."""
    for told in DOSSIERS:
        terms = {term for triple in graph(document("provenance", told)) for term in triple}
        own = [str(term).removeprefix(str(PROV)) for term in terms if str(term).startswith(str(PROV))]
        assert set(own) <= set(PROV.__annotations__)
        assert len(own) > 10


def test_derivation() -> None:
    """A claim is quoted from its version of the article, attributed to each source, and each revision revises one."""
    told = DOSSIERS[0]
    said = graph(document("provenance", told))
    one = name(told.place)
    assert set(said.objects(one, PROV.wasQuotedFrom)) == {name("/v1/articles/art_dam/versions/2")}
    assert set(said.objects(one, PROV.wasDerivedFrom)) == {name("/v1/articles/art_dam/versions/2")}
    sources = {name(f"/v1/sources/{id}") for id in ("lund", AP.id, GUARDIAN.id)}
    assert set(said.objects(one, PROV.wasAttributedTo)) == sources
    links = list(said.objects(one, PROV.qualifiedAttribution))
    roles = {str(said.value(link, PROV.agent)): str(said.value(link, RDFS.label)) for link in links}
    wanted = {"lund": "origin", AP.id: "relay", GUARDIAN.id: "publisher"}
    assert roles == {f"{BASE}/v1/sources/{id}": role for id, role in wanted.items()}
    engine = said.value(said.value(one, PROV.wasGeneratedBy), PROV.wasAssociatedWith)
    assert (engine, RDF.type, PROV.SoftwareAgent) in said
    assert said.value(engine, RDFS.label) == Literal("sayso 0.1.0")
    before, after = name(f"{told.place}?as_of=7"), name(f"{told.place}?as_of=9")
    assert list(said.subject_objects(PROV.wasRevisionOf)) == [(after, before)]


def test_what_schema_org_is_told() -> None:
    """Its claim has its origins for authors, its article for an appearance, and each review with its scale."""
    said = graph(document("schema_org", DOSSIERS[0]))
    one = name(DOSSIERS[0].place)
    assert set(said.objects(one, SCHEMA.author)) == {name("/v1/sources/lund")}
    assert set(said.objects(one, SCHEMA.appearance)) == {name("/v1/articles/art_dam")}
    assert said.value(one, SCHEMA.creativeWorkStatus) == Literal("retracted")
    reviews = set(said.objects(one, SCHEMA.review))
    assert len(reviews) == 4
    ratings = {said.value(review, SCHEMA.reviewRating) for review in reviews}
    values = {(said.value(one, SCHEMA.ratingValue), said.value(one, SCHEMA.bestRating)) for one in ratings}
    assert values == {(Literal(1), Literal(5)), (Literal(2.5), None)}
    assert all(str(said.value(review, SCHEMA.itemReviewed)) == BASE + DOSSIERS[0].place for review in reviews)


def test_a_document_is_no_author() -> None:
    """What a study says is based on it: schema.org's authors are people and organisations."""
    said = graph(document("schema_org", dossier(SourceKind.DOCUMENT)))
    one = name("/v1/claims/clm_dam_1")
    assert set(said.objects(one, SCHEMA.isBasedOn)) == {name("/v1/sources/lund")}
    assert not set(said.objects(one, SCHEMA.author))
