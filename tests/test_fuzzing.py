"""The service against its document, with requests that nobody would think of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.articles import ARTICLES
from tests.serving import APART, serving

ROOT = Path(__file__).parents[1]


@pytest.mark.timeout(900)
def test_every_operation_keeps_to_the_document(tmp_path: Path) -> None:
    """Schemathesis finds no 5xx, no undocumented status, media type, body or header, nothing taken or refused amiss.

    It tries every operation with what fits its schema and what does not, and follows ids from one to another.
    """
    with serving(tmp_path / "sayso.db", SAYSO_MAX_BODY="200000") as server:
        for article in ARTICLES:
            APART.post(f"{server.url}/v1/articles", json=article, headers=server.authorization).raise_for_status()
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                f"--config-file={ROOT / 'openapi/schemathesis.toml'}",
                "run",
                f"{server.url}/openapi.json",
                "--max-examples=30",
                "--generation-deterministic",  # A change is tested here, not the luck of its day.
                "--no-color",
            ],
            cwd=ROOT,  # Where it finds its hooks.
            env={**os.environ, "KEY": server.key},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=880,
        )
    assert done.returncode == 0, done.stdout
    assert "Tested: 63" in done.stdout
