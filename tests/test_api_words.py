"""Searching for words over HTTP: where they stand."""

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
