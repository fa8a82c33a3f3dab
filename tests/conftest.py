"""One real server for all the tests that only read or add."""

from collections.abc import Iterator

import httpx
import pytest

from service.attribution.pipeline import Engine, load
from tests import contract
from tests.articles import ARTICLES
from tests.serving import APART, Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has stored `tests.articles.ARTICLES`."""
    with serving(tmp_path_factory.mktemp("server") / "sayso.db", SAYSO_MAX_BODY="200000") as running:
        for article in ARTICLES:
            APART.post(f"{running.url}/v1/articles", json=article, headers=running.authorization).raise_for_status()
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of the server that may do all, every answer to which is held against the OpenAPI document."""
    hooks = {"response": [contract.check]}
    headers = server.authorization
    with httpx.Client(base_url=server.url, headers=headers, event_hooks=hooks, timeout=60) as http:
        yield http


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine, loaded once."""
    return load()
