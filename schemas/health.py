"""Health: what a probe is told."""

from typing import Literal

from msgspec import Struct


class Health(Struct, frozen=True):
    """All is well; what is not is a problem."""

    status: Literal["ok"] = "ok"
