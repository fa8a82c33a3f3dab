"""Claims with some of their members, over HTTP."""

from typing import Any, get_args

import httpx
import msgspec
import pytest
from msgspec import UnsetType

from schemas.claims import Claim, ClaimField, SparseClaim
from tests.contract import problem


@pytest.mark.parametrize("fields", ["id", "text,id", "confidence,attributions,position", ",".join(ClaimField)])
def test_only_what_is_asked_for_comes(client: httpx.Client, fields: str) -> None:
    """Each claim has the members that ``fields`` names, as they are in the whole claim, and no others."""
    whole = client.get("/v1/claims?limit=200&source=kcna").json()["items"]
    expected = [{field: claim[field] for field in fields.split(",") if field in claim} for claim in whole]
    found, link = [], f"/v1/sparse-claims?limit=1&source=kcna&fields={fields}"
    while link:
        page = client.get(link)
        found += page.json()["items"]
        link = page.links.get("next", {}).get("url", "")
    assert found == expected != []


def test_all_comes_where_nothing_is_asked_for(client: httpx.Client) -> None:
    """Without ``fields`` the page is the one of whole claims, and its cursors are."""
    assert client.get("/v1/sparse-claims?limit=3").json() == client.get("/v1/claims?limit=3").json()


def test_the_page_brings_along_what_it_otherwise_does(client: httpx.Client) -> None:
    """What is added to a page does not depend on the members that are wanted."""
    query = "q=said&highlight=true&expand=source,article&facets=level&count=exact&sort=relevance"
    page = client.get(f"/v1/sparse-claims?fields=text&{query}").json()
    whole: dict[str, Any] = client.get(f"/v1/claims?{query}").json()
    assert page == {**whole, "items": [{"text": claim["text"]} for claim in whole["items"]]}
    assert {"expanded", "facets", "highlights", "total"} <= page.keys()


@pytest.mark.parametrize("fields", ["id,colour", "", "id,", "!id", "source"])
def test_an_unknown_member_is_told_the_known_ones(client: httpx.Client, fields: str) -> None:
    """The refusal names the member and lists those that there are; elsewhere there is no such parameter."""
    detail = problem(client.get(f"/v1/sparse-claims?fields={fields}"), 400, "invalid-parameter").detail
    assert f"'{fields.split(',')[-1]}' is none of: id, article_id, position," in detail
    problem(client.get("/v1/claims?fields=id"), 400, "invalid-parameter")


def test_every_member_of_a_claim_can_be_asked_for() -> None:
    """The sparse claim has the members of the whole one, of the same types, and each may be absent."""
    whole = {field.name: field for field in msgspec.structs.fields(Claim)}
    assert list(whole) == list(ClaimField)
    for field in msgspec.structs.fields(SparseClaim):
        assert UnsetType in get_args(field.type)
        own = whole[field.name].type
        assert {*get_args(field.type)} - {UnsetType} == {*(get_args(own) if UnsetType in get_args(own) else (own,))} - {
            UnsetType
        }
        assert not field.required
