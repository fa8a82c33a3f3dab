"""The clients that are made from the document: generated, compiled by strict rules, driven against a real server."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Server

ROOT = Path(__file__).parents[1]
DRIVES = Path(__file__).with_name("sdks")
PATH = os.pathsep.join([str(ROOT / "build/tools/bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
HASTY = "-XX:TieredStopAtLevel=1"
"""Tells Java to compile quickly rather than well, as each of these programs soon ends."""


def run(*words: str | Path, cwd: Path, **environ: str) -> str:
    """What the command printed. It has ended well; otherwise what it complained of is shown."""
    done = subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, "PATH": PATH, "JAVA_OPTS": HASTY, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, f"{words}:\n{done.stdout}"
    return done.stdout


def generate(language: str, folder: Path, *tools: str) -> None:
    """The client is in the folder. The test is skipped where one of the ``tools`` is not there."""
    for tool in tools:
        if shutil.which(tool, path=PATH) is None:
            pytest.skip(f"There is no {tool}. `make test` installs all that is needed but a JDK.")
    run("sh", ROOT / "openapi/generate.sh", folder, language, cwd=folder)


def python(folder: Path, url: str, key: str) -> str:
    """What the Python client found, whose types mypy has proved."""
    generate("python", folder, "openapi-python-client")
    drive, package = DRIVES / "drive.py", folder / "python"
    run(sys.executable, "-m", "mypy", "--strict", package / "sayso_client", drive, cwd=folder, MYPYPATH=str(package))
    return run(sys.executable, drive, url, key, cwd=folder, PYTHONPATH=str(package))


def typescript(folder: Path, url: str, key: str) -> str:
    """What the TypeScript client found, whose types tsc has proved."""
    modules = ROOT / "openapi/node_modules"
    if not modules.exists():
        pytest.skip(f"There is no {modules.relative_to(ROOT)}. `make test` installs it.")
    generate("typescript", folder, "node")
    shutil.copy(DRIVES / "drive.ts", folder)
    options = ["--strict", "--target", "es2022", "--module", "commonjs", "--outDir", "out"]
    run("node", modules / "typescript/bin/tsc", *options, "drive.ts", cwd=folder)
    return run("node", "out/drive.js", url, key, cwd=folder)


def java(folder: Path, url: str, key: str) -> str:
    """What the Java client found. Jackson, which it needs, is in the jar of its generator."""
    generate("java", folder, "openapi-generator-cli", "javac", "java")
    (jar,) = (ROOT / "build/tools").rglob("openapi-generator.jar")
    sources = [*(folder / "java/src/main").rglob("*.java"), *DRIVES.rglob("*.java")]
    run("javac", f"-J{HASTY}", "-proc:none", "-cp", jar, "-d", "classes", *sources, cwd=folder)
    return run("java", HASTY, "-cp", f"classes{os.pathsep}{jar}", "Drive", url, key, cwd=folder)


@pytest.mark.parametrize("drive", [python, typescript, java], ids=lambda drive: str(drive.__name__))
def test_clients_are_made_and_work(
    drive: Callable[[Path, str, str], str], server: Server, client: httpx.Client, tmp_path: Path
) -> None:
    """Each pages through all claims of a source, filters by codes, stores an article with a key, and reads three
    problems.
    """

    def claims(**query: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.get("/v1/claims", params={"limit": "200", **query}).json()["items"]
        return items

    certain = claims(factuality="CT+,CT-", publisher="reuters")
    assert json.loads(drive(tmp_path, server.url, server.key)) == {
        "claims": [claim["id"] for claim in claims(source="associated-press")],
        "certain": [claim["attributions"][0]["chain"][0]["factuality"] for claim in certain],
        "outcomes": ["created", "unchanged"],
        "mistyped": "/problems/invalid-key",
        "missing": "/problems/not-found",
        "refused": ["/problems/invalid-parameter", "cursor"],
    }
