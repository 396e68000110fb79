"""Spans by OpenTelemetry, made by hand: instrumentation that is ready-made would add query strings, which name parties, and the
texts of exceptions, which may quote a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

from api.settings import SettingsError
from api.traces import Span, Traces

__all__ = ["Telemetry"]


class _Told(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def told(self, **facts: str) -> None:
        self._span.set_attributes({f"screening.{name}": value for name, value in facts.items()})

    def answered(self, method: str, route: str, status: int) -> None:
        if route != "-":  # what anybody may send is no name
            self._span.update_name(f"{method} {route}")
            self._span.set_attributes({"http.request.method": method, "http.route": route})
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self._span.set_status(StatusCode.ERROR)


class Telemetry(Traces):
    """Spans of one provider; nothing global is set."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("screening")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Telemetry:
        """OTLP over HTTP; where to, how often and how much is sampled, the libraries read from ``OTEL_…`` themselves."""
        own = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"  # of traces alone: goes before that of all signals
        protocol = own if environment.get(own, "").strip() else "OTEL_EXPORTER_OTLP_PROTOCOL"
        for name, known in (("OTEL_TRACES_EXPORTER", "otlp"), (protocol, "http/protobuf")):
            if environment.get(name, known).strip() not in ("", known):
                raise SettingsError(f"环境变量 {name} 只能是 {known}（或不写）。")
        named = "OTEL_SERVICE_NAME" in environment or "service.name" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
        provider = TracerProvider(resource=Resource.create({} if named else {"service.name": "screening"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    def request(self, id_: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        return self._span("HTTP", id_, SpanKind.SERVER, propagate.extract(headers))

    def stage(self, name: str, request_id: str) -> AbstractContextManager[Span]:
        if not trace.get_current_span().is_recording():  # sampled out
            return super().stage(name, request_id)
        return self._span(name, request_id, SpanKind.INTERNAL)

    @contextmanager
    def _span(self, name: str, request_id: str, kind: SpanKind, above: Context | None = None) -> Iterator[Span]:
        facts = {"screening.request_id": request_id}
        with self._tracer.start_as_current_span(
            name, above, kind, facts, record_exception=False, set_status_on_exception=False
        ) as span:
            yield _Told(span)

    def close(self) -> None:
        self._provider.shutdown()
