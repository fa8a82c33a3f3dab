"""Articles from bytes and files, and into the store."""

import json
import os
from datetime import datetime
from importlib.metadata import version
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from schemas.articles import NewArticle, Outcome
from schemas.records import Record
from service.errors import BodyMalformed, FieldInvalid, FileUnreadable, TextEmpty, TextTooLarge, TextUnreadable
from service.ingest import files, from_json, from_text, ingest, read, within
from service.storage.sqlite import open_store
from tests.records import NOON, bulletin


def test_ingest(tmp_path: Path) -> None:
    """What was read from the article is stored, and a second time it is there already."""
    store = open_store(str(tmp_path / "sayso.db"))
    new = NewArticle("So he said.")
    read_as: dict[str, Record] = {new.text: bulletin("one")}
    receipts = [
        ingest(new, attribute=lambda one: read_as[one.text], store=store, now=lambda: NOON, via="cli") for _ in range(2)
    ]
    assert [receipt.outcome for receipt in receipts] == [Outcome.CREATED, Outcome.UNCHANGED]
    assert store.article("art_one").text == bulletin("one").text
    with store.connections.reading() as db:
        actors = {actor for (actor,) in db.execute("SELECT actor FROM revisions")}
    assert actors == {f"sayso {version('sayso')} via cli"}
    store.close()


def test_refused(tmp_path: Path) -> None:
    """Where the article cannot be read, nothing is stored."""

    def refuse(new: NewArticle) -> Record:
        raise TextEmpty

    store = open_store(str(tmp_path / "sayso.db"))
    with pytest.raises(TextEmpty):
        ingest(NewArticle(" "), attribute=refuse, store=store, now=lambda: NOON, via="cli")
    assert store.sequence() == 0
    store.close()


def test_the_time_is_that_of_storing(tmp_path: Path) -> None:
    """It is asked for after the article was read, which may take a minute."""
    store, done = open_store(str(tmp_path / "sayso.db")), []

    def read(_: NewArticle) -> Record:
        done.append("read")
        return bulletin("one")

    def now() -> datetime:
        done.append("now")
        return NOON

    ingest(NewArticle("So he said."), attribute=read, store=store, now=now, via="cli")
    assert done == ["read", "now"]
    assert store.state().at == NOON
    store.close()


class TestText:
    """An article that is a text alone."""

    def test_as_it_stands(self) -> None:
        """The text is kept to the last space and line end, since spans count into it."""
        assert from_text(" date 2026-02-08 \r\nSo “he” said.\n\n".encode()).text == (
            " date 2026-02-08 \r\nSo “he” said.\n\n"
        )

    def test_byte_order_mark(self) -> None:
        """A byte order mark is no part of the text."""
        assert from_text(b"\xef\xbb\xbfHello.").text == "Hello."

    @pytest.mark.parametrize(("body", "offset"), [(b"caf\xe9 is", 3), (b"\xff\xfeH\0", 0), (b"\xed\xa0\x80", 0)])
    def test_not_utf8(self, body: bytes, offset: int) -> None:
        """Bytes that are not UTF-8 are told by the place of the first."""
        with pytest.raises(TextUnreadable) as refusal:
            from_text(body)
        assert (refusal.value.offset, refusal.value.unit) == (offset, "byte")


class TestJson:
    """An article as the API takes it."""

    def test_article(self) -> None:
        """Every member is read."""
        members = {"text": "So he said.", "title": "He", "publisher": "AP", "published_at": "2026-02-08"}
        assert from_json(json.dumps(members).encode()) == NewArticle(**members)

    @pytest.mark.parametrize(
        ("body", "pointer", "fault"),
        [
            ("{}", "/text", "it is missing"),
            ('{"text": 5}', "/text", "it is a number. Give a string"),
            ('{"text": null}', "/text", "it is null. Give a string"),
            ('{"text": "x", "title": true}', "/title", "it is true or false. Give a string"),
            ('{"text": "x", "url": "ftp://x"}', "/url", "begins with http:// or https://"),
            (f'{{"text": "x", "publisher": "{"y" * 201}"}}', "/publisher", "Give 200 characters at most"),
            ('{"text": 1e999}', "/text", "Number out of range"),
            (
                '{"text": "x", "colour": "red"}',
                "/colour",
                "no such field. There are: text, title, url, publisher, published_at, language",
            ),
            ('{"text": "x", "a/b~c": 1}', "/a~1b~0c", "no such field"),
            ("[]", "", "it is an array. Send an object"),
            ("null", "", "it is null. Send an object"),
        ],
    )
    def test_no_article(self, body: str, pointer: str, fault: str) -> None:
        """What is wrong is told with a pointer to it."""
        with pytest.raises(FieldInvalid, match=fault) as refusal:
            from_json(body.encode())
        assert refusal.value.pointer == pointer

    @pytest.mark.parametrize("body", [b"", b"{", b"text", b'{"text": "\\ud800"}'])
    def test_no_json(self, body: bytes) -> None:
        """What is no JSON is told as that, half a surrogate pair too."""
        with pytest.raises(BodyMalformed):
            from_json(body)


