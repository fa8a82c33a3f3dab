"""Exports: all claims of a query, as of one moment of the record, as one file."""

from functools import partial
from urllib.parse import parse_qsl, urlencode

from anyio import to_thread
from litestar import Controller

from schemas.exports import Export, ExportFile, Format
from schemas.keys import Scope
from service.errors import ExportsFull, ExportTooLarge, FormatUnavailable, QueryError, StoreError
from service.exports import formats
from service.exports.moments import Moment
from service.storage.filters import ClaimFilter
from service.web import moments
from service.web.downloads import Download
from service.web.house import Call, house
from service.web.lists import EXPORTED, EXPORTS
from service.web.operations import Operation, read
from service.web.presses import Press
from service.web.queries import Asked
from service.web.ranges import RangeUnsatisfiable
from service.web.replies import Reply, reply
from service.web.streams import while_there

PATH = "/v1/exports"


def _file(format: Format, title: str) -> Operation:
    faults = (QueryError, StoreError, RangeUnsatisfiable, ExportsFull)
    may = {Format.PARQUET: (FormatUnavailable,), Format.SQLITE: (ExportTooLarge,)}.get(format, ())
    return Operation(
        f"exportClaimsAs{title}",
        f"Export claims as {title}",
        Scope.READ,
        file=format,
        query=EXPORTED,
        raises=may,
        faults=faults,
    )


class Exports(Controller):
    """Exports: the claims of a query as files."""

    path = PATH
    tags = ("exports",)

    @read(
        "/claims",
        Operation(
            "describeExport",
            "Describe an export",
            Scope.READ,
            Export,
            query=EXPORTS,
            raises=(FormatUnavailable, ExportTooLarge, ExportsFull),
        ),
    )
    async def describe(self, request: Call) -> Reply:
        """How many claims an export has, as of which revision of the record, and where its files are.

        `bytes` and `sha256` are told of those files that were made whole: for a range, because they are databases, or
        because `format` named them here. They are kept until others need the room.
        """
        asked = EXPORTS.read(request.scope["query_string"])
        moment, press = _moment(request, asked), house(request).press
        if asked.options.format:
            with press.place():
                await while_there(request.receive, partial(_make, press, moment, asked.options.format))
        count = await to_thread.run_sync(moment.count)
        there = filter(formats.available, Format)
        told = tuple([await _told(press, asked, moment, format) for format in there])
        return reply(Export(moment.sequence, count, told, moment.removed()))

    @read("/claims.ndjson", _file(Format.NDJSON, "Ndjson"))
    async def ndjson(self, request: Call) -> Reply:
        """A line for each claim, as `/v1/claims` gives it, in the order of storing.

        An export is of one moment of the record, whatever is stored while it is sent, and `Content-Location` is where
        it stays the same, byte for byte. One that broke off goes on by `Range`, with `as_of` or with its ETag in
        `If-Range`; without both all of it is sent, since it may be another. For the first range the whole is made,
        and kept for a while.
        """
        return _download(request, Format.NDJSON)

    @read("/claims.csv", _file(Format.CSV, "Csv"))
    async def csv(self, request: Call) -> Reply:
        """A row for each link of each claim, with what a spreadsheet needs: UTF-8 behind a byte order mark.

        What is known of the claim is on each of its rows, so that every cell holds one value to filter by; the rows
        with `attribution` 0 and `link` 0 are each claim once. A cell that a spreadsheet would take for a formula has an
        apostrophe before it. Otherwise as NDJSON.
        """
        return _download(request, Format.CSV)

    @read("/claims.parquet", _file(Format.PARQUET, "Parquet"))
    async def parquet(self, request: Call) -> Reply:
        """The rows of the CSV in typed columns. `published_at` is a time; of a day, its beginning in UTC.

        The bytes, and with them the tag, may be others after an update of the service.
        """
        return _download(request, Format.PARQUET)

    @read("/claims.sqlite", _file(Format.SQLITE, "Sqlite"))
    async def sqlite(self, request: Call) -> Reply:
        """A SQLite database: `claims`, `articles`, `sources` and `links`, with foreign keys and full text of claims.

        Datasette shows it as it is. It is made whole before any of it is sent, and then kept for a while. The bytes,
        and with them the tag, may be others after an update of the service.
        """
        return _download(request, Format.SQLITE)


def _download(request: Call, format: Format) -> Reply:
    formats.require(format)
    asked = EXPORTED.read(request.scope["query_string"])
    moment = _moment(request, asked)
    lasting = asked.options.as_of is not None
    return Download(house(request).press, moment, format, _place(asked, moment, format), lasting=lasting)


def _moment(request: Call, asked: Asked[ClaimFilter]) -> Moment:
    store = house(request).store
    as_of = moments.sequence(store, asked.options.as_of)
    return Moment(store, asked.which, store.sequence() if as_of is None else as_of)


async def _make(press: Press, moment: Moment, wanted: tuple[Format, ...]) -> None:
    for format in wanted:
        formats.require(format)
        await press.make(moment, format)


async def _told(press: Press, asked: Asked[ClaimFilter], moment: Moment, format: Format) -> ExportFile:
    media, place = formats.MEDIA[format], _place(asked, moment, format)
    if kept := await press.find(moment, format):
        return ExportFile(format, media, place, kept.size, kept.sha256)
    return ExportFile(format, media, place)


def _place(asked: Asked[ClaimFilter], moment: Moment, format: Format) -> str:
    """Where the export is found again, for ever."""
    narrowed = [pair for pair in parse_qsl(asked.again) if pair[0] not in ("as_of", "format")]
    return f"{PATH}/claims.{format}?{urlencode([*narrowed, ('as_of', moment.sequence)], safe=',')}"
