"""Idempotency-Key: a request that is sent again is answered as it was."""

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from schemas.keys import Scope
from service.storage.port import Once
from service.web.idempotency import FORM
from tests.contract import DOCUMENT, check, problem
from tests.serving import APART, Server, bearer, made, serving
from tests.test_kill import report

ONE = Once("key_1", "one", b"digest")
numbers = count(1_000_000)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers."""
    with serving(tmp_path_factory.mktemp("workers") / "sayso.db", SAYSO_WORKERS="2") as running:
        yield running


def post(server: Server, article: dict[str, Any], key: str, **headers: str) -> httpx.Response:
    """The answer to an article sent by a connection of its own, to any of the workers."""
    own = {**server.authorization, "idempotency-key": key, **headers}
    answer = APART.post(f"{server.url}/v1/articles", json=article, headers=own)
    check(answer)
    return answer


def fresh() -> dict[str, Any]:
    """An article that was not sent before."""
    return {"text": report(next(numbers))}


def told(answer: httpx.Response) -> tuple[int, str | None, bytes]:
    """All of an answer that its client goes by."""
    return answer.status_code, answer.headers.get("location"), answer.content


def test_the_answer_is_the_same(workers: Server) -> None:
    """201, its Location and its body, from whichever worker; however the same article is written."""
    article = {**fresh(), "title": "Ships"}
    first = post(workers, article, "the-same")
    assert first.status_code == 201
    for key in ("the-same", '"the-same"'):
        assert [told(post(workers, article, key)) for _ in range(4)] == [told(first)] * 4
    turned = dict(reversed(article.items()))
    assert told(post(workers, turned, "the-same")) == told(first)
    assert post(workers, article, "another").status_code == 200


def test_another_body_is_refused(workers: Server) -> None:
    """422, and the first answer stays."""
    article = fresh()
    first = post(workers, article, "changed")
    problem(post(workers, fresh(), "changed"), 422, "reused-idempotency-key")
    assert told(post(workers, article, "changed")) == told(first)


def test_the_key_is_its_callers_own(workers: Server) -> None:
    """Another caller may use the same."""
    assert post(workers, fresh(), "mine").status_code == 201
    other = bearer(made(workers.log.with_suffix(".db"), Scope.WRITE))
    assert post(workers, fresh(), "mine", **other).status_code == 201


def test_a_refused_article_may_be_put_right(workers: Server) -> None:
    """What was refused did nothing, and does not hold the key."""
    problem(post(workers, {"text": " "}, "put right"), 400, "invalid-header")
    problem(post(workers, {"text": " "}, "put-right"), 422, "unreadable-text")
    assert post(workers, fresh(), "put-right").status_code == 201


def test_many_at_once_give_one_result(workers: Server) -> None:
    """Each is told the one answer or, with the seconds to wait, that it is not there yet, in whichever worker it is."""
    for round in range(5):
        article = fresh()
        with ThreadPoolExecutor(8) as callers:
            answers = list(callers.map(lambda _, a=article, k=f"at-once-{round}": post(workers, a, k), range(8)))
        running = [answer for answer in answers if answer.status_code == 409]
        for answer in running:
            problem(answer, 409, "request-running")
            assert answer.headers["retry-after"] == "1"
        given = {told(answer) for answer in answers if answer not in running}
        assert given == {told(post(workers, article, f"at-once-{round}"))}
        assert post(workers, article, f"at-once-{round}").status_code == 201


def test_a_batch_takes_no_key(server: Server) -> None:
    """400, before anything is read."""
    headers = {**server.authorization, "idempotency-key": "a", "content-type": "application/x-ndjson"}
    answer = APART.post(f"{server.url}/v1/articles", content=b'{"text": "It rained, they said."}\n', headers=headers)
    assert "a batch takes none" in problem(answer, 400, "invalid-header").detail


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/keys", {"name": "once", "scopes": ["read"]}),
        ("/v1/webhooks", {"url": "https://desk.example/once"}),
        ("/v1/webhooks/whk_none/secret", None),
    ],
)
def test_what_shows_a_secret_takes_no_key(client: httpx.Client, path: str, body: Any) -> None:
    """Since it is not shown again: nothing is made, rather than twice."""
    answer = client.post(path, json=body, headers={"idempotency-key": "a"})
    assert "shows a secret, once" in problem(answer, 400, "invalid-header").detail
    for listed in ("/v1/keys", "/v1/webhooks"):
        assert "once" not in client.get(listed).text


@pytest.mark.parametrize("key", ["", "a b", "a" * 256, '"a', 'a"', '"', "a,b", "a\\b", "é"])
def test_what_is_no_key(server: Server, key: str) -> None:
    """400 tells what to give; nothing is stored."""
    headers = {b"authorization": f"Bearer {server.key}".encode(), b"idempotency-key": key.encode()}
    answer = APART.post(f"{server.url}/v1/articles", json={"text": "It rained, they said."}, headers=headers)
    assert "1 to 255" in problem(answer, 400, "invalid-header").detail


def test_the_document_tells_what_is_a_key() -> None:
    """By the pattern that is checked, which is the same in the clients' dialect."""
    (parameter,) = (p for p in DOCUMENT["paths"]["/v1/articles"]["post"]["parameters"] if p["in"] == "header")
    assert parameter["schema"]["pattern"] == FORM.pattern
    assert all(
        re.search(FORM.pattern, key) for key in ("a", "a" * 255, '"a"', "!~:;/=", *parameter["schema"]["examples"])
    )


def test_a_killed_server_keeps_its_word(tmp_path: Path) -> None:
    """Each article is answered with 201 under its key, and the same 201, however often the server was killed meanwhile.

    Were the receipt not kept with the article, one killed between the two would be told that it was there before.
    """
    path, random = tmp_path / "sayso.db", Random(3)
    mine = bearer(made(path, Scope.WRITE))
    sent: dict[str, tuple[int, str | None, bytes] | None] = {}
    for round in range(4):
        with serving(path) as server, ThreadPoolExecutor(3) as pool:
            again = {key: told(post(server, {"text": report(int(key))}, key, **mine)) for key in sent}
            assert {status for status, _, _ in again.values()} <= {201}
            assert all(sent[key] in (None, again[key]) for key in sent)
            sent |= again
            posting = [pool.submit(post_until_killed, server, mine, 1000 * round + 100 * n) for n in range(1, 4)]
            time.sleep(random.uniform(0.2, 0.6))
            os.killpg(server.process.pid, signal.SIGKILL)
            sent |= {key: answer for posted in posting for key, answer in posted.result().items()}
    assert None in sent.values()


def post_until_killed(
    server: Server, mine: dict[str, str], first: int
) -> dict[str, tuple[int, str | None, bytes] | None]:
    """What was answered under each key; None where the server was killed before it answered."""
    answers: dict[str, tuple[int, str | None, bytes] | None] = {}
    for number in count(first):
        try:
            answers[str(number)] = told(post(server, {"text": report(number)}, str(number), **mine))
        except httpx.HTTPError:
            answers[str(number)] = None
            return answers
    raise AssertionError
