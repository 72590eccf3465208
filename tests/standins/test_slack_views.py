"""Modals: what is entered, what the service gets, and how its answer moves the stack of views."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from starlette.responses import Response

from tests.standins.slack_rig import (
    ALICE,
    BOB,
    SALES,
    Rig,
    answering,
    asks,
    button,
    code_of,
    modal,
    option,
    section,
    slack_rig,
)

TEXT = {"type": "plain_text_input"}


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        yield running


async def test_a_view_is_submitted_in_slacks_shapes(rig: Rig) -> None:
    select = {"type": "static_select", "options": [option("eur"), option("usd")]}
    boxes = {"type": "checkboxes", "options": [option("a"), option("b")]}
    where = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    view = modal(
        asks("amount", {"type": "number_input", "is_decimal_allowed": True}),
        asks("email", {"type": "email_text_input", "initial_value": "jane@example.com"}),
        asks("note", TEXT, optional=True),
        asks("currency", select),
        asks("until", {"type": "datepicker", "initial_date": "2030-01-31"}),
        asks("boxes", boxes),
        asks("where", where),
        private_metadata="draft-1",
        callback_id="create",
    )
    opened = await rig.open(view)
    values = {"amount": "49.90", "currency": "USD", "boxes": "a, b"}
    done = await rig.control("submit", view=opened["id"], values=values)
    assert done == {"ok": True, "status": 200, "errors": {}, "view": None, "trouble": None}
    payload = rig.service.received[-1].payload
    assert (payload["type"], payload["view"]["private_metadata"]) == ("view_submission", "draft-1")
    assert (payload["view"]["hash"], payload["view"]["callback_id"]) == (opened["hash"], "create")
    sent = {
        block_id: by_action["answer"] for block_id, by_action in payload["view"]["state"]["values"].items()
    }
    assert sent == {
        "amount": {"type": "number_input", "value": "49.90"},
        "email": {"type": "email_text_input", "value": "jane@example.com"},
        "note": {"type": "plain_text_input", "value": None},
        "currency": {"type": "static_select", "selected_option": option("usd")},
        "until": {"type": "datepicker", "selected_date": "2030-01-31"},
        "boxes": {"type": "checkboxes", "selected_options": [option("a"), option("b")]},
        "where": {"type": "conversations_select", "selected_conversation": SALES},
    }
    (way,) = payload["response_urls"]
    assert (way["block_id"], way["channel_id"]) == ("where", SALES)


@pytest.mark.parametrize("initial", ["jane@", "jane@example.com, bob@example.com", "jane"])
async def test_an_address_is_shown_only_if_it_is_one(rig: Rig, initial: str) -> None:
    with pytest.raises(SlackApiError, match="must be a valid email format"):
        await rig.open(modal(asks("email", {"type": "email_text_input", "initial_value": initial})))


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (TEXT, ""),
        (TEXT | {"max_length": 2}, "abc"),
        (TEXT | {"min_length": 2}, "a"),
        ({"type": "email_text_input"}, "jane"),
        ({"type": "number_input", "is_decimal_allowed": True}, "49,90"),
        ({"type": "number_input", "is_decimal_allowed": False}, "4.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "1"}, "0.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "9.1"),
        ({"type": "datepicker"}, "2030-02-30"),
        ({"type": "timepicker"}, "24:00"),
        ({"type": "url_text_input"}, "example.com"),
    ],
)
async def test_the_form_itself_refuses(rig: Rig, element: dict[str, Any], text: str) -> None:
    view = await rig.open(modal(asks("field", element)))
    before = len(rig.service.received)
    done = await rig.control("submit", view=view["id"], values={"field": text})
    assert done["status"] is None
    assert list(done["errors"]) == ["field"]
    assert len(rig.service.received) == before


@pytest.mark.parametrize(
    ("element", "text", "state"),
    [
        (
            {"type": "radio_buttons", "options": [option("once"), option("often")]},
            "often",
            {"selected_option": option("often")},
        ),
        ({"type": "timepicker", "initial_time": "09:00"}, "17:30", {"selected_time": "17:30"}),
        ({"type": "url_text_input"}, "https://shop.example", {"value": "https://shop.example"}),
        ({"type": "users_select", "initial_user": ALICE}, BOB, {"selected_user": BOB}),
        ({"type": "channels_select"}, SALES, {"selected_channel": SALES}),
    ],
)
async def test_every_kind_of_field_has_its_own_state(
    rig: Rig, element: dict[str, Any], text: str, state: dict[str, Any]
) -> None:
    view = await rig.open(modal(asks("field", element)))
    await rig.control("submit", view=view["id"], values={"field": text})
    values = rig.service.received[-1].payload["view"]["state"]["values"]
    assert values["field"]["answer"] == {"type": element["type"], **state}


async def test_errors_keep_the_view_and_what_was_typed(rig: Rig) -> None:
    view = await rig.open(modal(asks("amount", TEXT)))
    rig.service.answering = answering({"response_action": "errors", "errors": {"amount": "Which dollar?"}})
    done = await rig.control("submit", view=view["id"], values={"amount": "$25"})
    assert done["errors"] == {"amount": "Which dollar?"}
    assert done["view"]["state"]["values"]["amount"]["answer"]["value"] == "$25"
    rig.service.answering = answering({"response_action": "clear"})
    await rig.control("submit", view=view["id"])
    assert rig.service.received[-1].payload["view"]["state"]["values"]["amount"]["answer"]["value"] == "$25"


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"amount": ""}},
        {"response_action": "close"},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"text": "thanks"},
    ],
)
async def test_wrong_answers_to_a_submission_leave_the_view(rig: Rig, body: Any) -> None:
    view = await rig.open(modal(asks("amount", TEXT)))
    rig.service.answering = answering(body)
    done = await rig.control("submit", view=view["id"], values={"amount": "1"})
    assert done["trouble"].startswith("invalid_response: ")
    assert (done["view"]["id"], done["errors"]) == (view["id"], {})


async def test_a_submission_may_update_push_and_close(rig: Rig) -> None:
    view = await rig.open(modal(section("one")))
    rig.service.answering = answering({"response_action": "update", "view": modal(section("two"))})
    done = await rig.control("submit", view=view["id"])
    assert (done["view"]["id"], done["view"]["blocks"][0]["text"]["text"]) == (view["id"], "two")
    rig.service.answering = answering({"response_action": "push", "view": modal(section("three"))})
    pushed = (await rig.control("submit", view=view["id"]))["view"]
    assert (pushed["previous_view_id"], pushed["root_view_id"]) == (view["id"], view["id"])
    rig.service.answering = answering(None, 200)
    assert (await rig.control("submit", view=pushed["id"]))["trouble"].startswith("invalid_response")
    await rig.control("close", view=pushed["id"])
    assert (await rig.reading("view", user=ALICE))["id"] == view["id"]


async def test_two_views_can_be_pushed_and_no_more(rig: Rig) -> None:
    await rig.open(modal(section() | {"accessory": button("deeper")}))

    async def deeper(payload: dict[str, Any]) -> Response:
        pushed = rig.client.views_push(
            trigger_id=payload["trigger_id"], view=modal(section() | {"accessory": button("deeper")})
        )
        refused.append(await _code_or_none(pushed))
        return Response()

    refused: list[str | None] = []
    rig.service.answering = deeper
    for _ in range(3):
        top = await rig.reading("view", user=ALICE)
        await rig.control("press", view=top["id"], action_id="deeper", user=ALICE)
    assert refused == [None, None, "push_limit_reached"]


async def _code_or_none(call: Any) -> str | None:
    try:
        return await code_of(call)
    except AssertionError:
        return None


async def test_a_push_needs_a_trigger_from_within_a_modal(rig: Rig) -> None:
    await rig.open(modal())
    outside = rig.client.views_push(trigger_id=await rig.trigger(), view=modal())
    assert await code_of(outside) == "not_found"


async def test_a_double_click_sends_the_same_submission_again(rig: Rig) -> None:
    view = await rig.open(modal(asks("amount", TEXT)))
    await rig.refused_control("submit", view=view["id"], again=True)
    await rig.control("submit", view=view["id"], values={"amount": "1"})
    again = await rig.control("submit", view=view["id"], again=True)
    assert (again["status"], again["view"]) == (200, None)
    first, second = rig.service.received[-2:]
    assert first.payload == second.payload
    await rig.refused_control("submit", view=view["id"])


async def test_a_select_in_a_view_dispatches_and_is_remembered(rig: Rig) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": [option("eur"), option("usd")]}
    view = await rig.open(modal(asks("currency", select, dispatch_action=True), asks("quiet", TEXT)))
    await rig.control("press", view=view["id"], action_id="pick", user=ALICE, value="usd")
    payload = rig.service.received[-1].payload
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["actions"][0]["selected_option"] == option("usd")
    assert payload["view"]["state"]["values"]["currency"]["pick"]["selected_option"] == option("usd")
    assert "response_url" not in payload
    await rig.refused_control("press", view=view["id"], action_id="answer", user=ALICE, value="x")
    await rig.refused_control("press", view=view["id"], action_id="pick", user=ALICE, value="gbp")


async def test_closing_is_told_when_asked_for(rig: Rig) -> None:
    view = await rig.open(modal(notify_on_close=True, clear_on_close=True))
    done = await rig.control("close", view=view["id"])
    assert (done["status"], done["view"]) == (200, None)
    payload = rig.service.received[-1].payload
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)


async def test_a_press_tells_what_stands_in_the_inputs(rig: Rig) -> None:
    view = await rig.open(modal(asks("note", TEXT), {"type": "actions", "elements": [button("more")]}))
    await rig.control("press", view=view["id"], action_id="more", user=ALICE, values={"note": "half a sen"})
    state = rig.service.received[-1].payload["view"]["state"]["values"]
    assert state["note"]["answer"]["value"] == "half a sen"
    await rig.refused_control(
        "press", view=view["id"], action_id="more", user=ALICE, values={"no such block": "x"}
    )


async def test_a_text_that_is_not_to_be_styled_is_told(rig: Rig) -> None:
    await rig.client.chat_postMessage(channel=SALES, text="*as it is*", mrkdwn=False)
    await rig.client.chat_postMessage(channel=SALES, text="*bold*")
    plain, styled = (await rig.reading("messages", channel=SALES))[-2:]
    assert (plain["mrkdwn"], "mrkdwn" in styled) == (False, False)
