"""The page's own controls: the service that a demo runs, and troubles with a name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.page.trouble import Trouble, Troubles
from sandbox.page.whose import in_the_name_of, whose
from sandbox.registry import make_standins
from sandbox.server import listen, serving_on, url_of
from sandbox.standin import World
from tests import loopback
from tests.browser.conftest import Operation

NOWHERE = "http://127.0.0.1:9"
PATIENCE_S = 10


@contextlib.asynccontextmanager
async def running(operation: Operation | None, names: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    listener = listen()
    world = World(Clock(), url_of(listener), NOWHERE)
    async with (
        serving_on(build_app(world, names, service=operation), listener),
        loopback.client(world.url) as client,
    ):
        yield client


async def test_the_service_is_killed_started_and_told_to_look() -> None:
    operation = Operation()
    async with running(operation, ["slack"]) as client:
        states = [(await client.get("/service")).json()]
        acts = ("kill", "kill", "start")
        states += [(await client.post(f"/service/{act}", json={})).json() for act in acts]
        await client.post("/service/look", json={"reference": "PLTEST000001"})
    assert [state["service"] for state in states] == ["running", "stopped", "stopped", "running"]
    assert operation.acts == ["kill", "start", "look PLTEST000001"]


async def test_presses_at_the_same_time_start_it_once() -> None:
    operation = Operation()
    async with running(operation, ["slack"]) as client:
        await client.post("/service/kill", json={})
        await asyncio.gather(*(client.post("/service/start", json={}) for _ in range(3)))
    assert operation.acts == ["kill", "start"]


async def test_a_service_that_does_not_start_says_why_and_stays_stopped() -> None:
    async with running(Operation(trouble="it did not start:\nits log"), ["slack"]) as client:
        await client.post("/service/kill", json={})
        answer = await client.post("/service/start", json={})
        state = (await client.get("/service")).json()
    assert (answer.status_code, answer.json()["error"]) == (502, "it did not start")
    assert state["service"] == "stopped"


async def test_a_sandbox_alone_has_no_service_to_kill() -> None:
    async with running(None, ["slack"]) as client:
        state = await client.get("/service")
        kill = await client.post("/service/kill", json={})
    assert (state.json()["service"], kill.status_code) == ("none", 404)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/service/kill", {"content": "{}"}, 415),
        ("/service/kill", {"json": []}, 400),
        ("/service/look", {"json": {}}, 400),
        ("/service/look", {"json": {"reference": "--help"}}, 400),
        ("/trouble/begin", {"json": {"name": "rain"}}, 400),
    ],
)
async def test_only_what_the_page_itself_sends_is_done(path: str, sent: dict[str, Any], status: int) -> None:
    operation = Operation()
    async with running(operation, ["slack"]) as client:
        answer = await client.post(path, **sent)
    assert (answer.status_code, answer.json()["ok"], operation.acts) == (status, False, [])


async def test_only_troubles_that_can_befall_these_standins_are_offered() -> None:
    async with running(None, ["checkout"]) as client:
        troubles = (await client.get("/trouble")).json()["troubles"]
    assert [trouble["name"] for trouble in troubles] == ["outage", "webhooks"]


async def test_what_is_used_up_is_in_force_no_more() -> None:
    async with running(None, ["slack"]) as client:
        begun = (await client.post("/trouble/begin", json={"name": "lost_answers"})).json()
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post("/slack/api/chat.postMessage")
        used_up = (await client.get("/trouble")).json()
        answered = await client.post("/slack/api/chat.postMessage")
    in_force = [
        {trouble["name"]: trouble["in_force"] for trouble in state["troubles"]} for state in (begun, used_up)
    ]
    assert in_force == [{"storm": False, "lost_answers": True}, {"storm": False, "lost_answers": False}]
    assert answered.status_code == 200


async def test_ending_one_trouble_leaves_other_faults_alone() -> None:
    fault = {"match": "chat.postMessage", "fault": "status", "status": 503}
    async with running(None, ["slack"]) as client:
        await client.post("/trouble/begin", json={"name": "storm"})
        await client.post("/slack/_control/faults", json=fault)
        during = await client.post("/slack/api/chat.postMessage")
        await client.post("/trouble/end", json={"name": "storm"})
        after = await client.post("/slack/api/chat.postMessage")
    assert (during.status_code, during.headers["retry-after"], after.status_code) == (429, "2", 503)


async def test_a_trouble_ends_by_itself() -> None:
    ended = asyncio.Event()
    world = World(Clock(), NOWHERE, NOWHERE)
    standins = make_standins(world, ["slack"])
    fault = {"match": "chat.update", "fault": "reset"}
    troubles = Troubles(world, standins, {"brief": Trouble({"slack": [fault]}, lasts_s=0.3)})
    begun = await troubles.begin({"name": "brief"})
    world.changed = ended.set
    async with asyncio.timeout(PATIENCE_S):
        await ended.wait()
    assert (begun["troubles"][0]["in_force"], 0 < begun["troubles"][0]["left_s"] <= 0.3) == (True, True)
    assert troubles.state()["troubles"] == [{"name": "brief", "in_force": False, "left_s": None}]
    assert standins[0].faults.take(["chat.update"]) is None


async def test_what_a_standin_does_by_itself_happens_in_its_name() -> None:
    heard: list[str | None] = []

    async def work() -> None:
        heard.append(whose())

    await asyncio.create_task(in_the_name_of("slack", work()))
    assert (heard, whose()) == (["slack"], None)
