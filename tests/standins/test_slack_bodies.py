"""What is of another kind than a control of the Slack stand-in means is said, and nobody acts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.standins.slack_rig import ALICE, SALES, Rig, slack_rig

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = {"channel": SALES, "user": ALICE}
BODIES: dict[str, dict[str, Any]] = {
    "command": {**HERE, "text": "help"},
    "say": {**HERE, "text": "hello", "thread_ts": None},
    "submit": {"view": "V1", "values": {}},
    "press": {**HERE, "ts": "1.2", "action_id": "go", "block_id": None, "value": None},
    "shortcut": {**HERE, "ts": "1.2", "callback_id": "paylink_message"},
    "close": {"view": "V1"},
    "open_home": {"user": ALICE},
    "event": {"event": {"type": "app_uninstalled"}},
    "archive": {"channel": SALES},
    "invite": {"channel": SALES},
    "kick": {"channel": SALES},
    "disconnect": {"reason": "warning"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


@pytest.mark.parametrize(("control", "name"), [(act, name) for act, body in BODIES.items() for name in body])
@pytest.mark.parametrize("odd", [7, True, [], ["C0SALES"]])
async def test_another_kind_is_refused_by_name(rig: Rig, control: str, name: str, odd: Any) -> None:
    said = await rig.refused_control(control, **{**BODIES[control], name: odd})
    assert said.startswith(f"{name} must be ")
    assert said.endswith(f", not {odd!r}")
    assert rig.service.received == []


async def test_a_person_is_named_by_a_text_where_no_channel_is(rig: Rig) -> None:
    for nobody in (None, 7, [], {}):
        assert "user must be a text" in await rig.refused_control("shortcut", user=nobody)
    assert "nobody called" in await rig.refused_control("shortcut", user="")


async def test_what_is_typed_into_a_form_is_text(rig: Rig) -> None:
    said = await rig.refused_control("submit", view="V1", values={"amount": 49.9})
    assert said == "values: amount must be a text or null, not 49.9"


@pytest.mark.parametrize("event", [{}, {"type": None}, {"type": ["app_uninstalled"]}])
async def test_an_event_has_a_type(rig: Rig, event: dict[str, Any]) -> None:
    assert await rig.refused_control("event", event=event) == "an event has a type, which is a text"


async def test_a_reading_with_a_body_is_read_alike(rig: Rig) -> None:
    answer = await rig.http.request("GET", "/slack/_control/messages", json={"channel": [SALES]})
    assert (answer.status_code, answer.json()["error"]) == (400, "channel must be a text, not ['C0SALES']")
