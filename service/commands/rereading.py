"""``sayso reextract``."""

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from schemas.changes import Action
from service.commands.options import Flag, database_option, existing, given, loaded
from service.commands.progress import counted
from service.errors import InputError, OutputUnwritable
from service.storage.files import whole

if TYPE_CHECKING:
    from schemas.records import Record
    from service.attribution.pipeline import Engine
    from service.rereading import Comparison
    from service.storage.port import ClaimStore

BECAME = (Action.UPDATED, Action.CREATED, Action.SUPERSEDED, Action.RESTORED)


class Tally:
    """What a run has come to. ``rehearsed`` are those records, by their articles, that were not stored."""

    def __init__(self) -> None:
        self.articles: Counter[str] = Counter()
        self.claims: Counter[Action] = Counter()
        self.rehearsed: dict[str, Record] = {}

    def lines(self) -> list[str]:
        """It, for people."""
        read, otherwise, failed = (self.articles[name] for name in ("read", "otherwise", "failed"))
        became = ", ".join(f"{self.claims[action]:,} {action}" for action in BECAME)
        return [
            f"articles: {read:,} read anew, {otherwise:,} of them otherwise, {failed:,} failed",
            f"claims: {became}",
        ]


@click.command()
@click.option("--dry-run", is_flag=True, help="Store nothing, and tell what would change.")
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write what people and the engine say of each claim that was corrected, one a line, as JSON.",
)
@database_option
def reextract(dry_run: bool, report: Path | None, **flags: Flag) -> None:
    """Read every stored article anew, as after an update, and store what is read otherwise.

    What people have corrected or taken back stays, and where the engine now agrees with them or differs is told.
    Articles that this engine has read last are passed over, so that a run that was broken off goes on where it was.
    The database may be served and written meanwhile.
    """
    with closing(existing(given(flags))) as store:
        tally = Tally()
        try:
            read_all(store, loaded(), tally, dry_run=dry_run)
        finally:
            click.echo("\n".join(tally.lines()))
        told = compared(store, tally, report)
    agree, differ, gone = (told[agreement] for agreement in ("agrees", "differs", "gone"))
    click.echo(f"corrected claims: {agree:,} agreed on, {differ:,} read otherwise, {gone:,} whose sentence is gone")
    if dry_run:
        click.echo("Nothing was stored: this is what would be.")
    sys.exit(1 if tally.articles["failed"] else 0)


def read_all(store: "ClaimStore", engine: "Engine", tally: Tally, *, dry_run: bool) -> None:
    """Each article that another engine has read last was read anew, or told why not."""
    from service import rereading
    from service.storage.filters import Window

    judged = {correction.claim.article_id for correction in store.corrections()} if dry_run else set()
    total = store.unread(engine.edition, Window(1, counted=True)).total or 0
    read = partial(rereading.reread, read=engine.reread, store=store, now=partial(datetime.now, UTC), rehearsed=dry_run)
    for article in counted(rereading.unread(store, engine.edition), total):
        try:
            found = read(article.id)
        except InputError as error:
            tally.articles["failed"] += 1
            # Not by click, which writes past the bar's own stderr and into its line.
            print(f"sayso: {article.id}: {error}", file=sys.stderr)
            continue
        if found is not None:
            tally.articles["read"] += 1
            tally.articles["otherwise"] += bool(found.changed)
            tally.claims.update(found.changed)
            if article.id in judged:
                tally.rehearsed[article.id] = found.record


def compared(store: "ClaimStore", tally: Tally, report: Path | None) -> Counter[str]:
    """How many claims that people have corrected the engine reads how; the ``report`` has a line of each."""
    from service import rereading

    found = list(rereading.comparisons(store, tally.rehearsed))
    if report is not None:
        write(found, report)
    return Counter(comparison.agreement for comparison in found)


def write(comparisons: "Sequence[Comparison]", report: Path) -> None:
    """The file has them, a line each."""
    try:
        with whole(report) as partial:
            partial.write_bytes(msgspec.json.Encoder().encode_lines(comparisons))
    except OSError as error:
        raise OutputUnwritable(str(report), error.strerror or str(error)) from error
