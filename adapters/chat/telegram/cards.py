"""Cards and replies as HTML and inline keyboards.

https://core.telegram.org/bots/api#html-style and #inlinekeyboardbutton. Whatever comes from people is
escaped; data is shortened before it is rendered, never the rendered text.
"""

from html import escape

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.ports.chat import Act, Button, Card, Reply, Tone
from bot.ports.model import Person

_SIGNS = {Tone.NEUTRAL: "", Tone.WAITING: "⏳ ", Tone.GOOD: "✅ ", Tone.BAD: "⚠️ "}
_VALUE = 500
_COPY = 256  # https://core.telegram.org/bots/api#copytextbutton
_FORMAT = "p1"  # of the data in our buttons: a later format can tell this one apart


def card_html(card: Card) -> str:
    """A card as one message."""
    lines = [f"<b>{_text(_SIGNS[card.tone] + card.headline)}</b>"]
    if card.rows:
        lines.append("")
        lines += [f"{_text(label)}: {_text(value)}" for label, value in card.rows]
    notes = [f"<i>{_text(note)}</i>" for note in card.notes]
    if card.mention:
        notes.append(f"<i>{_text(card.mention_label)}</i> {mention(card.mention)}")
    if notes:
        lines += ["", *notes]
    if card.ask:
        lines += ["", f"<b>{_text(card.ask)}</b>"]
    return "\n".join(lines)


def card_keyboard(card: Card) -> InlineKeyboardMarkup | None:
    """Its buttons; None if it has none."""
    rows = [[_button(card, button) for button in row if not _too_long(button)] for row in card.buttons]
    return InlineKeyboardMarkup([row for row in rows if row]) if any(rows) else None


def reply_html(reply: Reply) -> str:
    """A line of the history."""
    who = f"{mention(reply.mention)}: " if reply.mention else ""
    return f"{_SIGNS[reply.tone]}{who}{_text(reply.text)}"


def mention(person: Person) -> str:
    """A link that calls a person, with or without a username."""
    return f'<a href="tg://user?id={person.user}">{escape(person.name or person.user)}</a>'


def read_button_data(data: str) -> tuple[str, int, Act, str]:
    """The subject, version, act and argument of a pressed button; raises ValueError."""
    form, subject, version, act, argument = data.split(":", 4)
    if form != _FORMAT:
        raise ValueError(f"unknown format {form}")
    return subject, int(version), Act(act), argument


def _button(card: Card, button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    data = f"{_FORMAT}:{card.subject}:{card.version}:{button.act}:{button.argument}"
    return InlineKeyboardButton(button.label, callback_data=data)


def _too_long(button: Button) -> bool:
    return button.copy is not None and len(button.copy) > _COPY


def _text(text: str) -> str:
    return escape(text if len(text) <= _VALUE else text[: _VALUE - 1] + "…", quote=False)
