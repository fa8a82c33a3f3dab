"""Some members of each item, cut from the JSON that is stored."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from service.storage.filters import Json


def sparse(items: Sequence[Json], fields: tuple[str, ...]) -> list[Json]:
    """Of the members ``fields`` those that each item has, as they stand in it."""
    decode = _decoder(fields).decode
    return [msgspec.json.encode(decode(item)) for item in items]


@lru_cache(512)
def _decoder(fields: tuple[str, ...]) -> msgspec.json.Decoder[Any]:
    """Reads such members without looking into them."""
    members = msgspec.defstruct("Members", [(str(field), Raw | UnsetType, UNSET) for field in fields])
    return msgspec.json.Decoder(members)
