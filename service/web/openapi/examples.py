"""Examples of what is sent: one of each Struct, and what is another in the answers of some operations."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from service.web.operations import Operation


@cache
def examples() -> dict[str, dict[str, Any]]:
    """One example of each Struct that is sent. They hang together: the claim is the article's.

    By the id of an operation are the members that its answer has besides, or has instead.
    """
    examples: dict[str, dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("examples.json").read_bytes())
    return examples


def example(operation: Operation) -> dict[str, Any]:
    """What the operation answers, where it succeeds."""
    gives: Any = operation.gives
    return examples()[gives.__name__] | examples().get(operation.id, {})
