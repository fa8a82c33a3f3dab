"""Query parameters: every one is heard, or refused by name."""

from collections import Counter
from typing import Any

import httpx
import pytest

from schemas.vocabularies import Level, Role
from tests.contract import problem

LISTS = (
    "/v1/claims",
    "/v1/attributions",
    "/v1/sources",
    "/v1/articles",
    "/v1/sources/associated-press/claims",
)


@pytest.mark.parametrize("path", [*LISTS, "/v1/confidence-levels", "/v1/sources/associated-press", "/problems"])
def test_an_unknown_parameter_is_refused_by_name(client: httpx.Client, path: str) -> None:
    """A misspelt parameter is a 400 that names it, not a list that ignores it."""
    found = problem(client.get(path, params={"sorce": "kcna"}), 400, "invalid-parameter")
    assert isinstance(found.errors, tuple)
    assert found.errors[0].parameter == "sorce"


def test_an_unknown_parameter_is_told_the_known_ones(client: httpx.Client) -> None:
    """The refusal lists what there is to ask by."""
    detail = problem(client.get("/v1/articles?author=x"), 400, "invalid-parameter").detail
    assert "ids, publisher, published_from, published_until, status, sort, as_of, count, limit, cursor" in detail


def test_the_parameter_that_a_path_gives_is_not_taken_twice(client: httpx.Client) -> None:
    """A source's claims cannot be asked of another source."""
    problem(client.get("/v1/sources/associated-press/claims?source=reuters"), 400, "invalid-parameter")


@pytest.mark.parametrize("name", ["role", "act", "factuality", "extraction", "level", "kind"])
@pytest.mark.parametrize("value", ["certain", "", "HIGH", "origin,,relay"])
def test_a_word_outside_the_vocabulary_is_told_the_words(client: httpx.Client, name: str, value: str) -> None:
    """The refusal names the parameter and lists the values it can have."""
    found = problem(client.get("/v1/claims", params={name: value}), 400, "invalid-parameter")
    assert found.detail.startswith(f"{name}: ")
    assert "none of: " in found.detail


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=ten",
        "limit=1e2",
        "limit=%D9%A3",
        "limit=",
        "limit=5&limit=6",
        "cursor=",
        "cursor=nonsense",
        "cursor=%C3%A9",
        "published_from=2026-02-30",
        "published_from=20260208",
        "published_from=yesterday",
        "published_until=2026-W06-7",
        "q=",
        "q=%20",
        "q=%00",
        "q=%FF",
        "q=..",
        "q=" + "a" * 501,
        "source=",
        "source=a,,b",
        "source=%0A",
        "source=" + ",".join(map(str, range(101))),
        "role=" + ",".join(["relay"] * 101),
        "ids=" + ",".join(map(str, range(101))),
        "ids=a,,b",
        "ids=!a",
        "ids=a,!b",
    ],
)
def test_a_value_that_cannot_be_used_is_refused(client: httpx.Client, query: str) -> None:
    """A 400 names the parameter at fault, whatever was wrong with it."""
    found = problem(client.get(f"/v1/claims?{query}"), 400, "invalid-parameter")
    assert found.detail.startswith(query.partition("=")[0])


def test_a_flag_is_true_or_false(client: httpx.Client) -> None:
    """Neither 1 nor yes will do."""
    assert "true, false" in problem(client.get("/v1/sources?named=1"), 400, "invalid-parameter").detail


@pytest.mark.parametrize("code", ["CT+", "CT%2B", "CT%20"])
def test_a_plus_that_was_not_escaped_is_heard(client: httpx.Client, code: str) -> None:
    """``factuality=CT+`` reaches the server as "CT ", and means CT+."""
    assert client.get(f"/v1/attributions?factuality={code}").json() == _rows(client, factuality="CT+")
    assert {row["factuality"] for row in _rows(client, factuality="CT+")["items"]} == {"CT+"}


def test_commas_mean_any_of_them(client: httpx.Client) -> None:
    """Two roles give the links of the one and of the other; so does a parameter given twice."""
    both = _rows(client, role="origin,publisher")
    assert {row["role"] for row in both["items"]} == {Role.ORIGIN, Role.PUBLISHER}
    assert client.get("/v1/attributions?role=origin&role=publisher").json()["items"] == both["items"]


@pytest.mark.parametrize("value", ["!origin", "%21origin", "publisher,relay", "relay, !origin,publisher"])
def test_an_exclamation_mark_means_none_of_them(client: httpx.Client, value: str) -> None:
    """A value behind ``!`` must not be; escaped or not, and beside values that may be."""
    rows = client.get(f"/v1/attributions?role={value}").json()["items"]
    assert rows == _rows(client, role="publisher,relay")["items"] != []


@pytest.mark.parametrize("code", ["!CT+", "!CT%2B", "%21CT%20"])
def test_a_plus_is_heard_behind_an_exclamation_mark(client: httpx.Client, code: str) -> None:
    """``factuality=!CT+`` means all but CT+."""
    rows = client.get(f"/v1/attributions?factuality={code}").json()["items"]
    everything = client.get("/v1/attributions").json()["items"]
    assert rows == [row for row in everything if row["factuality"] != "CT+"] != []


