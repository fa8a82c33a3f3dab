"""The README and the pages that it leads to, done as they say.

Each command against a server that has read the seeds, each answer as shown.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.settings import Settings
from service.web.lists import CLAIMS
from service.web.problems import TYPES
from service.webhooks import courier, signing
from tests.serving import SAYSO, Server, free_port, serving

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", *(f"docs/{name}.md" for name in ("calling", "record", "running", "measuring")))
"""In the order in which they are read."""

TEXT = "\n".join((ROOT / page).read_text() for page in PAGES)

EXAMPLES = re.findall(r"^```sh\n(.+?)^```\n(?:```(json|text)\n(.+?)^```\n)?", TEXT, re.DOTALL | re.MULTILINE)
"""Each command, and the kind and text of what it is shown to print, where that is shown."""

LINK = re.compile(r"]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")

ELISION = "…"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `make serve` starts. The examples are tried on it in their order."""
    with serving(tmp_path_factory.mktemp("readme") / "sayso.db", "--seeds") as server:
        yield server


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl, as the README does")
@pytest.mark.parametrize(("command", "kind", "shown"), EXAMPLES, ids=[words.split("\n")[0] for words, _, _ in EXAMPLES])
def test_example(seeded: Server, command: str, kind: str, shown: str) -> None:
    """The command succeeds, or meets the problem that is shown; and what is shown is there."""
    printed, status = run(seeded, command)
    wanted = parse(shown) if kind == "json" else {}
    assert status in ([wanted["status"]] if "status" in wanted else [0, 200, 201]), printed
    if kind == "json":
        compare(wanted, json.loads(printed))
    elif kind == "text":
        assert [line for line in shown.splitlines() if not any(like(line, one) for one in printed.splitlines())] == []


def test_the_receiver() -> None:
    """It takes what is signed, and prints its changes, and refuses what is not."""
    (code,) = re.findall(r"^```python\n(.+?)^```\n", TEXT, re.DOTALL | re.MULTILINE)
    secret, port = signing.secret(), free_port()
    environ = {"SECRET": signing.shown(secret), "PORT": str(port)}
    body = courier.notice([b'{"sequence": 7, "at": "2026-02-08T12:00:00Z", "action": "retracted", "id": "clm_1"}'])
    signed = signing.headers("msg_1", int(time.time()), body, [secret])
    with subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=8), base_url=f"http://127.0.0.1:{port}") as http:
                assert http.post("/", content=body, headers=signed).status_code == 204
                assert http.post("/", content=body + b" ", headers=signed).status_code == 401
        finally:
            receiver.terminate()
        assert receiver.communicate()[0] == "7 retracted clm_1\n"


def test_tables() -> None:
    """They leave out no setting, parameter or problem type."""
    names = [f"SAYSO_{name.upper()}" for name in Settings.__struct_fields__]
    names += [*CLAIMS.parameters, *(name.rpartition("/")[2] for name in TYPES)]
    assert [name for name in names if f"`{name}`" not in TEXT] == []


@pytest.mark.parametrize("page", PAGES)
def test_links(page: str) -> None:
    """Each leads to a file that is there, and to a heading in it."""
    for name, heading in LINK.findall((ROOT / page).read_text()):
        there = (ROOT / page).parent / name if name else ROOT / page
        assert there.exists(), name
        headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE) if heading else []
        assert heading in ["", *(one.lower().replace(" ", "-") for one in headings)]


def run(server: Server, command: str) -> tuple[str, int]:
    """What the command prints, and the status that HTTP gave, 0 for a command that has no curl in it."""
    here = command.replace("http://127.0.0.1:8000", server.url).replace(".venv/bin/sayso", str(SAYSO))
    here = here.replace("curl ", "curl --silent --show-error --write-out '\\n%{http_code}' ")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    # The key is a variable of its reader's shell, and each command here has a shell of its own.
    environ |= {"SAYSO_DATABASE": str(server.log.with_suffix(".db")), "KEY": server.key}
    done = subprocess.run(["sh", "-c", here], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if "curl " not in command:
        return done.stdout, 0
    printed, _, status = done.stdout.rpartition("\n")
    return printed, int(status)


def parse(shown: str) -> Any:
    """The JSON that is shown; an elision at the end of an object or an array is its last member."""
    closed = re.sub(rf"{ELISION}(?=\s*}})", f'"{ELISION}": 0', shown)
    return json.loads(re.sub(rf"{ELISION}(?=\s*])", f'"{ELISION}"', closed))


def compare(shown: Any, real: Any) -> None:
    """All that is shown is real, and all that is real is shown, but where an elision stands."""
    match shown:
        case dict():
            assert shown.keys() == real.keys() or (ELISION in shown and shown.keys() - {ELISION} <= real.keys())
            for name in shown.keys() - {ELISION}:
                compare(shown[name], real[name])
        case list():
            cut = len(shown) - 1 if shown[-1:] == [ELISION] else None
            for one, other in zip(shown[:cut], real[:cut], strict=True):
                compare(one, other)
        case str():
            assert like(shown, real), (shown, real)
        case _:
            assert shown == real


def like(shown: str, real: str) -> bool:
    """Whether the text is as shown; an elision stands for any."""
    return re.fullmatch(".*".join(map(re.escape, shown.split(ELISION))), real, re.DOTALL) is not None
