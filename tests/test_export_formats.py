"""What the files of exports hold."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from sqlite_utils import Database

from schemas.exports import Format
from service.exports import formats, spreadsheets
from service.exports.moments import STRETCH, Moment
from service.exports.rows import Row
from service.storage.filters import ClaimFilter
from service.storage.port import ClaimStore
from service.storage.sqlite import open_store
from tests.records import AP, GUARDIAN, KCNA, NOON, attribution, bulletin, claim, link, record
from tests.store.news import BARE, CONGRESS, DRILLS

FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClaimStore]:
    """A store of some articles, and of more claims than are read at once."""
    opened = open_store(str(tmp_path_factory.mktemp("store") / "sayso.db"))
    bulletins = [bulletin(f"b{number}", 50) for number in range(STRETCH // 50)]
    text = claim(FORMULA, attribution(link(KCNA)))
    odd = record("odd", text, sources=(KCNA, GUARDIAN), publisher=GUARDIAN, published_at="2026-03-01T09:30:00+02:00")
    for one in (CONGRESS, DRILLS, BARE, *bulletins, odd):
        opened.put(one, at=NOON, actor="tester")
    yield opened
    opened.close()


def moment(store: ClaimStore, **which: Any) -> Moment:
    """The moment that now is."""
    return Moment(store, ClaimFilter(**which), store.sequence())


def listed(store: ClaimStore) -> list[dict[str, Any]]:
    """All claims, as the store lists them."""
    return [msgspec.json.decode(item) for stretch in moment(store).stretches() for item in stretch]


def whole(moment: Moment, format: Format) -> bytes:
    """The bytes of the file."""
    return b"".join(formats.pieces(moment, format))


def saved(moment: Moment, format: Format, path: Path) -> Path:
    """The path, where the file is."""
    path.touch()
    assert list(formats.steps(moment, format, path))[-1] <= path.stat().st_size
    return path


def table(moment: Moment) -> list[dict[str, str]]:
    """The rows of the CSV."""
    text = whole(moment, Format.CSV).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("format", Format)
def test_the_same_moment_gives_the_same_bytes(store: ClaimStore, tmp_path: Path, format: Format) -> None:
    """In every format, however often it is made; what is streamed is what is made as a file."""
    files = []
    for number in range(2):
        files.append(saved(moment(store), format, tmp_path / str(number)).read_bytes())
    assert files[0] == files[1]
    if format is not Format.SQLITE:
        assert whole(moment(store), format) == files[0]


def test_what_differs_has_another_key(store: ClaimStore) -> None:
    """Another format, another query, another moment."""
    moments = [moment(store), moment(store, source=("kcna",)), Moment(store, ClaimFilter(), 1)]
    assert len({formats.key(one, format) for one in moments for format in Format}) == 12


def test_lines_are_claims(store: ClaimStore) -> None:
    """NDJSON has every claim as the API gives it, once and in order."""
    lines = whole(moment(store), Format.NDJSON).splitlines()
    assert len(lines) == moment(store).count() > STRETCH
    assert [json.loads(line) for line in lines] == listed(store)


def test_rows_are_links(store: ClaimStore) -> None:
    """CSV has a row for each link, with its claim and article beside it, and each claim once among the first links."""
    rows, claims = table(moment(store)), listed(store)
    links = [link for claim in claims for attribution in claim["attributions"] for link in attribution["chain"]]
    assert [(row["role"], row["source_id"], row["factuality"]) for row in rows] == [
        (link["role"], link["source"]["id"], link["factuality"]) for link in links
    ]
    firsts = [row["claim_id"] for row in rows if row["attribution"] == row["link"] == "0"]
    assert firsts == [claim["id"] for claim in claims]
    odd = rows[-1]
    assert (odd["publisher"], odd["published_at"]) == ("The Guardian", "2026-03-01T09:30:00+02:00")
    assert (odd["title"], odd["url"], odd["cue"]) == ("Title of odd", "", "cue")


def test_a_filter_narrows_an_export(store: ClaimStore) -> None:
    """As it narrows the list; where nothing is left, a CSV has its first line, and the others are sound too."""
    kcna = table(moment(store, source=("kcna",)))
    assert {row["source"] for row in kcna} >= {"Korean Central News Agency"}
    assert len({row["claim_id"] for row in kcna}) == moment(store, source=("kcna",)).count()
    nobody = moment(store, source=("nobody",))
    assert table(nobody) == []
    assert whole(nobody, Format.CSV).decode("utf-8-sig") == ",".join(Row._fields) + "\r\n"
    assert whole(nobody, Format.NDJSON) == b""
    assert parquet.read_table(io.BytesIO(whole(nobody, Format.PARQUET))).num_rows == 0


def test_no_cell_is_a_formula(store: ClaimStore) -> None:
    """What an article says is text, also where it looks like one; Excel is told that it is UTF-8."""
    assert table(moment(store))[-1]["text"] == f"'{FORMULA}"
    assert whole(moment(store), Format.CSV).startswith(b"\xef\xbb\xbfclaim_id,")


@given(st.text(st.sampled_from("'=+-@\t\r\n＝＋－＠ ab\",")))
def test_a_cell_gives_its_text_back(text: str) -> None:
    """It begins with nothing that a spreadsheet works out, and is what it was without the apostrophe."""
    (cell,) = spreadsheets.safe((text,))
    assert isinstance(cell, str)
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert re.sub("^'('*[=+\\-@\t\r\n＝＋－＠])", r"\1", cell) == text


def test_parquet_is_typed(store: ClaimStore) -> None:
    """Its rows are those of the CSV; a time is one, in UTC, and a day begins there."""
    read = parquet.read_table(io.BytesIO(whole(moment(store), Format.PARQUET))).to_pylist()
    rows = table(moment(store))
    assert [row["claim_id"] for row in read] == [row["claim_id"] for row in rows]
    assert read[-1]["published_at"] == datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
    assert read[-1]["text"] == FORMULA
    assert read[-1]["url"] is None
    assert (read[0]["probability"], read[0]["position"]) == (0.9, 0)
    days = {row["published_at"] for row in read if row["article_id"] == "art_b0"}
    assert days == {datetime(2026, 2, 8, tzinfo=UTC)}


def test_row_groups_are_written_as_they_fill(store: ClaimStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no file is ever held whole; all rows are there."""
    monkeypatch.setattr("service.exports.columns.GROUP", 1)
    file = parquet.ParquetFile(io.BytesIO(whole(moment(store), Format.PARQUET)))
    assert file.num_row_groups == 2
    assert file.metadata.num_rows == len(table(moment(store)))


