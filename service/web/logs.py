"""The log: on stderr, a line a request and a line an event, as JSON or for a person to read."""

import asyncio
import logging
import os
import re
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from select import PIPE_BUF
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from service.settings import LogFormat
from service.web import request_ids

STDERR = 2

PERIOD = 0.01
"""How many seconds the line of a request waits for others."""

TOGETHER = 200
"""How many lines wait at most."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Answered(Struct, frozen=True, gc=False, tag_field="message", tag="answered"):
    """A request that was answered. ``route`` is a template, ``bytes`` those of the body, ``ms`` milliseconds.

    The query and the caller's address are left out: they tell what a fact-checker looks for, and who that is.
    """

    time: datetime
    level: str
    request_id: str
    method: str
    route: str
    path: str
    status: int
    ms: float
    bytes: int
    caller: str | UnsetType = UNSET


class Event(Struct, frozen=True):
    """Anything else that is logged. ``error`` is a traceback."""

    time: datetime
    level: str
    message: str
    logger: str
    request_id: str | UnsetType = UNSET
    error: str | UnsetType = UNSET


class JsonLines(logging.Formatter):
    """A record as one line of JSON, in which whatever it holds is a string's content."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return msgspec.json.encode(_event(record)).decode()


class TextLines(logging.Formatter):
    """A record as a line for a person; a traceback follows it, set in so that none of it looks like another."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        event = _event(record)
        line = f"{event.time:%H:%M:%S} {event.level} {_visible(event.message)}"
        line += f" [{event.request_id}]" if event.request_id else ""
        trace = event.error.splitlines() if event.error else ()
        return "\n  ".join([line, *map(_visible, trace)])


def chosen(format: LogFormat) -> LogFormat:
    """The format, where it was left open the one that suits whoever reads stderr."""
    if format is not LogFormat.AUTO:
        return format
    return LogFormat.TEXT if sys.stderr is not None and sys.stderr.isatty() else LogFormat.JSON


def config(format: LogFormat) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes so that all loggers, Granian's too, write in the format."""
    lines = JsonLines if chosen(format) is LogFormat.JSON else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": {"service": {"level": "INFO"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
    }


class Access:
    """Writes the lines of requests, all those of `PERIOD` together: one by one takes a twentieth of the throughput.

    By way of `logging` a line would take six times as long.
    """

    def __init__(self, format: LogFormat) -> None:
        self._line = msgspec.json.Encoder().encode if chosen(format) is LogFormat.JSON else _text
        self._waiting: list[Answered] = []

    def __call__(self, answered: Answered) -> None:
        """The line will soon be written."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(PERIOD, self.write)
        self._waiting.append(answered)
        if len(self._waiting) == TOGETHER:
            self.write()

    def write(self) -> None:
        """All lines have been written that waited for it."""
        waiting, self._waiting = self._waiting, []
        lines = b""
        for answered in waiting:
            line = self._line(answered) + b"\n"
            # No more at once than a pipe takes whole: the lines of several workers do not mix.
            if len(lines) + len(line) > PIPE_BUF:
                _write(lines)
                lines = b""
            lines += line
        if lines:
            _write(lines)


def _write(lines: bytes) -> None:
    with suppress(OSError):  # Requests are answered also where nobody reads the log.
        os.write(STDERR, lines)


def _text(answered: Answered) -> bytes:
    return (
        f"{answered.time:%H:%M:%S} {answered.method} {answered.path} {answered.status}"
        f" {answered.ms:.1f} ms {answered.bytes} bytes [{answered.request_id}]"
    ).encode()


def _event(record: logging.LogRecord) -> Event:
    raised = record.exc_info[1] if record.exc_info else None
    error = _encodable("".join(traceback.format_exception(raised)).rstrip()) if raised else UNSET
    message, level = _encodable(record.getMessage()), record.levelname.lower()
    return Event(
        datetime.fromtimestamp(record.created, UTC), level, message, record.name, request_ids.CURRENT.get(), error
    )


def _encodable(text: str) -> str:
    """The text, with halves of surrogate pairs, as the names of files can hold, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _visible(text: str) -> str:
    """The text, with what would move a terminal's cursor written out."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
