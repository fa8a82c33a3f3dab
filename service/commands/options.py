"""What the commands share: settings from flags and the environment, the store that these name, and the engine."""

import os
from typing import TYPE_CHECKING

import click

from service import settings as environment
from service.errors import StoreMissing
from service.settings import Settings

if TYPE_CHECKING:
    from service.attribution.pipeline import Engine
    from service.storage.port import ClaimStore

Flag = str | int | None

database_option = click.option("--database", metavar="PATH", help="A file, or sqlite:///PATH. [SAYSO_DATABASE]")


def given(flags: dict[str, Flag]) -> Settings:
    """The settings of the environment, with those flags that were given before them."""
    settings = environment.read(os.environ)
    for name, value in flags.items():
        if value is not None:
            settings = environment.override(settings, environment.PREFIX + name.upper(), str(value), f"--{name}")
    return settings


def opened(settings: Settings) -> "ClaimStore":
    """The store that the settings name."""
    from service.storage.sqlite import open_store

    return open_store(settings.database)


def existing(settings: Settings) -> "ClaimStore":
    """The store that the settings name, which is not made. Raises `StoreMissing`."""
    from service.storage.sqlite import located, open_store

    if not located(settings.database).exists():
        raise StoreMissing(settings.database)
    return open_store(settings.database)


def loaded() -> "Engine":
    """The engine. It takes a second or two to load, so what is handed in is read first, and refused at once."""
    from service.attribution.pipeline import load

    return load()
