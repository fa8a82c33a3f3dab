"""A real receiver of webhooks on a loopback port."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from standardwebhooks.webhooks import Webhook


class Taken(NamedTuple):
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def sequences(self) -> list[int]:
        """The numbers of the changes that it carries."""
        return [change["sequence"] for change in json.loads(self.body)["data"]["changes"]]

    def is_signed_by(self, secret: str) -> bool:
        """Whether one of its signatures is what another implementation makes with the secret."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        signature = Webhook(secret).sign(self.headers["webhook-id"], at, self.body.decode())
        return signature in self.headers["webhook-signature"].split(" ")


Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""

OK: Answer = (204, {}, b"")


class Receiver:
    """Takes requests, and answers each as ``answer`` says, which gets it and how many came before."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.answer: Callable[[Taken, int], Answer] = lambda _, __: OK
        self.url = ""

    @property
    def sequences(self) -> list[int]:
        """The numbers of all changes that came, as often as they came."""
        return [sequence for taken in list(self.taken) for sequence in taken.sequences]

    @property
    def ids(self) -> list[str]:
        """The ids of all deliveries that came, as often as they came."""
        return [taken.headers["webhook-id"] for taken in list(self.taken)]

    @property
    def delivered(self) -> list[int]:
        """The changes of all deliveries, in order, each delivery once. What came twice was the same."""
        bodies: dict[str, bytes] = {}
        sequences: list[int] = []
        for taken in list(self.taken):
            if bodies.setdefault(taken.headers["webhook-id"], taken.body) is taken.body:
                sequences += taken.sequences
            assert bodies[taken.headers["webhook-id"]] == taken.body
        return sorted(sequences)

    def wait(self, enough: Callable[[], bool]) -> None:
        """Returns when what came is ``enough``."""
        deadline = time.monotonic() + 60
        while not enough():
            assert time.monotonic() < deadline, self.taken
            time.sleep(0.01)


class Server(ThreadingHTTPServer):
    """A server whose clients may go away before they are answered, as those do that wait no longer."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing is told of it."""


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """While inside, a receiver is there, by TLS where there is a ``context``."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            body = self.rfile.read(size)
            if len(body) < size:
                return  # Who sends it was killed: nothing has come.
            before = len(receiver.taken)
            taken = Taken(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            receiver.taken.append(taken)
            status, headers, answer = receiver.answer(taken, before)
            self.send_response(status)
            for name, value in {"content-length": str(len(answer)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if context else 'http'}://localhost:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
