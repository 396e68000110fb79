"""Spans: where the time of a request goes, and nothing of whom or what it is about."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from api import examples
from api.otel import Telemetry
from api.settings import SettingsError
from api.traces import Traces, asked_for
from tests.api.conftest import Api, MakeApi


@pytest.fixture
def memory() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def api(make_api: MakeApi, memory: InMemorySpanExporter) -> Api:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    return make_api(traces=Telemetry(provider))


def spans(memory: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in memory.get_finished_spans()}


def test_a_request_and_its_stages_are_spans(api: Api, memory: InMemorySpanExporter) -> None:
    trace, above = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"X-Request-ID": "r-1", "traceparent": f"00-{trace}-{above}-01", "Idempotency-Key": "a"}
    result = api.call("POST", "/v1/screenings", json=examples.RECORD, headers=headers).json()
    found = spans(memory)
    assert list(found) == ["history", "screen", "keep", "POST /v1/screenings"]
    request = found.pop("POST /v1/screenings")
    assert (f"{request.context.trace_id:032x}", f"{request.parent.span_id:016x}") == (trace, above)
    assert request.attributes == {
        "screening.request_id": "r-1",
        "http.request.method": "POST",
        "http.route": "/v1/screenings",
        "http.response.status_code": 200,
    }
    for span in found.values():
        assert span.parent.span_id == request.context.span_id
        assert span.attributes["screening.request_id"] == "r-1"
    told = found["screen"].attributes
    assert (told["screening.level"], told["screening.revision"]) == ("refer", result["revision"])


def test_a_batch_has_stages_for_each_record_and_keeps_once(api: Api, memory: InMemorySpanExporter) -> None:
    api.call("POST", "/v1/screenings/batch", json=examples.BATCH)
    names = [span.name for span in memory.get_finished_spans()]
    assert names == ["history", "screen"] * 2 + ["keep", "POST /v1/screenings/batch"]


def test_spans_hold_nothing_of_the_case(
    api: Api, memory: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    api.call("GET", "/v1/screenings", params={"party": "某某商贸行"})
    api.call("GET", "/v1/某某")
    api.call("POST", "/v1/jobs", params={"filename": "某某.csv"}, content=examples.JOBS["text/csv"].encode())

    def fail(*_: object) -> Any:
        raise ValueError(examples.RECORD["narrative"])

    monkeypatch.setattr(api.service.bundles.live.screener, "screen", fail)
    assert api.call("POST", "/v1/screenings", json=examples.RECORD).status_code == 500
    finished = memory.get_finished_spans()
    assert [span.name for span in finished if span.status.status_code.name == "ERROR"] == ["POST /v1/screenings"]
    assert not any(span.events for span in finished)
    text = "".join(span.to_json() for span in finished)
    for word in ("某", "\\u67d0", "%E6", "鄂麻", "麻城", "经查", "421181", api.token, "192.0.2.7"):
        assert word not in text


def test_what_is_looked_at_by_machines_all_the_time_and_what_is_sampled_out_has_no_spans(
    api: Api, make_api: MakeApi, memory: InMemorySpanExporter
) -> None:
    api.call("GET", "/readyz", None)
    api.call("GET", "/metrics")
    provider = TracerProvider(sampler=ALWAYS_OFF)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    other = make_api(traces=Telemetry(provider))
    assert other.call("POST", "/v1/screenings", json=examples.RECORD).status_code == 200
    assert memory.get_finished_spans() == ()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "a"},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"},
    ],
)
def test_where_nobody_asks_nothing_is_imported(environment: dict[str, str]) -> None:
    code = "import sys, api.app; api.app.asked_for(); sys.exit(bool({'api.otel', 'opentelemetry.sdk'} & sys.modules.keys()))"
    given = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")} | environment
    assert subprocess.run([sys.executable, "-c", code], env=given, check=False).returncode == 0


def test_where_it_is_not_installed_the_service_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(sys.modules, "api.otel")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert type(asked_for({"OTEL_TRACES_EXPORTER": "otlp"})) is Traces
    assert "screening[otel]" in caplog.text


GLOBAL = """
import asyncio, httpx
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from api.app import create_app
memory, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(memory))
trace.set_tracer_provider(provider)
transport = httpx.ASGITransport(create_app())
async def ask():
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        return (await client.get("/docs?party=a")).status_code
assert asyncio.run(ask()) == 200
assert memory.get_finished_spans() == (), memory.get_finished_spans()[0].to_json()
"""


def test_a_provider_for_the_whole_process_gets_nothing_from_the_framework() -> None:
    """Nor does ``opentelemetry-instrument``, which sets one, make the framework tell query strings."""
    done = subprocess.run([sys.executable, "-c", GLOBAL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name, value",
    [
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
    ],
)
def test_what_can_t_be_done_is_said(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        asked_for({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", name: value})


def test_the_protocol_of_traces_goes_before_that_of_all_signals() -> None:
    given = {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}
    asked_for({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", **given}).close()


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """One that takes OTLP over HTTP on the loopback: its address, and what it was sent."""
    taken: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_collector_gets_what_the_environment_says(
    make_api: MakeApi, collector: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, taken = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    traces = asked_for()
    api = make_api(traces=traces)
    api.call("POST", "/v1/screenings", json=examples.RECORD)
    traces.close()
    sent = [resource for body in taken for resource in ExportTraceServiceRequest.FromString(body).resource_spans]
    names = {span.name for resource in sent for scope in resource.scope_spans for span in scope.spans}
    assert names == {"history", "screen", "keep", "POST /v1/screenings"}
    (service,) = {
        a.value.string_value for resource in sent for a in resource.resource.attributes if a.key == "service.name"
    }
    assert service == "screening"