def test_a_source_that_must_not_be_is_in_no_link(client: httpx.Client) -> None:
    """``source=!kcna`` gives the claims that ``source=kcna`` does not; with a role, those of which it has not that."""
    everything, those = _ids(client), _ids(client, source="kcna")
    assert those
    assert _ids(client, source="!kcna") == [id for id in everything if id not in those]
    assert _ids(client, role="publisher", source="!kcna") == _ids(client, role="publisher")


@pytest.mark.parametrize("query", ["level=!", "level=!!high", "source=!", "level=!certain", "limit=!5", "article=a,!"])
def test_an_exclamation_mark_before_nothing_is_refused(client: httpx.Client, query: str) -> None:
    """What is negated must be a value of the parameter, and the parameter one that lists them."""
    problem(client.get(f"/v1/claims?{query}"), 400, "invalid-parameter")


def test_different_parameters_must_all_hold(client: httpx.Client) -> None:
    """Every row of a narrowed list is of both kinds asked for."""
    for level in Level:
        rows = _rows(client, level=level, kind="statement")["items"]
        assert all((row["level"], row["kind"]) == (level, "statement") for row in rows)


def test_a_page_holds_as_many_as_asked_for(client: httpx.Client) -> None:
    """``limit`` counts the items."""
    assert len(client.get("/v1/claims?limit=2").json()["items"]) == 2


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_counted_where_that_is_asked(client: httpx.Client, path: str) -> None:
    """``count=exact`` adds the length of the whole list to each page; otherwise there is no ``total``."""
    whole = client.get(path, params={"limit": 200}).json()
    assert "total" not in whole
    page = client.get(path, params={"limit": 1, "count": "exact"})
    assert page.json()["total"] == len(whole["items"]) > 1
    assert client.get(page.links["next"]["url"]).json()["total"] == len(whole["items"])
    # A cursor is bound to what is in the list, not to whether it is counted.
    assert "total" not in client.get(path, params={"limit": 1, "cursor": page.json()["next"]}).json()


@pytest.mark.parametrize("value", ["", "estimate", "true", "exact,exact"])
def test_a_list_is_counted_exactly_or_not_at_all(client: httpx.Client, value: str) -> None:
    """There is one way to count, and the refusal names it."""
    assert "none of: exact" in problem(client.get(f"/v1/claims?count={value}"), 400, "invalid-parameter").detail


@pytest.mark.parametrize("path", [path for path in LISTS if path.endswith("claims")])
def test_claims_are_spread_over_facets(client: httpx.Client, path: str) -> None:
    """``facets`` counts the claims of the whole list, on any page of it, for each facet that is asked for."""
    claims = client.get(path, params={"limit": 200}).json()["items"]
    page = client.get(path, params={"limit": 1, "facets": "level,source"})
    facets = page.json()["facets"]
    assert set(facets) == {"level", "source"}
    levels = Counter(claim["confidence"]["level"] for claim in claims)
    assert {count["value"]: count["claims"] for count in facets["level"]} == levels
    for count in facets["source"]:
        assert client.get(f"/v1/sources/{count['value']}").json()["name"] == count["name"]
    assert client.get(page.links["next"]["url"]).json()["facets"] == facets


@pytest.mark.parametrize("value", ["", "colour", "level,", "!level", "LEVEL"])
def test_an_unknown_facet_is_told_the_known_ones(client: httpx.Client, value: str) -> None:
    """The refusal lists the facets there are; other lists have none."""
    detail = problem(client.get(f"/v1/claims?facets={value}"), 400, "invalid-parameter").detail
    assert "none of: source, level, kind, act, factuality, extraction, publisher" in detail
    problem(client.get("/v1/sources?facets=kind"), 400, "invalid-parameter")


@pytest.mark.parametrize("path", LISTS)
def test_pages_hold_each_item_once(client: httpx.Client, path: str) -> None:
    """Going on by ``next`` gives the same items, in the same order, as one large page."""
    whole = client.get(path, params={"limit": 200}).json()
    assert "next" not in whole
    items, params = [], {"limit": "2"}
    while True:
        page = client.get(path, params=params).json()
        items += page["items"]
        if "next" not in page:
            break
        params["cursor"] = page["next"]
    assert items == whole["items"]


def test_the_link_header_leads_to_the_next_page(client: httpx.Client) -> None:
    """``rel="next"`` is the same query with the cursor in ``next``, escaped for use as it stands."""
    first = client.get("/v1/claims?factuality=CT+,Uu&limit=1")
    link = first.links["next"]["url"]
    assert link.startswith("/v1/claims?")
    second = client.get(link)
    assert second.json() == client.get(f"/v1/claims?factuality=CT%2B,Uu&limit=1&cursor={first.json()['next']}").json()
    assert second.links["next"]["url"].count("cursor=") == 1


