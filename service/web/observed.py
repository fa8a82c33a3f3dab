"""The outermost wrapper: what is seen of a request from outside."""

import re
import time
from collections.abc import Awaitable
from datetime import UTC, datetime

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from msgspec import UNSET

from service.keys import PREFIX, Caller
from service.settings import LogFormat
from service.web import request_ids
from service.web.callers import CALLER
from service.web.headers import limit
from service.web.logs import Access, Answered
from service.web.metrics import Meter
from service.web.problems import told
from service.web.scopes import HTTP

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

OTHER = "other"
"""What is logged and counted in place of a method or a route that is none of ours: a stranger can make up any."""

GONE = 499
"""What is told as the status where the caller went away before there was any; nginx made the number known."""

LONGEST = 500
"""How many characters of a path are logged, so that a pipe takes the line at once, and never half of it."""

KEY = PREFIX.encode()

SECRET, HIDDEN = re.compile(rb"%b\w+" % KEY), KEY + b"..."
"""A key that somebody sent in a path by mistake, and what is logged of it."""


class Observed:
    """Each request has an id, and is counted and logged; an exception that nobody caught is a problem as well."""

    def __init__(self, app: ASGIApp, log: LogFormat, meter: Meter) -> None:
        self._app, self._log = app, Access(log)
        self._seconds, self._running, self._sent = meter.requests, meter.running.row(), meter.sent.row()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered, and told of."""
        if scope["type"] != HTTP:
            try:
                return await self._app(scope, receive, send)
            finally:
                self._log.write()  # What has waited until the end of the service would wait for ever.
        began, id, status, size = time.perf_counter(), request_ids.of(scope["headers"]), 0, 0
        path = scope["raw_path"]  # Litestar changes `path`, which is decoded besides.
        header = (request_ids.HEADER, id.encode())
        request_ids.CURRENT.set(id)

        def seen(message: Message) -> Awaitable[None]:
            nonlocal status, size
            if message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            elif message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            return send(message)

        self._running[0] += 1
        try:
            limit(scope["headers"])
            await self._app(scope, receive, seen)
        except Exception as error:
            problem = told(error, scope["method"], scope["path"])
            if status:
                raise  # Half of an answer is out: the server breaks it off, so that nobody takes it for whole.
            await problem(scope, receive, seen)
        finally:
            self._running[0] -= 1
            self._tell(scope, path, id, status or GONE, time.perf_counter() - began, size)

    def _tell(self, scope: HTTPScope, path: bytes, id: str, status: int, seconds: float, size: int) -> None:
        method = scope["method"] if scope["method"] in METHODS else OTHER
        # Where there is no such route, or none that takes the method, Litestar sets no template.
        route = scope.get("path_template", OTHER)
        self._seconds.observe(seconds, method, route, str(status))
        self._sent[0] += size
        seen = SECRET.sub(HIDDEN, path) if KEY in path else path
        shown = seen[:LONGEST].decode("ascii", "backslashreplace")
        ms = int(seconds * 1_000_000) / 1000
        found = scope.get(CALLER)
        key = found.id if isinstance(found, Caller) and found.key else UNSET
        self._log(Answered(datetime.now(UTC), "info", id, method, route, shown, status, ms, size, key))
