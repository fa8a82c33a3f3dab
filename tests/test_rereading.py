"""``sayso reextract``: what an earlier engine read is read anew, by the real one, in a process of its own."""

import json
import os
import pty
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from schemas.articles import NewArticle
from schemas.changes import Action
from schemas.claims import Claim
from schemas.corrections import Corrected
from schemas.records import Record
from schemas.vocabularies import ClaimKind, Level, Status
from service.attribution import editions
from service.attribution.identity import claim_id
from service.attribution.pipeline import Engine
from service.rereading import Agreement, compare
from service.storage.filters import ClaimFilter, Order, Window
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.articles import ARTICLES, MISSILES
from tests.records import AP, KCNA, NOON, attribution, claim, link
from tests.serving import SAYSO, serving
from tests.soundness import stored_articles
from tests.test_cli import environ, sayso
from tests.test_kill import report

EARLIER = "0.0.1+earlier"


def earlier(record: Record) -> Record:
    """What an earlier engine may have made of the text: it was unsure of the first sentence, and did not end the last
    but one.
    """
    first, *between, one, other = record.claims
    text = record.text[one.start : other.end]
    joined = replace(one, id=claim_id(record.article.id, text, 0), text=text, end=other.end)
    unsure = replace(first, confidence=replace(first.confidence, level=Level.LOW))
    article = replace(record.article, claims=len(record.claims) - 1)
    return replace(record, article=article, claims=(unsure, *between, joined), engine=EARLIER)


@contextmanager
def opened(folder: Path) -> Iterator[ClaimStore]:
    """The store of the folder."""
    with closing(open_store(str(folder / "sayso.db"))) as store:
        yield store


def put(store: ClaimStore, *records: Record) -> None:
    """The records are stored."""
    for record in records:
        store.put(record, at=NOON, actor="tester")


