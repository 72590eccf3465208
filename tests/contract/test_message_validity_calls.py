"""Every call that the whole product makes while people use it is one that Slack and Telegram would take."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.contract.validity_records import HOSTILE
from tests.scenario.stage import ALICE, SLACK, Stage, stage_in
from tests.specs.block_kit import faults_of_message, faults_of_view
from tests.specs.bot_api import faults_of_form

pytestmark = pytest.mark.slow

GROUP = -1001
SAYING = ("chat.postMessage", "chat.update", "chat.postEphemeral")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_in(tmp_path) as ready:
        yield ready


def method_of(call: dict[str, Any]) -> str:
    return str(call["path"]).rsplit("/", 1)[-1]


async def telegram_faults(stage: Stage) -> tuple[set[str], list[str]]:
    """The methods called so far, and what was wrong with any call."""
    calls = (await stage.reading("telegram/calls"))["calls"]
    forms = [(method_of(call), dict(parse_qsl(call["body"], keep_blank_values=True))) for call in calls]
    faults = [f"{fault} {form}" for method, form in forms for fault in faults_of_form(method, form)]
    return {method for method, _ in forms}, faults


def values_of(body: Any) -> dict[str, Any]:
    """Slack's arguments, from JSON or a form with JSON in it."""
    values = body if isinstance(body, dict) else dict(parse_qsl(str(body), keep_blank_values=True))
    nested = {name: values[name] for name in ("blocks", "view") if isinstance(values.get(name), str)}
    return values | {name: json.loads(text) for name, text in nested.items()}


async def slack_faults(stage: Stage) -> tuple[set[str], list[str]]:
    """The same for Slack, a desk that was redrawn being a call of the name `desk`."""
    named, faults = set(), []
    for call in (await stage.reading("slack/calls"))["calls"]:
        values, method = values_of(call["body"]), method_of(call)
        if method.startswith("views."):
            faults += faults_of_view(values["view"])
        elif method in SAYING or "replace_original" in values:
            method = method if method in SAYING else "desk"
            faults += faults_of_message(values["text"], values.get("blocks"))
        named.add(method)
    return named, faults


async def faults_of_answers(stage: Stage, answers: list[dict[str, Any]]) -> list[str]:
    """What our acknowledgements brought about: messages to one person, and forms redrawn."""
    messages = [*await stage.ephemerals(), *(message for answer in answers for message in answer["messages"])]
    said = [fault for each in messages for fault in faults_of_message(each["text"], each["blocks"])]
    shown = await stage.view()
    ours = ("type", "callback_id", "private_metadata", "title", "submit", "close", "blocks")
    view = {name: shown[name] for name in ours if shown and shown.get(name)}
    return said + (faults_of_view(view) if view else [])


@pytest.mark.parametrize("words", HOSTILE[::4])
async def test_every_call_of_a_sale_in_telegram_is_valid(stage: Stage, words: str) -> None:
    await stage.telegram(f"/paylink 49.90 EUR jane@example.com {words}", chat=GROUP)
    await stage.telegram_card("Cancel", chat=GROUP)
    await stage.telegram("/paylink 49.90 EUR jane@example.com")
    await stage.telegram_card("check the amount")
    await stage.press_telegram("Edit")
    await stage.press_telegram("What for")
    await stage.telegram_card("What is it for?")
    await stage.telegram(f"{words} {words}"[:100])
    await stage.telegram_card("check the amount")
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment of 49.90 EUR")
    for outcome in ("declined", "paid"):
        [link] = await stage.provider_links()
        await stage.pay(link["reference"], outcome)
    await stage.telegram_replies("Paid 49.90 EUR")
    methods, faults = await telegram_faults(stage)
    assert faults == []
    assert {"sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessage"} <= methods


@pytest.mark.parametrize("words", HOSTILE[::4])
async def test_every_call_of_a_sale_in_slack_is_valid(stage: Stage, words: str) -> None:
    assert await faults_of_answers(stage, [await stage.slack(f"49.90 EUR {words}")]) == []
    shown = await stage.slack("49.90 EUR jane@example.com")
    assert await faults_of_answers(stage, [shown]) == []
    edited = await stage.press_slack(shown["messages"][0], "paylink_edit_0_1")
    assert (await stage.submit(edited["view"]["id"], amount="1,234", currency="KWD"))["errors"]
    assert await faults_of_answers(stage, []) == []
    await stage.submit(edited["view"]["id"], amount="49.90", currency="EUR", description=words[:100])
    await stage.slack_card("Waiting for payment of 49.90 EUR")
    for outcome in ("declined", "paid"):
        [link] = await stage.provider_links()
        await stage.pay(link["reference"], outcome)
    await stage.slack_replies("Paid 49.90 EUR")
    named, faults = await slack_faults(stage)
    assert faults + await faults_of_answers(stage, []) == []
    assert {"views.open", "chat.postMessage", "chat.update"} <= named


async def test_every_answer_to_a_command_is_valid(stage: Stage) -> None:
    for text in ("help", "5m EUR", "$25", "x" * 5000, "49.90 EUR " + "<" * 3000):
        answer = await stage.control("slack/command", channel=SLACK, user=ALICE, text=text)
        assert await faults_of_answers(stage, [answer]) == []
        await stage.telegram(f"/paylink {text}"[:4096])
    await stage.telegram("/help")
    await stage.telegram("/paylink 5", user=1002, chat=1002)
    await stage.telegram_card("admitted", chat=1002)
    assert (await telegram_faults(stage))[1] + (await slack_faults(stage))[1] == []
