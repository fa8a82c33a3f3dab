"""JSON-LD as a graph, and what a vocabulary says of the words in it."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from pyld import jsonld
from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

HERE = Path(__file__).parent

BASE = "https://sayso.example"
"""Where the service is that the documents were got from."""

SCHEMA = Namespace("http://schema.org/")

CONTEXTS: dict[str, Any] = msgspec.json.decode((HERE / "contexts.json").read_bytes())
"""The official contexts, cut down to the words that are taken; their own lists are long, and need a network."""


def graph(document: dict[str, Any]) -> Graph:
    """What the document says, as read by a processor of JSON-LD."""
    options = {**OPTIONS, "format": "application/n-quads"}
    return Graph().parse(data=jsonld.to_rdf(document, options), format="nt")


def dropped(document: dict[str, Any]) -> list[str]:
    """The members that mean nothing to a processor of JSON-LD, which passes over them in silence."""
    found: list[str] = []
    jsonld.expand(document, OPTIONS, on_property_dropped=found.append)
    return found


def _load(url: str, options: object) -> dict[str, Any]:
    """The context from here: what is not, is asked of nobody."""
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXTS[url], "contentType": "application/ld+json"}


OPTIONS = {"base": f"{BASE}/v1/claims/x", "documentLoader": _load}


@cache
def vocabulary(name: str) -> Graph:
    """The vocabulary in the file of that name."""
    return Graph().parse(HERE / f"{name}.ttl", format="turtle")


@cache
def schema_org() -> Graph:
    """All of schema.org as shapes, which pySHACL brings along: each class's properties, and what these may hold."""
    return Graph().parse(str(files("pyshacl") / "assets" / "schema.ttl"), format="turtle")


def faults(said: Graph, words: Graph) -> Iterator[str]:
    """What is said by a word that the vocabulary has not, of what it does not say it, or of what it may not hold."""
    for subject, predicate, object in said:
        if predicate == RDF.type:
            if (object, RDF.type, RDFS.Class) not in words:
                yield f"no class {object}"
            continue
        if (predicate, RDF.type, RDF.Property) not in words:
            yield f"no property {predicate}"
        for domain in words.objects(predicate, RDFS.domain):
            if domain not in classes(said, words, subject):
                yield f"{predicate} of what is no {domain}"
        for range in words.objects(predicate, RDFS.range):
            held = {object.datatype or XSD.string} if isinstance(object, Literal) else classes(said, words, object)
            if range not in held:
                yield f"{predicate} of {object!r}, which is no {range}"


def misplaced(said: Graph) -> Iterator[str]:
    """What is said by a word that schema.org has not, or not for that class of things."""
    words = schema_org()
    for thing, kind in said.subject_objects(RDF.type):
        if (kind, RDF.type, RDFS.Class) not in words:
            yield f"no class {kind}"
        shapes = (
            shape
            for each in words.transitive_objects(kind, RDFS.subClassOf)
            for shape in words.objects(each, SH.property)
        )
        own = {words.value(shape, SH.path) for shape in shapes}
        for predicate in set(said.predicates(thing)) - {RDF.type}:
            if predicate not in own:
                yield f"{predicate} is said of no {kind}"


def shapes(kind: Node) -> Iterator[Node]:
    """What schema.org says of each property of the class, and of the classes above it."""
    for each in schema_org().transitive_objects(kind, RDFS.subClassOf):
        yield from schema_org().objects(each, SH.property)


def shapes_of(kinds: Iterable[Node]) -> Graph:
    """Of schema.org what is said of these classes. To go through all of it takes a minute."""
    kept = Graph()
    for kind in kinds:
        for each in {*schema_org().transitive_objects(kind, RDFS.subClassOf), *shapes(kind)} - {None}:
            kept += schema_org().cbd(each)  # type: ignore[arg-type]
    return kept


def plain(said: Graph) -> Graph:
    """The same with the types of literals as the shapes have them, where schema.org's Date and Number are several."""
    made = Graph()
    for subject, predicate, object in said:
        if isinstance(object, Literal):
            match object.datatype:
                case SCHEMA.Date:
                    object = Literal(str(object), datatype=XSD.dateTime if "T" in object else XSD.date)
                case XSD.integer | XSD.double:
                    object = Literal(float(object), datatype=XSD.float)
        made.add((subject, predicate, object))
    return made


def classes(said: Graph, words: Graph, thing: Any) -> set[Any]:
    """Every class of the thing, as it is said or as the vocabulary has it."""
    own = {*said.objects(thing, RDF.type), *words.objects(thing, RDF.type)}
    return {above for kind in own for above in words.transitive_objects(kind, RDFS.subClassOf)}


def name(path: str) -> URIRef:
    """What a path is the name of."""
    return URIRef(BASE + path)
