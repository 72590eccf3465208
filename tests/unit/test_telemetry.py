"""What is read off the lines of the log: counters and spans, and that these lines are written at all."""

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from adapters.chat.telegram.transport import KIND
from adapters.telemetry.counters import COUNTED, FROM_THE_START, Counters
from adapters.telemetry.traces import SPANS, Traces
from adapters.web.metrics import Figures, exposition
from adapters.work.handling import AT_ONCE, ConcurrencyLimits
from bot.errors import BackendRateLimited, BackendRejected, ChatUnavailable
from bot.ports.traffic import HINT, WEBHOOK
from bot.timing import asking, timed
from sandbox.server import serving
from tests.architecture.source import MODULES
from tests.fakes import FakeBackend
from tests.rigs import PATIENCE_S

ASKED = {"event": "backend.asked", "backend": "checkout", "call": "create", "seconds": 0.2}


def counted(*lines: dict[str, Any]) -> dict[str, float]:
    """By name and labels, what is not zero; without the process's own figures and the buckets."""
    counters = Counters()
    for line in lines:
        counters.hear(line)
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for metric in counters.registry.collect()
        for sample in metric.samples
        if sample.name.startswith("paylink")
        and not sample.name.endswith(("_bucket", "_created"))
        and sample.value
    }


def test_a_call_is_counted_with_how_long_it_took_and_an_error_beside_it() -> None:
    assert counted(ASKED, ASKED | {"error": "RateLimited"}) == {
        "paylink_backend_calls_seconds_count checkout create": 2,
        "paylink_backend_calls_seconds_sum checkout create": 0.4,
        "paylink_backend_errors_total checkout create RateLimited": 1,
    }
    posted = {"event": "chat.asked", "chat": "slack", "say": "card", "seconds": 0.2}
    assert counted(posted, posted | {"error": "ChatGone"}) == {
        "paylink_posts_seconds_count slack card": 2,
        "paylink_posts_seconds_sum slack card": 0.4,
        "paylink_post_errors_total slack ChatGone": 1,
    }


def test_what_is_applied_and_what_is_ignored_is_counted_and_of_whom_is_not() -> None:
    whose = {"link": "PL0123456789AB", "seconds": 0.1}
    applied = {"event": "event.applied", "account": "checkout", "kind": "captured", **whose}
    assert counted(applied, {"event": "event.ignored", "reason": "known", "kind": "captured", **whose}) == {
        "paylink_applied_seconds_count checkout captured": 1,
        "paylink_applied_seconds_sum checkout captured": 0.1,
        "paylink_ignored_total known": 1,
    }


def test_rows_are_told_by_their_state_with_how_long_the_oldest_message_waits_and_how_old_all_this_is() -> (
    None
):
    figures = Figures(
        {"open": 3, "creating": 1}, {"owed": 2}, {"failed": 5}, quarantined=4, oldest_owed_s=12.5
    )
    told = exposition((figures, 1.5), CollectorRegistry()).decode()
    assert [line for line in told.splitlines() if not line.startswith("#")] == [
        'paylink_links{state="creating"} 1.0',
        'paylink_links{state="open"} 3.0',
        'paylink_outbox_rows{state="owed"} 2.0',
        'paylink_inbox_rows{state="failed"} 5.0',
        "paylink_quarantine_rows 4.0",
        "paylink_outbox_oldest_seconds 12.5",
        "paylink_rows_age_seconds 1.5",
    ]


@pytest.mark.parametrize(
    "line",
    [
        {"event": "chat.asked", "chat": "slack", "say": "card", "seconds": 20.0},
        {"event": "request.answered", "source": "slack", "status": 200, "seconds": 20.0},
        {"event": "event.applied", "account": "checkout", "kind": "captured", "seconds": 20.0},
        ASKED | {"seconds": 20.0},
    ],
)
def test_how_long_anything_takes_is_told_in_steps_of_which_the_last_is_half_a_minute(
    line: dict[str, Any],
) -> None:
    counters = Counters()
    counters.hear(line)
    found = generate_latest(counters.registry).decode()
    counts = dict(re.findall(r'_seconds_bucket{.*le="([^"]+)".*} (\S+)', found))
    assert (counts["10.0"], counts["30.0"]) == ("0.0", "1.0")


def test_a_line_of_no_interest_is_not_counted() -> None:
    assert counted({"event": "service.starting"}) == {}


async def test_a_task_that_fails_is_counted() -> None:
    async def fail(_: str) -> None:
        raise RuntimeError

    with capture_logs() as lines:
        await ConcurrencyLimits().run("watch", "PL0123456789AB", fail)
    assert counted(*lines) == {"paylink_work_failures_total watch": 1}


