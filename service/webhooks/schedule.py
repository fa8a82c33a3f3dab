"""When a delivery that failed is made again."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

DELAYS = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between one attempt and the next: the example of Standard Webhooks, three days in all."""

SPREAD = 0.2
"""By how much of itself a delay is longer at most, so that what failed together does not come again together."""

LONGEST = timedelta(days=1)
"""A receiver that asks for more time gets this much."""


def next_at(
    now: datetime, attempts: int, asked: timedelta, luck: float, delays: Sequence[timedelta] = DELAYS
) -> datetime | None:
    """When to try again what so many ``attempts`` were made of in vain; None where these were enough.

    No sooner than was ``asked``. ``luck`` is in [0, 1).
    """
    if attempts > len(delays):
        return None
    return now + max(delays[attempts - 1] * (1 + SPREAD * luck), min(asked, LONGEST))


def asked(retry_after: str, now: datetime) -> timedelta:
    """The time that a Retry-After asks for (RFC 9110, 10.2.3), none where it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after), LONGEST.total_seconds()))
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return timedelta()
    return max(then.replace(tzinfo=then.tzinfo or UTC) - now, timedelta())
