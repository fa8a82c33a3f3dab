"""Traces, as a collector on loopback receives them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.serving import APART, SAYSO, serving

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Where it listens, and the bodies that it has received."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Collector) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", received
        listening.shutdown()


def spans(received: list[bytes]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each span, with its attributes."""
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    for body in received:
        for of_resource in service.ExportTraceServiceRequest.FromString(body).resource_spans:
            (name,) = [one.value.string_value for one in of_resource.resource.attributes if one.key == "service.name"]
            assert name == "sayso"
            for of_scope in of_resource.scope_spans:
                for span in of_scope.spans:
                    values = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
                    yield span, values


def test_a_request_is_a_span(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collector: tuple[str, list[bytes]]
) -> None:
    """It carries on the caller's trace, is called by its route, and is sent before the server has ended."""
    pytest.importorskip("opentelemetry.sdk")
    url, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
    with serving(tmp_path / "sayso.db", SAYSO_TRACES="true") as server:
        headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-request-id": "traced-1"}
        APART.get(f"{server.url}/v1/sources/nobody", headers=headers)
        APART.get(f"{server.url}/made/up", headers={"x-request-id": "traced-2"})
    found = {values["sayso.request_id"]: (span, values) for span, values in spans(received)}
    span, values = found["traced-1"]
    assert span.name == "GET /v1/sources/{id}"
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, "b7ad6b7169203331")
    assert values["http.route"] == "/v1/sources/{id}"
    assert values["http.response.status_code"] == 404
    assert found["traced-2"][0].name == "GET"


@pytest.mark.skipif(find_spec("opentelemetry") is not None, reason="what is needed is installed")
def test_what_is_missing_is_told(tmp_path: Path) -> None:
    """In a sentence that says how to get it, before anything is done."""
    environ = {**os.environ, "SAYSO_TRACES": "true"}
    done = subprocess.run([SAYSO, "serve"], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "SAYSO_TRACES: it needs more packages: pip install 'sayso[otel]'." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_off_costs_nothing() -> None:
    """Unless it is switched on, nothing of it is imported."""
    code = (
        "import sys; from service.settings import Settings; from service.web.app import create_app;"
        "create_app(Settings()); sys.exit('opentelemetry.sdk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