@pytest.mark.parametrize("path", [path for path in LISTS if path.endswith(("claims", "articles", "attributions"))])
def test_the_last_stored_can_come_first(client: httpx.Client, path: str) -> None:
    """``sort=-stored`` turns the list round, page by page too; `stored` is the order without it."""
    whole = client.get(path, params={"limit": 200}).json()["items"]
    assert client.get(path, params={"limit": 200, "sort": "stored"}).json()["items"] == whole
    back, link = [], f"{path}?limit=2&sort=-stored"
    while link:
        page = client.get(link)
        back += page.json()["items"]
        link = page.links.get("next", {}).get("url", "")
    assert back == whole[::-1] != whole


@pytest.mark.parametrize(
    "path", ["/v1/claims", "/v1/attributions", "/v1/sources/associated-press/claims", "/v1/articles"]
)
def test_lists_come_in_the_order_of_publication(client: httpx.Client, path: str) -> None:
    """``sort=published_at`` goes by when the articles were published, `-published_at` begins with the last of them.

    What has no date comes last in both.
    """
    articles = client.get("/v1/articles?limit=200").json()["items"]
    published = {article["id"]: article.get("published_at") for article in articles}
    for sort, reverse in (("published_at", False), ("-published_at", True)):
        found, link = [], f"{path}?limit=2&sort={sort}"
        while link:
            page = client.get(link)
            found += [item.get("article_id") or item["id"] for item in page.json()["items"]]
            link = page.links.get("next", {}).get("url", "")
        times = [published[id] for id in found]
        dated = [time for time in times if time]
        assert dated == sorted(dated, reverse=reverse)
        assert times == dated + [None] * (len(times) - len(dated))
        assert len(set(dated)) > 1 or path.endswith("press/claims")


def test_sources_with_the_most_claims_come_first(client: httpx.Client) -> None:
    """``sort=-claims`` begins with the source that most claims name."""
    whole = client.get("/v1/sources?limit=200&sort=-claims").json()["items"]
    counts = [source["claims"] for source in whole]
    assert counts == sorted(counts, reverse=True)
    first = client.get("/v1/sources?limit=2&sort=-claims")
    assert first.json()["items"] + client.get(first.links["next"]["url"]).json()["items"] == whole[:4]
    assert "none of: id, -claims" in problem(client.get("/v1/sources?sort=claims"), 400, "invalid-parameter").detail


def test_a_cursor_of_another_order_is_refused(client: httpx.Client) -> None:
    """A cursor goes on in the order that gave it."""
    forth = client.get("/v1/claims?limit=1").json()["next"]
    back = client.get("/v1/claims?limit=1&sort=-stored").json()["next"]
    problem(client.get(f"/v1/claims?sort=-stored&cursor={forth}"), 400, "invalid-parameter")
    problem(client.get(f"/v1/claims?cursor={back}"), 400, "invalid-parameter")
    assert client.get(f"/v1/claims?sort=stored&cursor={forth}").status_code == 200
    detail = problem(client.get("/v1/claims?sort=newest"), 400, "invalid-parameter").detail
    assert "none of: stored, -stored, published_at, -published_at" in detail
    by_date = client.get("/v1/claims?limit=1&sort=-published_at").json()["next"]
    problem(client.get(f"/v1/claims?sort=published_at&cursor={by_date}"), 400, "invalid-parameter")


def test_the_last_page_has_no_link(client: httpx.Client) -> None:
    """There is nothing to go on to."""
    assert "link" not in client.get("/v1/claims?limit=200").headers


def test_a_cursor_of_another_query_is_refused(client: httpx.Client) -> None:
    """A cursor goes on with its own filter and list alone; the limit may change."""
    cursor = client.get("/v1/claims?limit=1").json()["next"]
    assert client.get(f"/v1/claims?limit=2&cursor={cursor}").status_code == 200
    problem(client.get(f"/v1/claims?level=high&cursor={cursor}"), 400, "invalid-parameter")
    problem(client.get(f"/v1/attributions?cursor={cursor}"), 400, "invalid-parameter")


def _ids(client: httpx.Client, **params: str) -> list[str]:
    return [claim["id"] for claim in client.get("/v1/claims", params={"limit": "200", **params}).json()["items"]]


def _rows(client: httpx.Client, **params: str) -> Any:
    return client.get("/v1/attributions", params=params).json()


@pytest.mark.parametrize(
    "as_of",
    ["999999999", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00", "2026-02-30T00:00:00Z", "2026-02-08", "x"],
)
@pytest.mark.parametrize("path", [*LISTS, "/v1/confidence-levels", "/v1/sources/associated-press"])
def test_a_moment_that_is_none(client: httpx.Client, path: str, as_of: str) -> None:
    """What has not come, or is no time at all, is refused with what to give."""
    assert "as_of" in problem(client.get(path, params={"as_of": as_of}), 400, "invalid-parameter").detail