def test_what_should_not_happen_is_shown_before_it_does() -> None:
    """With zero: what is first seen with one has not grown, for whoever watches how much it grows."""
    shown = generate_latest(Counters(["checkout"]).registry).decode()
    assert 'paylink_quarantined_total{account="checkout"} 0.0' in shown
    assert 'paylink_posts_lost_total{chat="slack"} 0.0' in shown
    assert 'paylink_ignored_total{reason="no_link"} 0.0' in shown
    assert set(FROM_THE_START["inbox.failed"]) == {WEBHOOK, HINT, KIND}
    assert set(FROM_THE_START["work.failed"]) == AT_ONCE.keys()


@pytest.mark.parametrize("event", sorted({*COUNTED, *SPANS}))
def test_what_is_listened_for_is_said_somewhere(event: str) -> None:
    said = re.compile(rf'(?:log\.\w+|\.note|timed|heard)\(\s*"{re.escape(event)}"')
    assert any(said.search(path.read_text()) for _, path in MODULES)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BackendRejected(("amount_invalid",)), "BackendRejected"),
        (BackendRateLimited(None), "RateLimited"),
        (ChatUnavailable("slow down", sent="no", retry_after=3.0), "RateLimited"),
        (ChatUnavailable("500", sent="unknown"), "ChatUnavailable"),
        (asyncio.CancelledError(), "CancelledError"),
    ],
)
def test_a_line_says_by_what_kind_of_error_its_block_ended(error: BaseException, kind: str) -> None:
    with capture_logs() as lines, pytest.raises(type(error)), timed("chat.asked", chat="slack"):
        raise error
    [line] = lines
    assert line.pop("seconds") >= 0
    assert line == {"event": "chat.asked", "log_level": "info", "chat": "slack", "error": kind}


def test_a_call_that_went_well_has_no_error() -> None:
    with capture_logs() as lines, asking(FakeBackend(), "fetch"):
        pass
    assert (lines[0]["backend"], lines[0]["call"], "error" in lines[0]) == ("fakepay", "fetch", False)


@pytest.fixture
def spans() -> Iterator[tuple[Traces, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    yield (traces := Traces("http://127.0.0.1:9/v1/traces", exporter)), exporter
    traces.close()


def test_a_line_becomes_a_span_of_its_length_with_the_links_id(
    spans: tuple[Traces, InMemorySpanExporter], caplog: pytest.LogCaptureFixture
) -> None:
    traces, exporter = spans
    traces.hear(
        ASKED
        | {"link": "PL0123456789AB", "key": None, "level": "info", "timestamp": "now", "error": "Refused"}
    )
    traces.hear({"event": "service.starting", "port": 8080})
    traces.close()
    [span] = exporter.get_finished_spans()
    assert (span.name, span.status.status_code) == ("backend call", StatusCode.ERROR)
    assert span.end_time is not None
    assert span.start_time is not None
    assert span.end_time - span.start_time == 200_000_000
    assert dict(span.attributes or {}) == {
        "paylink.backend": "checkout",
        "paylink.call": "create",
        "paylink.error": "Refused",
        "paylink.link": "PL0123456789AB",
    }
    assert not caplog.records, "what says nothing is not handed on to be complained about"


async def test_spans_reach_a_collector_over_http() -> None:
    taken: list[ExportTraceServiceRequest] = []

    async def take(request: Request) -> Response:
        taken.append(ExportTraceServiceRequest.FromString(await request.body()))
        return Response(ExportTraceServiceResponse().SerializeToString())

    collector = Starlette(routes=[Route("/v1/traces", take, methods=["POST"])])
    async with serving(collector) as url:
        traces = Traces(f"{url}/v1/traces")
        traces.hear(ASKED)
        await asyncio.to_thread(traces.close)
    [told] = [spans for request in taken for spans in request.resource_spans]
    assert [span.name for scope in told.scope_spans for span in scope.spans] == ["backend call"]
    named = {each.key: each.value.string_value for each in told.resource.attributes}
    assert named["service.name"] == "paylink"


class _Stuck(InMemorySpanExporter):
    """Its collector takes spans and says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.freed.wait()
        return super().export(spans)


@pytest.mark.slow
async def test_nobody_who_ends_waits_long_for_a_collector_that_says_nothing() -> None:
    exporter = _Stuck()
    traces = Traces("http://127.0.0.1:9/v1/traces", exporter)
    traces.hear(ASKED)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.to_thread(traces.close)
    finally:
        exporter.freed.set()


def test_no_process_imports_what_traces_need_unless_they_are_sent() -> None:
    service = "bot.commands.serve, bot.bootstrap.slack, bot.bootstrap.telegram"
    code = f"import sys, {service}; print([name for name in sys.modules if 'opentelemetry' in name])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "[]\n"
