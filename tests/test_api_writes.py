"""Articles sent in over HTTP: stored once and whole, or refused with a reason."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.articles import MISSILES
from tests.contract import problem
from tests.serving import Server

JSON = {"content-type": "application/json"}
TEXT = {"content-type": "text/plain"}

BOTH = pytest.mark.parametrize("path", ["/v1/articles", "/v1/extract"])


def test_a_new_article_is_created_at_its_location(client: httpx.Client) -> None:
    """201 tells where the article is, and it is there."""
    response = client.post("/v1/articles", json={"text": "The ferry sank at noon, the coast guard said."})
    assert response.status_code == 201
    assert response.json()["outcome"] == "created"
    stored = client.get(response.headers["location"]).json()
    assert stored.pop("text") == "The ferry sank at noon, the coast guard said."
    assert stored == response.json()["article"]


def test_the_same_article_again_changes_nothing(client: httpx.Client) -> None:
    """200 tells that it was there; no claim and no article is added."""
    before = [client.get(path).json() for path in ("/v1/articles", "/v1/claims")]
    response = client.post("/v1/articles", json=MISSILES)
    assert (response.status_code, response.json()["outcome"]) == (200, "unchanged")
    assert [client.get(path).json() for path in ("/v1/articles", "/v1/claims")] == before


DAM = {
    "url": "https://news.example/dam",
    "title": "The dam",
    "publisher": "Reuters",
    "text": "The dam held, the mayor said. It rained.",
}


def test_another_text_under_a_stored_url_is_a_version(client: httpx.Client) -> None:
    """200, `updated`; what stands keeps its id, and what it was is there as of the moment before."""
    id = client.post("/v1/articles", json=DAM).json()["article"]["id"]
    before = client.get("/v1/articles").headers["sayso-sequence"]
    old = client.get(f"/v1/articles/{id}/claims").json()["items"]
    answer = client.post("/v1/articles", json={**DAM, "text": "The dam held, the mayor said. It was dry."})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["article"]["version"]) == (200, "updated", 2)
    new = client.get(f"/v1/articles/{id}/claims").json()["items"]
    assert [claim["text"] for claim in new] == ["The dam held, the mayor said.", "It was dry."]
    assert new[0] == old[0]
    assert client.get(f"/v1/claims?article={id}&status=superseded").json()["items"] == [
        {**old[1], "status": "superseded"}
    ]
    assert client.get(f"/v1/articles/{id}/claims?as_of={before}").json()["items"] == old
    assert client.get(f"/v1/articles/{id}?as_of={before}").json()["text"] == DAM["text"]


def test_what_is_not_said_again_stays(client: httpx.Client) -> None:
    """A title, publisher or date that is not given again is as it was, and so are the claims."""
    client.post("/v1/articles", json=DAM)
    known = {name: DAM[name] for name in ("url", "text")}
    assert client.post("/v1/articles", json=known).json()["outcome"] == "unchanged"


def test_plain_text_is_an_article(client: httpx.Client) -> None:
    """`text/plain` is the text alone, in UTF-8 with or without saying so."""
    text = "The café reopened, the owner said."
    for media in ("text/plain", "text/plain; charset=UTF-8", 'Text/Plain;charset="utf-8"'):
        response = client.post("/v1/extract", content=text.encode(), headers={"content-type": media})
        assert response.json()["claims"][0]["text"] == text


def test_extract_gives_what_would_be_stored_and_stores_nothing(client: httpx.Client) -> None:
    """The claims, ids included, are those that storing the article gives."""
    article = {"text": "The bridge will reopen in June, the minister said. Nobody had asked."}
    extract = client.post("/v1/extract", json=article).json()
    assert client.get(f"/v1/articles/{extract['article']['id']}").status_code == 404
    id = client.post("/v1/articles", json=article).json()["article"]["id"]
    assert client.get(f"/v1/articles/{id}/claims").json()["items"] == extract["claims"]


def test_one_article_sent_by_many_at_once_is_stored_once(client: httpx.Client) -> None:
    """Of eight callers one is told that it created the article."""
    article = {"text": "Eight callers saw the comet, an astronomer said."}
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: client.post("/v1/articles", json=article), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["article"]["id"] for answer in answers}) == 1


@BOTH
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty"),
        (b"{", "truncated"),
        (b"{'text': 'a'}", "byte 1"),
        (b'{"text": "a"} b', "behind it"),
        (b'{"text": "a\nb"}', "byte"),
        (b'{"text": "\\ud800"}', "\\ud800 at byte 10 is half a character"),
        (b'{"text": "\\ud83d\\ude00 \\udc00 and more"}', "\\udc00 at byte 23 is half a character"),
    ],
)
def test_a_body_that_is_not_json_is_malformed(client: httpx.Client, path: str, body: bytes, detail: str) -> None:
    """400 says what stands in the way of reading it."""
    assert detail in problem(client.post(path, content=body, headers=JSON), 400, "malformed-body").detail


@BOTH
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("[]", ""),
        ('"text"', ""),
        ("{}", "/text"),
        ('{"text": null}', "/text"),
        ('{"text": ["a"]}', "/text"),
        ('{"text": "A word.", "publishr": "AP"}', "/publishr"),
        ('{"text": "A word.", "a/b~c`d": 1}', "/a~1b~0c`d"),
        ('{"text": "A word.", "published_at": 2026}', "/published_at"),
        ('{"text": "A word.", "published_at": "yesterday"}', "/published_at"),
        ('{"text": "A word.", "published_at": "2026-02-30"}', "/published_at"),
        ('{"text": "A word.", "url": "javascript:alert(1)"}', "/url"),
        ('{"text": "A word.", "title": "' + "a" * 1001 + '"}', "/title"),
        ("[" * 50_000, ""),
    ],
)
def test_a_fault_in_a_field_is_pointed_at(client: httpx.Client, path: str, body: str, pointer: str) -> None:
    """422 carries a JSON Pointer to the member at fault."""
    found = problem(client.post(path, content=body, headers=JSON), 422, "invalid-body")
    assert isinstance(found.errors, tuple)
    assert found.errors[0].pointer == pointer


@BOTH
@pytest.mark.parametrize(
    "text", [b"", b" \n\t ", b"... !?", b"A word\x00 or two.", b"A word\x1b[31m.", b"caf\xe9", b"\xed\xa0\x80 half"]
)
def test_a_text_that_cannot_be_read_is_refused(client: httpx.Client, path: str, text: bytes) -> None:
    """422 for no word, a control character, or bytes that are not UTF-8."""
    problem(client.post(path, content=text, headers=TEXT), 422, "unreadable-text")


def test_bytes_that_are_not_utf_8_are_told_in_json_too(client: httpx.Client) -> None:
    """The offset is that of the byte in the body."""
    found = problem(client.post("/v1/extract", content=b'{"text": "caf\xe9"}', headers=JSON), 422, "unreadable-text")
    assert "at byte 13" in found.detail


def test_another_language_is_named(client: httpx.Client) -> None:
    """422 tells the language that was found."""
    text = "Der Minister sagte am Montag, dass die Brücke noch in diesem Jahr wieder geöffnet werden soll."
    assert "'de'" in problem(client.post("/v1/extract", json={"text": text}), 422, "unsupported-language").detail


@BOTH
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "text/html"},
        {"content-type": "text/plain; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "nonsense"},
    ],
)
def test_another_media_type_is_unsupported(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    """415 says what to send."""
    found = problem(client.post(path, content=b"A word.", headers=headers), 415, "unsupported-media-type")
    assert "application/json or text/plain" in found.detail


@BOTH
@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_over_the_limit_is_too_large(client: httpx.Client, path: str, streamed: bool) -> None:
    """413 tells the limit, whether the length was announced or not."""

    def chunks() -> Iterator[bytes]:
        yield from [b"word " * 20_000] * 100

    body = chunks() if streamed else b"word " * 2_000_000
    found = problem(client.post(path, content=body, headers=TEXT), 413, "too-large")
    assert "200,000" in found.detail


def test_a_body_at_the_limit_is_read(client: httpx.Client) -> None:
    """The limit itself is within it, even in one sentence."""
    response = client.post("/v1/extract", content=b"word " * 40_000, headers=TEXT)
    assert response.status_code in (200, 422), response.text


def test_a_refused_article_leaves_no_trace(client: httpx.Client, server: Server) -> None:
    """Nothing that these tests had refused was logged as a fault of the service."""
    assert "Traceback" not in server.log.read_text()
