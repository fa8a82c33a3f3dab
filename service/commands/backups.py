"""``sayso backup`` and ``sayso restore``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.options import Flag, database_option, given

if TYPE_CHECKING:
    from service.storage.backups import Contents


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def backup(file: Path, **flags: Flag) -> None:
    """Copy the database to FILE, while it is used, and verify the copy.

    FILE has its name when it is whole, and not before.
    """
    from service.storage import backups
    from service.storage.sqlite import located

    contents = backups.backup(located(given(flags).database), file)
    click.echo(f"{click.format_filename(file)} is whole: {described(contents)}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", metavar="SEQUENCE|TIME", help="The moment, as /v1/claims takes it; else the backup's last.")
@database_option
def restore(file: Path, as_of: str | None, **flags: Flag) -> None:
    """Put the backup FILE, verified, in the place of the database, which is kept beside.

    No server may be running on it. What was removed for good from either stays so.
    """
    from service.storage import backups
    from service.storage.sqlite import located
    from service.web import moments

    database = located(given(flags).database)
    kept = database.with_name(f"{database.name}-until-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    there = database.exists()
    moment = None if as_of is None else moments.named(as_of)
    contents = backups.restore(file, database, kept, moment)
    was = "was" if as_of is None else f"was as of {as_of}"
    click.echo(f"{click.format_filename(database)} is what the backup {was}: {described(contents)}.")
    if there:
        click.echo(f"What it was before is in {click.format_filename(kept)}.")


def described(contents: "Contents") -> str:
    """What a database holds, for people."""
    rows = ", ".join(f"{contents.rows.get(table, 0):,} {table}" for table in ("articles", "claims", "sources", "keys"))
    return f"revision {contents.sequence} of {contents.at or 'no time'}, {rows}"
