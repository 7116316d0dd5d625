"""Spans reach a collector without anything but names, times and outcomes; nothing starts where none is set."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.contextvars import bound_contextvars

from api.answers import Answered
from deploy.failures import CannotGoOn
from deploy.process.telemetry import Tracing
from store.errors import NotFound

REQUEST_ID = UUID("0b6f4a52-7a0c-4c0e-9f37-3f6a6c1f9a11")


class Collector(HTTPServer):
    """Takes traces as a collector does."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Taking)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.headers.get("content-encoding") is None
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening
        listening.shutdown()


def test_a_request_and_its_command_are_one_trace_under_its_id(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, "throughline serve")
    with bound_contextvars(request_id=str(REQUEST_ID)):
        tracing.note_command("issue_plan", 0.25, NotFound("KAP-0012"))
        tracing.note_answer(Answered("POST", "/api/episodes/{episode_id}/issue-plan", 404, 0.5))
    with bound_contextvars(correlation_id=str(REQUEST_ID)):
        tracing.note_command("carry_over_adverse_event", 0.1, NotFound())
    tracing.close()
    sent = ExportTraceServiceRequest.FromString(b"".join(collector.bodies))
    spans = sent.resource_spans[0].scope_spans[0].spans
    assert [span.name for span in spans] == [
        "issue_plan", "POST /api/episodes/{episode_id}/issue-plan", "carry_over_adverse_event",
    ]  # fmt: skip
    assert {span.trace_id for span in spans} == {REQUEST_ID.bytes}
    assert round((spans[0].end_time_unix_nano - spans[0].start_time_unix_nano) / 1e9, 3) == 0.25
    told = {attribute.key for span in spans for attribute in span.attributes}
    assert told == {"throughline.outcome", "http.request.method", "http.route", "http.response.status_code"}
    assert b"KAP-0012" not in b"".join(collector.bodies)


def test_without_a_request_a_command_is_a_trace_of_its_own(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, "throughline work")
    tracing.note_command("expire_licence", 0.1, NotFound())
    tracing.close()
    ((span,),) = [
        scope.spans
        for found in ExportTraceServiceRequest.FromString(collector.bodies[0]).resource_spans
        for scope in found.scope_spans
    ]
    assert span.trace_id not in (b"", bytes(16))


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(CannotGoOn, match=r"install throughline\[telemetry\]"):
        Tracing("http://127.0.0.1:1/v1/traces", "throughline serve")


def test_nothing_of_it_is_loaded_without_a_collector() -> None:
    program = (
        "import sys, deploy.cli, deploy.wiring, api.app, deploy.edge; "
        "sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
