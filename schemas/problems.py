"""A problem: the one shape of every error (RFC 9457)."""

from msgspec import UNSET, Struct, UnsetType


class FieldError(Struct, frozen=True):
    """One fault in the input: ``pointer`` (RFC 6901) into a JSON body, or the query ``parameter``."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Struct, frozen=True):
    """What went wrong and what to do. ``type`` is stable, a path that answers with its description.

    ``request_id`` is that of the answer's X-Request-Id, under which the service has logged the request.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class ProblemType(Struct, frozen=True):
    """A kind of problem, and what its caller can do about it."""

    type: str
    title: str
    status: int
    description: str


class ProblemTypePage(Struct, frozen=True):
    """All problem types, by name."""

    items: tuple[ProblemType, ...]
    next: str | UnsetType = UNSET
