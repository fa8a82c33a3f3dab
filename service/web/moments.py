"""As of when: a moment of the record, as a caller names it."""

from datetime import UTC, datetime

from service.errors import ParameterInvalid
from service.storage.port import ClaimStore


def sequence(store: ClaimStore, as_of: str | None) -> int | None:
    """The sequence number that ``as_of`` means, itself or a time; None where there is none.

    Raises `ParameterInvalid` where it has not come yet: what will be then nobody can say.
    """
    if as_of is None:
        return None
    moment = named(as_of)
    if isinstance(moment, datetime):
        return store.as_of(moment)
    if moment > (last := store.sequence()):
        raise ParameterInvalid("as_of", f"the record has {last} revisions. Give a number from 0 to that.")
    return moment


def named(as_of: str) -> int | datetime:
    """The sequence number or the time that ``as_of`` is. Raises `ParameterInvalid`."""
    return int(as_of) if as_of.isdigit() else _time(as_of)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # No year is before the first, in UTC too.
        raise ParameterInvalid("as_of", f"'{text}' is no time ({error}). Give one as 2026-02-28T09:30:00Z.") from error
    if time > datetime.now(UTC):
        raise ParameterInvalid("as_of", "this time has not come yet. Give an earlier one.")
    return time
