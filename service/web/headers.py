"""Headers of a request: those that are looked at, and what is wrong with one."""

from collections.abc import Collection, Iterable

from service.errors import SaysoError


class HeaderInvalid(SaysoError):
    """The header ``name`` cannot be used."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(f"{name}: {fault}")


def fields(headers: Iterable[tuple[bytes, bytes]], names: Collection[bytes]) -> dict[bytes, bytes]:
    """The fields of these names. One that is sent in several lines is a list in one (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in names:
            found[name] = found[name] + b"," + value if name in found else value
    return found
