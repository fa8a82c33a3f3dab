"""The least that a server can do which makes its pages anew: an ASGI app that puts fifty claims in memory together.

They are of a hundred thousand, somewhere, and together as many bytes as SIZE says. It knows no query and has no SQL.
"""

import os
from random import randrange
from typing import Any

CLAIMS, PAGE = 100_000, 50

BODIES = [b"%d" % number * (int(os.environ["SIZE"]) // PAGE // 5) for number in range(10_000, 10_000 + CLAIMS)]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """A page has been sent."""
    start = randrange(CLAIMS - 10 * PAGE)
    body = b",".join([BODIES[number] for number in range(start, start + 10 * PAGE, 10)])
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
