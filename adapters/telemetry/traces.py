"""Spans for OpenTelemetry, read off the lines of the log that say how long something took.

Imported only where they are sent somewhere. What belongs to one link has its id as `paylink.link`: a sale
goes on for days and over several processes, so it is no one trace.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode

SPANS: Mapping[str, str] = {  # by event of the log
    "request.answered": "accepted",
    "event.applied": "applied",
    "backend.asked": "backend call",
    "chat.asked": "post",
}
_LONGEST_S = 2.0  # that a process which ends waits for its collector
_OURS = frozenset({"event", "level", "timestamp", "seconds"})  # of every line


class Traces:
    """Listens to every log line; sends spans in the background, and drops them if nobody takes them."""

    def __init__(self, url: str, exporter: SpanExporter | None = None) -> None:
        """`url`: where a collector takes OTLP over HTTP."""
        named = Resource.create({SERVICE_NAME: "paylink"})
        self._provider = TracerProvider(resource=named, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("paylink")

    def hear(self, line: Mapping[str, Any]) -> None:
        """Make a span of a line."""
        name = SPANS.get(line["event"])
        if name is None:
            return
        ended = time.time_ns()
        facts = {
            f"paylink.{key}": told for key, told in line.items() if key not in _OURS and told is not None
        }
        began = ended - int(line["seconds"] * 1_000_000_000)
        span = self._tracer.start_span(name, attributes=facts, start_time=began)
        if line.get("error"):
            span.set_status(Status(StatusCode.ERROR))
        span.end(ended)

    def close(self) -> None:
        """Send what is left, unless that takes long: what ends is about to be started again."""
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(_LONGEST_S)
