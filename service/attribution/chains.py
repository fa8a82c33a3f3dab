"""Joins the attributions of one sentence into chains: what one reports of another is a chain of both."""

from collections.abc import Sequence

from msgspec import Struct

from service.attribution.matches import Match


class Chain(Struct, frozen=True):
    """Matches, origin first: each reports the one before it."""

    matches: tuple[Match, ...]


def join(matches: Sequence[Match]) -> list[Chain]:
    """One chain for each match that speaks for itself.

    A match whose content is no more than another's report gives no chain of its own: "experts say, as AP
    reported" is one chain of two.
    """
    above = {m: _reporter(m, matches) for m in matches}
    only_relays = {above[m] for m in matches if _is_all_that(above[m], m)}
    return [Chain(_upwards(m, above)) for m in matches if m not in only_relays]


def _reporter(match: Match, matches: Sequence[Match]) -> Match | None:
    """The nearest other match in whose content this one's cue stands."""
    over = [m for m in matches if m is not match and set(match.cue) <= m.content and not _inside(m, match)]
    return min(over, key=lambda m: (m.outer, len(m.content)), default=None)


def _inside(inner: Match, outer: Match) -> bool:
    """Whether ``inner`` is reported by ``outer`` and not the other way round."""
    if not set(inner.cue) <= outer.content:
        return False
    return outer.outer or not inner.outer


def _is_all_that(reporter: Match | None, match: Match) -> bool:
    """Whether what ``reporter`` reports is that ``match``'s source says so, and nothing more."""
    if reporter is None or reporter.head is None:
        return False
    return reporter.head in match.cue or reporter.head in match.content


def _upwards(match: Match, above: dict[Match, Match | None]) -> tuple[Match, ...]:
    found = [match]
    while (reporter := above[found[-1]]) is not None and reporter not in found:
        found.append(reporter)
    return tuple(found)
