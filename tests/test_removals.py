"""Removals over HTTP: who may, what is answered, and what a copy that follows is told."""

from itertools import count
from typing import Any

import httpx
import pytest

from schemas.keys import Scope
from service.linking import VIEWS
from tests.contract import problem
from tests.serving import APART, Server, bearer, made
from tests.test_changes import follow

NUMBERS = count()
FIRST = "The gyrfalcon of Aker was sold, Ada Lund said."
SECOND = "It rained all day in Busan."
BODY = {"reason": "By order of the district court."}
ANY = {"if-match": "*"}


@pytest.fixture
def article(client: httpx.Client) -> dict[str, Any]:
    """An article of two claims under a URL that is the test's own."""
    new = {
        "url": f"https://news.example/removals/{next(NUMBERS)}",
        "title": "A gyrfalcon",
        "text": f"{FIRST} {SECOND}",
        "publisher": "AP",
    }
    stored: dict[str, Any] = client.post("/v1/articles", json=new).json()["article"]
    return stored


@pytest.fixture
def claims(client: httpx.Client, article: dict[str, Any]) -> list[dict[str, Any]]:
    """Its claims."""
    found: list[dict[str, Any]] = client.get(f"/v1/articles/{article['id']}/claims").json()["items"]
    return found


def sequence(client: httpx.Client) -> int:
    """The number of the last revision."""
    return int(client.get("/v1/claims?limit=1").headers["sayso-sequence"])


def test_an_article_is_removed(client: httpx.Client, article: dict[str, Any], claims: list[dict[str, Any]]) -> None:
    """What is left is told; everything that had been there answers 410 with the reason and the time."""
    url, then = f"/v1/articles/{article['id']}", sequence(client)
    removal = client.put(f"{url}/removal", json=BODY, headers={"if-match": client.get(url).headers["etag"]})
    assert removal.status_code == 200
    told = removal.json()
    assert (told["entity"], told["id"], told["wiped"]) == ("article", article["id"], True)
    assert told["by"].startswith("key_")
    one = f"/v1/claims/{claims[0]['id']}"
    for path in (
        *(f"{url}{rest}" for rest in ("", "/claims", "/versions", "/versions/1", "/revisions")),
        *(f"{one}{rest}" for rest in ("", "/revisions", "/related")),
        *(f"{path}?as_of={then}" for path in (url, one)),
    ):
        found = problem(client.get(path), 410, "removed")
        assert BODY["reason"] in found.detail
        assert told["at"] in found.detail
    for method, path, body in (
        ("PUT", f"{url}/retraction", {"kind": "legal", "reason": "So."}),
        ("PUT", f"{url}/removal", BODY),
        ("PUT", f"{one}/correction", {"kind": "heading", "reason": "So."}),
    ):
        problem(client.request(method, path, json=body, headers=ANY), 410, "removed")


def test_lists_tell_that_something_is_missing(
    client: httpx.Client, article: dict[str, Any], claims: list[dict[str, Any]]
) -> None:
    """As of a moment at which it was there, and of no other."""
    then = sequence(client)
    before = client.get(f"/v1/claims?as_of={then}").headers.get("sayso-removed", "0")
    client.put(f"/v1/articles/{article['id']}/removal", json=BODY, headers=ANY)
    there = str(int(before) + 2)
    for path in ("claims", "attributions", "sparse-claims", "confidence-levels", "exports/claims.csv"):
        assert client.get(f"/v1/{path}?as_of={then}").headers["sayso-removed"] == there, path
    assert client.get(f"/v1/exports/claims?as_of={then}").json()["removed"] == int(there)
    assert int(client.get(f"/v1/articles?as_of={then}").headers["sayso-removed"]) >= 1
    assert int(client.get(f"/v1/sources?as_of={then}").headers["sayso-removed"]) >= 1
    for path in ("/v1/claims", f"/v1/claims?as_of={sequence(client)}"):
        assert "sayso-removed" not in client.get(path).headers
    ids = ",".join(claim["id"] for claim in claims)
    assert client.get(f"/v1/claims?ids={ids}&as_of={then}&status=active,retracted").json()["items"] == []


def test_exports_of_before(client: httpx.Client, article: dict[str, Any]) -> None:
    """An export that was kept is not given again, under the tag that it had, or at all."""
    path = f"/v1/exports/claims.ndjson?as_of={sequence(client)}"
    first = client.get(path, headers={"range": "bytes=0-9"})
    assert first.status_code == 206
    client.put(f"/v1/articles/{article['id']}/removal", json=BODY, headers=ANY)
    again = client.get(path, headers={"range": "bytes=0-", "if-none-match": first.headers["etag"]})
    assert again.status_code == 206
    assert again.headers["etag"] != first.headers["etag"]
    assert article["id"] not in again.text


def test_a_copy_that_follows(client: httpx.Client, article: dict[str, Any], claims: list[dict[str, Any]]) -> None:
    """It is told to drop each thing; who begins later gets nothing of it, and no number is missing."""
    before = sequence(client)
    client.put(f"/v1/articles/{article['id']}/removal", json=BODY, headers=ANY)
    told = follow(client, before)
    assert {change["action"] for change in told} == {"removed"}
    gone = {(change["entity"], change["id"]) for change in told}
    assert {("article", article["id"]), *(("claim", claim["id"]) for claim in claims)} <= gone
    assert all(not {"article", "claim", "source", "review"} & change.keys() for change in told)
    whole = follow(client, 0)
    assert [change["sequence"] for change in whole] == list(range(1, sequence(client) + 1))
    own = [change for change in whole if change["id"] == claims[0]["id"]]
    assert own[0]["removed"] == own[-1]["sequence"]
    assert "gyrfalcon" not in str([change for change in whole if (change["entity"], change["id"]) in gone])


