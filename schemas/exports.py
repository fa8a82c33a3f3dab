"""An export: the claims of one query as of one moment, as files."""

from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType


class Format(StrEnum):
    """The format of an export's file."""

    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"
    SQLITE = "sqlite"


class ExportFile(Struct, frozen=True):
    """One file of an export. ``href`` gives the same bytes each time.

    ``bytes`` and ``sha256`` are there where the file is: it was asked for by range or by ``format``, or is a database.
    """

    format: Format
    media_type: str
    href: str
    bytes: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | UnsetType = UNSET


class Export(Struct, frozen=True):
    """What an export holds: how many claims, as of which revision of the record, and the files it comes in.

    ``removed`` is how many claims that there were then, whether the export had them or not, are removed for good now.
    """

    sequence: Annotated[int, Meta(ge=0)]
    claims: Annotated[int, Meta(ge=0)]
    files: tuple[ExportFile, ...]
    removed: Annotated[int, Meta(ge=0)] = 0
