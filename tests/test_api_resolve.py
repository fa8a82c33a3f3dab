"""Which source a name means."""

from typing import Any

import httpx
import pytest

from tests.contract import problem


def resolved(client: httpx.Client, **asked: Any) -> Any:
    """What is answered."""
    return client.get("/v1/sources/resolve", params=asked).json()


@pytest.mark.parametrize(
    ("name", "known_by"),
    [("kcna", "alias"), ("korean central news agency", "name"), ("Korean-Central-News-Agency", "id")],
)
def test_one_bears_it(client: httpx.Client, name: str, known_by: str) -> None:
    """The source, as by its id, and what of it the name is."""
    found = resolved(client, name=name)
    assert found["source"] == client.get("/v1/sources/korean-central-news-agency").json()
    assert (found["known_by"], found["candidates"]) == (known_by, [])


def test_several_bear_it(client: httpx.Client) -> None:
    """Nobody is chosen among several."""
    for text in ("The boat sank, coast guards said.", "The boat floats, coast guards said."):
        client.post("/v1/articles", json={"text": text})
    found = resolved(client, name="coast guards")
    assert "source" not in found
    assert {source["name"].casefold() for source in found["candidates"]} == {"coast guards"}
    assert len(found["candidates"]) == 2


def test_none_bears_it(client: httpx.Client) -> None:
    """Those are told who have it in a name of theirs."""
    found = resolved(client, name="central news")
    assert "source" not in found
    assert "korean-central-news-agency" in [source["id"] for source in found["candidates"]]
    assert resolved(client, name="nobody of the kind")["candidates"] == []
    assert resolved(client, name="KCNA", as_of=0)["candidates"] == []


def test_no_name(client: httpx.Client) -> None:
    """It takes a name."""
    assert "name" in problem(client.get("/v1/sources/resolve"), 400, "invalid-parameter").detail
