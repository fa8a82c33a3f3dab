"""Request ids: what ties an answer, its problem and the lines of the log together."""

import random
import re
from collections.abc import Iterable
from contextvars import ContextVar

from msgspec import UNSET, UnsetType

CURRENT: ContextVar[str | UnsetType] = ContextVar("request_id", default=UNSET)
"""The id of the request that is being answered. Threads that work for it see it too."""

HEADER = b"x-request-id"

_WELL_FORMED = re.compile(rb"[A-Za-z0-9._:+/=@-]{1,128}")
"""What a caller's own id may be made of: nothing that a log, a header or a shell would take for more than text."""


def of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The caller's id where it sent one that is well-formed, else a new one."""
    for name, value in headers:
        if name == HEADER and _WELL_FORMED.fullmatch(value):
            return value.decode()
    # An id need be no secret, and one from the system would take as long as all the rest.
    return f"{random.getrandbits(128):032x}"
