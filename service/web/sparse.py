"""Some members of each item, cut from the JSON that is stored."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType


def sparse(items: Sequence[Raw], fields: tuple[str, ...]) -> list[Struct]:
    """Of the members ``fields`` those that each item has, as they stand in it."""
    found: list[Struct] = _decoder(fields).decode(b"[%b]" % b",".join(items))
    return found


@lru_cache(512)
def _decoder(fields: tuple[str, ...]) -> msgspec.json.Decoder[Any]:
    """Reads a list of such members without looking into them."""
    members = msgspec.defstruct("Members", [(str(field), Raw | UnsetType, UNSET) for field in fields])
    return msgspec.json.Decoder(list[members])  # type: ignore[valid-type]
