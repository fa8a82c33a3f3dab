"""An empty store on a new file: the copy of one that was made once, as to make one takes twenty times as long."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from service.storage.sqlite import SqliteStore, open_store


def empty_store(path: Path) -> SqliteStore:
    """A store that holds nothing, on a file of its own."""
    path.write_bytes(_made())
    return open_store(str(path))


@cache
def _made() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "sayso.db")
        open_store(str(path)).close()
        return path.read_bytes()
