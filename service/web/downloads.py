"""An export on its way to a caller: all of it or a range, as it is made or from its file."""

from collections.abc import AsyncIterator
from functools import partial

from litestar.types import HTTPResponseStartEvent, Receive, Scope, Send

from schemas.exports import Format
from service.errors import ExportTooLarge
from service.exports import formats
from service.exports.moments import Moment
from service.exports.shelf import Kept
from service.web import codings, ranges
from service.web.caching import PRIVATE, RECORD, Header
from service.web.codings import Coding
from service.web.conditional import ASKED
from service.web.headers import fields
from service.web.preconditions import held
from service.web.presses import Press
from service.web.ranges import Range
from service.web.replies import Reply, of_moment
from service.web.streams import part, while_there

TEXTS = (Format.NDJSON, Format.CSV)
"""What a coding makes smaller. Parquet is compressed, and a database is for reading here and there."""

_OF_THE_BODY = (b"content-disposition", b"content-type")
"""What is told with the body, and is left out where there is none (RFC 9110, 15.4.5)."""

_FIELDS = frozenset({b"accept-encoding", b"authorization", b"if-none-match", b"if-range", b"range"})


class Download(Reply):
    """The claims of a ``moment`` in a ``format``, which stay the same at ``place``. What was asked for is ``lasting``
    where it named the moment itself.

    They are sent as they are made. For a range, and for a database, they are made whole first, and kept as a file.
    """

    __slots__ = ("_format", "_lasting", "_moment", "_press")

    def __init__(self, press: Press, moment: Moment, format: Format, place: str, *, lasting: bool) -> None:
        name = f'attachment; filename="claims-{moment.sequence}.{format}"'
        own = {"content-disposition": name, "content-location": place, "vary": "accept-encoding"}
        own |= of_moment(None, moment.removed())
        super().__init__(b"", media=formats.MEDIA[format], headers=own)
        self._press, self._moment, self._format, self._lasting = press, moment, format, lasting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """It was sent, or its caller went away, at which it is made no further."""
        asked = fields(scope["headers"], _FIELDS)
        bare = scope.get(ASKED, scope.get("method")) == "HEAD"
        key = formats.key(self._moment, self._format)
        wanted = None if bare else ranges.asked(asked, _tag(key), lasting=self._lasting)
        coding = codings.asked(asked.get(b"accept-encoding", b"")) if self._format in TEXTS and not wanted else None
        tag = _tag(key, coding)
        self.headers += [(b"etag", tag), PRIVATE if b"authorization" in asked else RECORD]
        if held(asked.get(b"if-none-match"), None, tag, None):
            left = [header for header in self.headers if header[0] not in _OF_THE_BODY]
            return await _whole(send, 304, left)
        with self._press.place():
            await while_there(receive, partial(self._answer, wanted, coding, send, bare=bare))

    async def _answer(self, wanted: Range | None, coding: Coding | None, send: Send, *, bare: bool) -> None:
        kept = await self._file(needed=not bare and (wanted is not None or self._format is Format.SQLITE))
        status, start, end = 200, 0, kept.size if kept else 0
        # What is in a coding has no ranges: it is not kept.
        headers = [*self.headers, coding.header if coding else (b"accept-ranges", b"bytes")]
        if kept and wanted:
            status, (start, end) = 206, wanted.of(kept.size)
            headers.append((b"content-range", b"bytes %d-%d/%d" % (start, end - 1, kept.size)))
        if kept and not coding:
            headers.append((b"content-length", b"%d" % (end - start)))
        if bare:
            return await _whole(send, status, headers)
        pieces = kept.pieces(start, end) if kept else formats.pieces(self._moment, self._format)
        async with self._press.taking(pieces) as taken:
            await _stream(send, status, headers, taken, coding)

    async def _file(self, *, needed: bool) -> Kept | None:
        """The file, if it was made; where it is ``needed`` it is, but where a range is, it may be too large to be."""
        if not needed:
            return await self._press.find(self._moment, self._format)
        try:
            return await self._press.make(self._moment, self._format)
        except ExportTooLarge:
            if self._format is Format.SQLITE:
                raise
            return None  # All of it may be sent where a range was asked for (RFC 9110, 14.2).


async def _whole(send: Send, status: int, headers: list[Header]) -> None:
    await send(_start(status, headers))
    await send(part(b"", more=False))


async def _stream(
    send: Send, status: int, headers: list[Header], pieces: AsyncIterator[bytes], coding: Coding | None
) -> None:
    """The pieces have been sent. What goes wrong before the first was made can still be told as a problem."""
    encode = coding.stream() if coding else lambda piece, more: piece
    first = await anext(pieces, b"")
    await send(_start(status, headers))
    await send(part(encode(first, True)))
    async for piece in pieces:
        await send(part(encode(piece, True)))
    await send(part(encode(b"", False), more=False))


def _start(status: int, headers: list[Header]) -> HTTPResponseStartEvent:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _tag(key: str, coding: Coding | None = None) -> bytes:
    """The tag, another in each coding (RFC 9110, 8.8.3.3)."""
    return (f'"{key}-{coding.name}"' if coding else f'"{key}"').encode()
