"""The command ``sayso``. What is slow to import, each command imports for itself."""

import errno
import logging
import logging.config
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from schemas.articles import Outcome
from schemas.claims import Extract
from schemas.vocabularies import Act
from service import ingest as reading
from service import server
from service.commands.backups import backup, restore
from service.commands.exports import export
from service.commands.keys import key
from service.commands.options import Flag, database_option, given, loaded, opened
from service.commands.progress import shown
from service.commands.rereading import reextract
from service.errors import ArticleBarred, ArticleRetracted, InputError, SaysoError
from service.settings import Settings
from service.web import logs

if TYPE_CHECKING:
    from service.storage.port import ClaimStore

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What is wrong where the output goes to a file or device that takes no more."""

log = logging.getLogger(__name__)

ALL = frozenset(Act)


def listed(context: click.Context, option: click.Parameter, value: str | None) -> frozenset[Act]:
    """The acts that ``value`` lists, all where it is not given."""
    try:
        return frozenset(Act(word) for word in value.split(",")) if value is not None else ALL
    except ValueError as error:
        raise click.BadParameter(f"{error}. There are: {', '.join(Act)}.") from error


acts_option = click.option("--acts", metavar="ACT,...", callback=listed, help="Take attributions of these acts only.")


def main() -> None:
    """The command has run. What was foreseen to go wrong is one sentence on stderr, and the exit status is 1."""
    try:
        sayso()
    except SaysoError as error:
        sys.exit(f"sayso: {error}")
    except OSError as error:
        if error.errno not in FULL:
            raise
        # What could not be written is still in the buffer, and Python would try again, and complain, when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(f"sayso: The output cannot be written ({error.strerror}).")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sayso", message="%(prog)s %(version)s")
def sayso() -> None:
    """Every sentence of the news: on whose say-so, and how sure."""


sayso.add_command(key)
sayso.add_command(export)
sayso.add_command(backup)
sayso.add_command(restore)
sayso.add_command(reextract)


@sayso.command()
@click.option("--host", help="The address to listen at. [SAYSO_HOST]")
@click.option("--port", type=int, help="The port to listen at. [SAYSO_PORT]")
@click.option("--workers", type=int, help="How many processes answer. [SAYSO_WORKERS]")
@database_option
@click.option("--seeds", is_flag=True, help="Fill an empty database with the articles that come with sayso.")
def serve(seeds: bool, **flags: Flag) -> None:
    """Answer over HTTP until interrupted.

    Flags go before the environment, whose names stand beside them.
    """
    settings = given(flags)
    logging.config.dictConfig(logs.config(settings.log))
    server.equip(settings)
    address = server.listenable(settings.host, settings.port)
    with closing(opened(settings)) as store:
        if seeds and store.sequence() == 0:
            with resources.as_file(resources.files("seeds") / "articles") as folder:
                store_all([folder], store, settings, via="seeds", tell=partial(log.info, "Seeds: %s"))
    server.run(settings, address)
    # A worker that was told to end while it still loaded has left its log beside the file: fold it in.
    opened(settings).close()


@sayso.command()
@click.argument("paths", metavar="PATH... | -", nargs=-1, required=True, type=click.Path(path_type=Path))
@database_option
def ingest(paths: tuple[Path, ...], **flags: Flag) -> None:
    """Store articles: files (.txt, or .json as the API takes it), all such files of folders, or either from stdin."""
    settings = given(flags)
    with closing(opened(settings)) as store:
        failed = store_all(paths, store, settings, via="cli")
    sys.exit(1 if failed else 0)


@sayso.command()
@click.argument("file", metavar="FILE | -", type=click.Path(path_type=Path))
@click.option("--spans", is_flag=True, help="FILE has annotated texts, one a line; print the spans found in each.")
@acts_option
def extract(file: Path, spans: bool, acts: frozenset[Act]) -> None:
    """Print the claims of one article as JSON. Nothing is stored."""
    if spans:
        return print_spans(file, acts)
    if acts != ALL:
        raise click.UsageError("--acts goes with --spans only.")
    new = reading.read(file, given({}).max_body)
    record = loaded().attribute(new)
    show(msgspec.json.encode(Extract(record.article, record.claims)))


@sayso.command()
@click.argument("file", metavar="GOLD.jsonl | -", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(["attribution", "factuality", "calibration", "relation"]), default="attribution"
)
@acts_option
@click.option("--errors", metavar="N", type=click.IntRange(0), default=0, help="Show the N worst mistakes too.")
def evaluate(file: Path, kind: str, acts: frozenset[Act], errors: int) -> None:
    """Measure the engine on annotated texts, one a line: its attributions, its factuality or its probabilities.

    Or, of pairs of texts, which it tells to say the same.
    """
    given({})
    if (kind in ("factuality", "relation") and acts != ALL) or (kind == "calibration" and errors):
        raise click.UsageError(f"--kind {kind} has no {'--errors' if kind == 'calibration' else '--acts'}.")
    click.echo("\n".join(measured(file, kind, acts, errors)))


@sayso.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from service.web.openapi.document import document

    show(document())


def print_spans(file: Path, acts: frozenset[Act]) -> None:
    """A line for each text, with its attributions of ``acts``; the exit status is 1 where a text was refused."""
    given({})
    from service.evaluation import gold, spans

    failed = False
    for text in spans.read(shown(gold.read(file, gold.Text)), loaded().attribute):
        if text.refused is None:
            click.echo(msgspec.json.encode(spans.Spans(text.text.id, spans.attributions(text.claims, acts))))
        else:
            failed = True
            click.echo(f"sayso: {text.text.id}: {text.refused}", err=True)
    sys.exit(1 if failed else 0)


def measured(file: Path, kind: str, acts: frozenset[Act], errors: int) -> Iterator[str]:
    """The lines of one measurement."""
    from service.evaluation import gold, runs

    if kind == "factuality":
        return runs.factuality(shown(gold.read(file, gold.Sentence)), loaded().events, errors)
    if kind == "relation":
        return runs.relation(shown(gold.read(file, gold.TextPair)), loaded().attribute, errors)
    documents = shown(gold.read(file, gold.Document))
    if kind == "calibration":
        return runs.calibration(documents, loaded().attribute, acts)
    return runs.attribution(documents, loaded().attribute, acts, errors)


def store_all(
    paths: Sequence[Path],
    store: "ClaimStore",
    settings: Settings,
    *,
    via: str,
    tell: Callable[[str], None] = click.echo,
) -> int:
    """Each article at ``paths`` is stored, or told why not. The counts are told; gives how many failed."""
    attribute = loaded().attribute
    counts: Counter[str] = Counter()
    try:
        for file in shown([file for path in paths for file in reading.files(path)]):
            try:
                new = reading.read(file, settings.max_body)
                receipt = reading.ingest(new, attribute=attribute, store=store, now=partial(datetime.now, UTC), via=via)
                counts[receipt.outcome] += 1
            except (InputError, ArticleRetracted, ArticleBarred) as error:
                counts["failed"] += 1
                # Not by click, which writes past the bar's own stderr and into its line.
                print(f"sayso: {click.format_filename(file)}: {error}", file=sys.stderr)
    finally:
        stored, there = counts[Outcome.CREATED], counts[Outcome.UNCHANGED]
        tell(f"{stored} stored, {there} already there, {counts['failed']} failed")
    return counts["failed"]


def show(document: bytes) -> None:
    """The JSON is printed so that a person can read it."""
    click.echo(msgspec.json.format(document, indent=2))
