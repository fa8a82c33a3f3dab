"""What is wrong with a header of a request."""

from service.errors import SaysoError


class HeaderInvalid(SaysoError):
    """The header ``name`` cannot be used."""

    def __init__(self, name: str, fault: str) -> None:
        self.name = name
        super().__init__(f"{name}: {fault}")