def reextract(folder: Path, *flags: str) -> str:
    """What the command told, of a success."""
    done = sayso(folder, "reextract", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def standing(store: ClaimStore, id: str) -> list[Claim]:
    """The claims of the article, in its order."""
    found = store.claims(ClaimFilter(article=(id,)), Window(200, order=Order.POSITION)).items
    return [msgspec.json.decode(item, type=Claim) for item in found]


def correct(store: ClaimStore, id: str, **members: Any) -> None:
    """A person says what the claim is."""
    held = store.held(id)
    corrected = replace(held.claim, correction=Corrected("So it is.", tuple(members)), **members)
    store.revise(corrected, Action.UPDATED, after=held.sequence, at=NOON, actor="editor", reason="So it is.")


@pytest.fixture
def records(engine: Engine) -> list[Record]:
    """The articles of the tests, as the present engine reads them."""
    return [engine.attribute(NewArticle(**article)) for article in ARTICLES if "title" in article]


def test_the_same_article(engine: Engine) -> None:
    """A stored article is read as when it was new, with its ids and its publisher, URL or none."""
    for article in (*ARTICLES, {**MISSILES, "url": ""}, {**MISSILES, "url": "", "publisher": "The Torvik Post"}):
        record = engine.attribute(NewArticle(**article))
        stored = replace(record.article, text=record.text, created_at="2026-02-08T12:00:00.000Z")
        read = engine.reread(stored)
        assert read == replace(record, article=replace(record.article, created_at=stored.created_at))
        assert read.engine == engine.edition


def test_an_edition(tmp_path: Path) -> None:
    """The engine is another one where a file of its code or data is, and says which version it is of."""
    assert editions.edition().startswith(f"{sayso(tmp_path, '--version').stdout.split()[-1]}+")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cues.toml").write_text("say")
    before = editions.digest([tmp_path])
    assert before == editions.digest([tmp_path])
    (folder / "notes.txt").write_text("Nobody reads this.")
    assert before == editions.digest([tmp_path])
    (folder / "cues.toml").write_text("tell")
    assert before != editions.digest([tmp_path])


def test_read_anew(tmp_path: Path, records: list[Record]) -> None:
    """Every article is what the present engine reads; read again, nothing is done; as of before, all is as it was."""
    with opened(tmp_path) as store:
        put(store, *map(earlier, records))
        then = store.sequence()
    assert reextract(tmp_path).splitlines() == [
        "articles: 2 read anew, 2 of them otherwise, 0 failed",
        "claims: 2 updated, 4 created, 2 superseded, 0 restored",
        "corrected claims: 0 agreed on, 0 read otherwise, 0 whose sentence is gone",
    ]
    with opened(tmp_path) as store:
        last = store.sequence()
        for record in records:
            assert standing(store, record.article.id) == list(record.claims)
            assert store.article(record.article.id).version == 1
            first = msgspec.json.decode(store.claim(record.claims[0].id, then), type=Claim)
            assert first.confidence.level is Level.LOW
    assert reextract(tmp_path).startswith("articles: 0 read anew")
    with opened(tmp_path) as store:
        assert store.sequence() == last
    assert stored_articles(tmp_path / "sayso.db") == {record.article.id for record in records}


def test_who_agrees(tmp_path: Path, records: list[Record]) -> None:
    """A person's word stays. Where the engine says the same now, or not, or misses the sentence, is told; a dry run
    tells it before.
    """
    missiles, floods = records
    with opened(tmp_path) as store:
        put(store, earlier(missiles), earlier(floods))
        # A person told before what the engine reads now, but for whose publisher it is, and what it does not read.
        own = [replace(one, chain=one.chain[:-1]) for one in missiles.claims[0].attributions]
        correct(store, missiles.claims[0].id, attributions=tuple(own))
        correct(store, floods.claims[0].id, kind=ClaimKind.HEADING)
        correct(store, earlier(missiles).claims[-1].id, kind=ClaimKind.HEADING)
        said = [store.held(claim.claim.id).claim for claim in store.corrections()]
        before = store.sequence()
    told = "corrected claims: 1 agreed on, 1 read otherwise, 1 whose sentence is gone"
    rehearsed = reextract(tmp_path, "--dry-run", "--report", "rehearsed.jsonl").splitlines()
    with opened(tmp_path) as store:
        assert store.sequence() == before
    done = reextract(tmp_path, "--report", "done.jsonl").splitlines()
    assert rehearsed == [*done, "Nothing was stored: this is what would be."]
    assert done[-1] == told
    assert (tmp_path / "rehearsed.jsonl").read_bytes() == (tmp_path / "done.jsonl").read_bytes()
    lines = {one["claim"]: one for one in map(json.loads, (tmp_path / "done.jsonl").read_text().splitlines())}
    assert [one["agreement"] for one in lines.values()] == ["agrees", "gone", "differs"]
    assert lines[floods.claims[0].id] == {
        "claim": floods.claims[0].id,
        "article": floods.article.id,
        "agreement": "differs",
        "reason": "So it is.",
        "person": {"kind": "heading"},
        "engine": {"kind": "statement"},
    }
    with opened(tmp_path) as store:
        for claim in said:
            now = store.held(claim.id).claim
            assert (now.kind, now.correction) == (claim.kind, claim.correction)
        assert store.held(missiles.claims[0].id).claim.attributions == said[0].attributions
        assert store.held(said[1].id).claim.status is Status.SUPERSEDED
    assert reextract(tmp_path).splitlines()[-1] == told


def test_refused(tmp_path: Path, records: list[Record]) -> None:
    """A text that this engine reads no more is told, and stays as it was read; a database that is not there is none."""
    german = "Der Damm wird bis Freitag halten, sagte der Bürgermeister am Montag vor vielen Leuten in der alten Halle."
    refused = replace(records[0], text=german, claims=(), article=replace(records[0].article, claims=0), engine=EARLIER)
    assert "There is no database" in sayso(tmp_path, "reextract").stderr
    with opened(tmp_path) as store:
        put(store, refused, earlier(records[1]))
    done = sayso(tmp_path, "reextract")
    assert done.returncode == 1
    assert done.stdout.startswith("articles: 1 read anew, 1 of them otherwise, 1 failed\n")
    assert done.stderr.startswith(f"sayso: {refused.article.id}: ")
    assert done.stderr.count("\n") == 1


def test_progress(tmp_path: Path, engine: Engine) -> None:
    """Somebody who looks on is shown how far it is."""
    with opened(tmp_path) as store:
        put(store, *(earlier(engine.attribute(NewArticle(report(number)))) for number in range(5)))
    shown, terminal = pty.openpty()
    command: list[str | Path] = [SAYSO, "reextract"]
    done = subprocess.run(command, cwd=tmp_path, env=environ({}), stdout=subprocess.PIPE, stderr=terminal, timeout=60)
    os.close(terminal)
    assert done.stdout.startswith(b"articles: 5 read anew, 5 of them otherwise, 0 failed\n")
    assert b"Reading" in os.read(shown, 100_000)
    os.close(shown)


def test_killed(tmp_path: Path, engine: Engine) -> None:
    """Killed at any moment it has done whole articles, and started again does the others: no claim is changed twice."""
    records = [engine.attribute(NewArticle(report(number))) for number in range(60)]
    with opened(tmp_path) as store:
        put(store, *map(earlier, records))
        begun = store.sequence()
    done = 0
    for more in (1, 15):
        killed_behind(tmp_path, engine.edition, done + more)
        assert stored_articles(tmp_path / "sayso.db") == {record.article.id for record in records}
        done = read_by(tmp_path, engine.edition)
        assert done < len(records)
    assert reextract(tmp_path).startswith(f"articles: {len(records) - done} read anew")
    with opened(tmp_path) as store:
        assert all(standing(store, record.article.id) == list(record.claims) for record in records)
        # Of each article itself, the first claim, the joined one and the two that it was.
        assert store.sequence() - begun == len(records) * 5


def wired(record: Record) -> Any:
    """The record's claims as the wire carries them."""
    return json.loads(msgspec.json.encode(record.claims))


def killed_behind(folder: Path, edition: str, articles: int) -> None:
    """The command was killed soon after it had read so many articles."""
    command: list[str | Path] = [SAYSO, "reextract"]
    with subprocess.Popen(command, cwd=folder, env=environ({}), stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while read_by(folder, edition) < articles:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.kill()


def read_by(folder: Path, edition: str) -> int:
    """How many articles the engine has read last."""
    with closing(sqlite3.connect(folder / "sayso.db")) as db:
        found: int = db.execute("SELECT count(*) FROM engines WHERE engine = ?", (edition,)).fetchone()[0]
        return found


def test_beside_a_server(tmp_path: Path, engine: Engine) -> None:
    """A server goes on to answer with whole articles, each as it was read before or as it is now, and to store."""
    records = [engine.attribute(NewArticle(report(number))) for number in range(30)]
    before, now = ([wired(one) for one in kind] for kind in (map(earlier, records), records))
    with opened(tmp_path) as store:
        put(store, *map(earlier, records))
    with serving(tmp_path / "sayso.db") as server, httpx.Client(base_url=server.url, timeout=60) as client:
        command: list[str | Path] = [SAYSO, "reextract"]
        with subprocess.Popen(command, cwd=tmp_path, env=environ({}), stdout=subprocess.PIPE) as process:
            for number in count():
                place = number % len(records)
                url = f"/v1/articles/{records[place].article.id}/claims"
                assert client.get(url).json()["items"] in (before[place], now[place])
                if number % 50 == 0:
                    body = {"text": report(1000 + number)}
                    posted = client.post("/v1/articles", json=body, headers=server.authorization)
                    assert posted.status_code == httpx.codes.CREATED
                if process.poll() is not None:
                    break
        assert process.returncode == 0
        for record, claims in zip(records, now, strict=True):
            assert client.get(f"/v1/articles/{record.article.id}/claims").json()["items"] == claims


def test_merged_sources() -> None:
    """A person and the engine agree where people have merged the source that the one names into the other's."""
    corrected = Corrected("So it is.", ("attributions",))
    said = replace(claim("It held.", attribution(link(KCNA))), correction=corrected)
    reading = claim("It held.", attribution(link(AP)))
    assert compare(said, reading, str).agreement is Agreement.DIFFERS
    assert compare(said, reading, {AP.id: KCNA.id, KCNA.id: KCNA.id}.__getitem__).agreement is Agreement.AGREES
