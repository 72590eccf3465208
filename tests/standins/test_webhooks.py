"""The webhook sender, against a service that answers as each test likes."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.server import listen, serving, url_of
from sandbox.standin import World
from sandbox.webhooks import Delivery, Webhook, WebhookSender

SCHEDULE = (timedelta(minutes=5), timedelta(hours=1))
PATH = "/webhooks/acme"


class Service:
    """Receives webhooks: 200 unless told otherwise, at once unless its gate is shut."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, dict[str, str]]] = []
        self.statuses: deque[int] = deque()
        self.gates: dict[bytes, asyncio.Event] = {}
        self._arrived = asyncio.Condition()
        self.app = Starlette(routes=[Route(PATH, self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        async with self._arrived:
            self.received.append((body, dict(request.headers)))
            self._arrived.notify_all()
        if gate := self.gates.get(body):
            await gate.wait()
        return Response(status_code=self.statuses.popleft() if self.statuses else 200)

    async def bodies(self, count: int) -> list[bytes]:
        """What has arrived, once it is `count` or more."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
        return [body for body, _ in self.received]


class Rig:
    def __init__(self, url: str, timeout_s: float = 5) -> None:
        self._changed = asyncio.Event()
        self.world = World(Clock(), "http://sandbox.invalid", url, self._changed.set)
        self.faults = Faults()
        self.sender = WebhookSender(self.world, self.faults, SCHEDULE, timeout_s)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Rig"]:
        task = asyncio.create_task(self.sender.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def attempted(self, count: int) -> Delivery:
        """The first delivery, once it has so many attempts and nothing under way."""
        await self.until(lambda: len(self.sender.deliveries[0].attempts) >= count)
        return self.sender.deliveries[0]


def event(number: int) -> Webhook:
    body = f'{{"id":"evt_{number}","text":"\N{COPYRIGHT SIGN}"}}'.encode()
    return Webhook(f"evt_{number}", "thing_done", PATH, body, {"X-Signature": f"sig-{number}"})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    async with serving(service.app) as url:
        service.url = url
        yield service


@pytest.fixture
async def rig(service: Service) -> AsyncIterator[Rig]:
    async with Rig(service.url).running() as rig:
        yield rig


async def test_the_very_bytes_and_headers_arrive_at_once(rig: Rig, service: Service) -> None:
    rig.sender.send(event(1))
    assert await service.bodies(1) == [event(1).body]
    assert service.received[0][1]["x-signature"] == "sig-1"
    delivery = await rig.attempted(1)
    assert delivery.delivered
    assert delivery.next_at is None


async def test_a_failed_attempt_is_repeated_alike_when_its_time_has_come(rig: Rig, service: Service) -> None:
    service.statuses.extend([503, 302, 204])
    rig.sender.send(event(1))
    delivery = await rig.attempted(1)
    await rig.until(lambda: delivery.next_at is not None)
    assert delivery.next_at == delivery.attempts[0].at + SCHEDULE[0]
    rig.world.clock.advance(SCHEDULE[0].total_seconds())
    await rig.attempted(2)
    await rig.until(lambda: delivery.next_at == delivery.attempts[1].at + SCHEDULE[1])
    rig.world.clock.advance(SCHEDULE[1].total_seconds())
    await rig.attempted(3)
    assert [attempt.status for attempt in delivery.attempts] == [503, 302, 204]
    assert delivery.delivered
    assert {body for body, _ in service.received} == {event(1).body}
    assert {headers["x-signature"] for _, headers in service.received} == {"sig-1"}


async def test_it_gives_up_when_the_schedule_ends(rig: Rig, service: Service) -> None:
    service.statuses.extend([500, 500, 500])
    rig.sender.send(event(1))
    for attempts, wait in enumerate(SCHEDULE, start=1):
        delivery = await rig.attempted(attempts)
        await rig.until(lambda: delivery.next_at is not None)  # noqa: B023 - asked at once
        rig.world.clock.advance(wait.total_seconds())
    delivery = await rig.attempted(3)
    assert delivery.next_at is None
    assert not delivery.delivered
    shape = delivery.as_json()
    assert [attempt["status"] for attempt in shape["attempts"]] == [500, 500, 500]
    assert (shape["event_id"], shape["type"], shape["path"]) == ("evt_1", "thing_done", PATH)
    assert (shape["delivered"], shape["next_at"]) == (False, None)


async def test_an_answer_that_comes_too_late_counts_as_none(service: Service) -> None:
    service.gates[event(1).body] = asyncio.Event()
    async with Rig(service.url, timeout_s=0.05).running() as rig:
        rig.sender.send(event(1))
        delivery = await rig.attempted(1)
        assert delivery.attempts[0].status == 0
        service.gates[event(1).body].set()
        await rig.until(lambda: delivery.next_at is not None)
        rig.world.clock.advance(SCHEDULE[0].total_seconds())
        assert (await rig.attempted(2)).delivered


async def test_a_service_that_is_not_there_gets_it_later() -> None:
    with contextlib.closing(listen()) as listener:
        url = url_of(listener)
    async with Rig(url).running() as rig:
        rig.sender.send(event(1))
        delivery = await rig.attempted(1)
        await rig.until(lambda: delivery.next_at is not None)
        assert delivery.attempts[0].status == 0


async def test_a_slow_answer_holds_up_no_other_event(rig: Rig, service: Service) -> None:
    service.gates[event(1).body] = asyncio.Event()
    rig.sender.send(event(1))
    await service.bodies(1)
    rig.sender.send(event(2))
    assert await service.bodies(2) == [event(1).body, event(2).body]
    await rig.until(lambda: rig.sender.deliveries[1].delivered)
    assert not rig.sender.deliveries[0].attempts
    service.gates[event(1).body].set()


@pytest.mark.parametrize("match", ["POST /webhooks/acme", "POST /webhooks", "thing_done"])
async def test_a_duplicate_is_the_same_event_delivered_twice(rig: Rig, service: Service, match: str) -> None:
    rig.faults.add(Fault(match, "duplicate", times=1))
    rig.sender.send(event(1))
    assert await service.bodies(2) == [event(1).body] * 2
    rig.sender.send(event(2))
    assert (await service.bodies(3))[2:] == [event(2).body]
    await rig.until(lambda: all(delivery.delivered for delivery in rig.sender.deliveries))
    assert [one.webhook.event_id for one in rig.sender.deliveries] == ["evt_1", "evt_1", "evt_2"]


async def test_a_fault_of_another_event_does_nothing(rig: Rig, service: Service) -> None:
    rig.faults.add(Fault("other_thing", "duplicate"))
    rig.sender.send(event(1))
    await rig.until(lambda: rig.sender.deliveries[0].delivered)
    assert len(rig.sender.deliveries) == len(service.received) == 1


async def test_shuffled_events_arrive_last_one_first(rig: Rig, service: Service) -> None:
    rig.faults.add(Fault("thing_done", "shuffle", times=2))
    rig.sender.send(event(1))
    rig.sender.send(event(2))
    assert await service.bodies(2) == [event(2).body, event(1).body]


async def test_a_shuffled_event_that_stays_alone_is_delivered_all_the_same(
    rig: Rig, service: Service
) -> None:
    for number in (1, 2):
        rig.faults.add(Fault("thing_done", "shuffle", times=1))
        rig.sender.send(event(number))
        assert (await service.bodies(number))[-1] == event(number).body


async def test_a_shuffled_event_is_retried_like_any_other(rig: Rig, service: Service) -> None:
    rig.faults.add(Fault("thing_done", "shuffle", times=2))
    service.statuses.extend([200, 500])
    rig.sender.send(event(1))
    rig.sender.send(event(2))
    delivery = await rig.attempted(1)
    await rig.until(lambda: delivery.next_at is not None)
    rig.world.clock.advance(SCHEDULE[0].total_seconds())
    assert (await rig.attempted(2)).delivered
    assert [body for body, _ in service.received] == [event(2).body, event(1).body, event(1).body]


@pytest.mark.parametrize("match", ["POST /webhooks/acme", "/webhooks", "thing_done"])
@pytest.mark.parametrize(("kind", "arrives"), [("reset", 0), ("status", 0), ("lost_answer", 1)])
async def test_an_attempt_that_a_fault_befalls_is_no_receipt(
    rig: Rig, service: Service, match: str, kind: str, arrives: int
) -> None:
    rig.faults.add(Fault(match, kind, status=502, times=1))
    rig.sender.send(event(1))
    delivery = await rig.attempted(1)
    assert len(service.received) == arrives
    assert [one.status for one in delivery.attempts] == [502 if kind == "status" else 0]
    assert not delivery.delivered
    await rig.until(lambda: delivery.next_at is not None)
    rig.world.clock.advance(SCHEDULE[0].total_seconds())
    assert (await rig.attempted(2)).delivered
    assert await service.bodies(arrives + 1) == [event(1).body] * (arrives + 1)


async def test_a_delay_holds_an_attempt_up_and_no_other(rig: Rig, service: Service) -> None:
    rig.faults.add(Fault("thing_done", "delay", delay_s=0.05, times=1))
    rig.sender.send(event(1))
    rig.sender.send(event(2))
    assert await service.bodies(2) == [event(2).body, event(1).body]


async def test_the_backends_own_breakdown_holds_no_webhook_back(rig: Rig, service: Service) -> None:
    """A proxy's page is an answer of the backend's; what it sends has none."""
    rig.faults.add(Fault("POST /", "html"))
    rig.sender.send(event(1))
    await rig.until(lambda: rig.sender.deliveries[0].delivered)
