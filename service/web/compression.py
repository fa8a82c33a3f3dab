"""The wrapper that compresses what nobody keeps: what was read of an article that is not stored, and streams."""

from litestar.types import (
    ASGIApp,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from service.web import codings
from service.web.codings import SMALL, Coding, Stream, suits
from service.web.headers import fields
from service.web.scopes import HTTP


class Compressed:
    """Sends what ``app`` answers in the coding that the caller asks for.

    What has a tag is of one coding already, and left as it is; so are errors, which are short.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered."""
        if scope["type"] == HTTP:
            header = fields(scope["headers"], (b"accept-encoding",)).get(b"accept-encoding")
            if header and (coding := codings.asked(header)):
                return await self._app(scope, receive, _Compressing(send, coding))
        await self._app(scope, receive, send)


class _Compressing:
    """Sends one answer in a coding. Its headers wait for the first of its body, which tells whether there is more."""

    def __init__(self, send: Send, coding: Coding) -> None:
        self._send, self._coding = send, coding
        self._start: HTTPResponseStartEvent | None = None
        self._stream: Stream | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _open(message):
            self._start = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._start:
            start, self._start = self._start, None
            await self._begin(start, message)
        else:
            if self._stream:
                message["body"] = self._stream(message["body"], message["more_body"])
            await self._send(message)

    async def _begin(self, start: HTTPResponseStartEvent, first: HTTPResponseBodyEvent) -> None:
        """The headers have been sent, and the first of the body or all of it."""
        body, more = first["body"], first["more_body"]
        if more or suits(dict(start["headers"])[b"content-type"], len(body)):
            headers = [header for header in start["headers"] if header[0] != b"content-length"]
            headers.append(self._coding.header)
            if more:
                self._stream = self._coding.stream()
                first["body"] = self._stream(body, more)
            else:
                first["body"] = self._coding.whole(body)
                headers.append((b"content-length", b"%d" % len(first["body"])))
            start["headers"] = headers
        await self._send(start)
        await self._send(first)


def _open(start: HTTPResponseStartEvent) -> bool:
    """Whether the answer is still to be put into a coding: it is no error, and no bytes of its own were promised."""
    headers = dict(start["headers"])
    chosen = b"etag" in headers or b"content-encoding" in headers
    return start["status"] in (200, 201) and not chosen and suits(headers.get(b"content-type", b""), SMALL)
