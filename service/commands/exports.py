"""``sayso export``: what `/v1/exports` gives, where the database is."""

import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import click

from schemas.exports import Format
from service.commands.options import Flag, database_option, existing, given
from service.errors import OutputUnwritable
from service.storage.files import whole
from service.web import moments
from service.web.lists import EXPORTED

if TYPE_CHECKING:
    from service.exports.moments import Moment

STDOUT = Path("-")

Command = TypeVar("Command", bound=Callable[..., Any])


def filters(command: Command) -> Command:
    """The command takes the parameters of an export as options."""
    for parameter in reversed(EXPORTED.parameters.values()):
        flag, values = f"--{parameter.name.replace('_', '-')}", "VALUE,..." if parameter.many else "VALUE"
        command = click.option(flag, parameter.name, metavar=values, help=parameter.description)(command)
    return command


def format_of(context: click.Context, option: click.Parameter, value: str | None) -> Format:
    """The format that is named, or else that FILE ends in."""
    name = context.params["file"].suffix[1:] if value is None else value
    if name not in list(Format):
        raise click.BadParameter(f"'{name}' is none. There are: {', '.join(Format)}.")
    return Format(name)


@click.command()
@click.argument("file", metavar="FILE | -", type=click.Path(path_type=Path), is_eager=True)
@click.option("--format", callback=format_of, help=f"{', '.join(Format)}; else what FILE ends in.")
@filters
@database_option
def export(file: Path, format: Format, database: Flag, **query: str | None) -> None:
    """Write claims to FILE as /v1/exports gives them.

    FILE has its name when it is whole, and not before. The parameters of /v1/claims narrow it.
    """
    from service.exports import formats
    from service.exports.moments import Moment

    formats.require(format)
    asked = EXPORTED.read(urlencode([pair for pair in query.items() if pair[1] is not None]).encode())
    with closing(existing(given({"database": database}))) as store:
        as_of = moments.sequence(store, asked.options.as_of)
        moment = Moment(store, asked.which, store.sequence() if as_of is None else as_of)
        if file == STDOUT:
            show(moment, format)
        else:
            save(moment, format, file)
        click.echo(f"{moment.count():,} claims, as of {moment.sequence}", err=True)


def save(moment: "Moment", format: Format, file: Path) -> None:
    """The export is in the file, and its SHA-256 was told."""
    try:
        with whole(file) as partial:
            make(moment, format, partial)
        with file.open("rb") as made:
            click.echo(f"{file_digest(made, 'sha256').hexdigest()}  {click.format_filename(file)}", err=True)
    except OSError as error:
        raise OutputUnwritable(str(file), error.strerror or str(error)) from error


def show(moment: "Moment", format: Format) -> None:
    """The export was printed."""
    with TemporaryDirectory(prefix="sayso-") as folder:
        file = Path(folder, "export")
        make(moment, format, file)
        with file.open("rb") as made:
            shutil.copyfileobj(made, sys.stdout.buffer)


def make(moment: "Moment", format: Format, path: Path) -> None:
    """The export is at the path."""
    from service.exports import formats

    for _ in formats.steps(moment, format, path):
        pass
