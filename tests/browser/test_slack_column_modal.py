"""Slack's modals: errors, what happens while the app answers, views on views, where the focus is."""

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from starlette.responses import Response

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import Json, asks, mrkdwn, plain
from tests.browser.slack_column import Column, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TEXT = {"type": "plain_text_input"}


@pytest_asyncio.fixture(loop_scope="session")
async def slack(page: Page, sandbox: Sandbox) -> Column:
    return Column(page, sandbox)


async def test_a_modal_says_what_is_wrong_at_the_field_and_closes_when_all_is_well(slack: Column) -> None:
    await slack.type("/paylink")
    drawn = slack.page.get_by_role("dialog", name="New link")
    amount = drawn.get_by_label("Amount")
    await expect(amount).to_be_focused()
    await expect(drawn.get_by_label("Currency").locator("optgroup")).to_have_count(2)
    await amount.fill("much")
    await drawn.get_by_role("button", name="Create").click()
    error = drawn.locator("[data-block=amount] .error")
    await expect(error).to_have_text("Write it in figures, as 49.90")
    await expect(amount).to_have_attribute("aria-invalid", "true")
    await expect(amount).to_be_focused()
    await amount.fill("12.50")
    await expect(error).to_be_hidden()
    await drawn.get_by_label("Currency").select_option("JPY")
    await drawn.get_by_role("button", name="Create").click()
    await expect(drawn).to_have_count(0)
    await expect(slack.messages).to_contain_text("Created: 12.50 JPY without a note")
    await expect(slack.line).to_be_focused()


async def test_a_modal_is_updated_in_place_and_keeps_what_was_typed(slack: Column) -> None:
    await slack.type("/paylink")
    await slack.modal.get_by_label("Amount").fill("7")
    await slack.modal.evaluate("node => { node.querySelector('[data-block=email]').marked = true }")
    await slack.modal.get_by_role("button", name="More fields").click()
    await slack.modal.get_by_label("Note").fill("hurry")
    await expect(slack.modal.locator("[data-block=amount] .hint")).to_have_text("In figures")
    await expect(slack.modal.get_by_label("Amount")).to_have_value("7")
    assert await slack.modal.evaluate("node => node.querySelector('[data-block=email]').marked")
    await slack.modal.get_by_role("button", name="Create").click()
    await expect(slack.messages).to_contain_text("Created: 7 EUR hurry")


async def test_the_app_says_where_one_begins_and_one_ends_where_one_was(slack: Column) -> None:
    first = asks("first", TEXT)
    element = {**TEXT, "focus_on_load": True, "placeholder": plain("Here")}
    second = asks("second", element, hint=plain("A :tada: hint"))
    slack.opens(modal(first, second))
    button = {"type": "button", "text": plain("New link"), "action_id": "new"}
    await slack.post("x", blocks=[{"type": "actions", "elements": [button]}])
    opener, drawn = slack.messages.get_by_role("button", name="New link"), slack.modal
    await opener.press("Enter")
    await expect(drawn.get_by_label("Second")).to_be_focused()
    await expect(drawn.get_by_label("Second")).to_have_attribute("placeholder", "Here")
    await expect(drawn.get_by_label("Second")).to_have_accessible_description("A 🎉 hint")
    await slack.page.keyboard.press("Escape")
    await expect(drawn).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_below_a_pushed_view_everything_stays_as_it_was(slack: Column) -> None:
    button = {"type": "button", "text": plain("Next"), "action_id": "next"}
    below = modal(asks("below", TEXT), {"type": "actions", "elements": [button]}, title="Below")
    drawn = await slack.open(below)
    await expect(drawn.get_by_role("button", name="Back")).to_have_count(0)
    await drawn.get_by_label("Below").fill("stays")
    slack.opens(modal(asks("above", TEXT), title="Above"))
    await drawn.get_by_role("button", name="Next").click()
    await expect(drawn).to_have_accessible_name("Above")
    await expect(drawn.get_by_label("Above")).to_be_focused()
    await drawn.get_by_role("button", name="Back").click()
    await expect(drawn).to_have_accessible_name("Below")
    await expect(drawn.get_by_label("Below")).to_have_value("stays")


async def test_a_view_can_take_all_others_along(slack: Column) -> None:
    drawn = await slack.open(modal(asks("below", TEXT)))
    above = modal(asks("above", TEXT), title="Above", clear_on_close=True)
    slack.answer_with(view_submission={"response_action": "push", "view": above})
    await drawn.get_by_label("Below").fill("x")
    await slack.submit()
    await expect(drawn).to_have_accessible_name("Above")
    await drawn.get_by_role("button", name="Close").click()
    await expect(drawn).to_have_count(0)


async def test_while_the_app_answers_the_button_is_busy_and_what_it_did_not_answer_is_said(
    slack: Column,
) -> None:
    drawn = await slack.open(modal(asks("line", TEXT)))
    waiting = asyncio.Event()

    async def late(request: Json) -> Response:
        await waiting.wait()
        return Response(status_code=500)

    slack.sandbox.service.instead = late
    await drawn.get_by_label("Line").fill("kept")
    await drawn.get_by_role("button", name="Send").click()
    await expect(drawn).to_have_attribute("aria-busy", "true")
    await drawn.get_by_role("button", name="Send").click()
    waiting.set()
    await expect(drawn.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    await expect(drawn).not_to_have_attribute("aria-busy", "true")
    await expect(drawn.get_by_label("Line")).to_have_value("kept")
    assert len(slack.received("view_submission")) == 1


async def test_a_view_without_a_submit_button_is_only_closed(slack: Column) -> None:
    text = {"type": "section", "text": mrkdwn("*Only* words")}
    drawn = await slack.open(modal(text, submit=None))
    await expect(drawn.locator(".text")).to_have_text("Only words")
    await expect(drawn.locator("footer").get_by_role("button")).to_have_text(["Close"])
    await expect(drawn.locator("footer").get_by_role("button")).to_be_focused()
    await drawn.locator("footer").get_by_role("button").click()
    await expect(drawn).to_have_count(0)


async def test_a_view_in_place_of_another_is_shown_at_once(slack: Column) -> None:
    drawn = await slack.open(modal(asks("line", TEXT)))
    done = modal({"type": "header", "text": plain("Done")}, submit=None)
    slack.answer_with(view_submission={"response_action": "update", "view": done})
    await drawn.get_by_label("Line").fill("x")
    await drawn.get_by_label("Line").press("Enter")
    await expect(drawn.get_by_role("heading", name="Done")).to_be_visible()
    await expect(drawn.get_by_role("button", name="Send")).to_have_count(0)


async def test_on_a_phone_a_modal_and_its_buttons_fit(slack: Column) -> None:
    await slack.page.set_viewport_size({"width": 390, "height": 500})
    drawn = await slack.open(modal(*(asks(f"line {number}", TEXT) for number in range(20))))
    box = await drawn.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 500
    await expect(drawn.get_by_role("button", name="Send")).to_be_in_viewport()
    await drawn.get_by_label("Line 19").scroll_into_view_if_needed()
    await expect(drawn.get_by_label("Line 19")).to_be_in_viewport()
