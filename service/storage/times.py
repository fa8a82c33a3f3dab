"""Times, as they are kept and as they are compared."""

from datetime import UTC, date, datetime


def stamp(at: datetime) -> str:
    """The time in UTC as the wire carries it, to the millisecond. The later of two is the greater text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(time: str) -> str:
    """A day, or a time with its offset, so that texts sort as times do: 2026-02-08, 2026-02-08T09:30:00 in UTC.

    A day stands before its times. What stands behind a whole second is only its parts.
    """
    if len(time) == len("2026-02-08"):
        return date.fromisoformat(time).isoformat()
    return datetime.fromisoformat(time).astimezone(UTC).replace(tzinfo=None).isoformat()
