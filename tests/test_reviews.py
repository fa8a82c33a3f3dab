"""What third parties say of claims, over HTTP: attached, listed, asked by and taken back, with no change of a claim."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from tests.contract import problem

NUMBERS = count()

ANY = {"if-match": "*"}

GIVEN: dict[str, Any] = {
    "author": {"name": "The Fact Desk", "kind": "organisation", "url": "https://facts.example/"},
    "url": "https://facts.example/dam",
    "rating": {"name": "Half true", "value": 3, "worst": 1, "best": 5},
    "published_at": "2026-02-10",
}


@pytest.fixture
def claim(client: httpx.Client) -> dict[str, Any]:
    """A claim of an article that is the test's own."""
    url = f"https://news.example/reviews/{next(NUMBERS)}"
    article = client.post("/v1/articles", json={"url": url, "text": "The dam will hold, the mayor said. It rained."})
    found: dict[str, Any] = client.get(f"/v1/articles/{article.json()['article']['id']}/claims").json()["items"][0]
    return found


@pytest.fixture
def attach(client: httpx.Client, claim: dict[str, Any]) -> Callable[..., httpx.Response]:
    """Attaches what was `GIVEN`, but for what is said otherwise, to the claim."""

    def attach(**other: Any) -> httpx.Response:
        return client.post(f"/v1/claims/{claim['id']}/reviews", json={**GIVEN, **other})

    return attach


def test_attached(client: httpx.Client, claim: dict[str, Any], attach: Callable[..., httpx.Response]) -> None:
    """A review is there as it was given, where the answer says, with its claim's and in the list of all."""
    answer = attach()
    review = answer.json()
    assert answer.status_code == 201
    assert review == {"id": review["id"], "claim_id": claim["id"], **GIVEN}
    assert review["id"].startswith("rev_")
    assert client.get(answer.headers["location"]).json() == review
    assert client.get(f"/v1/claims/{claim['id']}/reviews").json() == {"items": [review]}
    assert client.get(f"/v1/reviews?claim={claim['id']}").json() == {"items": [review]}


def test_the_claim_is_as_it_was(
    client: httpx.Client, claim: dict[str, Any], attach: Callable[..., httpx.Response]
) -> None:
    """Not a byte of the claim is another, nor its tag, nor any count of levels."""
    url = f"/v1/claims/{claim['id']}"
    before, levels = client.get(url), client.get("/v1/confidence-levels").content
    attach()
    after = client.get(url)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert client.get("/v1/confidence-levels").content == levels


def test_given_again(client: httpx.Client, attach: Callable[..., httpx.Response]) -> None:
    """The same adds nothing; another rating by the same author at the same address is the same review, changed."""
    first = attach().json()
    before = client.get("/v1/claims?limit=1").headers["sayso-sequence"]
    again = attach()
    assert (again.status_code, again.json()) == (200, first)
    assert client.get("/v1/claims?limit=1").headers["sayso-sequence"] == before
    changed = attach(rating={"name": "False"})
    assert (changed.status_code, changed.json()) == (200, {**first, "rating": {"name": "False"}})
    url = f"/v1/reviews/{first['id']}"
    assert client.get(f"{url}?as_of={before}").json() == first
    revisions = client.get(f"{url}/revisions").json()["items"]
    assert [(change["action"], change["review"]) for change in revisions] == [
        ("created", first),
        ("updated", changed.json()),
    ]
    assert attach(url="https://facts.example/elsewhere").status_code == 201


def test_claims_are_found_by_it(
    client: httpx.Client, claim: dict[str, Any], attach: Callable[..., httpx.Response]
) -> None:
    """By whether anybody reviews them, and who; as of a moment, by who did then. Reviews come along if asked for."""
    before = client.get("/v1/claims?limit=1").headers["sayso-sequence"]
    review = attach(author={"name": "Dam Checkers", "kind": "person"}).json()
    for asked in ("reviewer=dam+checkers", f"reviewed=true&ids={claim['id']}"):
        page = client.get(f"/v1/claims?{asked}&expand=review").json()
        assert page == {"items": [claim], "expanded": {"reviews": [review]}}
        assert client.get(f"/v1/claims?{asked}&as_of={before}").json()["items"] == []
    for asked in ("reviewed=false", "reviewer=!Dam+Checkers"):
        assert client.get(f"/v1/claims?{asked}&ids={claim['id']}").json()["items"] == []
    rows = client.get("/v1/attributions?reviewer=Dam+Checkers&expand=review").json()
    assert {row["claim_id"] for row in rows["items"]} == {claim["id"]}
    assert rows["expanded"]["reviews"] == [review]
    told = client.get("/v1/exports/claims.ndjson?reviewer=Dam+Checkers").text.splitlines()
    assert [json.loads(line) for line in told] == [claim]


