"""The Dockerfile, followed step by step in a plain shell, since no container engine need be there.

A folder stands for the root of the image, and a venv in it for the Python that the base image has. Both stages share
it: a new stage loses the build folder of the one before.
"""

import json
import os
import re
import shutil
import subprocess
import time
import venv
from pathlib import Path

import pytest

from tests.serving import free_port

ROOT = Path(__file__).parents[1]

Step = tuple[str, str]


def steps() -> list[Step]:
    """Each instruction with the rest of its line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", "").splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def command(rest: str) -> list[str]:
    """The words of an instruction that ends in ``["a", "b"]``."""
    words: list[str] = json.loads(rest[rest.index("[") :])
    return words


class Image:
    """What the steps have made so far: the folder, the environment and where the next command runs."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root
        self.environ: dict[str, str] = {}
        self.commands: dict[str, list[str]] = {}
        self.user = "root"
        venv.create(root / "usr/local", with_pip=True)

    def follow(self, name: str, rest: str) -> None:
        """The step was taken. A step of a kind that nobody follows here is a failure."""
        match name:
            case "FROM":
                self._start()
            case "WORKDIR":
                self.folder = Path(self.inside(rest))
                self.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(rest)
            case "ENV":
                self.environ |= dict(word.split("=", 1) for word in self.inside(rest).split())
            case "RUN":
                self.run(["sh", "-c", self.inside(rest)], check=True)
            case "CMD" | "HEALTHCHECK":
                self.commands[name] = command(rest)
            case "USER":
                self.user = rest
            case _:
                assert name in ("VOLUME", "EXPOSE"), name

    def run(self, words: list[str], *, check: bool = False) -> subprocess.CompletedProcess[bytes]:
        """The command has run to its end."""
        return subprocess.run(words, cwd=self.folder, env=self.environment(), check=check, timeout=240)

    def inside(self, text: str) -> str:
        """The text with its absolute paths in the folder."""
        return re.sub(r"(?<![\w./])/(?=(?:src|opt|data)\b)", f"{self.root}/", text)

    def environment(self) -> dict[str, str]:
        """The shell's environment, in which the folder's commands come first, and after it what ENV has set."""
        base = {name: value for name, value in os.environ.items() if not name.startswith(("SAYSO_", "VIRTUAL_ENV"))}
        path = f"{self.root}/usr/local/bin:{base['PATH']}"
        own = {name: value.replace("$PATH", path) for name, value in self.environ.items()}
        return {**base, "PATH": path, **own}

    def _start(self) -> None:
        if self.folder != self.root:
            shutil.rmtree(self.folder)
        self.folder = self.root

    def _copy(self, rest: str) -> None:
        words = rest.split()
        if words[0].startswith("--from"):
            assert words[-1] == words[-2], "both stages are one folder here"
            assert Path(self.inside(words[-1])).is_dir()
            return
        *sources, target = words
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, self.folder / target)


def test_context() -> None:
    """The builder is sent what is copied, and nothing else."""
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [rest.split()[:-1] for name, rest in steps() if name == "COPY" and "--from" not in rest]
    assert sent == {source for sources in copied for source in sources}


@pytest.mark.timeout(600)
def test_steps(tmp_path: Path) -> None:
    """The steps make an installation that serves, is found healthy, and has no build tools and no root in it."""
    image = Image(tmp_path)
    for step in steps():
        image.follow(*step)
    assert image.user == "10001:10001"
    tools = [
        name
        for name in ("pip", "setuptools", "hatchling")
        if image.run(["python", "-c", f"import {name}"]).returncode == 0
    ]
    assert tools == []
    assert image.environ["SAYSO_DATABASE"] == f"{tmp_path}/data/sayso.db"

    image.environ |= {"SAYSO_HOST": "127.0.0.1", "SAYSO_PORT": str(free_port())}
    assert image.run(image.commands["HEALTHCHECK"]).returncode == 1
    with subprocess.Popen(image.commands["CMD"], cwd=image.folder, env=image.environment()) as server:
        try:
            deadline = time.monotonic() + 60
            while image.run(image.commands["HEALTHCHECK"]).returncode:
                assert server.poll() is None
                assert time.monotonic() < deadline
        finally:
            server.terminate()
        assert server.wait(timeout=20) == 0
    assert (tmp_path / "data/sayso.db").exists()
