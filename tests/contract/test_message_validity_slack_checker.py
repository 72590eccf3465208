"""The checker of Slack's messages sees what it is there to see: each of these is refused, for its reason."""

from typing import Any

import pytest

from tests.specs import mrkdwn
from tests.specs.block_kit import faults_of_message, faults_of_view

Block = dict[str, Any]


def plain(text: str = "Paid") -> Block:
    return {"type": "plain_text", "text": text}


def marked(text: str = "Paid") -> Block:
    return {"type": "mrkdwn", "text": text}


def header(text: str = "Paid", **more: Any) -> Block:
    return {"type": "header", "text": plain(text), **more}


def section(text: str = "Paid", **more: Any) -> Block:
    return {"type": "section", "text": marked(text), **more}


def button(**more: Any) -> Block:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: Block, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "EUR", value: str = "EUR") -> Block:
    return {"text": plain(text), "value": value}


def select(*options: Block, **more: Any) -> Block:
    return {"type": "static_select", "action_id": "value", "options": list(options), **more}


def question(element: Block | None = None, **more: Any) -> Block:
    return {
        "type": "input",
        "label": plain("Amount"),
        "element": element or {"type": "plain_text_input"},
        **more,
    }


def modal(*blocks: Block, **more: Any) -> Block:
    whole = {
        "type": "modal",
        "title": plain("Link"),
        "submit": plain("Create"),
        "blocks": list(blocks),
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


CONFIRM = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
GROUPS = [{"label": plain("A - F"), "options": [option()]}]

GOOD_MESSAGES: list[list[Block]] = [
    [header(), section(), {"type": "divider"}, {"type": "context", "elements": [marked()]}],
    [{"type": "section", "fields": [marked("x" * 2000)] * 5}],
    [actions(button(), button(action_id="stop", style="danger", confirm=CONFIRM), block_id="a")],
    [
        actions(
            button(url="https://pay.test/1"), {"type": "overflow", "options": [option()], "action_id": "o"}
        )
    ],
    [header("x" * 150), section("x" * 3000), section("&lt;!channel&gt; &amp; <@U0ALICE> <https://pay.test>")],
    [section(accessory={"type": "image", "image_url": "https://pay.test/qr.png", "alt_text": "QR"})],
    [header(f"{number}") for number in range(50)],
]
BAD_MESSAGES: list[tuple[str, list[Any]]] = [
    ("schema", [{"type": "heading", "text": plain()}]),
    ("schema", [{"type": "header", "text": marked()}]),
    ("schema", [header(colour="red")]),
    ("schema", [{"type": "section", "text": "Paid"}]),
    ("schema", [actions(button(style="green"))]),
    ("schema", [actions({"type": "button", "action_id": "go"})]),
    ("schema", [actions(button(text=marked("Go")))]),
    ("schema", [section(accessory={"type": "image", "image_url": "https://pay.test/qr.png"})]),
    ("schema", [question({"type": "number_input", "min_value": 1, "is_decimal_allowed": True})]),
    ("schema", [question({"type": "number_input"})]),
    ("schema", ["Paid"]),
    ("header.text: 151", [header("x" * 151)]),
    ("section.text: 3001", [section("x" * 3001)]),
    ("section.fields[]: 2001", [{"type": "section", "fields": [marked("x" * 2001)]}]),
    ("section.fields: 11", [{"type": "section", "fields": [marked()] * 11}]),
    ("neither text nor fields", [{"type": "section"}]),
    ("context.elements: 11", [{"type": "context", "elements": [marked()] * 11}]),
    ("context.elements is empty", [{"type": "context", "elements": []}]),
    ("actions.elements: 26", [actions(*(button(action_id=f"go{place}") for place in range(26)))]),
    ("actions.elements is empty", [actions()]),
    ("button.text: 76", [actions(button(text=plain("x" * 76)))]),
    ("button.value: 2001", [actions(button(value="x" * 2001))]),
    ("button.url: 3001", [actions(button(url="https://pay.test/".ljust(3001, "x")))]),
    ("no address", [actions(button(url="javascript:alert(1)"))]),
    (".action_id: 256", [actions(button(action_id="x" * 256))]),
    (".block_id: 256", [header(block_id="x" * 256)]),
    ("action_id twice: go", [actions(button(), button())]),
    ("block_id twice: a", [header(block_id="a"), section(block_id="a")]),
    ("confirm.title: 101", [actions(button(confirm=CONFIRM | {"title": plain("x" * 101)}))]),
    ("confirm.text: 301", [actions(button(confirm=CONFIRM | {"text": plain("x" * 301)}))]),
    ("confirm.deny: 31", [actions(button(confirm=CONFIRM | {"deny": plain("x" * 31)}))]),
    ("option.value: 151", [actions(select(option(value="x" * 151)))]),
    ("option.text: 76", [actions(select(option("x" * 76)))]),
    ("static_select.options: 101", [actions(select(*(option(value=f"{n}") for n in range(101))))]),
    ("static_select.placeholder: 151", [actions(select(option(), placeholder=plain("x" * 151)))]),
    ("options or option_groups", [actions({"type": "static_select", "action_id": "value"})]),
    ("options or option_groups", [actions(select(option(), option_groups=GROUPS))]),
    ("initial_option is no option", [actions(select(option(), initial_option=option("USD", "USD")))]),
    ("value twice: EUR", [actions(select(option(), option("Euro")))]),
    (
        "overflow.options: 6",
        [actions({"type": "overflow", "options": [option(value=f"{n}") for n in range(6)]})],
    ),
    ("message.blocks: 51", [{"type": "divider"}] * 51),
    ("all text of a message", [section("x" * 2401)] * 5),
    ("a text without words", [section("")]),
    ("a text without words", [header(" ")]),
    ("alert is not for a message", [{"type": "alert", "text": marked()}]),
    ("unescaped '<'", [section("1 < 2")]),
    ("unescaped '&'", [section("Tom & Jerry")]),
    ("unescaped '&'", [section("&copy;")]),
    ("unescaped '<'", [{"type": "section", "fields": [marked("<!channel")]}]),
]
GOOD_VIEWS = [
    modal(section()),
    modal(question(), question({"type": "static_select", "action_id": "value", "option_groups": GROUPS})),
    modal(section(), submit=None),
    {"type": "home", "blocks": [section()]},
]
BAD_VIEWS: list[tuple[str, Block]] = [
    ("schema", modal(section(), title=None)),
    ("schema", modal(section(), title=marked())),
    ("schema", modal(section(), colour="red")),
    ("schema", modal(section(), type="dialog")),
    ("nothing to submit", modal(question(), submit=None)),
    ("modal.title: 25", modal(section(), title=plain("x" * 25))),
    ("modal.submit: 25", modal(section(), submit=plain("x" * 25))),
    ("modal.close: 25", modal(section(), close=plain("x" * 25))),
    ("modal.private_metadata: 3001", modal(section(), private_metadata="x" * 3001)),
    ("callback_id: 256", modal(section(), callback_id="x" * 256)),
    ("modal.blocks: 101", modal(*([{"type": "divider"}] * 101))),
    ("input.label: 2001", modal(question(label=plain("x" * 2001)))),
    ("input.hint: 2001", modal(question(hint=plain("x" * 2001)))),
    ("initial_value: 3001", modal(question({"type": "plain_text_input", "initial_value": "x" * 3001}))),
    ("initial_value is no address", modal(question({"type": "email_text_input", "initial_value": "jane@"}))),
    ("block_id twice", modal(question(block_id="a"), question(block_id="a"))),
    ("markdown is not for a modal", modal({"type": "markdown", "text": "x"})),
    ("more than 250000", modal(section(), private_metadata="x" * 250_000)),
]


def ids(cases: list[tuple[str, Any]]) -> list[str]:
    return [f"{place} {reason}" for place, (reason, _) in enumerate(cases)]


@pytest.mark.parametrize("blocks", GOOD_MESSAGES)
def test_a_good_message_has_no_faults(blocks: list[Block]) -> None:
    assert faults_of_message("Paid", blocks) == []


@pytest.mark.parametrize(("reason", "blocks"), BAD_MESSAGES, ids=ids(BAD_MESSAGES))
def test_a_bad_message_is_told_why(reason: str, blocks: list[Any]) -> None:
    faults = faults_of_message("Paid", blocks)
    assert any(reason in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "no text"), ("x" * 40_001, "40001"), ("a & b", "unescaped '&'"), ("<!here", "unescaped '<'")],
)
def test_a_bad_text_for_notifications_is_told_why(text: str, reason: str) -> None:
    assert any(reason in fault for fault in faults_of_message(text, None))


@pytest.mark.parametrize("view", GOOD_VIEWS)
def test_a_good_view_has_no_faults(view: Block) -> None:
    assert faults_of_view(view) == []


@pytest.mark.parametrize(("reason", "view"), BAD_VIEWS, ids=ids(BAD_VIEWS))
def test_a_bad_view_is_told_why(reason: str, view: Block) -> None:
    faults = faults_of_view(view)
    assert any(reason in fault for fault in faults), faults


def test_what_slack_makes_of_a_text_is_read_from_its_brackets() -> None:
    read = mrkdwn.read("<@U0ALICE> paid &lt;!here&gt; &amp;lt; <https://e.vil|Pay>")
    assert read.active == ("@U0ALICE", "https://e.vil|Pay")
    assert read.words == " paid <!here> &lt; "
