"""Spans of a running service reach the collector of its settings, at the latest when it ends."""

from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands._child import ServiceProcess
from sandbox.clock import Clock
from sandbox.registry import env_of, make_standins
from sandbox.server import listen, serving, url_of
from sandbox.standin import World
from tests import loopback


@pytest.mark.slow
async def test_spans_are_sent_before_the_service_has_ended(tmp_path: Path) -> None:
    taken: list[ExportTraceServiceRequest] = []

    async def take(request: Request) -> Response:
        taken.append(ExportTraceServiceRequest.FromString(await request.body()))
        return Response(ExportTraceServiceResponse().SerializeToString())

    reserved = listen()
    url = url_of(reserved)
    reserved.close()
    standins = make_standins(World(Clock(), "http://127.0.0.1:9", url), ["checkout", "slack"])
    async with serving(Starlette(routes=[Route("/v1/traces", take, methods=["POST"])])) as collector:
        written = env_of(standins) | {
            "PAYLINK_PORT": url.rsplit(":", 1)[1],
            "PAYLINK_TRACES_URL": f"{collector}/v1/traces",
        }
        service = ServiceProcess(url, written, tmp_path / "service.log")
        await service.start()
        async with loopback.client() as stranger:
            assert (await stranger.post(f"{url}/webhooks/checkout", content=b"{}")).status_code == 401
        assert await service.stop() == 0
    found = [
        (span.name, {each.key: each.value.string_value or each.value.int_value for each in span.attributes})
        for request in taken
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert found == [("accepted", {"paylink.source": "webhook", "paylink.status": 401})]
