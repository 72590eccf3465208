"""Telegram's reading of HTML and keyboards, and what a page may show of it."""

from html.parser import HTMLParser
from typing import Any

import pytest

from sandbox.telegram.answers import Refused
from sandbox.telegram.formatting import parse_html
from sandbox.telegram.keyboards import read_markup
from sandbox.telegram.rendering import to_html
from sandbox.telegram.texts import read_text


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;&#39;&#x2019;", "a <b> & \"'\u2019", []),
        ("&nbsp; &", "&nbsp; &", []),
        ("💶 <b>50</b>", "💶 50", [entity("bold", 3, 2)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<STRONG>x</strong>", "x", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        (
            '<a href="https://a.b/?x=1&amp;y=2">pay</a>',
            "pay",
            [entity("text_link", 0, 3, url="https://a.b/?x=1&y=2")],
        ),
        ("<a href='http://localhost/'>pay</a>", "pay", []),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ('<code class="language-py">x</code>', "x", [entity("code", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    formatted = parse_html(source)
    assert (formatted.text, formatted.entities) == (text, entities)


def test_a_link_to_a_person_is_a_mention() -> None:
    (mention,) = parse_html('<a href="tg://user?id=1001">Alice</a>').entities
    assert (mention["type"], mention["user"]["id"]) == ("text_mention", 1001)
    assert parse_html('<a href="tg://user?id=5">?</a>').entities == []


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_html_telegram_cannot_read(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_white_space_around_a_text_is_cut() -> None:
    cut = read_text({"text": " \n x <b>y </b>\n", "parse_mode": "HTML"})
    assert (cut.text, cut.entities) == ("x y", [entity("bold", 2, 1)])


def test_commands_and_addresses_are_recognised_where_nothing_hides_them() -> None:
    found = read_text(
        {"text": "/help or https://a.b/x. jane@example.com <code>/no a@b.cd</code> 1/2", "parse_mode": "HTML"}
    ).entities
    assert [(item["type"], item["offset"], item["length"]) for item in found] == [
        ("bot_command", 0, 5),
        ("url", 9, 13),
        ("email", 24, 16),
        ("code", 41, 10),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("ask @alice_sandbox now", "mention", "@alice_sandbox"),
        ("see pay.example.com/x?y=1.", "url", "pay.example.com/x?y=1"),
        ("at http://127.0.0.1:8090/pay", "url", "http://127.0.0.1:8090/pay"),
        ("#Invoice12 paid", "hashtag", "#Invoice12"),
        ("in $EUR", "cashtag", "$EUR"),
        ("call +49 170 1234567", "phone_number", "+49 170 1234567"),
        ("/help@paylink_sandbox_bot", "bot_command", "/help@paylink_sandbox_bot"),
    ],
)
def test_what_telegram_finds_by_itself(text: str, kind: str, found: str) -> None:
    place = text.index(found)
    assert read_text({"text": text}).entities == [entity(kind, place, len(found))]


@pytest.mark.parametrize(
    "text", ["a@b", "1.50 EUR", "#12", "$eur", "file.txt", "+1 2", "x@alice_sandbox", "and/or"]
)
def test_what_telegram_does_not_take_for_more_than_text(text: str) -> None:
    assert read_text({"text": text}).entities == []


# --- entities that a bot spells out ----------------------------------------------------------------


def test_entities_may_be_spelt_out_instead() -> None:
    given = [
        entity("bold", 3, 2),
        entity("text_link", 6, 3, url="https://a.b"),
        entity("url", 6, 3),
        entity("text_mention", 0, 2, user={"id": 1001}),
        entity("italic", 0, 0),
        entity("pre", 0, 2, language="py"),
    ]
    read = read_text({"text": "💶 50 pay", "entities": given})
    assert [item["type"] for item in read.entities] == ["text_mention", "pre", "bold", "text_link"]
    assert read.entities[1]["language"] == "py"
    assert read.entities[3]["url"] == "https://a.b/"
    parse_mode = read_text({"text": "<b>x</b>", "parse_mode": "HTML", "entities": given})
    assert parse_mode.entities == [entity("bold", 0, 1)]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (entity("bold", 0, -1), "receive an entity with incorrect length -1"),
        (entity("bold", 9, 1), "entity begins after the end of the text at UTF-16 offset 9"),
        (
            entity("bold", 3, 6),
            "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 9",
        ),
        (entity("bold", 1, 1), "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            entity("bold", 0, 1),
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
        (entity("boldly", 0, 2), "can't parse MessageEntity: Unsupported type specified"),
        (entity("text_link", 0, 2), "can't parse MessageEntity: Can't find field \"url\""),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        (
            entity("bold", 0, 1) | {"offset": "0"},
            'can\'t parse MessageEntity: Field "offset" must be of type Number',
        ),
        ("bold", "can't parse MessageEntity: expected an Object"),
    ],
)
def test_entities_telegram_refuses(given: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_text({"text": "💶 50 pa", "entities": [given]})
    assert refused.value.description == f"Bad Request: {reason}"


class Balanced(HTMLParser):
    """Fails on a tag that is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_page_gets_safe_html() -> None:
    shown = read_text(
        {"text": '<b>&lt;script&gt;</b> <a href="https://a.b/&quot;onclick=1">pay</a>', "parse_mode": "HTML"}
    )
    assert to_html(shown.text, shown.entities) == (
        '<b>&lt;script&gt;</b> <a href="https://a.b/&quot;onclick=1" rel="noreferrer">pay</a>'
    )
    tg = parse_html('<a href="tg://resolve?domain=x">x</a>')
    assert to_html(tg.text, tg.entities) == "x"


def test_entities_that_cross_are_still_balanced() -> None:
    shown = read_text({"text": "<b>see https://a.b/one</b>two <i>💶</i>", "parse_mode": "HTML"})
    html = to_html(shown.text, shown.entities)
    page = Balanced()
    page.feed(html)
    assert page.open == []
    assert set(page.links) == {"https://a.b/onetwo"}
    assert html.endswith("<i>💶</i>")


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


@pytest.mark.parametrize(
    "markup",
    [
        keyboard(callback_data="é" * 32),
        keyboard(copy_text={"text": "x" * 256}, style="success"),
        keyboard(url="http://127.0.0.1:8090/pay/1"),
        keyboard(switch_inline_query=""),
        keyboard(switch_inline_query_chosen_chat={"query": "l_1", "allow_user_chats": True}),
    ],
)
def test_buttons_telegram_takes(markup: dict[str, Any]) -> None:
    assert read_markup(markup).inline == markup


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (keyboard(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data=""), "BUTTON_DATA_INVALID"),
        (keyboard(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard(copy_text={"text": "💶" * 129}), "BUTTON_COPY_TEXT_INVALID"),
        (keyboard(), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            keyboard(url="https://a.b", callback_data="x"),
            "can't parse inline keyboard button: exactly one action is expected, found url, callback_data",
        ),
        (keyboard(calback_data="x"), "can't parse inline keyboard button: unknown fields calback_data"),
        (
            keyboard(callback_data=1),
            'can\'t parse inline keyboard button: Field "callback_data" must be of type String',
        ),
        (
            keyboard(callback_data="x", style="red"),
            "can't parse inline keyboard button: Invalid button style specified",
        ),
        (
            keyboard(url="http://localhost:8090/"),
            "inline keyboard button URL 'http://localhost:8090/' is invalid: Wrong HTTP URL",
        ),
        (
            keyboard(url="javascript:alert(1)"),
            "inline keyboard button URL 'javascript:alert(1)' is invalid: Unsupported URL protocol",
        ),
        ({"inline_keyboard": [{}]}, 'field "inline_keyboard" must be an Array of Arrays'),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "REPLY_MARKUP_PLACEHOLDER_INVALID"),
        ({"buttons": []}, "can't parse reply keyboard markup: unknown fields buttons"),
    ],
)
def test_markup_telegram_refuses(markup: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_markup(markup)
    assert refused.value.description == f"Bad Request: {reason}"


def test_an_empty_keyboard_is_none() -> None:
    assert read_markup({"inline_keyboard": []}).inline is None
    assert read_markup({"inline_keyboard": [[]]}).inline is None