def test_reviews_are_found(client: httpx.Client, attach: Callable[..., httpx.Response]) -> None:
    """By who says what, and when."""
    author = {"name": "Finders", "kind": "person"}
    one = attach(author=author).json()
    other = attach(author=author, url="https://facts.example/2", rating={"value": 1}, published_at="2026-02-09").json()
    own = "/v1/reviews?author=finders"
    assert client.get(f"{own}&count=exact").json() == {"items": [one, other], "total": 2}
    assert client.get(f"{own}&sort=published_at").json()["items"] == [other, one]
    assert client.get(f"{own}&rating=HALF+true").json()["items"] == [one]
    assert client.get(f"{own}&rating=!Half+true").json()["items"] == [other]
    assert client.get(f"{own}&published_until=2026-02-09").json()["items"] == [other]
    first = client.get(f"{own}&limit=1")
    assert client.get(first.links["next"]["url"]).json()["items"] == [other]
    problem(client.get("/v1/reviews?colour=red"), 400, "invalid-parameter")


def test_taken_back(client: httpx.Client, attach: Callable[..., httpx.Response]) -> None:
    """It leaves the lists with a reason, is there by its id and as of before, and comes back."""
    review = attach(author={"name": "Withdrawers", "kind": "person"}).json()
    url, listed = f"/v1/reviews/{review['id']}", "/v1/reviews?author=Withdrawers"
    before = client.get(listed).headers["sayso-sequence"]
    given = {"kind": "withdrawn_by_publisher", "reason": "They withdrew it."}
    problem(client.put(f"{url}/retraction", json=given), 428, "missing-tag")
    problem(client.put(f"{url}/retraction", json=given, headers={"if-match": '"old"'}), 412, "overtaken")
    match = {"if-match": client.get(url).headers["etag"]}
    gone = client.put(f"{url}/retraction", json=given, headers=match)
    assert gone.json() == {**review, "status": "retracted", "retraction": given}
    assert client.get(url).json() == gone.json()
    assert client.get(url).headers["etag"] == gone.headers["etag"]
    assert client.get(listed).json()["items"] == []
    assert client.get(f"{listed}&status=retracted").json()["items"] == [gone.json()]
    assert client.get(f"{listed}&as_of={before}").json()["items"] == [review]
    problem(client.put(f"{url}/retraction", json=given, headers=ANY), 409, "not-standing")
    problem(attach(author={"name": "Withdrawers", "kind": "person"}), 409, "not-standing")
    assert client.delete(f"{url}/retraction", headers=ANY).json() == review
    assert client.get(listed).json()["items"] == [review]
    problem(client.delete(f"{url}/retraction", headers=ANY), 409, "not-retracted")


def test_changes(client: httpx.Client, attach: Callable[..., httpx.Response]) -> None:
    """Who follows the changes is told of it, by whom it came; to a copy of the claims it is nothing."""
    before = int(client.get("/v1/claims?limit=1").headers["sayso-sequence"])
    review = attach().json()
    (change,) = client.get(f"/v1/changes?after={before}").json()["items"]
    assert (change["entity"], change["id"], change["review"]) == ("review", review["id"], review)
    assert change["by"].startswith("key_")
    assert "claim" not in change


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"rating": {"worst": 1, "best": 5}}, "/rating"),
        ({"rating": {"value": "4"}}, "/rating/value"),
        ({"rating": {"stars": 4}}, "/rating/stars"),
        ({"rating": {"name": "False\n"}}, "/rating/name"),
        ({"author": {"name": " ", "kind": "person"}}, "/author/name"),
        ({"author": {"name": "X" * 201, "kind": "person"}}, "/author/name"),
        ({"author": {"name": "Lund"}}, "/author/kind"),
        ({"url": "facts.example/dam"}, "/url"),
        ({"url": "https://facts.example/dam\n"}, "/url"),
        ({"published_at": "2026-02-30"}, "/published_at"),
    ],
)
def test_what_cannot_be(
    client: httpx.Client,
    claim: dict[str, Any],
    attach: Callable[..., httpx.Response],
    other: dict[str, Any],
    pointer: str,
) -> None:
    """A rating of nothing, or what is no name, address or day, is refused where it is wrong, and nothing is kept."""
    found = problem(attach(**other), 422, "invalid-body")
    assert found.errors
    assert found.errors[0].pointer == pointer
    assert client.get(f"/v1/claims/{claim['id']}/reviews").json() == {"items": []}


def test_of_nothing(client: httpx.Client) -> None:
    """A claim or a review that is not there is not found."""
    problem(client.post("/v1/claims/clm_none/reviews", json=GIVEN), 404, "not-found")
    problem(client.get("/v1/claims/clm_none/reviews"), 404, "not-found")
    for path in ("", "/revisions"):
        problem(client.get(f"/v1/reviews/rev_none{path}"), 404, "not-found")
    given = {"kind": "legal", "reason": "A court said so."}
    problem(client.put("/v1/reviews/rev_none/retraction", json=given, headers=ANY), 404, "not-found")
