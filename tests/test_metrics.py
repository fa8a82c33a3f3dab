"""The metrics, as Prometheus' own parser reads them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.settings import Settings
from service.web.app import create_app, publish
from service.web.metrics import PERIOD, Meter
from tests.contract import problem
from tests.serving import APART, serving

REQUESTS = "http_server_request_duration_seconds_count"


def scrape(client: httpx.Client) -> dict[tuple[str, str], float]:
    """Every sample, by its name and the values of its labels."""
    response = client.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers.get_list("cache-control") == ["no-store"]
    families = text_string_to_metric_families(response.text)
    return {(s.name, ",".join(s.labels.values())): s.value for family in families for s in family.samples}


def test_requests_are_counted_by_route(client: httpx.Client) -> None:
    """One more request is one more in its count, its buckets, and the bytes."""
    before = scrape(client)
    size = len(client.get("/v1/sources/associated-press").content)
    after = scrape(client)
    labels = "GET,200,/v1/sources/{id}"
    assert after[REQUESTS, labels] - before.get((REQUESTS, labels), 0) == 1
    slowest = ("http_server_request_duration_seconds_bucket", f"{labels},+Inf")
    assert after[slowest] == after[REQUESTS, labels]
    assert after["sayso_response_body_bytes_total", ""] - before["sayso_response_body_bytes_total", ""] >= size
    assert after["http_server_active_requests", ""] == 1  # The scrape itself.


def test_reading_is_measured(client: httpx.Client) -> None:
    """Each article that is read adds its characters and its time to its desk, and then waits no more."""
    before = scrape(client)
    text = "Two barges ran aground, the port authority said."
    client.post("/v1/extract", json={"text": text}).raise_for_status()
    after = scrape(client)
    assert after["sayso_read_characters_total", "short"] - before["sayso_read_characters_total", "short"] == len(text)
    count = ("sayso_reading_duration_seconds_count", "short")
    assert after[count] - before[count] == 1
    assert after["sayso_reading_ahead_characters", "short"] == 0


def test_what_is_stored_is_told(client: httpx.Client) -> None:
    """The gauges are what the lists count."""
    found = scrape(client)
    for name in ("articles", "claims", "sources"):
        assert found[f"sayso_{name}", ""] == client.get(f"/v1/{name}?count=exact").json()["total"]
    assert found["sayso_database_bytes", ""] > 100_000
    assert found["process_resident_memory_bytes", "1"] > 10_000_000


def test_strangers_make_no_series(client: httpx.Client) -> None:
    """Paths and methods that are none of ours are all one."""
    client.request("BREW", "/v1/claims")
    client.get("/made/up")
    before = set(scrape(client))
    for n in range(20):
        client.get(f"/made/up/{n}")
        client.get(f"/v1/claims/{n}/x")
        client.request(f"BREW{n}", "/v1/claims")
    assert set(scrape(client)) == before


def test_a_query_is_refused(client: httpx.Client) -> None:
    """As everywhere."""
    problem(client.get("/metrics?x=1"), 400, "invalid-parameter")


def test_workers_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of two workers is asked tells the requests of both, and never fewer than before."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(tmp_path / "sayso.db", SAYSO_WORKERS="2") as server, ThreadPoolExecutor(8) as pool:
        (folder,), asked = tmp_path.glob("sayso-*"), 0
        while asked == 0 or not all("/v1/claims" in numbers for numbers in published(folder)):
            assert asked < 1000, "One of the workers answers nothing."
            for answer in pool.map(APART.get, [f"{server.url}/v1/claims"] * 40):  # Each by a connection of its own.
                answer.raise_for_status()
            asked += 40
            time.sleep(2 * PERIOD)
        told = [count for _ in range(10) for count in counted(server.url)]
        assert len(published(folder)) == 2
    assert told == [asked] * 10
    assert not folder.exists()


def published(folder: Path) -> list[str]:
    """What each worker has published of its requests."""
    files = [file for file in folder.iterdir() if not file.suffix]
    return [str(msgspec.json.decode(file.read_bytes())[0]) for file in files]


def counted(url: str) -> Iterator[float]:
    """How many lists of claims a new connection tells of, and that there are two workers."""
    with httpx.Client(base_url=url) as client:
        found = scrape(client)
        assert found["process_open_fds", "2"] > 0
        yield found[REQUESTS, "GET,200,/v1/claims"]


def test_metrics_can_be_closed(tmp_path: Path) -> None:
    """Then there is nothing at their path."""
    app = create_app(Settings(database=str(tmp_path / "sayso.db"), metrics=False))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://sayso") as http:
            return await http.get("/metrics")

    problem(anyio.run(ask), 404, "not-found")


def test_numbers_are_published_by_two_at_once(tmp_path: Path) -> None:
    """Who scrapes publishes them too, at any moment, and neither fails."""
    meter = Meter(tmp_path)
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(meter.publish) for _ in range(1000)]
        assert {one.exception() for one in done} == {None}


def test_where_the_disk_takes_no_more_the_service_goes_on(tmp_path: Path) -> None:
    """Numbers that cannot be published end nothing."""

    async def for_a_while() -> bool:
        with anyio.move_on_after(0.1) as scope:
            await publish(Meter(tmp_path / "gone"))
        return scope.cancelled_caught

    assert anyio.run(for_a_while)
