"""A span for each request, where that is switched on. Needs `sayso[otel]`; without it nothing of it is imported."""

from collections.abc import Awaitable
from importlib.metadata import version

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from service.web import request_ids
from service.web.scopes import HTTP

PARENT = TraceContextTextMapPropagator()


class Traced:
    """Every request that ``app`` answers is a span, a child of the caller's where it sent a ``traceparent``.

    Where spans go, which and how many, the OTEL_ names of the environment say. They are sent by a thread of their own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # What the environment says of the service goes before.
        resource = Resource({"service.name": "sayso", "service.version": version("sayso")})
        self._provider = TracerProvider(resource=resource.merge(OTELResourceDetector().detect()))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("sayso")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request was answered, and its span is on its way; at the end of the service all have been sent."""
        if scope["type"] != HTTP:
            try:
                return await self._app(scope, receive, send)
            finally:
                self._provider.shutdown()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        method = scope["method"]
        with self._tracer.start_as_current_span(
            method, PARENT.extract(headers), SpanKind.SERVER, {"http.request.method": method}
        ) as span:
            await self._app(scope, receive, _seen(span, send))
            if route := scope.get("path_template"):
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", str(route))


def _seen(span: Span, send: Send) -> Send:
    """What sends, and tells the span of the status."""

    def seen(message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            span.set_attribute("http.response.status_code", message["status"])
            span.set_attribute("sayso.request_id", str(request_ids.CURRENT.get()))
            if message["status"] >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return send(message)

    return seen
