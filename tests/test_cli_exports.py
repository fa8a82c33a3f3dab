"""``sayso export``, run as its users run it."""

import os
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.exports import Format
from tests.articles import ARTICLES
from tests.serving import APART, SAYSO, Server, serving
from tests.test_cli import environ, sayso, told

FORMATS = [format.value for format in Format]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the database that the command reads too."""
    with serving(tmp_path_factory.mktemp("cli") / "sayso.db") as running:
        for article in ARTICLES:
            APART.post(f"{running.url}/v1/articles", json=article, headers=running.authorization)
        yield running


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_what_the_service_gives(server: Server, tmp_path: Path, format: str) -> None:
    """For the same parameters the same bytes, in a file and on standard output, while the server runs."""
    database = str(server.log.with_name("sayso.db"))
    path, flags = tmp_path / f"claims.{format}", ("--source", "kcna,ap", "--level", "!low", "--database", database)
    done = sayso(tmp_path, "export", path.name, *flags)
    assert done.returncode == 0, done.stderr
    served = APART.get(f"{server.url}/v1/exports/claims.{format}?source=kcna,ap&level=!low").content
    assert path.read_bytes() == served
    assert sha256(served).hexdigest() in done.stderr
    count = APART.get(f"{server.url}/v1/exports/claims?source=kcna,ap&level=!low").json()["claims"]
    assert f"{count} claims, as of " in done.stderr
    command: list[str | Path] = [SAYSO, "export", "-", "--format", format, *flags]
    assert subprocess.run(command, env=environ({}), capture_output=True, timeout=60).stdout == served


def test_as_of_a_moment(server: Server, tmp_path: Path) -> None:
    """What was stored after it is not there."""
    settings = {"SAYSO_DATABASE": str(server.log.with_name("sayso.db"))}
    assert sayso(tmp_path, "export", "none.ndjson", "--as-of", "0", **settings).returncode == 0
    assert (tmp_path / "none.ndjson").read_bytes() == b""


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("x.csv", "--level", "none"), "level: 'none' is none of"),
        (("x.csv", "--as-of", "999999"), "as_of: "),
        (("no/x.csv",), "no/x.csv cannot be written (No such file or directory)"),
        ((".csv/",), ".csv cannot be written (Is a directory)"),
        (("x.csv", "--database", "none.db"), "There is no database none.db"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(server: Server, tmp_path: Path, words: tuple[str, ...], fault: str) -> None:
    """In a line, and no file is there, nor a database that was not."""
    (tmp_path / ".csv").mkdir()
    settings = {"SAYSO_DATABASE": str(server.log.with_name("sayso.db"))}
    assert fault in told(sayso(tmp_path, "export", *words, "--format", "csv", **settings))
    assert os.listdir(tmp_path) == [".csv"]


def test_the_format_must_be_known(tmp_path: Path) -> None:
    """By the ending of the file, or by its name."""
    for words in (("x.txt",), ("-",), ("x.csv", "--format", "xml")):
        done = sayso(tmp_path, "export", *words)
        assert done.returncode == 2
        assert "There are: ndjson, csv, parquet, sqlite." in done.stderr


def test_what_was_there_is_replaced_whole(server: Server, tmp_path: Path) -> None:
    """By a whole file; where it cannot be made, it is as it was."""
    settings = {"SAYSO_DATABASE": str(server.log.with_name("sayso.db"))}
    path = tmp_path / "x.ndjson"
    path.write_text("old")
    told(sayso(tmp_path, "export", path.name, "--q", "!", **settings))
    assert path.read_text() == "old"
    assert sayso(tmp_path, "export", path.name, **settings).returncode == 0
    assert path.read_text().startswith('{"id"')
