"""What people put right in claims: it is kept, it outlives what is read anew, and can be undone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
import pytest

from schemas.keys import Scope
from tests.contract import problem
from tests.serving import APART, Server, bearer, made

NUMBERS = count()
FIRST = "The dam will hold, the mayor said."
SECOND = "It rained all day in Busan."

Claim = dict[str, Any]


@pytest.fixture
def post(client: httpx.Client) -> Callable[..., Claim]:
    """Stores a text under a URL that is the test's own, and gives its article."""
    url = f"https://news.example/corrections/{next(NUMBERS)}"

    def post(*sentences: str) -> Claim:
        article: Claim = client.post("/v1/articles", json={"url": url, "text": " ".join(sentences)}).json()["article"]
        return article

    return post


@pytest.fixture
def claim(client: httpx.Client, post: Callable[..., Claim]) -> Claim:
    """The first claim of an article of two."""
    found: Claim = client.get(f"/v1/articles/{post(FIRST, SECOND)['id']}/claims").json()["items"][0]
    return found


def tag(client: httpx.Client, claim: Claim) -> dict[str, str]:
    """The header that says which claim is meant, as it is now."""
    return {"if-match": client.get(f"/v1/claims/{claim['id']}").headers["etag"]}


def correct(client: httpx.Client, claim: Claim, **correction: Any) -> httpx.Response:
    """What a correction is answered."""
    body = {"reason": "It was read wrong.", **correction}
    return client.put(f"/v1/claims/{claim['id']}/correction", json=body, headers=tag(client, claim))


def test_a_link_is_corrected(client: httpx.Client, claim: Claim) -> None:
    """A link's source and factuality are what a person says; the level follows, and the old source has it no more."""
    links = [{"attribution": 0, "link": 0, "source": "korean-central-news-agency", "factuality": "PS+"}]
    client.post("/v1/articles", json={"text": "KCNA said so."})
    answer = correct(client, claim, links=links)
    assert answer.status_code == 200
    new = answer.json()
    link = new["attributions"][0]["chain"][0]
    assert link["source"] == {"id": "korean-central-news-agency", "name": "Korean Central News Agency"}
    assert (link["factuality"], link["extraction"], link["probability"]) == ("PS+", "reviewed", 1)
    assert new["confidence"]["level"] == "low"
    assert new["correction"] == {"reason": "It was read wrong.", "members": ["attributions"]}
    assert client.get(f"/v1/claims/{claim['id']}").json() == new
    assert client.get(f"/v1/claims/{claim['id']}").headers["etag"] == answer.headers["etag"]
    for source, there in (("KCNA", 1), (claim["attributions"][0]["chain"][0]["source"]["id"], 0)):
        assert len(client.get(f"/v1/claims?ids={claim['id']}&source={source}").json()["items"]) == there


def test_attributions_are_replaced(client: httpx.Client, claim: Claim) -> None:
    """Whole chains, with the words of the text that they rest on."""
    client.post("/v1/articles", json={"text": "KCNA said so."})
    given = {
        "act": "belief",
        "chain": [{"role": "origin", "source": "korean-central-news-agency", "factuality": "CT+", "mention": _at(9)}],
        "cue": [_at(29)],
    }
    new = correct(client, claim, attributions=[given], kind="statement").json()
    assert new["attributions"][0]["cue"][0]["text"] == "said"
    assert new["confidence"]["level"] == "high"
    assert [reason["rule"] for reason in new["confidence"]["because"]] == ["reviewed", "reviewed-source"]


def _at(start: int) -> dict[str, int]:
    return {"start": start, "end": start + 4}


def test_a_kind_is_corrected(client: httpx.Client, claim: Claim) -> None:
    """What is no statement has no level."""
    assert correct(client, claim, kind="heading").json()["confidence"]["level"] == "undetermined"


