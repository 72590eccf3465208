"""What people in Slack are told when we cannot answer, and when they hold buttons of another time."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.chat.slack.listeners import Listeners, make_app
from adapters.chat.slack.presses import Services
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.talk import Talk
from bot.errors import StorageUnavailable
from bot.links.acts import Acts
from bot.texts import Texts
from tests.fakes import Clock
from tests.scenario.slack_people import BOB, card, create, press, thread
from tests.scenario.stage import stage_in
from tests.unit.records import OFFER

BROKEN = Texts("en")("answer.broken")
_TURNS = 20  # of the loop
USER = {"id": "U0ALICE", "username": "alice", "team_id": "T0PAYLINK"}
TEAM = {"team": {"id": "T0PAYLINK"}, "user": USER, "trigger_id": "1.1", "response_url": "https://example.com"}


class Down:
    """A database that does not answer."""

    async def write(self, fn: Callable[..., Any]) -> Any:
        raise StorageUnavailable("locked")

    read = write


class Slack:
    """Keeps the views that are opened."""

    def __init__(self) -> None:
        self.views: list[dict[str, Any]] = []

    async def views_open(self, *, trigger_id: str, view: dict[str, Any]) -> AsyncSlackResponse:
        self.views.append(view)
        answer = {"ok": True, "view": {"id": f"V{len(self.views)}"}}
        asked = {"client": None, "http_verb": "POST", "api_url": "views.open", "req_args": {}}
        return AsyncSlackResponse(**asked, data=answer, headers={}, status_code=200)

    views_push = views_open


def services() -> Services:
    clock = Clock()
    talk, acts = Talk([OFFER], clock), Acts(frozenset(), clock)
    managing = Managing(acts, Texts("en"), ZoneInfo("UTC"))
    inquiries = Inquiries(Down(), {}, acts, managing.reading)
    return Services(Down(), talk, acts, Texts("en"), lambda *_: None, lambda *_: False, managing, inquiries)


@pytest.fixture
def listeners() -> Listeners:
    return Listeners(services())


class Ack:
    """Keeps what is acknowledged."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    async def __call__(self, **answer: Any) -> None:
        self.given.append(answer)


def pressed(action_id: str, value: str) -> dict[str, Any]:
    container = {"type": "message", "is_ephemeral": True}
    return TEAM | {"container": container, "actions": [{"action_id": action_id, "value": value}]}


async def test_what_has_its_answer_is_answered_without_looking_for_it_again_and_again() -> None:
    """Left to itself, Bolt sleeps for 10 ms between one look and the next: here no time passes."""
    app = make_app("xoxb-obviously-fake", AsyncWebClient(), services())
    typed = {"command": "/paylink", "text": "help", "user_id": "U0ALICE", "team_id": "T0PAYLINK"}
    request = AsyncBoltRequest(body=urlencode(typed), mode="http")
    answering = asyncio.create_task(app.async_dispatch(request))
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    assert answering.done()
    assert "/paylink" in answering.result().body


async def test_a_command_that_could_not_be_kept_says_so(listeners: Listeners) -> None:
    who = {"user_id": "U0ALICE", "team_id": "T0PAYLINK", "channel_id": "C0SALES", "channel_name": "sales"}
    for text in ("5 EUR", "cancel PL000000000000"):
        ack = Ack()
        await listeners.command(ack, who | {"text": text, "response_url": "https://example.com"}, Slack())
        (given,) = ack.given
        assert (given["text"], given["response_type"]) == (BROKEN, "ephemeral")


async def test_a_form_that_could_not_be_kept_stays_open_and_says_so(listeners: Listeners) -> None:
    values = {"amount": {"value": {"type": "plain_text_input", "value": "5"}}}
    view = {"id": "V1", "private_metadata": "PL1", "state": {"values": values}}
    ack = Ack()
    await listeners.submission(ack, TEAM | {"view": view})
    assert ack.given == [{"response_action": "errors", "errors": {"amount": BROKEN}}]


async def test_what_an_act_wants_to_know_and_could_not_be_kept_stays_open_and_says_so(
    listeners: Listeners,
) -> None:
    values = {"value": {"value": {"type": "plain_text_input", "value": "7 days"}}}
    view = {"id": "V1", "private_metadata": "PL1:extend:", "state": {"values": values}}
    ack = Ack()
    await listeners.wanted(ack, TEAM | {"view": view})
    assert ack.given == [{"response_action": "errors", "errors": {"value": BROKEN}}]


async def test_a_shortcut_and_a_press_that_could_not_be_kept_say_so_in_a_window(listeners: Listeners) -> None:
    message = {"message": {"ts": "1.1", "text": "5 EUR"}, "channel": {"id": "C0SALES", "name": "sales"}}
    for listener, body in (
        (listeners.shortcut, TEAM | message),
        (listeners.anywhere, TEAM | {"trigger_id": "1.1"}),
        (listeners.press, pressed("paylink_create_0_0", "PL1:1:")),
    ):
        ack, slack = Ack(), Slack()
        await listener(ack, body, slack)
        assert BROKEN in str(slack.views)
        assert ack.given == [{}]


@pytest.mark.parametrize(
    ("action_id", "value"), [("paylink_create_0_0", "of another time"), ("paylink_unknown_0_0", "PL1:1:")]
)
async def test_a_button_that_nobody_draws_any_more_is_outdated(
    listeners: Listeners, action_id: str, value: str
) -> None:
    ack, slack = Ack(), Slack()
    await listeners.press(ack, pressed(action_id, value), slack)
    assert "This form has changed" in str(slack.views)
    assert ack.given == [{}]


async def test_an_administrator_cancels_anybodys_link_and_sees_its_customer(tmp_path: Path) -> None:
    async with stage_in(tmp_path, ADMINS=f"slack:{BOB}") as stage:
        await create(stage)
        posted = await card(stage, "Waiting for payment")
        assert "jane@example.com" in str((await press(stage, posted, "reveal", BOB))["view"])
        await press(stage, posted, "withdraw", BOB)
        await thread(stage, "Cancelled by bob.", below=posted["ts"])
