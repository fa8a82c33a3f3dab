"""The words of the W3C's PROV-O: what a claim was drawn from, by whom, and how it came to be what it is.

Each revision is what the claim was from then on, a thing of its own that the one after revises. A link of a chain is an
attribution whose label is the link's role: PROV knows roles in what was done alone.
"""

from collections.abc import Mapping

from schemas.changes import Change
from schemas.claims import Link
from schemas.sources import Source
from schemas.vocabularies import SourceKind
from service.linked.dossier import Dossier, Node, filled, source_place

PROFILE = "http://www.w3.org/ns/prov#"

CONTEXT: Node = {
    "prov": PROFILE,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "label": "rdfs:label",
    "value": "prov:value",
    "agent": {"@id": "prov:agent", "@type": "@id"},
    "endedAtTime": {"@id": "prov:endedAtTime", "@type": "xsd:dateTime"},
    "qualifiedAttribution": {"@id": "prov:qualifiedAttribution"},
    "specializationOf": {"@id": "prov:specializationOf", "@type": "@id"},
    "used": {"@id": "prov:used", "@type": "@id"},
    "wasAssociatedWith": {"@id": "prov:wasAssociatedWith"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasQuotedFrom": {"@id": "prov:wasQuotedFrom", "@type": "@id"},
    "wasRevisionOf": {"@id": "prov:wasRevisionOf", "@type": "@id"},
}

ORGANISATIONS = {
    SourceKind.NEWS_AGENCY,
    SourceKind.STATE_MEDIA,
    SourceKind.OUTLET,
    SourceKind.GOVERNMENT_BODY,
    SourceKind.ORGANISATION,
}

AGENTS: Mapping[SourceKind, str] = {
    **dict.fromkeys(ORGANISATIONS, "prov:Organization"),
    SourceKind.PERSON: "prov:Person",
    SourceKind.UNNAMED_PERSON: "prov:Person",
}
"""The class of each kind of source. Others are agents, and no more is said of them."""


def view(dossier: Dossier) -> Node:
    """The claim as an ``Entity`` with its derivation, its sources, and each of its revisions."""
    sources = {source.id: source for _, source in dossier.links()}
    return {
        "@context": CONTEXT,
        "@graph": [
            _claim(dossier),
            {"@id": dossier.article_place, "@type": "prov:Entity", **filled(label=dossier.article.title or None)},
            {"@id": dossier.version_place, "@type": "prov:Entity", "specializationOf": dossier.article_place},
            *map(_source, sources.values()),
            *_revisions(dossier),
        ],
    }


def _claim(dossier: Dossier) -> Node:
    return {
        "@id": dossier.place,
        "@type": "prov:Entity",
        "value": dossier.claim.text,
        "wasDerivedFrom": dossier.version_place,
        "wasQuotedFrom": dossier.version_place,
        "wasGeneratedBy": _activity(dossier, dossier.changes[0]),
        "wasAttributedTo": list(dict.fromkeys(source_place(source) for _, source in dossier.links())),
        "qualifiedAttribution": [_attribution(link, source) for link, source in dossier.links()],
    }


def _attribution(link: Link, source: Source) -> Node:
    return {"@type": "prov:Attribution", "agent": source_place(source), "label": str(link.role)}


def _source(source: Source) -> Node:
    kinds = ["prov:Agent", *([AGENTS[source.kind]] if source.kind in AGENTS else [])]
    return {"@id": source_place(source), "@type": kinds, "label": source.name}


def _revisions(dossier: Dossier) -> list[Node]:
    """What the claim was after each change, and what was done to make it so."""
    nodes: list[Node] = []
    before: Node = {}
    for change in dossier.changes:
        then = f"{dossier.place}?as_of={change.sequence}"
        nodes += [
            {
                "@id": then,
                "@type": "prov:Entity",
                "specializationOf": dossier.place,
                "wasGeneratedBy": _activity(dossier, change),
                **before,
            },
            _done(dossier, change),
        ]
        before = {"wasRevisionOf": then}
    return nodes


def _done(dossier: Dossier, change: Change) -> Node:
    """The activity: by the engine, of which the record tells the version, or by who holds a key."""
    agent, _, key = change.by.partition(" via ")
    kinds = ["prov:Agent", *(["prov:SoftwareAgent"] if key else [])]
    return {
        "@id": _activity(dossier, change),
        "@type": "prov:Activity",
        "label": change.reason or str(change.action),
        "endedAtTime": change.at,
        "wasAssociatedWith": {"@type": kinds, "label": agent},
        # What the engine makes of a claim it has read; a person's word is taken from no article.
        **({"used": dossier.article_place} if key else {}),
    }


def _activity(dossier: Dossier, change: Change) -> str:
    return f"{dossier.place}/revisions#{change.sequence}"
