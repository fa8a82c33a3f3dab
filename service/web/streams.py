"""Answers that are sent piece by piece, for as long as their caller is there."""

from collections.abc import Awaitable, Callable

from anyio import CancelScope, create_task_group
from litestar.types import HTTPResponseBodyEvent, Receive


def part(body: bytes, *, more: bool = True) -> HTTPResponseBodyEvent:
    """A piece of a body, and whether there is more of it."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def while_there(receive: Receive, work: Callable[[], Awaitable[None]]) -> None:
    """The work was done, or given up where the caller went away. Raises what it raises."""
    faults: list[Exception] = []
    async with create_task_group() as group:
        group.start_soon(_watch, receive, group.cancel_scope)
        try:
            await work()
        except Exception as error:  # Else it would leave the group as one of several.
            faults.append(error)
        group.cancel_scope.cancel()
    for fault in faults:
        raise fault


async def _watch(receive: Receive, scope: CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
