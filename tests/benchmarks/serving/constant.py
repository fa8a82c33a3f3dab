"""The least that a server can do: an ASGI app that answers everything with the same bytes, as many as SIZE says."""

import os
from typing import Any

BODY = b"." * int(os.environ["SIZE"])
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The bytes have been sent."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY, "more_body": False})
