"""Times, as they are kept and compared."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """The time in UTC as the wire carries it, to the millisecond. The later of two is the greater text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
