"""The running server: Granian's processes, and how they start and end."""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from service.errors import AddressUnusable, SettingInvalid
from service.settings import LogFormat, Settings
from service.web import logs

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

    from litestar import Litestar
    from litestar.types import ASGIApp

log = logging.getLogger(__name__)

LOADING = 1
"""How many seconds a worker has to end that loads the model. Told to end meanwhile, it never does so by itself."""


class Ending:
    """How the server ends: at the first signal when all is answered that it has taken, at the second at once."""

    # Granian's methods have no types.
    def __init__(self, server: Any, workers: int, answering: "Synchronized[int]") -> None:
        self._server, self._workers, self._answering = server, workers, answering
        self.at_once = False

    def prepare(self) -> None:
        """The signals come here. Granian sets its own handlers when it starts, and calls this then."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._heed)

    def _heed(self, number: int, frame: object) -> None:
        if self._server.interrupt_signal:
            self.at_once = True
            for worker in self._server.wrks:
                worker.kill()
        if self._answering.value < self._workers:
            self._server.workers_kill_timeout = LOADING
        self._server.signal_handler_interrupt()


def equip(settings: Settings) -> None:
    """What the settings ask for is installed. Raises `SettingInvalid`."""
    if settings.traces:
        try:
            import opentelemetry.exporter.otlp.proto.http
            import opentelemetry.sdk  # noqa: F401
        except ModuleNotFoundError as error:
            raise SettingInvalid("SAYSO_TRACES", "it needs more packages: pip install 'sayso[otel]'") from error


def listenable(host: str, port: int) -> str:
    """The address of ``host``, where ``port`` is free. Raises `AddressUnusable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # A port whose last server has just ended is free; without this the kernel would hold it for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise AddressUnusable(host, port, error.strerror or str(error)) from error
    except UnicodeError as error:  # So it calls a part of the name that is empty or too long.
        raise AddressUnusable(host, port, "it is no host's name") from error
    return str(address[0])


def welcome(settings: Settings, answering: "Synchronized[int]") -> None:
    """The worker is one more that answers. The first tells where to look; it answers also where nobody can be told."""
    with answering.get_lock():
        answering.value += 1
        first = answering.value == 1
    if first:
        with suppress(OSError):
            tell(settings)


def tell(settings: Settings) -> None:
    """Where the service answers has been told: a person in a few lines, a log in one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{settings.port}"
    if logs.chosen(settings.log) is LogFormat.JSON:
        return log.info("Sayso answers at %s from %s.", url, settings.database)
    click.echo(f"Sayso answers at {url} from {settings.database}. Look at:")
    for path in ("/docs", "/v1/claims?source=KCNA", "/v1/claims?level=medium"):
        click.echo(f"  {url}{path}")
    click.echo("Ctrl-C ends it.")


def run(settings: Settings, address: str) -> None:
    """The service has run until it was interrupted. Where a worker has died, all end, with status 1."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    server = Granian(
        "service.web.app:create_app",
        address=address,
        port=settings.port,
        interface=Interfaces.ASGI,
        # In the other there is no end to the size of headers, nor to how long a connection may say nothing.
        http=HTTPModes.http1,
        workers=settings.workers,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.config(settings.log),
        workers_kill_timeout=settings.grace,
    )
    answering = multiprocessing.Value("i", 0)
    ending = Ending(server, settings.workers, answering)
    server.on_startup(ending.prepare)
    try:
        with TemporaryDirectory(prefix="sayso-") as folder:
            loader = partial(application, settings, answering, folder)
            server.serve(target_loader=loader, wrap_loader=False)
    except SystemExit:
        # Ctrl-C reaches the workers too, and one that ends before it is told to looks to Granian as if it had died.
        if not server.interrupt_signal:
            raise
    if ending.at_once:
        log.warning("Sayso was told twice to end, and has cut off what it was answering.")
        sys.exit(1)
    log.info("Sayso has ended.")


def application(settings: Settings, answering: "Synchronized[int]", folder: str) -> "ASGIApp":
    """The service, made in each worker. A function of the module, so that it can be handed to a new process.

    In the ``folder`` the workers keep what they share: their metrics, and what is used of rates.
    """
    # A worker is forked with its parent's handlers, which would swallow a signal until it has its own. Ctrl-C
    # reaches both, and is the parent's to pass on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    from service.web.app import create_app

    return create_app(settings, Path(folder), [pass_on, partial(welcome, settings, answering)])


def pass_on(app: "Litestar") -> None:
    """Answers that have no end of their own will learn when the worker is to end.

    Granian hears of the signal still, by the event loop's wakeup descriptor, which takes no handler.
    """
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(app.state.house.ending.set))
    signal.siginterrupt(signal.SIGTERM, False)


def end_with_parent() -> None:
    """The worker is told to end when its parent was killed: it would keep the port from the next server."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
