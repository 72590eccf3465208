"""Spans of a running service reach the collector of its settings, at the latest when it ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
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
from tests.scenario.test_many_processes import fleet
from tests.scenario.test_story_in_the_log import CUSTOMER, sold

Facts = dict[str, str | int]


def facts_of(span: Span) -> Facts:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


@pytest.fixture
async def collector() -> AsyncIterator[tuple[str, list[tuple[str, Facts]]]]:
    """Where spans are taken, and those that were: their names and what they tell."""
    taken: list[tuple[str, Facts]] = []

    async def take(request: Request) -> Response:
        sent = ExportTraceServiceRequest.FromString(await request.body())
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                taken.extend((span.name, facts_of(span)) for span in scope.spans)
        return Response(ExportTraceServiceResponse().SerializeToString())

    async with serving(Starlette(routes=[Route("/v1/traces", take, methods=["POST"])])) as url:
        yield f"{url}/v1/traces", taken


@pytest.mark.slow
async def test_spans_are_sent_before_the_service_has_ended(
    tmp_path: Path, collector: tuple[str, list[tuple[str, Facts]]]
) -> None:
    address, taken = collector
    reserved = listen()
    url = url_of(reserved)
    reserved.close()
    standins = make_standins(World(Clock(), "http://127.0.0.1:9", url), ["checkout", "slack"])
    written = env_of(standins) | {"PAYLINK_PORT": url.rsplit(":", 1)[1], "PAYLINK_TRACES_URL": address}
    service = ServiceProcess(url, written, tmp_path / "service.log")
    await service.start()
    async with loopback.client() as stranger:
        assert (await stranger.post(f"{url}/webhooks/checkout", content=b"{}")).status_code == 401
    assert await service.stop() == 0
    assert taken == [("accepted", {"paylink.source": "webhook", "paylink.status": 401})]


@pytest.mark.slow
async def test_a_sale_is_found_by_its_links_id_from_its_creation_to_paid_over_several_processes(
    tmp_path: Path, database: str, collector: tuple[str, list[tuple[str, Facts]]]
) -> None:
    address, taken = collector
    async with fleet(tmp_path, database, TRACES_URL=address) as running:
        link_id = await sold(running.stage)
        for each in (running.web, *running.work):  # what they have not sent yet, they send as they end
            await each.stop()
    of_the_sale = [(name, told) for name, told in taken if told.get("paylink.link") == link_id]
    assert {name for name, _ in of_the_sale} == {"backend call", "applied", "post"}
    assert {told["paylink.call"] for name, told in of_the_sale if name == "backend call"} >= {"create"}
    assert {told["paylink.say"] for name, told in of_the_sale if name == "post"} >= {"card", "reply"}
    assert {name for name, told in taken if "paylink.link" not in told} == {"accepted"}
    assert all(word not in str(taken) for word in CUSTOMER)
