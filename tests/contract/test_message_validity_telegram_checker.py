"""The checker of Telegram's calls sees what it is there to see: each of these is refused, for its reason."""

import json
from typing import Any

import pytest

from tests.specs import telegram_html
from tests.specs.bot_api import faults_of_call, faults_of_form
from tests.specs.rendered import governed

Call = dict[str, Any]


def message(text: str = "Paid", **more: Any) -> Call:
    return {"chat_id": 1001, "text": text, **more}


def html(text: str, **more: Any) -> Call:
    return message(text, parse_mode="HTML", **more)


def keyboard(*buttons: Call) -> Call:
    return message(reply_markup={"inline_keyboard": [list(buttons)]})


def button(**action: Any) -> Call:
    return {"text": "Go", **action}


def edit(**more: Any) -> Call:
    return {"chat_id": 1001, "message_id": 7, "text": "Paid", **more}


GOOD: list[tuple[str, Call]] = [
    ("getMe", {}),
    ("sendMessage", message("x" * 4096)),
    ("sendMessage", message("🧁" * 2048)),
    ("sendMessage", html("<b>" + "&amp;" * 4096 + "</b>")),
    ("sendMessage", message(chat_id="@sales", reply_parameters={"message_id": 7})),
    (
        "sendMessage",
        keyboard(button(callback_data="x" * 64), button(url="https://pay.test/1", style="success")),
    ),
    ("sendMessage", keyboard(button(copy_text={"text": "x" * 256}), button(pay=True))),
    ("sendMessage", message(reply_markup={"force_reply": True, "selective": True})),
    ("editMessageText", edit()),
    ("editMessageText", {"inline_message_id": "1", "text": "Paid"}),
    ("answerCallbackQuery", {"callback_query_id": "1"}),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 200, "show_alert": True}),
    (
        "setMyCommands",
        {"commands": [{"command": "paylink", "description": "x"}], "scope": {"type": "default"}},
    ),
    ("deleteMessage", {"chat_id": -1001, "message_id": 7}),
]
BAD: list[tuple[str, str, Call]] = [
    ("no such method", "sendMesage", message()),
    ("unknown disable_web_page_preview", "sendMessage", message(disable_web_page_preview=True)),
    ("unknown colour", "sendMessage", keyboard(button(pay=True, colour="red"))),
    ("text is missing", "sendMessage", {"chat_id": 1001}),
    ("chat_id is missing", "editMessageText", {"message_id": 7, "text": "Paid"}),
    ("message_id is missing", "editMessageText", {"chat_id": 1001, "text": "Paid"}),
    ("text is missing", "editMessageText", {"chat_id": 1001, "message_id": 7}),
    ("message_id is missing", "deleteMessage", {"chat_id": 1001}),
    ("message_id is missing", "sendMessage", message(reply_parameters={})),
    ("no Integer", "sendMessage", message(message_thread_id="7")),
    ("no Integer", "deleteMessage", {"chat_id": 1001, "message_id": True}),
    ("no Boolean", "sendMessage", message(disable_notification="yes")),
    ("no String", "sendMessage", message(7)),  # type: ignore[arg-type]
    ("no list", "setMyCommands", {"commands": {"command": "paylink", "description": "x"}}),
    ("no LinkPreviewOptions", "sendMessage", message(link_preview_options=True)),
    ("4097 characters", "sendMessage", message("x" * 4097)),
    ("4098 characters", "sendMessage", message("🧁" * 2049)),
    ("4097 characters", "sendMessage", html("<b>" + "&amp;" * 4097 + "</b>")),
    ("4097 characters", "editMessageText", edit(text="x" * 4097)),
    ("0 characters", "sendMessage", message("")),
    ("0 characters", "sendMessage", html("<b> </b>")),
    ("65 bytes", "sendMessage", keyboard(button(callback_data="x" * 65))),
    ("66 bytes", "sendMessage", keyboard(button(callback_data="é" * 33))),
    ("0 bytes", "sendMessage", keyboard(button(callback_data=""))),
    ("257 characters", "sendMessage", keyboard(button(copy_text={"text": "x" * 257}))),
    ("not exactly one", "sendMessage", keyboard(button())),
    ("not exactly one", "sendMessage", keyboard(button(url="https://pay.test/1", callback_data="x"))),
    ("no address", "sendMessage", keyboard(button(url="javascript:alert(1)"))),
    ("green is none of", "sendMessage", keyboard(button(pay=True, style="green"))),
    (
        "65 characters",
        "sendMessage",
        message(reply_markup={"force_reply": True, "input_field_placeholder": "x" * 65}),
    ),
    ("201 characters", "answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
    ("33 characters", "setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}),
    ("257 characters", "setMyCommands", {"commands": [{"command": "x", "description": "x" * 257}]}),
    ("more than 100", "setMyCommands", {"commands": [{"command": "x", "description": "x"}] * 101}),
    ("unescaped '<'", "sendMessage", html("1 < 2")),
    ("unescaped '&'", "sendMessage", html("Tom & Jerry")),
    ("unescaped '&'", "sendMessage", html("&copy;")),
    ("no tag of Telegram's: script", "sendMessage", html("<script>alert(1)</script>")),
    ("<b> does not end", "sendMessage", html("<b>Paid")),
    ("</i> ends nothing", "sendMessage", html("<b>Paid</i>")),
    ("</b> ends nothing", "editMessageText", edit(text="Paid</b>", parse_mode="HTML")),
]


@pytest.mark.parametrize(("method", "call"), GOOD)
def test_a_good_call_has_no_faults(method: str, call: Call) -> None:
    assert faults_of_call(method, call) == []


@pytest.mark.parametrize(
    ("reason", "method", "call"), BAD, ids=[f"{n} {case[0]}" for n, case in enumerate(BAD)]
)
def test_a_bad_call_is_told_why(reason: str, method: str, call: Call) -> None:
    faults = faults_of_call(method, call)
    assert any(reason in fault for fault in faults), faults


@pytest.mark.parametrize(("method", "call"), GOOD)
def test_a_call_reads_the_same_from_a_form(method: str, call: Call) -> None:
    form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in call.items()}
    assert faults_of_form(method, form) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("message_thread_id", "seven"), ("reply_markup", "{"), ("disable_notification", "maybe")],
)
def test_a_form_that_cannot_be_read_is_told_so(name: str, value: str) -> None:
    assert faults_of_form("sendMessage", {"chat_id": "1", "text": "Paid", name: value})


