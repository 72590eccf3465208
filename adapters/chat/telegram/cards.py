"""Cards and replies as HTML and inline keyboards.

https://core.telegram.org/bots/api#html-style and #inlinekeyboardbutton. Whatever comes from people is
escaped; data is shortened before it is rendered, never the rendered text.
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import accumulate
from urllib.parse import urlsplit

from telegram import CopyTextButton, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from bot.ports.chat import Act, Button, Card, Prompt, Reply, Sheet, Tone
from bot.ports.model import Person
from bot.texts import Texts
from bot.texts.harmless import harmless

_SIGNS = {Tone.NEUTRAL: "", Tone.WAITING: "⏳ ", Tone.GOOD: "✅ ", Tone.BAD: "⚠️ "}
# In UTF-16 units, as Telegram counts, of the 4,096 that a message may have:
_VALUE = 250
_ADDRESS = 1000
_ASK = 800  # the question of a card
_REMARK = 800  # a note of a card
_LINE = 3000  # a reply
_COPY = 256  # https://core.telegram.org/bots/api#copytextbutton
_HINT = 64  # https://core.telegram.org/bots/api#forcereply
_NOTE = 200  # https://core.telegram.org/bots/api#answercallbackquery
_MASKED = re.compile(r"(?<!\S)\S*…@\S+")  # looked for once per word: one may be very long
_FORMAT = "p1"  # of the data in our buttons: a later format can tell this one apart
_ACCOUNT, _SHORT = "backend=", "="  # where the longest is picked, an account's name


def card_html(card: Card, texts: Texts) -> str:
    """A card as one message."""
    colon = texts("colon")
    lines = [f"<b>{_text(_SIGNS[card.tone] + card.headline)}</b>"]
    if card.rows:
        lines.append("")
        lines += [f"{_text(label)}{colon} {value}" for label, row in card.rows if (value := _value(row))]
    notes = [f"<i>{_text(note, _REMARK)}</i>" for note in card.notes]
    if card.mention:
        notes.append(f"<i>{_text(card.mention_label)}</i> {mention(card.mention)}")
    if notes:
        lines += ["", *notes]
    if card.ask:
        lines += ["", f"<b>{_text(card.ask, _ASK)}</b>"]
    return "\n".join(lines)


def card_keyboard(card: Card) -> InlineKeyboardMarkup | None:
    """Its buttons; None if it has none."""
    return keyboard_of(card.subject, card.version, card.buttons)


def keyboard_of(
    subject: str, version: int, buttons: Sequence[Sequence[Button]]
) -> InlineKeyboardMarkup | None:
    """Buttons about a draft or link, a row each; None if there are none."""
    rows = [[_button(subject, version, button) for button in row if _is_taken(button)] for row in buttons]
    return InlineKeyboardMarkup([row for row in rows if row]) if any(rows) else None


def sheet_html(sheet: Sheet) -> str:
    """What one person reads alone."""
    parts = ["\n".join(_text(line) for line in part) for part in sheet.parts]
    return "\n\n".join([f"<b>{_text(sheet.headline)}</b>", *parts])


def reply_html(reply: Reply, texts: Texts) -> str:
    """A line of the history."""
    who = f"{mention(reply.mention)}{texts('colon')} " if reply.mention else ""
    return f"{_SIGNS[reply.tone]}{who}{_unmentioned(_text(reply.text, _LINE))}"


def is_signed(text: str) -> bool:
    """Does it begin with one of our signs? News of links do, what asks for an answer does not."""
    return text.startswith(tuple(filter(None, _SIGNS.values())))


def prompt_html(prompt: Prompt, texts: Texts) -> str:
    """A question of its own, calling the one who is asked: a selective reply is forced upon nobody else."""
    return f"{mention(prompt.person)}{texts('colon')} {_text(prompt.text, _LINE)}"


def force_reply(prompt: Prompt) -> ForceReply:
    """Opens the input of the one who is asked, and of nobody else: only they are mentioned."""
    return ForceReply(selective=True, input_field_placeholder=_cut(prompt.hint, _HINT) or None)


def is_note(text: str) -> bool:
    """Is it short enough to appear over the chat?"""
    return _units(text) <= _NOTE


def note(text: str) -> str:
    """What appears over the chat when a button is pressed, where it can be said nowhere else."""
    return _cut(text, _NOTE)


def mention(person: Person) -> str:
    """A link that calls a person, with or without a username."""
    return f'<a href="tg://user?id={person.user}">{_text(called(person))}</a>'


def called(person: Person) -> str:
    """The words of that link."""
    return harmless(person.name).strip() or person.user


def read_button_data(data: str) -> tuple[str, int, Act, str]:
    """The subject, version, act and argument of a pressed button; raises ValueError."""
    form, subject, version, act, argument = data.split(":", 4)
    if form != _FORMAT:
        raise ValueError(f"unknown format {form}")
    whole = _ACCOUNT + argument.removeprefix(_SHORT) if argument.startswith(_SHORT) else argument
    return subject, int(version), Act(act), whole


def _button(subject: str, version: int, button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    data = _data(subject, version, button.act, button.argument)
    return InlineKeyboardButton(button.label, callback_data=data)


def _data(subject: str, version: int, act: Act | None, argument: str) -> str:
    """At most 64 bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton."""
    short = _SHORT + argument.removeprefix(_ACCOUNT) if argument.startswith(_ACCOUNT) else argument
    return f"{_FORMAT}:{subject}:{version}:{act}:{short}"


def _is_taken(button: Button) -> bool:
    """A text too long to copy, or an address without a dot in its host: the whole card would be refused."""
    if button.url is None:
        return button.copy is None or _units(button.copy) <= _COPY
    try:
        host = urlsplit(button.url).hostname or ""
    except ValueError:
        return False
    return "." in host or ":" in host


def _value(value: str) -> str:
    """A fact; an address stands whole or not at all (its button has it, too)."""
    if not value.startswith(("https://", "http://")):
        return _unmentioned(_text(value))
    return _text(value, _ADDRESS) if _units(value) <= _ADDRESS else ""


def _unmentioned(html: str) -> str:
    """A masked address as what it is: else its domain would be a mention."""
    return _MASKED.sub(r"<code>\g<0></code>", html)


def _text(text: str, limit: int = _VALUE) -> str:
    """Text that is only text, shortened before it is escaped."""
    return escape(_cut(text, limit), quote=False)


def _cut(text: str, limit: int) -> str:
    """Shortened between whole characters."""
    if _units(text) <= limit:
        return text
    sizes = accumulate(map(_units, text[:limit]))
    return text[: sum(size < limit for size in sizes)] + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