def test_a_claim_is_removed(client: httpx.Client, article: dict[str, Any], claims: list[dict[str, Any]]) -> None:
    """Blocks stand for its sentence; neither a version nor the same text brings it back."""
    url, one = f"/v1/articles/{article['id']}", f"/v1/claims/{claims[0]['id']}"
    removal = client.put(f"{one}/removal", json=BODY, headers={"if-match": client.get(one).headers["etag"]})
    assert removal.json()["id"] == claims[0]["id"]
    problem(client.get(one), 410, "removed")
    blocked = "█" * (len(FIRST) - 1) + "."
    assert client.get(url).json()["text"] == f"{blocked} {SECOND}"
    assert client.get(f"{url}/claims").json()["items"] == claims[1:]
    again = {name: article[name] for name in ("url", "title")}
    posted = client.post("/v1/articles", json={**again, "text": f"{FIRST} {SECOND}", "publisher": "AP"})
    assert posted.json()["outcome"] == "unchanged"
    posted = client.post("/v1/articles", json={**again, "text": f"{SECOND} {FIRST}", "publisher": "AP"})
    assert posted.json()["outcome"] == "updated"
    assert client.get(f"{url}/versions/2").json()["text"] == f"{SECOND} {blocked}"
    assert [claim["text"] for claim in client.get(f"{url}/claims").json()["items"]] == [SECOND]


REVIEW = {
    "author": {"name": "The Falcon Desk", "kind": "organisation"},
    "url": "https://facts.example/falcon",
    "published_at": "2026-02-10",
    "rating": {"name": "Half true"},
}


def test_reviews_go_with_their_claim(client: httpx.Client, claims: list[dict[str, Any]]) -> None:
    """By the id of each, and of its revisions, it is 410; lists as of then tell how many are missing."""
    one = f"/v1/claims/{claims[0]['id']}"
    review = client.post(f"{one}/reviews", json=REVIEW).json()["id"]
    then = sequence(client)
    assert client.get(f"/v1/reviews/{review}").status_code == 200
    client.put(f"{one}/removal", json=BODY, headers=ANY)
    retraction = {"kind": "duplicate", "reason": "So."}
    for told in (
        *(client.get(f"/v1/reviews/{review}{rest}") for rest in ("", f"?as_of={then}", "/revisions")),
        client.put(f"/v1/reviews/{review}/retraction", json=retraction, headers=ANY),
        client.get(f"{one}/reviews"),
        client.post(f"{one}/reviews", json=REVIEW),
    ):
        assert BODY["reason"] in problem(told, 410, "removed").detail
    assert client.get(f"/v1/reviews?as_of={then}").headers["sayso-removed"] == "1"
    assert "Falcon" not in client.get(f"/v1/reviews?as_of={then}").text
    assert "Falcon" not in str(follow(client, 0))


@pytest.mark.parametrize("profile", VIEWS)
def test_views_of_it(client: httpx.Client, claims: list[dict[str, Any]], profile: str) -> None:
    """In whatever words it is asked for, it is gone, now and as of then."""
    one, then = f"/v1/claims/{claims[0]['id']}", sequence(client)
    accept = {"accept": f'application/ld+json; profile="{profile}"'}
    assert client.get(one, headers=accept).status_code == 200
    client.put(f"{one}/removal", json=BODY, headers=ANY)
    for path in (one, f"{one}?as_of={then}"):
        problem(client.get(path, headers=accept), 410, "removed")
    other = f"/v1/claims/{claims[1]['id']}"
    assert "Aker" not in client.get(other, headers=accept).raise_for_status().text


def test_it_is_not_stored_again(client: httpx.Client, article: dict[str, Any]) -> None:
    """Not under its URL, whatever the text, and not by its text; in a batch the other lines are stored."""
    client.put(f"/v1/articles/{article['id']}/removal", json=BODY, headers=ANY)
    again = {"url": article["url"], "text": "Another text."}
    assert BODY["reason"] in problem(client.post("/v1/articles", json=again), 409, "article-removed").detail
    lines = f'{{"url": "{article["url"]}", "text": "{FIRST}"}}\n{{"text": "{SECOND}"}}\n'
    batch = client.post("/v1/articles", content=lines, headers={"content-type": "application/x-ndjson"})
    assert ["article-removed" in line for line in batch.text.splitlines()] == [True, False]


@pytest.mark.parametrize("path", ["articles/art_none", "claims/clm_none"])
def test_what_is_not_there(client: httpx.Client, path: str) -> None:
    """It is unknown, and not removed."""
    problem(client.put(f"/v1/{path}/removal", json=BODY, headers=ANY), 404, "not-found")


def test_who_may(server: Server, article: dict[str, Any]) -> None:
    """It takes a key with the scope `admin`, a reason, and the tag of what was read."""
    admin, review = server.authorization, made(server.log.with_suffix(".db"), Scope.REVIEW, Scope.WRITE)
    there = f"{server.url}/v1/articles/{article['id']}"
    url = f"{there}/removal"
    problem(APART.put(url, json=BODY, headers=ANY), 401, "missing-key")
    problem(APART.put(url, json=BODY, headers=ANY | bearer(review)), 403, "missing-scope")
    problem(APART.put(url, json=BODY, headers=admin), 428, "missing-tag")
    problem(APART.put(url, json=BODY, headers=admin | {"if-match": '"old"'}), 412, "overtaken")
    problem(APART.put(url, json={"reason": " "}, headers=ANY | admin), 422, "invalid-body")
    assert APART.get(there).status_code == 200
    assert APART.put(url, json=BODY, headers=ANY | admin).status_code == 200
