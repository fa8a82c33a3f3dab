"""How far a command is."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

MANY = 3
"""With more files, texts or articles than this, a terminal is shown how far the work is."""

Item = TypeVar("Item")


def shown(items: Sequence[Item]) -> Iterable[Item]:
    """The items, with a bar on stderr that shows how far they are where somebody looks at it."""
    return counted(items, len(items))


def counted(items: Iterable[Item], total: int) -> Iterable[Item]:
    """As `shown`, of so many items as ``total`` says."""
    if total <= MANY or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, "Reading", total, console=Console(stderr=True), transient=True)
