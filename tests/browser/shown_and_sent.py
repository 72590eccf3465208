"""What the page shows, held against what the bot sent, letter by letter; marks and spaces aside."""

import re
from collections.abc import Iterator
from typing import Any

from playwright.async_api import Locator, expect

Json = dict[str, Any]
_NAMES = {"U0ALICE": "Alice", "U0BOB": "Bob", "U0PAYLINK": "Paylink"}
_SHOWS = """async (node, pieces) => {
    const began = performance.now();
    while (true) {
        const shown = node.innerText.replace(/[^\\p{L}\\p{N}]/gu, "");
        let at = 0;
        const all = pieces.every((piece) => {
            const found = shown.indexOf(piece, at);
            at = found + piece.length;
            return found >= 0;
        });
        if (all) return true;
        if (performance.now() - began > 5000 || !node.isConnected) return shown;
        await new Promise(requestAnimationFrame);
    }
}"""
_ANGLED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


async def assert_shown(drawn: Locator, pieces: list[str]) -> None:
    """Every piece stands in what is drawn, in this order, as soon as the page has drawn it."""
    await expect(drawn).to_be_visible()
    shown = await drawn.evaluate(_SHOWS, [_letters(piece) for piece in pieces])
    assert shown is True, f"{pieces} are not shown, or not in this order, in {shown!r}"


def pieces_of_slack(message: Json) -> list[str]:
    """The texts of a message in Slack, top to bottom; of one without blocks its text."""
    texts = [piece for block in message["blocks"] for piece in _of_block(block)] or [message["text"]]
    return [part for text in texts for part in _plain(text)]


def buttons_of_slack(message: Json) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]


def _of_block(block: Json) -> Iterator[str]:
    """Block Kit's texts in the order in which Slack draws them."""
    if "text" in block:
        yield block["text"]["text"]
    for part in (*block.get("fields", ()), *block.get("elements", ())):
        yield part["text"]["text"] if isinstance(part.get("text"), dict) else part.get("text", "")


def _plain(text: str) -> list[str]:
    """What is read of a mrkdwn text; a date is written for its reader, so it parts two pieces."""
    parts: list[str] = []
    for part in re.split(r"<!date\^[^<>]*>", text):
        parts += _ANGLED.sub(lambda found: found[2] or _target(found[1]), part).split("\n")
    return [part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for part in parts]


def _target(target: str) -> str:
    return _NAMES.get(target[1:], target[1:]) if target.startswith("@") else target


def _letters(text: str) -> str:
    """Letters and digits alone: how a text is set does not matter here."""
    return "".join(one for one in text if one.isalnum())