class TestFiles:
    """Files and folders."""

    def test_folder(self, tmp_path: Path) -> None:
        """A folder gives its articles and those of the folders in it, by name, and nothing that is none."""
        for name in ("b.txt", "a.json", "a.expected.json", "notes.md", "deep/er/c.txt"):
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x")
        (tmp_path / "folder.txt").mkdir()
        assert [str(file.relative_to(tmp_path)) for file in files(tmp_path)] == ["a.json", "b.txt", "deep/er/c.txt"]

    def test_folder_that_cannot_be_read(self, tmp_path: Path) -> None:
        """What cannot be read in a folder is given by name, to be told when it is read; a pipe is left alone."""
        (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
        (tmp_path / "loop.txt").symlink_to("loop.txt")
        os.mkfifo(tmp_path / "pipe.txt")
        (tmp_path / "there.txt").symlink_to(tmp_path / "file.txt")
        (tmp_path / "file.txt").write_text("x")
        assert [file.name for file in files(tmp_path)] == ["file.txt", "gone.txt", "loop.txt", "there.txt"]
        with pytest.raises(FileUnreadable, match="No such file"):
            read(tmp_path / "gone.txt", 10)

    def test_folder_that_cannot_be_listed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder that is too deep to be listed is given itself, as one that is locked is, and root can open all."""
        monkeypatch.chdir(tmp_path)
        for _ in range(20):
            os.mkdir("d" * 240)
            os.chdir("d" * 240)
        os.chdir(tmp_path)
        (tmp_path / "e.txt").write_text("x")
        deep, file = files(tmp_path)
        assert file.name == "e.txt"
        with pytest.raises(FileUnreadable, match="File name too long"):
            read(deep, 10)

    def test_name_too_long(self) -> None:
        """A name that no file can have is told when it is read."""
        (name,) = files(Path("x" * 5000))
        with pytest.raises(FileUnreadable, match="File name too long"):
            read(name, 10)

    def test_file(self, tmp_path: Path) -> None:
        """A file that is named is an article whatever its name, and one that is not there is told when it is read."""
        assert list(files(tmp_path / "report")) == [tmp_path / "report"]
        with pytest.raises(FileUnreadable, match="No such file"):
            read(tmp_path / "report", 10)

    def test_read(self, tmp_path: Path) -> None:
        """The name tells JSON from text; where it does not, the beginning does."""
        for name in ("x.json", "x.txt", "x"):
            (tmp_path / name).write_text('{"text": "x"}')
        assert read(tmp_path / "x.json", 100) == read(tmp_path / "x", 100) == NewArticle("x")
        assert read(tmp_path / "x.txt", 100) == NewArticle('{"text": "x"}')

    @pytest.mark.parametrize(
        ("body", "fault"),
        [('{"text": "x"}\n{"text": "y"}\n', "from byte 15 on. Send one object"), ('{"text": "x', "truncated")],
    )
    def test_lines(self, body: str, fault: str, tmp_path: Path) -> None:
        """A batch, and JSON that breaks off, are told as what they are, and are no text."""
        (tmp_path / "x.ndjson").write_text(body)
        with pytest.raises(BodyMalformed, match=fault):
            read(tmp_path / "x.ndjson", 100)

    @pytest.mark.parametrize(
        ("body", "article"),
        [
            (b'{"text": "x"}', NewArticle("x")),
            (b'\xef\xbb\xbf\n {"text": "x", "title": "y"}', NewArticle("x", title="y")),
            (b'"x"', NewArticle('"x"')),
            (b"{x} said so.", NewArticle("{x} said so.")),
        ],
    )
    def test_stdin(self, body: bytes, article: NewArticle, monkeypatch: pytest.MonkeyPatch) -> None:
        """Standard input is JSON where it begins as a JSON object does, else a text."""
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(body)))
        assert read(Path("-"), 100) == article

    def test_stdin_wrong(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A JSON object that is no article is told as that, and is no text."""
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b'{"text": "x", "colour": "red"}')))
        with pytest.raises(FieldInvalid, match="/colour"):
            read(Path("-"), 100)

    def test_stdin_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there is no standard input, that is told."""
        monkeypatch.setattr("sys.stdin", None)
        with pytest.raises(FileUnreadable, match="standard input is closed"):
            read(Path("-"), 100)

    def test_limit(self) -> None:
        """As much as the limit is read, and of more, no more than shows that it is more."""
        assert within(BytesIO(b"12345"), 5) == b"12345"
        stream = BytesIO(b"1234567890")
        with pytest.raises(TextTooLarge) as refusal:
            within(stream, 5)
        assert refusal.value.limit == 5
        assert stream.tell() == 6
