"""The benchmarks print what they say they do. Whether a figure is good is for a reader to judge."""

import shutil
from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest

from schemas.claims import Claim
from service.storage.filters import ClaimFilter, Window
from service.storage.sqlite import open_store
from tests.benchmarks import history, merging, speed, wrappers
from tests.benchmarks.serving import comparison, contenders, copies, databases, requests
from tests.benchmarks.serving.rows import AGENCIES, id_of
from tests.soundness import stored_articles

drives = pytest.mark.skipif(
    shutil.which("wrk") is None or not contenders.NEIGHBOURS.is_dir(), reason="needs wrk, and the servers of make bench"
)


def test_speed() -> None:
    """A text that textacy refuses is left out for all, and every reader has its line."""
    pairs, single = "“The road is open,” said Ada Lund. It rained.", "“The road is open, said Ada Lund."
    kept = speed.paired([pairs, single])
    assert kept == [pairs]
    taken = speed.measure(kept, rounds=1)
    printed = speed.table(speed.sentences(kept), taken, dict.fromkeys(speed.READERS, 1.0))
    assert [line[:19].strip() for line in printed.splitlines()[1:]] == list(speed.READERS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the databases of the benchmark are made."""
    monkeypatch.setattr(databases, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_tags() -> None:
    """Who asks as wrk does, for no coding, is told by these tags that nothing changed."""
    with contenders.sayso(databases.sayso(100)) as url, httpx.Client(base_url=url) as client:
        for path, tag in requests.tagged(url, requests.pages(100, requests.page)[:3]):
            again = client.get(path, headers={"accept-encoding": "identity", "if-none-match": tag})
            assert again.status_code == 304


@drives
@pytest.mark.usefixtures("folder")
def test_serving() -> None:
    """Every contender answers and has its line, and each wish its figure."""
    printed = comparison.beside(claims=300, rounds=1, seconds=1).split("\n\n")
    names = [line[:24].strip() for line in printed[1].splitlines()[1:]]
    assert names == [
        "constant bytes",
        "joined in memory",
        "page of a source",
        "one of few pages",
        "page asked for once",
        "one claim",
        "one of all claims",
        "not modified",
        "full text",
        "Datasette 0.65",
        "FastAPI + SQLAlchemy",
    ]
    assert len(printed[2].splitlines()) == len(comparison.WISHES)


@drives
@pytest.mark.usefixtures("folder")
def test_serving_many() -> None:
    """The pages of many claims stand beside those of few."""
    printed = comparison.flat(claims=300, than=200, rounds=1, seconds=1).split("\n\n")
    names = [line[:24].strip() for line in printed[1].splitlines()[1:]]
    assert names == [f"{place} {count}" for count in (200, 300) for place in ("first of", "deep in", "new in")]


def test_copies(tmp_path: Path) -> None:
    """What was copied by SQL is sound, and counted, as if the store itself had written it."""
    database = tmp_path / "sayso.db"
    databases.store(database, 100)
    copies.multiply(database, 260)
    assert len(stored_articles(database)) == 11
    with closing(open_store(str(database))) as store:
        items = store.claims(ClaimFilter(), Window(300)).items
        claims = [msgspec.json.decode(item, type=Claim) for item in items]
        assert [claim.id for claim in claims] == [id_of(*divmod(number, 25)) for number in range(275)]
        assert {claim.article_id for claim in claims} == {f"art_{number:016x}" for number in range(11)}
        for agency in AGENCIES:
            said = store.claims(ClaimFilter(source=(agency.id,)), Window(300)).items
            assert store.source(agency.id).claims == len(said) > 0


def test_history(tmp_path: Path) -> None:
    """Each list has its line, with what its pages take now and as a multiple of that as of three moments.

    What was written by SQL is sound, as if the store itself had changed it.
    """
    database = tmp_path / "sayso.db"
    head, moments, *lines = history.table(100, 3, database).splitlines()
    assert head.startswith("100 claims of 3 revisions each")
    assert moments.split()[0] == "anew"
    assert [line[:24].strip() for line in lines][:2] == ["of a source", "of a source, last first"]
    assert all(float(figure) > 0 for line in lines for figure in line[24:].replace("us", "").split())
    assert len(stored_articles(database)) == 4
    with closing(open_store(str(database))) as store:
        for as_of in (store.sequence() - 50, store.sequence() - 150):
            assert len(store.claims(ClaimFilter(), Window(200, as_of=as_of)).items) == 100


def test_wrappers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its line, from the outermost in, and those that are not there by default theirs behind the sum."""
    monkeypatch.setattr(wrappers, "ROUNDS", 1)
    names = [line[:16].strip() for line in wrappers.table().splitlines()]
    assert names[:3] == ["wrapper", "Observed", "Compressed"]
    assert names[4:] == ["Conditional", "all of them", "Cors", "Limits"]


def test_merging() -> None:
    """What it takes to rename, merge and split is told for a source of so many claims."""
    head, *lines = merging.table(claims=50).splitlines()
    assert head == "a source of 50 claims"
    assert [line.split()[0] for line in lines] == ["rename", "merge", "split"]
