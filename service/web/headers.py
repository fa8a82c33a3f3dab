"""Headers of a request: those that are looked at, and what is wrong with one."""

from collections.abc import Collection, Iterable

from service.errors import SaysoError


class HeaderInvalid(SaysoError):
    """The header ``name`` cannot be used."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(f"{name}: {fault}")


LONGEST = 8_000
"""How many bytes the value of a header may have. What some of them ask for is found out once, and kept by the value."""


class HeaderTooLarge(SaysoError):
    """The header ``name`` is too long to be looked at; nothing was done."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} has more than {LONGEST:,} bytes. Send a shorter one, or none.")


def limit(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Returns where no value is too long, else raises `HeaderTooLarge`."""
    for name, value in headers:
        if len(value) > LONGEST:
            raise HeaderTooLarge(name[:100].decode("latin-1"))


def fields(headers: Iterable[tuple[bytes, bytes]], names: Collection[bytes]) -> dict[bytes, bytes]:
    """The fields of these names. One that is sent in several lines is a list in one (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in names:
            found[name] = found[name] + b"," + value if name in found else value
    return found
