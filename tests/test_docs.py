"""The page that shows the document, as a browser makes it."""

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.contract import DOCUMENT
from tests.serving import Server

BROWSER = shutil.which("chromium")

QUIETLY = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It shows nothing and asks nobody but the page."""

TIME = 20_000
"""How many milliseconds of its own time the browser gives the page, which pass faster where it waits for nothing."""


@pytest.fixture(scope="module")
def page(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as it stands when all its scripts have run."""
    if BROWSER is None:
        pytest.skip("There is no chromium to show the page.")
    folder: Path = tmp_path_factory.mktemp("browser")
    options = [*QUIETLY, f"--user-data-dir={folder}", f"--virtual-time-budget={TIME}", "--dump-dom"]
    shown = subprocess.run(
        [BROWSER, *options, f"{server.url}/docs"], capture_output=True, check=True, text=True, timeout=120
    )
    return shown.stdout


def test_the_page_needs_nothing_from_elsewhere(client: httpx.Client) -> None:
    """Everything that the documentation page names comes from this server, under a policy that says so."""
    assert client.get("/").headers["location"] == "/docs"
    page = client.get("/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "//" not in page.text.replace("<!doctype", "")
    for name, media in (
        ("swagger-ui-bundle.js", "text/javascript"),
        ("docs.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("favicon-32x32.png", "image/png"),
    ):
        assert f"/docs/{name}" in page.text
        file = client.get(f"/docs/{name}")
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(media)
        assert file.headers["x-content-type-options"] == "nosniff"


def test_every_operation_is_there(page: str) -> None:
    """By its path, under its tag."""
    shown = {path.replace("\u200b", "") for path in re.findall(r'data-path="([^"]+)"', page)}
    assert set(DOCUMENT["paths"]) <= shown
    for tag in DOCUMENT["tags"]:
        assert f'data-tag="{tag["name"]}"' in page


def test_locks_are_where_a_key_is_needed(page: str) -> None:
    """And open ones, before anybody has given a key."""
    needed = [
        operation
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if operation["security"] and {} not in operation["security"]
    ]
    assert page.count('aria-label="authorization button unlocked"') == len(needed)
    assert 'aria-label="authorization button locked"' not in page
