"""Many articles in one request: a line in for each, and a line out as soon as it is stored."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from anyio import Event, create_task_group, sleep
from litestar.types import HTTPResponseStartEvent, Receive, Scope, Send

from schemas.articles import NewArticle, Outcome, Receipt
from schemas.batches import BatchLine
from schemas.keys import Scope as Right
from service.errors import ReaderBusy, TextTooLarge
from service.ingest import from_json
from service.web.bodies import LINES
from service.web.caching import NO_STORE
from service.web.callers import demand_anew
from service.web.problems import described
from service.web.replies import Reply
from service.web.streams import part

PAUSE = 1.0
"""How many seconds to wait where too many articles are to be read before the next."""

GONE = {"type": "http.disconnect"}

Store = Callable[[NewArticle], Awaitable[Receipt]]


class Batch(Reply):
    """An answer that grows while the body comes in, in its order. It holds one article at a time.

    Nothing more of the body is taken while an article is read, and none is read while the last answer is not taken.
    """

    __slots__ = ("_ending", "_limit", "_store")

    def __init__(self, store: Store, limit: int, ending: Event) -> None:
        super().__init__(b"", media=LINES)
        self._store, self._limit, self._ending = store, limit, ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every line was answered that came in whole before the caller went away or the service was to end."""
        headers = [*self.headers, NO_STORE]
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": 200, "headers": headers}
        await send(start)
        async for number, line in lines(partial(_unless, self._ending, receive), self._limit):
            if line.strip() and not self._ending.is_set():
                await send(part(msgspec.json.encode(await self._answer(number, line, scope)) + b"\n"))
        await send(part(b"", more=False))

    async def _answer(self, number: int, line: bytes, scope: Scope) -> BatchLine:
        try:
            demand_anew(scope, Right.WRITE)  # A batch may go on for hours.
            receipt = await self._stored(line)
        except Exception as error:
            problem = described(error, "POST", scope["path"])
            return BatchLine(number, problem.status, problem=problem)
        return BatchLine(number, 201 if receipt.outcome is Outcome.CREATED else 200, receipt=receipt)

    async def _stored(self, line: bytes) -> Receipt:
        if len(line) > self._limit:
            raise TextTooLarge(self._limit)
        new = from_json(line)
        while True:
            try:
                return await self._store(new)
            except ReaderBusy:
                await sleep(PAUSE)


async def lines(receive: Receive, limit: int) -> AsyncIterator[tuple[int, bytes]]:
    """Each line of the body, without its end, behind its number, which counts from 1.

    Of one that is over the ``limit`` there is enough to tell. What came last is a line only where the body is whole.
    """
    number, held, more = 1, bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        more = message.get("more_body", False)
        *ends, rest = message.get("body", b"").split(b"\n")
        for end in ends:
            yield number, bytes(held + end)
            number += 1
            held.clear()
        held += rest[: limit + 1 - len(held)]
    yield number, bytes(held)


async def _unless(ending: Event, receive: Receive) -> Any:
    """What is received, or that there is no more where the service is to end before anything is."""

    async def give_up() -> None:
        await ending.wait()
        tasks.cancel_scope.cancel()

    message: Any = GONE
    async with create_task_group() as tasks:
        tasks.start_soon(give_up)
        message = await receive()
        tasks.cancel_scope.cancel()
    return message