def test_links_and_words_are_read_apart() -> None:
    read = telegram_html.read('<a href="tg://user?id=1">A&amp;B</a>: <b>Paid</b> &lt;b&gt;')
    assert (read.words, read.active, read.faults) == ("A&B: Paid <b>", ("tg://user?id=1",), ())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ask @durov_1, or (@gmail.com)", ["@durov_1", "@gmail"]),
        ("j…@gmail.com", ["@gmail"]),
        ("jane@gmail.com, @abc, a/b, </b", []),
        ("type /paylink", ["/paylink"]),
    ],
)
def test_what_telegram_finds_in_plain_words_is_found(words: str, found: list[str]) -> None:
    assert telegram_html.found_in_words(words) == found


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Paid by \u202eevil\u202c: 49.90", ""),
        ("Paid by \u202eevil: 49.90", "\u202eevil: 49.90"),
        ("\u2067a\u202eb\u2069 c", ""),
        ("\u202ea\u2069 c", "\u202ea\u2069 c"),
        ("\u202ea\u202c\u202c c \u2066d", "\u2066d"),
        ("شركة القهوة 12", ""),
    ],
)
def test_a_direction_that_nothing_ends_governs_the_rest_of_its_line(line: str, rest: str) -> None:
    assert governed(line) == rest
