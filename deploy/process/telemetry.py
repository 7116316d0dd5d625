"""Spans of requests and commands for an OpenTelemetry collector, where one is set; off otherwise.

A span names a route or a decision, how long it took and what came of it: no address, no parameter, no body, no query.
The trace is the request's id, so that what a policy decides hours later joins the request that caused it.
"""

import time
from typing import Any
from uuid import UUID

from structlog.contextvars import get_contextvars

from api.answers import Answered
from deploy.failures import CannotGoOn
from deploy.metrics.commands import outcome_of
from deploy.settings import PREFIX
from store.command import Receipt

SEND_SECONDS = 2
"""A collector that does not answer holds up nobody, and the end of a process only so long."""
NANOSECONDS = 1_000_000_000
CAUSES = ("request_id", "correlation_id")
"""Under which of these names a log line, and so a span, carries the request that caused it."""


class Tracing:
    """The spans of one process, sent by a thread of their own."""

    def __init__(self, endpoint: str, service: str) -> None:
        """CannotGoOn where the extra is not installed."""
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise CannotGoOn(
                f"{PREFIX}OTLP_ENDPOINT is set, but what sends spans is not installed: install throughline[telemetry], "
                "or unset the variable."
            ) from None
        self._provider = TracerProvider(resource=Resource({"service.name": service}), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=SEND_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=SEND_SECONDS * 1000))
        self._tracer = self._provider.get_tracer("throughline")

    def note_command(self, decision: str, seconds: float, came_of_it: Receipt | Exception) -> None:
        """One command is over."""
        self._span(decision, seconds, {"throughline.outcome": outcome_of(came_of_it)})

    def note_answer(self, answered: Answered) -> None:
        """One answer is over."""
        facts: dict[str, str | int] = {
            "http.request.method": answered.method,
            "http.route": answered.route,
            "http.response.status_code": answered.status,
        }
        self._span(f"{answered.method} {answered.route}", answered.seconds, facts)

    def close(self) -> None:
        """Send what has not been sent, as far as that goes quickly."""
        self._provider.shutdown()

    def _span(self, name: str, seconds: float, facts: dict[str, str | int]) -> None:
        ended = time.time_ns()
        began = ended - int(seconds * NANOSECONDS)
        span = self._tracer.start_span(name, context=_caused_by(), start_time=began, attributes=facts)
        span.end(ended)


def _caused_by() -> Any:
    """A context whose trace is the request; None, which begins a trace, where nobody asked."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    found = get_contextvars()
    cause = next((UUID(found[name]).int for name in CAUSES if name in found), 0)
    place = SpanContext(cause, (cause & 0xFFFF_FFFF_FFFF_FFFF) or 1, is_remote=True, trace_flags=TraceFlags(1))
    return set_span_in_context(NonRecordingSpan(place)) if cause else None
