"""What people say of sources, over HTTP: corrected, merged and split, with a key, a tag and a reason."""

from itertools import count
from typing import Any

import httpx
import pytest

from schemas.keys import Scope
from tests.contract import problem
from tests.serving import APART, Server, bearer, made

NUMBERS = count()


@pytest.fixture
def pair(client: httpx.Client) -> tuple[str, str, str]:
    """Two sources and a claim of the first, that are the test's own."""
    number = next(NUMBERS)
    one, other = f"Merged Daily {number}", f"Second Herald {number}"
    for name in (one, other):
        client.post("/v1/articles", json={"text": f"The pier of {name} was shut.", "publisher": name})
    claim = client.get("/v1/claims", params={"publisher": one}).json()["items"][0]["id"]
    return f"merged-daily-{number}", f"second-herald-{number}", claim


def tag(client: httpx.Client, id: str) -> dict[str, str]:
    """The header that says which source is meant, as it is now."""
    return {"if-match": client.get(f"/v1/sources/{id}").headers["etag"]}


def say(client: httpx.Client, id: str, what: str, **body: Any) -> httpx.Response:
    """What it is answered when a person says something of a source, or without a body, takes it back."""
    method, given = ("PUT", {"reason": "So it is.", **body}) if body else ("DELETE", None)
    return client.request(method, f"/v1/sources/{id}/{what}", json=given, headers=tag(client, id))


def publisher(client: httpx.Client, claim: str) -> dict[str, str]:
    """Who published the claim, as its last link has it."""
    found: dict[str, str] = client.get(f"/v1/claims/{claim}").json()["attributions"][0]["chain"][-1]["source"]
    return found


def test_it_is_corrected(client: httpx.Client, pair: tuple[str, str, str]) -> None:
    """Claims call it so at once, its tag is another, and its revisions tell who said so and why."""
    id, other, claim = pair
    before = client.get(f"/v1/sources/{id}").json()
    answer = say(client, id, "correction", name="The Daily", kind="news_agency", member_of=other)
    assert answer.status_code == 200
    new = answer.json()
    assert (new["name"], new["kind"], new["member_of"]) == ("The Daily", "news_agency", other)
    assert new["correction"] == {"reason": "So it is.", "members": ["kind", "member_of", "name"]}
    assert tag(client, id)["if-match"] == answer.headers["etag"]
    assert publisher(client, claim) == {"id": id, "name": "The Daily"}
    found = client.get("/v1/claims", params={"source": before["name"]}).json()["items"]
    assert [one["id"] for one in found] == [claim]
    change = client.get(f"/v1/sources/{id}/revisions").json()["items"][-1]
    assert (change["reason"], change["by"][:4], change["action"]) == ("So it is.", "key_", "updated")
    undone = say(client, id, "correction")
    assert undone.json() == before
    problem(say(client, id, "correction"), 409, "not-corrected")


def test_a_renamed_publisher_is_known(client: httpx.Client) -> None:
    """An article that comes again without its publisher is still that publisher's, whatever it is called since."""
    url = f"https://news.example/judgements/{next(NUMBERS)}"
    name = f"Third Mirror {next(NUMBERS)}"
    client.post("/v1/articles", json={"url": url, "text": "The pier was shut.", "publisher": name})
    id = client.get("/v1/sources/resolve", params={"name": name}).json()["source"]["id"]
    say(client, id, "correction", name="Mirror of the Third", aliases=[])
    article = client.post("/v1/articles", json={"url": url, "text": "The pier was opened."}).json()["article"]
    assert (article["version"], article["publisher"]) == (2, {"id": id, "name": "Mirror of the Third"})
    assert "source" not in client.get("/v1/sources/resolve", params={"name": name}).json()