@pytest.mark.parametrize(
    ("correction", "pointer"),
    [
        ({}, ""),
        ({"links": [{"attribution": 0, "link": 9, "factuality": "PR+"}]}, "/links/0"),
        ({"links": [{"attribution": 0, "link": 0, "source": "nobody-at-all"}]}, "/links/0/source"),
        ({"attributions": [{"act": "belief", "chain": []}]}, "/attributions/0/chain"),
        (
            {
                "attributions": [
                    {
                        "act": "belief",
                        "chain": [{"role": "origin", "source": "x", "factuality": "CT+", "mention": _at(10**6)}],
                    }
                ]
            },
            "/attributions/0/chain/0/mention",
        ),
        ({"reason": " ", "kind": "heading"}, "/reason"),
    ],
)
def test_what_cannot_be(client: httpx.Client, claim: Claim, correction: Claim, pointer: str) -> None:
    """A correction of nothing, or by what is not there, is refused where it is wrong, and changes nothing."""
    found = problem(correct(client, claim, **correction), 422, "invalid-body")
    assert found.errors
    assert found.errors[0].pointer == pointer
    assert client.get(f"/v1/claims/{claim['id']}").json() == claim


@pytest.mark.parametrize(
    ("correction", "pointer", "detail"),
    [
        ({"kind": "x"}, "/kind", "'x' is none of: statement, question, heading, credit."),
        ({"attributions": [{"act": "x", "chain": []}]}, "/attributions/0/act", "'x' is none of: statement, belief,"),
        (
            {"links": [{"attribution": 0, "link": 0, "who": "x"}]},
            "/links/0/who",
            "There are: attribution, link, source",
        ),
        ({"links": ["x"]}, "/links/0", "it is a string. Send an object that has: attribution, link, source"),
        ({"reason": " "}, "/reason", "give a word at least"),
    ],
)
def test_what_to_give_is_told(client: httpx.Client, claim: Claim, correction: Claim, pointer: str, detail: str) -> None:
    """What is wrong inside a member is told there, with the words and members that there are in that place."""
    found = problem(correct(client, claim, **correction), 422, "invalid-body")
    assert found.errors
    assert found.errors[0].pointer == pointer
    assert detail in found.errors[0].detail


def test_it_outlives_a_version(client: httpx.Client, claim: Claim, post: Callable[..., Claim]) -> None:
    """A person's word stays where the sentence does, and its spans go along with it."""
    cue = claim["attributions"][0]["cue"][0]
    before = correct(client, claim, links=[{"attribution": 0, "link": 0, "factuality": "PR-"}]).json()
    post("A new sentence came first.", FIRST)
    after = client.get(f"/v1/claims/{claim['id']}").json()
    assert after["correction"] == before["correction"]
    assert after["attributions"][0]["chain"][0]["factuality"] == "PR-"
    moved = after["attributions"][0]["cue"][0]
    assert (moved["text"], moved["start"] - cue["start"]) == (cue["text"], len("A new sentence came first. "))
    text = client.get(f"/v1/articles/{claim['article_id']}").json()["text"]
    assert text[moved["start"] : moved["end"]] == moved["text"]


def test_a_statement_is_related(client: httpx.Client, claim: Claim, post: Callable[..., Claim]) -> None:
    """What a person says is a statement is found beside others', as if it had been read so."""
    question = post("Will the pier of Ostend be closed for all of the winter?", SECOND)
    found = client.get(f"/v1/articles/{question['id']}/claims").json()["items"][0]
    asked = {"text": "The pier of Ostend will be closed for all of the winter."}

    def compared() -> list[str]:
        return [one["claim"]["id"] for one in client.post("/v1/claims/match", json=asked).json()["items"]]

    assert found["kind"] == "question"
    assert found["id"] not in compared()
    correct(client, found, kind="statement")
    assert found["id"] in compared()


