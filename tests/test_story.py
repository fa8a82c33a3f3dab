"""A story of the record, lived through by a copy that is killed in every chapter and ends as the export to the byte."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import follower
from tests.serving import Server, serving

FIRST = "The dam may hold, KCNA said. Crews left, North Korean state media reported. It rained all night."


@contextmanager
def following(server: Server, copy: Path) -> Iterator[None]:
    """While inside, a process follows the changes; at the end it is killed, wherever it is."""
    command = [sys.executable, "-m", "tests.follower", server.url, str(copy)]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


class Author:
    """Who tells the story, with a key that may do all."""

    def __init__(self, server: Server) -> None:
        self.http = httpx.Client(base_url=server.url, headers=server.authorization, timeout=30)

    def post(self, url: str, text: str) -> Any:
        """The article is stored."""
        return self.http.post("/v1/articles", json={"url": url, "text": text}).raise_for_status().json()["article"]

    def put(self, path: str, **given: Any) -> None:
        """A person's word is recorded."""
        self.http.put(path, json=given, headers={"if-match": "*"}).raise_for_status()

    def undo(self, path: str) -> None:
        """It is taken back."""
        self.http.delete(path, headers={"if-match": "*"}).raise_for_status()

    def claims(self, article: str) -> list[Any]:
        """The claims of the article that stand."""
        return list(self.http.get(f"/v1/articles/{article}/claims").raise_for_status().json()["items"])

    def moment(self) -> int:
        """The number of the record's last revision."""
        return int(self.http.get("/v1/claims?limit=1").headers["sayso-sequence"])

    def asked(self, as_of: int) -> tuple[str, str]:
        """The answer to one question as of a moment, and its tag."""
        answer = self.http.get(f"/v1/claims?source=KCNA&as_of={as_of}").raise_for_status()
        return answer.text, answer.headers["etag"]


def chapters(author: Author) -> Iterator[Callable[[], Any]]:
    """What happens, one after the other."""
    url = "https://bell.example/dam"
    yield lambda: author.post(url, FIRST)
    article = author.http.get("/v1/articles").json()["items"][0]["id"]
    said, _, rain = (claim["id"] for claim in author.claims(article))
    link = {"attribution": 0, "link": 0, "factuality": "CT+"}
    yield lambda: author.put(f"/v1/claims/{said}/correction", reason="Outright.", links=[link])
    yield lambda: author.post(url, f"{FIRST} The gates are open, KCNA said.")
    yield lambda: author.put(f"/v1/claims/{said}/retraction", kind="erroneous", reason="Another dam.")
    merge = "/v1/sources/north-korean-state-media/merge"
    yield lambda: author.put(merge, into="korean-central-news-agency", reason="The same.")
    yield lambda: author.post("https://bell.example/ice", "The ice holds, North Korean state media said.")
    yield lambda: author.undo(merge)
    yield lambda: author.put("/v1/sources/korean-central-news-agency/correction", reason="So.", name="KCNA (Pyongyang)")
    yield lambda: author.undo(f"/v1/claims/{said}/retraction")
    yield lambda: author.put(f"/v1/claims/{rain}/removal", reason="A court's order.")
    yield lambda: author.put(f"/v1/articles/{article}/retraction", kind="legal", reason="So.")
    yield lambda: author.undo(f"/v1/articles/{article}/retraction")


def test_a_story(tmp_path: Path) -> None:
    """The copy, killed in each chapter, ends as the export; and what was asked as of each moment stays as it was."""
    copy = tmp_path / "copy.db"
    with serving(tmp_path / "sayso.db", "--workers", "2") as server:
        author, answers = Author(server), {}
        for chapter in chapters(author):
            with following(server, copy):
                chapter()
                now = author.moment()
                answers[now] = author.asked(now)
        assert len(set(answers.values())) > 6
        assert {moment: author.asked(moment) for moment in answers} == answers
        with following(server, copy), closing(follower.opened(copy)) as db:
            end, deadline = author.moment(), time.monotonic() + 60
            while follower.taken(db) < end and time.monotonic() < deadline:
                time.sleep(0.05)
            export = author.http.get(f"/v1/exports/claims.ndjson?as_of={end}").raise_for_status()
            assert follower.lines(db) == export.text.splitlines()


@pytest.mark.parametrize("change", [{"entity": "source"}, {"entity": "article"}])
def test_a_copy_of_claims_takes_in_all_that_is_changed(tmp_path: Path, change: dict[str, Any]) -> None:
    """Of what is no claim it keeps the number alone, to go on behind."""
    with closing(follower.opened(tmp_path / "copy.db")) as db:
        follower.take(db, {"sequence": 7, "action": "created", "id": "x", **change})
        assert (follower.taken(db), follower.lines(db)) == (7, [])