def test_it_is_merged(client: httpx.Client, pair: tuple[str, str, str]) -> None:
    """Its id answers 308, in every list the other is in its place, and both are as they were when they are split."""
    id, other, claim = pair
    path = f"/v1/sources/{id}"
    before = client.get("/v1/sources?limit=1").headers["sayso-sequence"]
    was = [client.get(f"/v1/sources/{one}").json() for one in (id, other)]
    new = say(client, id, "merge", into=other)
    assert (new.status_code, new.json()["merged_into"], new.json()["status"]) == (200, other, "merged")
    moved = client.get(path)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/v1/sources/{other}")
    assert (moved.json(), moved.headers["etag"]) == (new.json(), new.headers["etag"])
    assert client.head(path).status_code == 308
    assert client.get(path, follow_redirects=True).json()["claims"] == 2
    assert publisher(client, claim)["id"] == other
    for asked in (id, was[0]["name"], other):
        assert client.get("/v1/claims", params={"source": asked, "count": "exact"}).json()["total"] == 2
        assert client.get("/v1/sources/resolve", params={"name": asked}).json()["source"]["id"] == other
    assert len(client.get(f"{path}/claims").json()["items"]) == 2
    assert client.get(f"/v1/sources?ids={id}").json()["items"] == []
    assert client.get(f"/v1/sources?ids={id}&status=merged").json()["items"] == [new.json()]
    assert client.get(f"{path}?as_of={before}").json() == was[0]
    now = client.get("/v1/sources?limit=1").headers["sayso-sequence"]
    assert client.get(f"{path}?as_of={now}").headers["location"] == f"/v1/sources/{other}?as_of={now}"
    problem(say(client, id, "merge", into="associated-press"), 409, "source-merged")
    problem(say(client, id, "correction", name="The Daily"), 409, "source-merged")
    assert say(client, id, "merge").json() == was[0]
    assert [client.get(f"/v1/sources/{one}").json() for one in (id, other)] == was
    problem(say(client, id, "merge"), 409, "not-merged")
    actions = [change["action"] for change in client.get(f"{path}/revisions").json()["items"]]
    assert actions == ["created", "merged", "restored"]


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("correction", {"reason": "So."}, ""),
        ("correction", {"reason": "So.", "name": " "}, "/name"),
        ("correction", {"reason": "So.", "name": "A\nB"}, "/name"),
        ("correction", {"reason": "So.", "aliases": ["a", ""]}, "/aliases/1"),
        ("correction", {"reason": "So.", "member_of": "nobody"}, "/member_of"),
        ("correction", {"name": "No reason"}, "/reason"),
        ("merge", {"reason": "So.", "into": "nobody"}, "/into"),
        ("merge", {"into": "associated-press"}, "/reason"),
    ],
)
def test_what_cannot_be(
    client: httpx.Client, pair: tuple[str, str, str], what: str, body: dict[str, Any], pointer: str
) -> None:
    """It is refused where it is wrong, and changes nothing."""
    path = f"/v1/sources/{pair[0]}"
    before = client.get(path).json()
    found = problem(client.put(f"{path}/{what}", json=body, headers=tag(client, pair[0])), 422, "invalid-body")
    assert found.errors
    assert found.errors[0].pointer == pointer
    assert client.get(path).json() == before


def test_nobodys_change_is_lost(client: httpx.Client, pair: tuple[str, str, str]) -> None:
    """Who has not read what is there now is refused, and so is who does not say what was read, or speaks of nobody."""
    path, old = f"/v1/sources/{pair[0]}", tag(client, pair[0])
    body = {"reason": "So it is.", "name": "The Daily"}
    problem(client.put(f"{path}/correction", json=body), 428, "missing-tag")
    assert client.put(f"{path}/correction", json=body, headers=old).status_code == 200
    problem(client.put(f"{path}/correction", json=body, headers=old), 412, "overtaken")
    problem(client.put(f"{path}/merge", json={"reason": "So.", "into": pair[1]}, headers=old), 412, "overtaken")
    problem(client.put("/v1/sources/nobody/correction", json=body, headers={"if-match": "*"}), 404, "not-found")
    problem(client.delete("/v1/sources/nobody/merge", headers={"if-match": "*"}), 404, "not-found")


def test_scopes(server: Server, pair: tuple[str, str, str]) -> None:
    """It takes a key with the scope `review`."""
    database = server.log.with_suffix(".db")
    key, other = made(database, Scope.REVIEW), made(database, Scope.WRITE)
    url, match = f"{server.url}/v1/sources/{pair[0]}/correction", {"if-match": "*"}
    body = {"reason": "So.", "name": "The Daily"}
    problem(APART.put(url, json=body, headers=match), 401, "missing-key")
    problem(APART.put(url, json=body, headers=match | bearer(other)), 403, "missing-scope")
    assert APART.put(url, json=body, headers=match | bearer(key)).status_code == 200