def test_it_is_undone(client: httpx.Client, claim: Claim, post: Callable[..., Claim]) -> None:
    """The claim is what the engine last read, also where it has read it anew since; then there is nothing to undo."""
    correct(client, claim, kind="heading")
    correct(client, claim, links=[{"attribution": 0, "link": 0, "factuality": "PR-"}])
    url = f"/v1/claims/{claim['id']}/correction"
    assert client.delete(url, headers=tag(client, claim)).json() == claim
    problem(client.delete(url, headers=tag(client, claim)), 409, "not-corrected")
    correct(client, claim, kind="heading")
    post("A new sentence came first.", FIRST)
    undone = client.delete(url, headers=tag(client, claim)).json()
    assert (undone["kind"], undone["position"]) == ("statement", 1)
    assert "correction" not in undone


def test_retraction(client: httpx.Client, claim: Claim) -> None:
    """What is taken back is in no list unless it is asked for, is there by its id, and comes back."""
    url = f"/v1/claims/{claim['id']}/retraction"
    given = {"kind": "erroneous", "reason": "The mayor did not say so."}
    before = client.get("/v1/claims?limit=1").headers["sayso-sequence"]
    new = client.put(url, json=given, headers=tag(client, claim)).json()
    assert (new["status"], new["retraction"]) == ("retracted", given)
    one = f"/v1/claims?ids={claim['id']}"
    assert client.get(one).json()["items"] == []
    assert client.get(f"{one}&status=retracted&q=dam").json()["items"] == [new]
    assert client.get(f"{one}&as_of={before}").json()["items"] == [claim]
    assert client.get(f"/v1/claims/{claim['id']}").json() == new
    problem(client.put(url, json=given, headers=tag(client, claim)), 409, "not-standing")
    assert client.delete(url, headers=tag(client, claim)).json() == claim
    assert client.get(one).json()["items"] == [claim]
    problem(client.delete(url, headers=tag(client, claim)), 409, "not-retracted")
    history = client.get(f"/v1/claims/{claim['id']}/revisions").json()["items"]
    assert [change["action"] for change in history] == ["created", "retracted", "restored"]
    assert history[1]["reason"] == "erroneous: The mayor did not say so."
    assert history[1]["by"].startswith("key_")


def test_a_retraction_outlives_a_version(client: httpx.Client, claim: Claim, post: Callable[..., Claim]) -> None:
    """What is taken back stays so; where its sentence has gone meanwhile, it comes back as superseded."""
    url = f"/v1/claims/{claim['id']}/retraction"
    client.put(url, json={"kind": "legal", "reason": "A court said so."}, headers=tag(client, claim))
    post("A new sentence came first.", FIRST)
    assert client.get(f"/v1/claims/{claim['id']}").json()["status"] == "retracted"
    post(SECOND)
    assert client.delete(url, headers=tag(client, claim)).json()["status"] == "superseded"


def test_an_article_is_retracted(client: httpx.Client, claim: Claim, post: Callable[..., Claim]) -> None:
    """It leaves the lists with all its claims, takes no version, and comes back with those that left with it."""
    id, given = claim["article_id"], {"kind": "withdrawn_by_publisher", "reason": "They withdrew it."}
    url, own = f"/v1/articles/{id}", f"/v1/claims/{claim['id']}"
    before = client.get(f"/v1/articles/{id}/claims")
    client.put(f"{own}/retraction", json={"kind": "erroneous", "reason": "No."}, headers=tag(client, claim))
    problem(client.put(f"{url}/retraction", json=given, headers={"if-match": '"old"'}), 412, "overtaken")
    match = {"if-match": client.get(url).headers["etag"]}
    new = client.put(f"{url}/retraction", json=given, headers=match).json()
    assert (new["status"], new["retraction"]) == ("retracted", given)
    assert client.get(url).json() == new
    assert client.get(f"/v1/articles?ids={id}").json()["items"] == []
    assert client.get(f"/v1/articles?ids={id}&status=retracted").json()["items"][0]["id"] == id
    assert client.get(f"/v1/articles/{id}/claims").json()["items"] == []
    for gone in before.json()["items"]:  # Taken back by itself, or with the article.
        undone = client.delete(f"/v1/claims/{gone['id']}/retraction", headers={"if-match": "*"})
        problem(undone, 409, "article-retracted")
    again = client.post("/v1/articles", json={"url": new["url"], "text": FIRST})
    problem(again, 409, "article-retracted")
    back = client.delete(f"{url}/retraction", headers={"if-match": client.get(url).headers["etag"]}).json()
    assert "status" not in back
    assert client.get(f"/v1/articles/{id}/claims").json()["items"] == before.json()["items"][1:]
    then = client.get(f"/v1/articles/{id}/claims?as_of={before.headers['sayso-sequence']}")
    assert then.json()["items"] == before.json()["items"]
    problem(client.delete(f"{url}/retraction", headers={"if-match": "*"}), 409, "not-retracted")
    assert post(FIRST)["version"] == 2


