"""Searching for words over HTTP: where they stand, and the order of relevance."""

import httpx
import pytest

from tests.contract import problem

CLAIMS = ("/v1/claims", "/v1/sources/korean-central-news-agency/claims", "/v1/articles/{article}/claims")


@pytest.fixture
def article(client: httpx.Client) -> str:
    """The id of an article of several paragraphs."""
    id: str = client.get("/v1/articles?limit=1").json()["items"][0]["id"]
    return id


@pytest.mark.parametrize("path", CLAIMS)
def test_words_are_shown_where_they_stand(client: httpx.Client, article: str, path: str) -> None:
    """``highlight=true`` adds the spans of the words, into the article's text, for each claim of the page."""
    page = client.get(path.format(article=article), params={"q": "test* KCNA", "highlight": "true"}).json()
    assert set(page["highlights"]) == {claim["id"] for claim in page["items"]} != set()
    for claim in page["items"]:
        spans = page["highlights"][claim["id"]]
        text = client.get(f"/v1/articles/{claim['article_id']}").json()["text"]
        assert [text[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]
        assert {span["text"].lower() for span in spans} == {"test", "kcna"}
        assert all(claim["start"] <= span["start"] < span["end"] <= claim["end"] for span in spans)


def test_words_are_not_shown_unasked(client: httpx.Client) -> None:
    """Without ``highlight`` there are none, and it can be said so."""
    for params in ({"q": "test"}, {"q": "test", "highlight": "false"}, {"highlight": "false"}):
        assert "highlights" not in client.get("/v1/claims", params=params).json()


def test_there_must_be_words_to_show(client: httpx.Client) -> None:
    """``highlight=true`` without ``q`` is refused."""
    found = problem(client.get("/v1/claims?highlight=true"), 400, "invalid-parameter")
    assert found.detail.startswith("highlight: ")
    assert "'q'" in found.detail


@pytest.mark.parametrize("path", CLAIMS)
def test_the_most_relevant_come_first(client: httpx.Client, article: str, path: str) -> None:
    """``sort=relevance`` gives the claims that have the words, page by page each once, whatever the order."""
    address = path.format(article=article)
    found = {claim["id"] for claim in client.get(address, params={"q": "said", "limit": "200"}).json()["items"]}
    seen, link = [], f"{address}?q=said&sort=relevance&limit=1"
    while link:
        page = client.get(link)
        seen += [claim["id"] for claim in page.json()["items"]]
        link = page.links.get("next", {}).get("url", "")
    assert sorted(seen) == sorted(found) != []


def test_there_must_be_words_to_be_relevant_to(client: httpx.Client) -> None:
    """``sort=relevance`` without ``q`` is refused, as is a cursor of it elsewhere."""
    found = problem(client.get("/v1/claims?sort=relevance"), 400, "invalid-parameter")
    assert found.detail.startswith("sort: ")
    assert "'q'" in found.detail
    cursor = client.get("/v1/claims?q=said&sort=relevance&limit=1").json()["next"]
    problem(client.get(f"/v1/claims?q=said&cursor={cursor}"), 400, "invalid-parameter")
    problem(client.get(f"/v1/claims?q=told&sort=relevance&cursor={cursor}"), 400, "invalid-parameter")
