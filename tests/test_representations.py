"""In which words a claim is told, as its caller accepts them; over HTTP, as of any moment, and with a tag for each."""

import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest

from service.errors import NothingAcceptable
from service.web.representations import KNOWN, asked, live, media_type, same
from tests.contract import problem
from tests.linked.graphs import faults, graph, misplaced, vocabulary
from tests.serving import Server

SCHEMA, ANNOTATION, PROV = (profile for profile in KNOWN if profile)


@pytest.fixture
def claim(client: httpx.Client) -> dict[str, Any]:
    """A claim of an article that is the test's own."""
    text = "It rained. The levee will hold, KCNA said, as reported by AP."
    article = {"url": "https://news.example/representations", "text": text, "publisher": "Reuters"}
    id = client.post("/v1/articles", json=article).json()["article"]["id"]
    found: dict[str, Any] = client.get(f"/v1/articles/{id}/claims").json()["items"][1]
    return found


def get(client: httpx.Client, claim: dict[str, Any], accept: str, query: str = "") -> httpx.Response:
    """The claim, to who accepts that."""
    return client.get(f"/v1/claims/{claim['id']}{query}", headers={"accept": accept})


@pytest.mark.parametrize(
    ("accept", "profile"),
    [
        ("", None),
        ("*/*", None),
        ("application/*", None),
        ("text/html, */*;q=0.1", None),
        ("application/json, application/ld+json", None),
        ("application/ld+json", SCHEMA),
        ("application/ld+json, */*;q=0.1", SCHEMA),
        ("application/ld+json, application/json;q=0.9", SCHEMA),
        ("application/ld+json;q=0.5, application/json", None),
        ('application/ld+json;profile="https://schema.org"', SCHEMA),
        ('Application/LD+JSON; Profile="http://schema.org/"', SCHEMA),
        (f'application/ld+json;profile="{ANNOTATION}"', ANNOTATION),
        (f'application/ld+json; profile="{ANNOTATION} http://www.w3.org/ns/json-ld#compacted"', ANNOTATION),
        (f'application/ld+json;profile="{PROV}"', PROV),
        ('application/ld+json;profile="http://www.w3.org/ns/prov"', PROV),
        (f'application/ld+json;profile="{PROV}";q=0.4, application/ld+json;profile="{ANNOTATION}";q=0.5', ANNOTATION),
        (f'application/ld+json;profile="{SCHEMA}";q=0, application/ld+json', ANNOTATION),
        ("application/json;q=0, */*", SCHEMA),
        ('text/html;title="a, b", application/json', None),
        ('application/json, text/html;title="a, b', None),
        ('application/ld+json;title="\\", application/json', SCHEMA),
    ],
)
def test_what_is_asked_for(accept: str, profile: str | None) -> None:
    """What is accepted most gladly is told, of equals JSON; of JSON-LD, where no profile is named, schema.org's."""
    assert asked(accept) == profile


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json;q=0",
        "application/json;q=x",
        'application/ld+json;profile="http://x.example/"',
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
        ";",
    ],
)
def test_nothing_acceptable(accept: str) -> None:
    """Where nothing that is accepted is there, it is said what is."""
    with pytest.raises(NothingAcceptable, match="application/json, application/ld"):
        asked(accept)


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "text/html,*/*", "application/json, text/plain"])
def test_who_gets_what_all_get(accept: str) -> None:
    """Whoever is taken for one of those who get JSON gets it."""
    assert same(accept.encode())
    assert asked(accept) is None


