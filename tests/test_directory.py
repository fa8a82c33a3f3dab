"""The directory of well-known sources and the ids of all."""

import pytest

from service.attribution.directory import load
from service.attribution.identity import article_id, claim_id, scoped_slug, slug


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("AP", "Associated Press"),
        ("the Associated Press", "Associated Press"),
        ("KCNA", "Korean Central News Agency"),
        ("yonhap news agency", "Yonhap News Agency"),
        ("The Guardian", "The Guardian"),
    ],
)
def test_find(name: str, found: str) -> None:
    """A source is found by its name and its aliases, with or without "the"."""
    entry = load().find(name)
    assert entry is not None
    assert entry.name == found


@pytest.mark.parametrize("name", ["ap", "Nobody's Gazette", "", "the"])
def test_unknown(name: str) -> None:
    """What is no name finds nothing; an acronym is one only in capitals."""
    assert load().find(name) is None


def test_within() -> None:
    """All sources that a text names are found, in order; of two names inside one another the longer is meant."""
    words = ["the", "official", "Korean", "Central", "News", "Agency", "and", "AP"]
    assert [entry.name for entry in load().within(words)] == ["Korean Central News Agency", "Associated Press"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Associated Press", "associated-press"),
        ("El País", "el-pais"),
        ("Growers’ League", "growers-league"),
        ("People's Daily", "people-daily"),
    ],
)
def test_slug(name: str, id: str) -> None:
    """A source's id is its name in plain letters."""
    assert slug(name) == id


def test_slug_without_latin_letters() -> None:
    """Names in other scripts get ids that differ."""
    assert slug("조선중앙통신") != slug("新华社")
    assert slug("Кореспондент Reuters") not in (slug("Reuters"), slug("Газета Reuters"))
    assert slug("a" * 100) != slug("a" * 99)


def test_scoped_slug() -> None:
    """A source known in one article only has that article in its id."""
    assert scoped_slug("experts", "art_0123456789") == "experts-01234567"


def test_article_id() -> None:
    """An article is its URL where there is one, else its publisher and text."""
    url = "https://news.example/1"
    assert article_id("One.", url, "ap") == article_id("Two.", url, None)
    assert article_id("One.", None, "ap") != article_id("One.", None, "afp")
    assert article_id("One.", None, None) == article_id("One.", None, None)


def test_claim_id() -> None:
    """A claim is its article, its words, and which time they stand there; the parts do not run together."""
    assert claim_id("a", "bc", 0) != claim_id("ab", "c", 0)
    assert claim_id("a", "b", 0) != claim_id("a", "b", 1)
