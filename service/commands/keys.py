"""``sayso key``: keys made, listed and revoked where the database is."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec import UNSET

from schemas.keys import Key, NewKey, Scope
from service.commands.options import Flag, database_option, given, opened

if TYPE_CHECKING:
    from service.storage.port import KeyStore

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]


@click.group()
def key() -> None:
    """Make, list and revoke the keys by which clients write."""


@key.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it may do.",
)
@click.option("--expires", type=click.DateTime(TIMES), help="A day in UTC, or a time with its offset.")
@database_option
def add(name: str, scopes: tuple[str, ...], expires: datetime | None, **flags: Flag) -> None:
    """Make a key for NAME, who- or whatever holds it, and print it, this once.

    To write or to review includes to read, and admin includes all.
    """
    from service import keys
    from service.storage.sqlite import located

    until = UNSET if expires is None else expires if expires.tzinfo else expires.replace(tzinfo=UTC)
    new = NewKey(name, tuple(map(Scope, scopes)), until)
    settings = given(flags)
    with closing(opened(settings)) as store:
        made = keys.make(new, keys=store.keys, at=datetime.now(UTC), by="cli")
    there = located(settings.database).absolute()
    click.echo(f"{made.key.id}, {described(made.key)}, of {there}. It is shown this once:", err=True)
    click.echo(made.secret)


@key.command("list")
@database_option
def list_(**flags: Flag) -> None:
    """Print the keys, oldest first, a line each: id, what it may do and until when, its last use, its name."""
    with closing(opened(given(flags))) as store:
        for one in listed(store.keys):
            click.echo("  ".join((one.id, described(one), used(one), one.name)))


@key.command()
@click.argument("id")
@database_option
def revoke(id: str, **flags: Flag) -> None:
    """Revoke the key with this ID. It opens nothing from now on, and stays listed."""
    with closing(opened(given(flags))) as store:
        one = store.keys.revoke(id, at=datetime.now(UTC), by="cli")
    click.echo(f"{one.id}, {described(one)}")


def listed(keys: "KeyStore") -> Iterator[Key]:
    """All keys, oldest first."""
    from service.storage.filters import Window

    after = None
    while True:
        stretch = keys.list(Window(after=after))
        yield from (msgspec.json.decode(item, type=Key) for item in stretch.items)
        if (after := stretch.next) is None:
            return


def described(one: Key) -> str:
    """What the key may do, and until when."""
    words = ",".join(one.scopes)
    if one.revoked_at is not UNSET:
        return f"{words}, revoked at {one.revoked_at}"
    return words if one.expires_at is UNSET else f"{words} until {one.expires_at}"


def used(one: Key) -> str:
    """When the key was last used."""
    return "never used" if one.last_used_at is UNSET else f"used in the hour of {one.last_used_at[:13]}Z"