def test_a_database_is_sound(store: ClaimStore, tmp_path: Path) -> None:
    """Its foreign keys hold, and lead where Datasette follows them; its full text finds what it should."""
    path = saved(moment(store), Format.SQLITE, tmp_path / "claims.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        keys = {(table, key.column, key.other_table) for table in db.table_names() for key in db[table].foreign_keys}  # type: ignore[union-attr]
        assert {("links", "source", "sources"), ("claims", "article", "articles"), ("links", "claim", "claims")} <= keys
        claims = db.table("claims")
        assert claims.detect_fts() == "claims_fts"
        assert {row["article"] for row in claims.search("b3 speaks")} == {"art_b3"}
        assert [row["id"] for row in claims.rows] == [claim["id"] for claim in listed(store)]
        assert list(db.table("export").rows) == [{"sequence": store.sequence(), "claims": claims.count}]
        assert db.table("links").count == len(table(moment(store)))
        assert {row["id"] for row in db.table("sources").rows} >= {AP.id, KCNA.id, GUARDIAN.id}


def test_a_database_follows_its_owner(store: ClaimStore, tmp_path: Path) -> None:
    """Whoever edits a claim finds it by its new words, for its full text is kept by triggers."""
    path = saved(moment(store, ids=("clm_odd_0",)), Format.SQLITE, tmp_path / "claims.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        claims = Database(connection).table("claims")
        claims.update("clm_odd_0", {"text": "Nothing of the kind"})
        assert [row["id"] for row in claims.search("kind")] == ["clm_odd_0"]
