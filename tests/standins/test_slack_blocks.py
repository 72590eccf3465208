"""What Slack refuses about blocks and views, and how it words it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.standins.slack_rig import SALES, Rig, asks, button, modal, plain, refusal, section, slack_rig

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig() -> AsyncIterator[Rig]:
    async with slack_rig() as running:
        await running.control("limits", on=False)
        yield running


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements), **more}


def options(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"text": plain(f"o{n}"), "value": f"o{n}", **more} for n in range(number)]


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": options(2), **more}


def fields(number: int, length: int = 1) -> dict[str, Any]:
    return {"type": "section", "fields": [plain("x" * length) for _ in range(number)]}


CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
HEADER = {"type": "header", "text": plain("Paid")}
CARD = [
    HEADER | {"text": plain("x" * 150)},
    {"type": "section", "fields": [plain("x" * 2000)] + [plain("x")] * 9},
    section("x" * 3000) | {"accessory": {"type": "overflow", "action_id": "more", "options": options(5)}},
    actions(
        button("open", url="https://pay.example/x", style="primary"),
        button("cancel", value="v" * 2000, style="danger", confirm=CONFIRM),
        select(initial_option=options(1)[0], placeholder=plain("Choose")),
        block_id="b" * 255,
    ),
    {"type": "divider"},
    {"type": "context", "elements": [plain("x")] * 10},
    {"type": "image", "image_url": "https://pay.example/q.png", "alt_text": "QR"},
]

REFUSED: list[tuple[str, list[Any], str]] = [
    ("unknown type", [{"type": "rich_text"}], "unsupported type: rich_text [json-pointer:/blocks/0/type]"),
    (
        "input",
        [asks("a", {"type": "plain_text_input"})],
        "unsupported type: input [json-pointer:/blocks/0/type]",
    ),
    ("no type", [{}], "missing required field: type [json-pointer:/blocks/0]"),
    ("not an object", ["x"], "must provide an object [json-pointer:/blocks/0]"),
    ("unknown key", [{"type": "divider", "color": 1}], "invalid additional property: color"),
    ("51 blocks", [{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ("long block_id", [{"type": "divider", "block_id": "b" * 256}], "must be less than 256 characters"),
    ("same block_id", [{"type": "divider", "block_id": "b"}] * 2, '`block_id` "b" already exists'),
    (
        "mrkdwn header",
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        "long header",
        [HEADER | {"text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    ("empty section", [{"type": "section"}], "must define either `text` or `fields`"),
    ("empty text", [section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ("long section", [section("x" * 3001)], "must be less than 3001 characters"),
    ("11 fields", [fields(11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ("long field", [fields(1, 2001)], "must be less than 2001 characters"),
    ("text as string", [{"type": "section", "text": "x"}], "must provide an object"),
    ("26 actions", [actions(*[button(f"a{n}") for n in range(26)])], "no more than 25 items allowed"),
    (
        "same action_id",
        [actions(button("a"), button("a"))],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    ("long label", [actions(button("a") | {"text": plain("x" * 76)})], "must be less than 76 characters"),
    ("long value", [actions(button("a", value="v" * 2001))], "must be less than 2001 characters"),
    ("long url", [actions(button("a", url="https://x.example/" + "x" * 3000))], "must be less than 3001"),
    ("bad url", [actions(button("a", url="pay.example"))], "must be a valid URL"),
    ("style", [actions(button("a", style="green"))], "must be a valid enum value"),
    ("number as value", [actions(button("a", value=1))], "must provide a string"),
    ("half a confirm", [actions(button("a", confirm={"title": plain("x")}))], "missing required field: text"),
    (
        "long confirm",
        [actions(button("a", confirm=CONFIRM | {"confirm": plain("x" * 31)}))],
        "must be less than 31 characters",
    ),
    (
        "two pictures",
        [
            {
                "type": "image",
                "alt_text": "x",
                "image_url": "https://x.example/q",
                "slack_file": {"id": "F0123456789"},
            }
        ],
        "must define either `image_url` or `slack_file`",
    ),
    ("no options", [actions(select(options=[]))], "no fewer than 1 items allowed"),
    ("101 options", [actions(select(options=options(101)))], "no more than 100 items allowed"),
    (
        "long option",
        [actions(select(options=options(1, value="v" * 151)))],
        "must be less than 151 characters",
    ),
    ("same options", [actions(select(options=options(1) * 2))], "option values must be unique"),
    (
        "initial option",
        [actions(select(initial_option=options(3)[2]))],
        "must exactly match one of the options",
    ),
    (
        "6 in overflow",
        [section() | {"accessory": {"type": "overflow", "options": options(6)}}],
        "no more than 5 items allowed",
    ),
    ("11 in context", [{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ("button in context", [{"type": "context", "elements": [button("a")]}], "unsupported type: button"),
    (
        "no alt_text",
        [{"type": "image", "image_url": "https://x.example/q"}],
        "missing required field: alt_text",
    ),
]

VIEWS_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("type", modal(type="home"), "unsupported type: home [json-pointer:/view/type]"),
    (
        "long title",
        modal(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    ("long submit", modal(submit=plain("x" * 25)), "must be less than 25 characters"),
    ("metadata", modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
    ("callback_id", modal(callback_id="x" * 256), "must be less than 256 characters"),
    ("external_id", modal(external_id="x" * 256), "must be less than 256 characters"),
    ("unknown key", modal(state={}), "invalid additional property: state [json-pointer:/view]"),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed"),
    (
        "label",
        modal(asks("a", {"type": "plain_text_input"}, label=plain("x" * 2001))),
        "must be less than 2001",
    ),
    ("decimals", modal(asks("a", {"type": "number_input"})), "missing required field: is_decimal_allowed"),
    (
        "numeric bound",
        modal(asks("a", {"type": "number_input", "is_decimal_allowed": True, "min_value": 1})),
        "must be a valid number [json-pointer:/view/blocks/0/element/min_value]",
    ),
    (
        "placeholder",
        modal(asks("a", select(placeholder=plain("x" * 151)))),
        "must be less than 151 characters",
    ),
    (
        "11 radio buttons",
        modal(asks("a", {"type": "radio_buttons", "options": options(11)})),
        "no more than 10 items allowed",
    ),
    ("time", modal(asks("a", {"type": "timepicker", "initial_time": "5 pm"})), "must be a valid time"),
    ("date", modal(asks("a", {"type": "datepicker", "initial_date": "1.2.2027"})), "must be a valid date"),
    ("button as input", modal(asks("a", button("b"))), "unsupported type: button"),
    (
        "max_length",
        modal(asks("a", {"type": "plain_text_input", "max_length": 3001})),
        "must be between 1 and 3000",
    ),
    ("two in focus", modal(*[asks(name, select(focus_on_load=True)) for name in "ab"]), "only one element"),
]


async def test_a_card_at_its_limits_is_taken_and_gets_its_ids(rig: Rig) -> None:
    posted = await rig.client.chat_postMessage(channel=SALES, text="card", blocks=CARD)
    blocks = posted["message"]["blocks"]
    assert len({block["block_id"] for block in blocks}) == len(CARD)
    assert blocks[3]["block_id"] == "b" * 255


@pytest.mark.parametrize(
    ("blocks", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
async def test_blocks_that_are_refused(rig: Rig, blocks: list[Any], message: str) -> None:
    answer = (await refusal(rig.client.chat_postMessage(channel=SALES, text="x", blocks=blocks))).response
    assert answer["error"] == "invalid_blocks"
    assert any(message in text for text in answer["errors"]), answer["errors"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {text}" for text in answer["errors"]]


async def test_all_texts_together_have_a_limit(rig: Rig) -> None:
    blocks = [section("x" * 3000) for _ in range(5)]
    answer = await refusal(rig.client.chat_postMessage(channel=SALES, text="x", blocks=blocks))
    assert answer.response["error"] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("view", "message"), [case[1:] for case in VIEWS_REFUSED], ids=[case[0] for case in VIEWS_REFUSED]
)
async def test_views_that_are_refused(rig: Rig, view: dict[str, Any], message: str) -> None:
    call = rig.client.views_open(trigger_id=await rig.trigger(), view=view)
    answer = (await refusal(call)).response
    assert answer["error"] == "invalid_arguments"
    assert any(message in text for text in answer["response_metadata"]["messages"]), answer.data


@pytest.mark.parametrize(
    ("missing", "message"), [("title", "missing required field: title"), ("submit", "must define `submit`")]
)
async def test_a_view_with_inputs_needs_title_and_submit(rig: Rig, missing: str, message: str) -> None:
    view = modal(asks("a", {"type": "plain_text_input"}))
    del view[missing]
    answer = (await refusal(rig.client.views_open(trigger_id=await rig.trigger(), view=view))).response
    assert message in answer["response_metadata"]["messages"][0]


async def test_a_view_has_a_size(rig: Rig) -> None:
    view = modal(
        *[
            asks(
                f"{n}",
                select(
                    options=[
                        {"text": plain("x" * 75), "value": f"{'v' * 140}{m}", "description": plain("d" * 75)}
                        for m in range(100)
                    ]
                ),
            )
            for n in range(9)
        ]
    )
    answer = await refusal(rig.client.views_open(trigger_id=await rig.trigger(), view=view))
    assert answer.response["error"] == "view_too_large"