@pytest.mark.parametrize(
    "accept", ["text/json", "text/html", "application/json;q=0", "application/ld+json", KNOWN[PROV]]
)
def test_who_gets_what_not_all_get(accept: str) -> None:
    """Whoever is refused, or given JSON-LD, is for none who get JSON."""
    assert not same(accept.encode())


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/event-stream", True),
        ("Text/Event-Stream", True),
        ("text/event-stream, */*", True),
        ("text/event-stream, application/json;q=0.5", True),
        ("application/json, text/event-stream", False),
        ("text/event-stream;q=0.5, */*", False),
        ("application/json, text/event-stream;q=0", False),
        ("text/event-stream;q=0", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_who_wants_a_stream(accept: str, wanted: bool) -> None:
    """Whoever names it, and JSON less gladly or not at all."""
    assert live(accept.encode()) is wanted


@pytest.mark.parametrize("begin", ['"', "application/json, ", ""])
def test_nothing_is_looked_at_twice(begin: str) -> None:
    """A quotation that never ends would else take hours, not as long as this test may."""
    assert not live((begin + '\\"' * 500_000).encode())


def test_each_is_told_apart(client: httpx.Client, claim: dict[str, Any]) -> None:
    """Each has its own media type, tag and bytes, and says what it is; none comes in another's place, and 304 holds."""
    tags = set()
    for profile, media in [*KNOWN.items(), *KNOWN.items()]:  # The second time from what is kept.
        answer = get(client, claim, media)
        assert answer.headers["content-type"] == media
        assert answer.headers.get_list("vary") == ["accept", "accept-encoding"] or "accept, " in answer.headers["vary"]
        tags.add(answer.headers["etag"])
        held = {"accept": media, "if-none-match": answer.headers["etag"]}
        assert client.get(f"/v1/claims/{claim['id']}", headers=held).status_code == 304
        if profile:
            assert answer.links["profile"]["url"] == profile
        else:
            assert answer.json() == claim
            assert answer.links["alternate"]["type"] == "application/ld+json"
    assert len(tags) == len(KNOWN)


def test_without_a_key(server: Server, claim: dict[str, Any]) -> None:
    """What is kept for everybody is kept for each kind of words alone."""
    with httpx.Client(base_url=server.url) as anyone:
        for _ in range(2):
            for accept, media in (("*/*", KNOWN[None]), (KNOWN[PROV], KNOWN[PROV]), ("text/html", None)):
                answer = get(anyone, claim, accept)
                assert (answer.status_code, answer.headers["content-type"]) == (
                    (200, media) if media else (406, "application/problem+json")
                )


def test_refused(client: httpx.Client, claim: dict[str, Any]) -> None:
    """A problem names the media types that there are; a claim that is not there is not found in any words."""
    assert media_type(PROV) in problem(get(client, claim, "text/html"), 406, "not-acceptable").detail
    problem(client.get("/v1/claims/clm_none", headers={"accept": KNOWN[PROV] or ""}), 404, "not-found")
    problem(get(client, claim, media_type(PROV), "?colour=red"), 400, "invalid-parameter")


def test_words_of_what_was_read(client: httpx.Client, claim: dict[str, Any]) -> None:
    """What is served is in the words of the vocabularies."""
    given = {"author": {"name": "Lund", "kind": "person"}, "url": "https://facts.example/levee"}
    client.post(
        f"/v1/claims/{claim['id']}/reviews", json={**given, "rating": {"value": 3}, "published_at": "2026-02-10"}
    )
    assert not list(misplaced(graph(get(client, claim, media_type(SCHEMA)).json())))
    for profile, name in ((ANNOTATION, "oa"), (PROV, "prov")):
        assert not list(faults(graph(get(client, claim, media_type(profile)).json()), vocabulary(name)))


def test_as_of(client: httpx.Client, claim: dict[str, Any]) -> None:
    """As of a moment each is what it was then, to the byte, whatever became of the claim and who reviewed it."""
    before = client.get("/v1/claims?limit=1").headers["sayso-sequence"]
    then = {profile: get(client, claim, media).content for profile, media in KNOWN.items()}
    url = f"/v1/claims/{claim['id']}"
    review = {
        "author": {"name": "Byte", "kind": "person"},
        "url": "https://facts.example/1",
        "rating": {"name": "False"},
    }
    client.post(f"{url}/reviews", json={**review, "published_at": "2026-02-10"})
    client.put(f"{url}/retraction", json={"kind": "legal", "reason": "So."}, headers={"if-match": "*"})
    for profile, media in KNOWN.items():
        assert get(client, claim, media).content != then[profile]
        assert get(client, claim, media, f"?as_of={before}").content == then[profile]
    alternate = get(client, claim, "*/*", f"?as_of={before}").links["alternate"]
    assert client.get(alternate["url"], headers={"accept": alternate["type"]}).content == then[SCHEMA]
    prov = get(client, claim, media_type(PROV)).json()["@graph"]
    assert len([node for node in prov if "wasRevisionOf" in node]) >= 1
    client.delete(f"{url}/retraction", headers={"if-match": "*"})


def test_where_it_stood(client: httpx.Client, server: Server) -> None:
    """A sentence that is gone is selected in the last version that had it."""
    url = "https://news.example/representations/versions"
    for text in ("The weir held, Lund said. It rained.", "It rained. The weir held, Lund said.", "It rained."):
        id = client.post("/v1/articles", json={"url": url, "text": text}).json()["article"]["id"]
    with closing(sqlite3.connect(server.log.with_suffix(".db"))) as db:
        ((gone,),) = db.execute("SELECT DISTINCT id FROM former_claims WHERE text LIKE 'The weir%'")
    told = get(client, {"id": gone}, media_type(ANNOTATION)).json()["target"]
    assert told["source"] == f"/v1/articles/{id}/versions/2"
    quote, place = told["selector"]
    assert client.get(told["source"]).json()["text"][place["start"] : place["end"]] == quote["exact"]
