"""Who else says so, over HTTP: one story of two publishers, reworded, and denied."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests import contract
from tests.serving import serving

DAM = "The Kessell dam released 400 tonnes of water into the valley on Sunday"

STORY = {
    "AP": f"{DAM}, Mayor Ada Lund said. Nobody was hurt.",
    "Reuters": f"{DAM}, Mayor Ada Lund said. The road stays closed.",
    "The Guardian": (
        "On Sunday, 400 tonnes of water were released into the valley by the Kessell dam, according to the operator."
    ),
    "The Shore Gazette": "The operator denied that the Kessell dam had released 400 tonnes of water into the valley.",
    "The Courier": "The Kessell dam released 90 tonnes of water into the valley on Sunday, the Courier’s reporter saw.",
}


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that holds the story."""
    with (
        serving(tmp_path_factory.mktemp("related") / "sayso.db") as server,
        httpx.Client(
            base_url=server.url,
            headers=server.authorization,
            event_hooks={"response": [contract.check]},
            timeout=60,
        ) as client,
    ):
        for publisher, text in STORY.items():
            client.post("/v1/articles", json={"publisher": publisher, "text": text}).raise_for_status()
        yield client


def first(http: httpx.Client, publisher: str) -> str:
    """The id of the first claim of the publisher's article."""
    items = http.get("/v1/claims", params={"publisher": publisher}).json()["items"]
    return str(items[0]["id"])


def publishers(http: httpx.Client, page: Any) -> list[tuple[str, str]]:
    """The relation and the publisher of each item."""
    return [
        (item["relation"], http.get(f"/v1/articles/{item['claim']['article_id']}").json()["publisher"]["name"])
        for item in page["items"]
    ]


def test_related(http: httpx.Client) -> None:
    """The copy and the rewording are the same, the denial is opposed, and another number makes it similar."""
    page = http.get(f"/v1/claims/{first(http, 'AP')}/related").json()
    assert publishers(http, page) == [
        ("same", "Reuters"),
        ("same", "The Guardian"),
        ("opposed", "The Shore Gazette"),
        ("similar", "The Courier"),
    ]
    assert [one["aspect"] for one in page["items"][2]["differences"]] == ["polarity"]
    assert page["items"][3]["differences"][0] == {"aspect": "numbers", "here": ["400"], "there": ["90"]}
    assert (page["compared"], page["complete"], "next" in page) == (4, True, False)


def test_corroboration(http: httpx.Client) -> None:
    """One mayor in two papers is one origin; the operator is another, whom nobody names."""
    counts = http.get(f"/v1/claims/{first(http, 'AP')}/related", params={"relation": "opposed", "limit": 1}).json()
    assert [item["relation"] for item in counts["items"]] == ["opposed"]
    counts = counts["corroboration"]
    assert (counts["claims"], counts["articles"]) == (3, 3)
    assert [source["name"] for source in counts["origins"]["named"]] == ["Ada Lund"]
    assert counts["origins"]["count"] == 2
    assert counts["publishers"]["count"] == 3


def test_match(http: httpx.Client) -> None:
    """A text of the caller's finds who says it; nothing is stored, and no claim of it corroborates itself."""
    before = http.get("/v1/articles", params={"count": "exact"}).json()["total"]
    page = http.post("/v1/claims/match", json={"text": f"{DAM}."}, params={"relation": "same"}).json()
    assert sorted(name for _, name in publishers(http, page)) == ["Associated Press", "Reuters", "The Guardian"]
    assert page["corroboration"]["claims"] == 3
    assert http.get("/v1/articles", params={"count": "exact"}).json()["total"] == before


def test_match_finds_nothing(http: httpx.Client) -> None:
    """What nobody says has no items and nobody who speaks for it."""
    page = http.post("/v1/claims/match", json={"text": "The orchestra played without any conductor at all."}).json()
    assert page["items"] == []
    assert page["corroboration"]["origins"]["count"] == 0


@pytest.mark.parametrize(
    ("body", "problem", "pointer"),
    [
        ({"text": "a" * 1001}, "/problems/invalid-body", "/text"),
        ({"text": " "}, "/problems/unreadable-text", None),
        ({}, "/problems/invalid-body", "/text"),
        ({"text": DAM, "limit": 3}, "/problems/invalid-body", "/limit"),
    ],
)
def test_match_refuses(http: httpx.Client, body: Any, problem: str, pointer: str | None) -> None:
    """A text that is too long, without a word or not there is refused by name, and so is what it does not take."""
    refused = http.post("/v1/claims/match", json=body)
    assert (refused.status_code, refused.json()["type"]) == (422, problem)
    assert [error["pointer"] for error in refused.json().get("errors", ())] == ([pointer] if pointer else [])


def test_refuses(http: httpx.Client) -> None:
    """A claim that is not there is 404, and a relation or a parameter that is none is 400."""
    assert http.get("/v1/claims/clm_none/related").status_code == 404
    assert http.get(f"/v1/claims/{first(http, 'AP')}/related", params={"relation": "cousin"}).status_code == 400
    assert http.post("/v1/claims/match", json={"text": DAM}, params={"colour": "red"}).status_code == 400


def test_as_of(http: httpx.Client) -> None:
    """Each answer tells its moment, and as of that it stays what it was when more is stored."""
    path = f"/v1/claims/{first(http, 'AP')}/related"
    now = http.get(path)
    http.post("/v1/articles", json={"publisher": "The Echo", "text": f"{DAM}, officials said."}).raise_for_status()
    assert http.get(path).content != now.content
    then = http.get(path, params={"as_of": now.headers["sayso-sequence"]})
    assert then.content == now.content
