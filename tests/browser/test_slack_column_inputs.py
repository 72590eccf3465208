"""The inputs of Slack's modals: what is filled in and what comes of it, limits, what is sent at once."""

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import Json, asks, option, plain
from tests.browser.slack_column import Column, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TEXT = {"type": "plain_text_input"}


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


def values_in(payload: Json) -> dict[str, Any]:
    """What was submitted, by block, without its type."""
    states = payload["view"]["state"]["values"]
    return {
        block: next(held for name, held in state["value"].items() if name != "type")
        for block, state in states.items()
    }


async def test_every_kind_of_input_is_submitted_as_it_was_filled_in(slack: Column) -> None:
    options = [option("a"), {**option("b"), "description": plain("The second")}]
    kinds: dict[str, Json] = {
        "line": TEXT,
        "lines": {**TEXT, "multiline": True},
        "email": {"type": "email_text_input"},
        "address": {"type": "url_text_input"},
        "number": {"type": "number_input", "is_decimal_allowed": True},
        "select": {"type": "static_select", "options": options},
        "date": {"type": "datepicker"},
        "boxes": {"type": "checkboxes", "options": options},
        "radio": {"type": "radio_buttons", "options": options},
    }
    drawn = await slack.open(modal(*(asks(name, element) for name, element in kinds.items())))
    typed = {
        "Line": "x",
        "Lines": "y\nz",
        "Email": "a@b.example",
        "Address": "https://b.example/",
        "Number": "1.5",
        "Date": "2026-12-31",
    }
    for label, text in typed.items():
        await drawn.get_by_label(label, exact=True).fill(text)
    await drawn.get_by_label("Select").select_option("b")
    await expect(drawn.get_by_role("group", name="Boxes")).to_contain_text("The second")
    await drawn.get_by_role("group", name="Boxes").get_by_label("a").check()
    await drawn.get_by_role("group", name="Boxes").get_by_label("b").check()
    await drawn.get_by_role("radiogroup", name="Radio").get_by_label("b").check()
    await slack.submit()
    (payload,) = slack.received("view_submission")
    held = values_in(payload)
    assert held == {
        **{label.lower(): text for label, text in typed.items()},
        "select": options[1],
        "boxes": options,
        "radio": options[1],
    }


async def test_characters_are_counted_where_there_is_a_limit(slack: Column) -> None:
    limited = {**TEXT, "min_length": 2, "max_length": 5}
    drawn = await slack.open(modal(asks("code", limited), asks("free", TEXT, optional=True)))
    counter, code = drawn.locator(".counter"), drawn.get_by_label("Code")
    await expect(counter).to_have_text("2 more")
    await code.fill("a")
    await expect(counter).to_have_text("1 more")
    await code.fill("abc")
    await expect(counter).to_have_text("2")
    await code.fill("abcdef")
    await expect(counter).to_have_text("-1")
    await slack.submit()
    await expect(drawn.locator(".error >> nth=0")).to_have_text("Must be at most 5 characters.")
    assert slack.received("view_submission") == []


async def test_an_input_that_dispatches_tells_the_app_at_once(slack: Column) -> None:
    blocks = [
        asks("line", TEXT, dispatch_action=True),
        asks(
            "letter", {"type": "static_select", "options": [option("a"), option("b")]}, dispatch_action=True
        ),
    ]
    drawn = await slack.open(modal(*blocks))
    slack.answer_with(block_actions=200)
    await drawn.get_by_label("Line").fill("typed")
    async with slack.asked("press"):
        await drawn.get_by_label("Line").press("Enter")
    async with slack.asked("press"):
        await drawn.get_by_label("Letter").select_option("b")
    actions = [payload["actions"][0] for payload in slack.received("block_actions")]
    assert [action["block_id"] for action in actions] == ["line", "letter"]
    assert [actions[0]["value"], actions[1]["selected_option"]["value"]] == ["typed", "b"]
    assert slack.received("view_submission") == []
