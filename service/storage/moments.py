"""Times, as they are compared."""

from datetime import UTC, date, datetime


def moment(time: str) -> str:
    """A day, or a time with its offset, so that texts sort as times do: 2026-02-08, 2026-02-08T09:30:00 in UTC.

    A day stands before its times. What stands behind a whole second is only its parts.
    """
    if len(time) == len("2026-02-08"):
        return date.fromisoformat(time).isoformat()
    return datetime.fromisoformat(time).astimezone(UTC).replace(tzinfo=None).isoformat()
