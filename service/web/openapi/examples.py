"""One example of each Struct that is sent."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec


@cache
def examples() -> dict[str, dict[str, Any]]:
    """One example of each Struct that is sent. They hang together: the claim is the article's."""
    examples: dict[str, dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("examples.json").read_bytes())
    return examples
