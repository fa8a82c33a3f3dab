"""The words of the W3C's Web Annotation: which stretch of which article, told by its words and by its place.

What tools that show annotations beside a text read. The body names the sources and the level. Both selectors select the
same stretch: by its words it is found where the text was edited before it, and by its place where they stand twice.
"""

from schemas.vocabularies import Role
from service.linked.dossier import Dossier, Node, filled, source_place

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

AROUND = 32
"""How many characters before and behind the words are told, so that they are found again."""


def view(dossier: Dossier) -> Node:
    """The claim as an ``Annotation`` of the version of the article in which it stands, or stood last."""
    made, last = dossier.changes[0], dossier.changes[-1]
    return {
        "@context": CONTEXT,
        "id": f"{dossier.place}#annotation",
        "type": "Annotation",
        "motivation": ["identifying", "classifying"],
        "created": made.at,
        "modified": last.at,
        "generator": {"type": "Software", "name": made.by.partition(" via ")[0]},
        "body": [*_sources(dossier), _level(dossier)],
        "target": _target(dossier),
    }


def _sources(dossier: Dossier) -> list[Node]:
    """Who the claim is attributed to: where it begins, or who printed it."""
    origins = [source for link, source in dossier.links() if link.role is Role.ORIGIN]
    named = origins or [source for _, source in dossier.links()]
    places = dict.fromkeys(source_place(source) for source in named)
    return [{"type": "SpecificResource", "source": place, "purpose": "identifying"} for place in places]


def _level(dossier: Dossier) -> Node:
    return {
        "type": "TextualBody",
        "value": str(dossier.claim.confidence.level),
        "format": "text/plain",
        "purpose": "classifying",
    }


def _target(dossier: Dossier) -> Node:
    claim, text = dossier.claim, dossier.text
    around = filled(
        prefix=text[max(claim.start - AROUND, 0) : claim.start], suffix=text[claim.end : claim.end + AROUND]
    )
    return {
        "type": "SpecificResource",
        "source": dossier.version_place,
        **filled(scope=dossier.article.url or None),
        "selector": [
            {"type": "TextQuoteSelector", "exact": claim.text, **around},
            {"type": "TextPositionSelector", "start": claim.start, "end": claim.end},
        ],
    }
