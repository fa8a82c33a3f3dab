"""What is stored, read back over HTTP."""

from typing import Any

import httpx
import pytest

from schemas.vocabularies import LEVEL_DEFINITIONS
from tests.articles import ARTICLES, MISSILES
from tests.contract import problem


def test_a_sources_claims_are_found_by_its_id_its_name_and_its_alias(client: httpx.Client) -> None:
    """All three ask for the same claims, in any case."""
    by_id = client.get("/v1/claims", params={"source": "korean-central-news-agency"}).json()
    assert [claim["text"] for claim in by_id["items"]] == [
        "North Korea will test a new missile in May, KCNA said on Sunday."
    ]
    assert client.get("/v1/claims", params={"source": "KCNA"}).json()["items"] == by_id["items"]
    assert client.get("/v1/claims", params={"source": "korean central news AGENCY"}).json()["items"] == by_id["items"]
    assert client.get("/v1/sources/korean-central-news-agency/claims").json()["items"] == by_id["items"]


def test_full_text_finds_words_and_phrases(client: httpx.Client) -> None:
    """Words must all stand in the sentence; quoted ones side by side."""
    assert _texts(client, q="missile may") == _texts(client, q='"new missile"') != []
    assert _texts(client, q='"missile new"') == []


def test_dates_are_inclusive(client: httpx.Client) -> None:
    """An article of a day is published from and until that day; one without a date never is."""
    day = {"published_from": "2026-03-01", "published_until": "2026-03-01"}
    assert [article["title"] for article in client.get("/v1/articles", params=day).json()["items"]] == [
        "Floods close the harbour"
    ]
    assert len(client.get("/v1/articles").json()["items"]) >= len(ARTICLES)


def test_a_listed_claim_is_the_claim(client: httpx.Client) -> None:
    """A claim by its id is what the list shows of it."""
    for claim in client.get("/v1/claims").json()["items"]:
        assert client.get(f"/v1/claims/{claim['id']}").json() == claim


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/sources", "/v1/articles"])
def test_many_are_had_by_their_ids(client: httpx.Client, path: str) -> None:
    """``ids`` gives what the list shows of each, in its order; unknown ids are passed over."""
    everything = client.get(path).json()["items"]
    some = everything[::2]
    ids = ",".join(["nobody", *(item["id"] for item in reversed(some))])
    assert client.get(path, params={"ids": ids}).json() == {"items": some}
    assert client.get(path, params={"ids": "nobody"}).json() == {"items": []}


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/attributions", "/v1/sources/associated-press/claims"])
def test_a_page_brings_along_what_it_refers_to(client: httpx.Client, path: str) -> None:
    """``expand`` adds each source and article of the page's items once, as their own lists show them."""
    plain = client.get(path, params={"limit": 3}).json()
    page = client.get(path, params={"limit": 3, "expand": "source,article"}).json()
    expanded = page.pop("expanded")
    assert page == plain
    named = {link["source"]["id"] for item in plain["items"] for link in _links(item)}
    assert [source["id"] for source in expanded["sources"]] == sorted(named)
    for kind in ("sources", "articles"):
        ids = ",".join(item["id"] for item in expanded[kind])
        assert client.get(f"/v1/{kind}", params={"ids": ids}).json()["items"] == expanded[kind]
    articles = {item["article_id"] for item in plain["items"]}
    assert {article["id"] for article in expanded["articles"]} == articles
    assert len(expanded["articles"]) == len(articles)


def test_only_what_is_asked_for_is_brought_along(client: httpx.Client) -> None:
    """Sources alone come without articles; a page without items refers to nothing."""
    assert set(client.get("/v1/claims?expand=source").json()["expanded"]) == {"sources"}
    empty = {"items": [], "expanded": {"sources": [], "articles": []}}
    assert client.get("/v1/claims?source=nobody&expand=article,source").json() == empty


@pytest.mark.parametrize("query", ["/v1/claims?expand=publisher", "/v1/claims?expand=", "/v1/sources?expand=article"])
def test_what_cannot_be_brought_along_is_refused(client: httpx.Client, query: str) -> None:
    """The refusal names the parameter."""
    assert problem(client.get(query), 400, "invalid-parameter").detail.startswith("expand: ")


def test_an_articles_claims_stand_in_its_text(client: httpx.Client) -> None:
    """Each claim's span cuts its text out of the article's, in order."""
    id = client.get("/v1/articles?publisher=AP").json()["items"][0]["id"]
    article = client.get(f"/v1/articles/{id}").json()
    assert article["text"] == MISSILES["text"]
    claims = client.get(f"/v1/articles/{id}/claims").json()["items"]
    assert [article["text"][claim["start"] : claim["end"]] for claim in claims] == [claim["text"] for claim in claims]
    assert [claim["position"] for claim in claims] == list(range(article["claims"]))


def test_a_listed_source_is_the_source(client: httpx.Client) -> None:
    """A source by its id is what the list shows of it, and counts the claims it has."""
    for source in client.get("/v1/sources").json()["items"]:
        assert client.get(f"/v1/sources/{source['id']}").json() == source
        assert len(client.get(f"/v1/sources/{source['id']}/claims?limit=200").json()["items"]) == source["claims"]


def test_unnamed_sources_can_be_asked_for(client: httpx.Client) -> None:
    """``named=false`` gives the analysts and no agency."""
    kinds = {source["kind"] for source in client.get("/v1/sources?named=false").json()["items"]}
    assert "unnamed_group" in kinds
    assert "news_agency" not in kinds


def test_levels_are_defined_and_counted(client: httpx.Client) -> None:
    """Every level has its definition, and as many claims as the list of them."""
    levels = client.get("/v1/confidence-levels").json()["items"]
    assert [level["level"] for level in levels] == list(LEVEL_DEFINITIONS)
    for level in levels:
        assert (
            len(client.get("/v1/claims", params={"level": level["level"], "limit": 200}).json()["items"])
            == (level["claims"])
        )


@pytest.mark.parametrize("path", ["/v1/claims/x", "/v1/sources/x", "/v1/sources/x/claims", "/v1/articles/x/claims"])
@pytest.mark.parametrize("id", ["nope", "%FF", "%00", "..%2F..", "a%20b", "%F0%9F%98%80", "x" * 3000, "' OR 1=1 --"])
def test_an_odd_id_is_not_found(client: httpx.Client, path: str, id: str) -> None:
    """Whatever stands in the place of an id is a 404 where there is no such thing."""
    problem(client.get(path.replace("/x", f"/{id}", 1)), 404, "not-found")


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/claims?limit=1", "/openapi.json", "/docs", "/v1/claims/nope"])
def test_head_has_the_headers_of_get(client: httpx.Client, path: str) -> None:
    """HEAD answers as GET does, without the body."""
    head, get = client.head(path), client.get(path)
    assert head.content == b""
    assert head.status_code == get.status_code
    for name in ("content-type", "content-length", "link"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_say_ok(client: httpx.Client, path: str) -> None:
    """A server that answers and can read its database is well."""
    assert client.get(path).json() == {"status": "ok"}


def _links(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The links of a claim, or the one that a row is."""
    chains = [attribution["chain"] for attribution in item.get("attributions", ())]
    return [link for chain in chains for link in chain] or [item]


def _texts(client: httpx.Client, **params: str) -> list[str]:
    return [claim["text"] for claim in client.get("/v1/claims", params=params).json()["items"]]