def test_nobodys_change_is_lost(client: httpx.Client, claim: Claim) -> None:
    """Who has not read what is there now is refused, and so is who does not say what was read."""
    url, body = f"/v1/claims/{claim['id']}", {"reason": "So it is.", "kind": "heading"}
    problem(client.put(f"{url}/correction", json=body), 428, "missing-tag")
    old = tag(client, claim)
    assert client.put(f"{url}/correction", json=body, headers=old).status_code == 200
    problem(client.put(f"{url}/correction", json={**body, "kind": "question"}, headers=old), 412, "overtaken")
    assert (
        client.put(
            f"{url}/correction", json=body, headers={"if-match": f'"x", {tag(client, claim)["if-match"]}'}
        ).status_code
        == 200
    )
    coded = client.get(url, headers={"accept-encoding": "gzip"}).headers["etag"]
    assert client.put(f"{url}/correction", json=body, headers={"if-match": coded}).status_code == 200
    now = tag(client, claim)["if-match"]
    lines = [("if-match", '"x"'), ("if-match", now)]
    assert client.put(f"{url}/correction", json=body, headers=lines).status_code == 200
    weak = client.put(f"{url}/correction", json=body, headers={"if-match": f"W/{tag(client, claim)['if-match']}"})
    assert "without the W/" in problem(weak, 412, "overtaken").detail
    problem(client.put("/v1/claims/clm_none/correction", json=body, headers={"if-match": "*"}), 404, "not-found")


def test_who_goes_by_no_tag_is_not_overtaken(client: httpx.Client, claim: Claim) -> None:
    """However many change it at once: a star holds while the thing is there."""
    url = f"/v1/claims/{claim['id']}/correction"

    def status(number: int) -> int:
        body = {"reason": f"So {number}.", "kind": "heading"}
        return client.put(url, json=body, headers={"if-match": "*"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(status, range(40))) == {200}


def test_one_of_many_at_once(client: httpx.Client, claim: Claim) -> None:
    """Of those who change what all of them have read, one succeeds."""
    read, url = tag(client, claim), f"/v1/claims/{claim['id']}/correction"

    def status(kind: str) -> int:
        return client.put(url, json={"reason": "So.", "kind": kind}, headers=read).status_code

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(status, ["heading", "question", "credit", "statement"] * 2))
    assert sorted(answers) == [200] + [412] * 7


def test_scopes(server: Server, claim: Claim) -> None:
    """It takes a key with the scope `review`."""
    database = server.log.with_suffix(".db")
    key, other = made(database, Scope.REVIEW), made(database, Scope.WRITE)
    url, match = f"{server.url}/v1/claims/{claim['id']}/correction", {"if-match": "*"}
    body = {"reason": "So.", "kind": "heading"}
    problem(APART.put(url, json=body, headers=match), 401, "missing-key")
    problem(APART.put(url, json=body, headers=match | bearer(other)), 403, "missing-scope")
    assert APART.put(url, json=body, headers=match | bearer(key)).status_code == 200
