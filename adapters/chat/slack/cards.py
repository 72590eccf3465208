"""Cards and replies as Block Kit. https://docs.slack.dev/reference/block-kit/blocks

Whatever comes from people is escaped, so that no name can mention a channel or draw a link.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from html import escape
from itertools import accumulate
from typing import Any

from bot.ports.chat import Act, Button, Card, Reply, Sheet, Tone
from bot.ports.model import Person

Block = dict[str, Any]

ACTION_PREFIX = "paylink_"
_SIGNS = {Tone.NEUTRAL: "", Tone.WAITING: "⏳ ", Tone.GOOD: "✅ ", Tone.BAD: "⚠️ "}
# https://docs.slack.dev/reference/block-kit/blocks: what Slack takes at most
_HEADER = 150
_BUTTON, _BUTTON_ADDRESS = 75, 3000
_FIELDS_PER_SECTION = _NOTES_PER_CONTEXT = 10
_CONFIRM_TITLE, _CONFIRM_TEXT, _CONFIRM_BUTTON = 100, 300, 30
# Ours, in bytes as escaped: well below Slack's, and all of them together below what a message may hold.
_LABEL, _VALUE = 150, 600
_PARAGRAPH = 1000
_ADDRESS = 2000
_LINE = 3000
_LINES_PER_SECTION, _SHEET_LINE = 5, 500


def card_blocks(card: Card) -> list[Block]:
    """A card: headline, facts, the open question, notes, buttons."""
    blocks: list[Block] = [{"type": "header", "text": plain(_SIGNS[card.tone] + card.headline, _HEADER)}]
    blocks += _rows(card.rows)
    if card.ask:
        blocks += paragraphs([card.ask])
    notes = [escaped(note, _VALUE) for note in card.notes]
    if card.mention:
        notes.append(f"{escaped(card.mention_label, _LABEL)} {mention(card.mention)}")
    for at in range(0, len(notes), _NOTES_PER_CONTEXT):
        lines = notes[at : at + _NOTES_PER_CONTEXT]
        blocks.append({"type": "context", "elements": [_mrkdwn(note) for note in lines]})
    return blocks + _actions(card)


def card_text(card: Card) -> str:
    """The same for notifications and screen readers, in one line."""
    who = f" {mention(card.mention)}" if card.mention else ""
    return f"{escaped(card.headline, _LABEL)}{who}"


def reply_text(reply: Reply) -> str:
    """A line of the thread."""
    who = f"{mention(reply.mention)} " if reply.mention else ""
    return f"{_SIGNS[reply.tone]}{who}{escaped(reply.text, _LINE)}"


def paragraphs(texts: Sequence[str]) -> list[Block]:
    """A section each."""
    return [{"type": "section", "text": _mrkdwn(escaped(text, _PARAGRAPH))} for text in texts]


def sheet_blocks(sheet: Sheet) -> list[Block]:
    """What one person reads alone: a line below the other, a rule between the parts."""
    blocks: list[Block] = [{"type": "header", "text": plain(sheet.headline, _HEADER)}]
    for number, part in enumerate(sheet.parts):
        if number:
            blocks.append({"type": "divider"})
        for at in range(0, len(part), _LINES_PER_SECTION):
            lines = [escaped(line, _SHEET_LINE) for line in part[at : at + _LINES_PER_SECTION]]
            blocks.append({"type": "section", "text": _mrkdwn("\n".join(lines))})
    more = (sheet.more,) if sheet.more else ()
    return blocks + _actions(Card(sheet.subject, 0, sheet.headline, Tone.NEUTRAL, buttons=more))


def escaped(text: str, limit: int) -> str:
    """Text that is only text, in at most `limit` bytes; shortened before it is escaped, never in an escape.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    whole = escape(text, quote=False)
    if len(whole.encode()) <= limit:
        return whole
    sizes = accumulate(len(escape(character, quote=False).encode()) for character in text[:limit])
    kept = bisect_right(list(sizes), limit - len("…".encode()))
    return escape(text[:kept], quote=False) + "…"


def mention(person: Person) -> str:
    return f"<@{person.user}>"


def button_value(card: Card, button: Button) -> str:
    """What a pressed button brings back: the draft, the version it was drawn for, its argument."""
    return f"{card.subject}:{card.version}:{button.argument}"


def read_button_value(value: str) -> tuple[str, int, str]:
    """The subject, version and argument of a pressed button; raises ValueError."""
    subject, version, argument = value.split(":", 2)
    return subject, int(version), argument


def _rows(rows: Sequence[tuple[str, str]]) -> list[Block]:
    """Facts in two columns; an address has a line to itself, whole or not at all (its button has it, too)."""
    short = [row for row in rows if not _is_address(row[1])]
    fields = [
        _mrkdwn(f"*{escaped(label, _LABEL)}*\n{escaped(value, _VALUE) or '-'}") for label, value in short
    ]
    columns: list[Block] = [
        {"type": "section", "fields": fields[at : at + _FIELDS_PER_SECTION]}
        for at in range(0, len(fields), _FIELDS_PER_SECTION)
    ]
    return columns + [
        {"type": "section", "text": _mrkdwn(f"*{escaped(label, _LABEL)}*\n<{escaped(value, _ADDRESS)}>")}
        for label, value in rows
        if _is_address(value) and len(value.encode()) <= _ADDRESS
    ]


def _is_address(value: str) -> bool:
    return value.startswith(("https://", "http://")) and not re.search(r"[\s<>|]", value)


def _actions(card: Card) -> list[Block]:
    """A row of buttons each. Slack has none that copies, and none with a longer address: left out."""
    rows: list[Block] = []
    for number, row in enumerate(card.buttons):
        elements = [
            _button(card, button, f"{number}_{place}")
            for place, button in enumerate(row)
            if not button.copy and len(button.url or "") <= _BUTTON_ADDRESS
        ]
        if elements:
            rows.append({"type": "actions", "block_id": f"buttons_{number}", "elements": elements})
    return rows


def _button(card: Card, button: Button, place: str) -> Block:
    element: Block = {"type": "button", "text": plain(button.label, _BUTTON)}
    act: Act | str = button.act or "open"
    element["action_id"] = f"{ACTION_PREFIX}{act}_{place}"
    if button.url:
        element["url"] = button.url
    else:
        element["value"] = button_value(card, button)
    if button.primary:
        element["style"] = "primary"
    if button.sure:
        element["confirm"] = {
            "title": plain(button.label, _CONFIRM_TITLE),
            "text": plain(button.sure.question, _CONFIRM_TEXT),
            "confirm": plain(button.sure.yes, _CONFIRM_BUTTON),
            "deny": plain(button.sure.no, _CONFIRM_BUTTON),
            "style": "danger",
        }
    return element


def plain(text: str, limit: int) -> Block:
    """Text that Slack draws as it is."""
    return {"type": "plain_text", "text": shortened(text, limit), "emoji": True}


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
