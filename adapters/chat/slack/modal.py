"""The form as a modal. A field's key is its block_id, so that an error finds its input.

https://docs.slack.dev/surfaces/modals
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.chat.slack.cards import Block, card_blocks, paragraphs, plain, shortened
from bot.conversation.amounts import spell_out
from bot.conversation.engine import prefill
from bot.conversation.expecting import offered
from bot.conversation.form import Field, Form, Kind
from bot.conversation.wording import explain, not_offered_note, order_note, readings_to_choose, recalled_note
from bot.money import Money
from bot.ports.chat import Card, Tone
from bot.ports.model import Draft, Link, Mode
from bot.texts import Texts
from bot.texts.harmless import harmless

CALLBACK = "paylink_form"
_INPUT = "value"
_READING = "reading"  # the action of an amount that is chosen: for Slack another input than one that is typed
_ANOTHER = "another"  # none of the readings: the amount is typed after all
# Offered first; all others follow in groups, a hundred options being the most that a group may have.
_COMMON = ("EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "INR", "AED", "XAF")
_GROUPS = (("A", "F"), ("G", "M"), ("N", "S"), ("T", "Z"))
_TITLE, _SENTENCE, _INITIAL, _CHOICE = 24, 2000, 3000, 75  # a sentence: a label, a hint, an error
# https://github.com/slackapi/node-slack-sdk/issues/1580: an initial value must be one; this much surely is.
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


def form_view(texts: Texts, form: Form, draft: Draft, *, typing: bool = False) -> Block:
    """The form of a draft, filled with what is known; what could not be understood is said on top.

    An amount that can be read in several ways is chosen among them, unless it is to be typed (`typing`).
    """
    is_typed = typing or "currency" in draft.problems
    readings = () if is_typed else readings_to_choose(draft.problems.get("amount"))
    problems = [
        f"⚠️ {texts(f'field.{key}.label')}{texts('colon')} {explain(texts, form, form.field(key), problem)}"
        for key, problem in draft.problems.items()
        if key != "amount" or not readings
    ]
    mark = (texts("card.test"),) if form.mode is Mode.TEST else ()
    notes = (*problems, *order_note(texts, form, draft), *recalled_note(texts, draft))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": draft.id,
        "title": plain(texts("form.title"), _TITLE),
        "submit": plain(texts("form.submit"), _TITLE),
        "close": plain(texts("form.close"), _TITLE),
        "blocks": paragraphs([*mark, *notes]) + _inputs(texts, form, draft, readings),
    }


def card_view(texts: Texts, card: Card) -> Block:
    """A modal that only shows."""
    return window(texts, card_blocks(card))


def notice_view(texts: Texts, key: str) -> Block:
    """A modal that says one thing: a press has no answer of its own."""
    return window(texts, paragraphs([texts(key)]))


def customer_view(texts: Texts, link: Link, notes: tuple[str, ...]) -> Block:
    """Who is asked to pay, in full."""
    customer = link.customer
    parts = {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "reference": link.own_reference,
    }
    rows = tuple((texts(f"field.{key}.label"), harmless(part)) for key, part in parts.items() if part)
    return card_view(texts, Card(link.id, 0, texts("row.customer"), Tone.NEUTRAL, rows, notes=notes))


def answers_of(view: Mapping[str, Any]) -> dict[str, str]:
    """What was submitted, by field; an input left empty is an empty answer, an amount to be typed is none."""
    values: Mapping[str, Mapping[str, Any]] = view["state"]["values"]
    answers = {key: _text_of(*inputs.values()) for key, inputs in values.items()}
    is_another = _READING in values.get("amount", {}) and answers["amount"] == _ANOTHER
    return {key: answer for key, answer in answers.items() if key != "amount" or not is_another}


def errors_of(texts: Texts, form: Form, draft: Draft) -> dict[str, str]:
    """What is wrong, at the field that it is about, with what to type instead."""
    return {
        key: shortened(explain(texts, form, form.field(key), problem), _SENTENCE)
        for key, problem in draft.problems.items()
    }


def window(texts: Texts, blocks: list[Block]) -> Block:
    """A modal that only shows."""
    return {
        "type": "modal",
        "title": plain(texts("form.title"), _TITLE),
        "close": plain(texts("form.close_done"), _TITLE),
        "blocks": blocks,
    }


def _inputs(texts: Texts, form: Form, draft: Draft, readings: Sequence[Money]) -> list[Block]:
    """An input for each field; for amount and currency together one choice, if there are `readings`."""
    inputs = {field.key: _input(texts, form, draft, field) for field in _shown(form, draft)}
    if readings:
        inputs["amount"] = _which(texts, draft.problems["amount"].typed, readings)
        inputs.pop("currency", None)
    return list(inputs.values())


def _shown(form: Form, draft: Draft) -> list[Field]:
    """Also what is not worth changing, once there is something wrong with it."""
    return [field for field in form.fields if field in form.editable or field.key in draft.problems]


def _input(texts: Texts, form: Form, draft: Draft, field: Field) -> Block:
    element = _ELEMENTS.get(field.kind, _text_input)
    block: Block = {
        "type": "input",
        "block_id": field.key,
        "optional": form.may_be_empty(field),
        "label": plain(texts(f"field.{field.key}.label"), _SENTENCE),
        "element": {"action_id": _INPUT} | element(texts, form, draft, field),
    }
    notes = not_offered_note(texts, form, draft) if field.key == "backend" else ()
    if hint := " ".join(filter(None, (texts(f"field.{field.key}.hint"), *notes))):
        block["hint"] = plain(hint, _SENTENCE)
    return block


def _which(texts: Texts, typed: str, readings: Sequence[Money]) -> Block:
    """A button for each reading of an amount, and one to type another."""
    options = [_option(spell_out(money), texts.money(money)) for money in readings]
    options.append(_option(_ANOTHER, texts("form.another_amount")))
    return {
        "type": "input",
        "block_id": "amount",
        "label": plain(texts("form.which_amount", text=typed), _SENTENCE),
        "element": {"type": "radio_buttons", "action_id": _READING, "options": options},
    }


def _text_input(_: Texts, __: Form, draft: Draft, field: Field) -> Block:
    value = prefill(draft.answers, draft.problems, field.key)
    return {"type": "plain_text_input"} | _holding(value)


def _email_input(_: Texts, __: Form, draft: Draft, field: Field) -> Block:
    """For what Slack takes for no address, a plain input: in its own the whole view would be refused."""
    value = prefill(draft.answers, draft.problems, field.key)
    is_shown = not value or _ADDRESS.fullmatch(value)
    return {"type": "email_text_input" if is_shown else "plain_text_input"} | _holding(value)


def _date_input(_: Texts, form: Form, draft: Draft, field: Field) -> Block:
    """A moment that is known, as it would be typed; Slack's own picker knows neither hours nor zones."""
    value = prefill(draft.answers, draft.problems, field.key)
    if field.key in draft.answers and value:
        local = datetime.fromisoformat(value).astimezone(form.locality.zone)
        value = local.replace(tzinfo=None).isoformat(" ", "seconds")
    return {"type": "plain_text_input"} | _holding(value)


def _choice_select(texts: Texts, form: Form, draft: Draft, field: Field) -> Block:
    labels = {name: texts(f"choice.{name}") for name in field.options} or offered(form, draft.answers)
    options = {name: _option(name, label) for name, label in labels.items()}
    chosen = draft.answers.get(field.key) or draft.account_id
    select: Block = {"type": "static_select", "options": list(options.values())}
    return select | ({"initial_option": options[chosen]} if chosen in options else {})


def _currency_select(_: Texts, form: Form, draft: Draft, field: Field) -> Block:
    home = form.locality.currency
    first = [home] if home in form.info.currencies else []
    common = list(dict.fromkeys(first + [code for code in _COMMON if code in form.info.currencies]))
    others = [code for code in sorted(form.info.currencies) if code not in common]
    groups = {"★": common}
    groups |= {
        f"{low} - {high}": [code for code in others if low <= code[0] <= high] for low, high in _GROUPS
    }
    shown = [_group(label, codes) for label, codes in groups.items() if codes]
    select: Block = {"type": "static_select", "option_groups": shown}
    chosen = prefill(draft.answers, draft.problems, field.key) or home or ""
    return select | ({"initial_option": _option(chosen)} if chosen in form.info.currencies else {})


_ELEMENTS: Mapping[Kind, Callable[[Texts, Form, Draft, Field], Block]] = {
    Kind.CURRENCY: _currency_select,
    Kind.EMAIL: _email_input,
    Kind.DATE: _date_input,
    Kind.CHOICE: _choice_select,
}  # every other kind is typed


def _holding(value: str) -> Block:
    """What an input shows at first; Slack refuses the whole view for more than it takes."""
    return {"initial_value": value[:_INITIAL]} if value else {}


def _group(label: str, codes: Sequence[str]) -> Block:
    return {"label": plain(label, _CHOICE), "options": [_option(code) for code in codes]}


def _option(value: str, label: str | None = None) -> Block:
    return {"text": plain(label or value, _CHOICE), "value": value}


def _text_of(element: Mapping[str, Any]) -> str:
    if "selected_option" in element:
        return str((element.get("selected_option") or {}).get("value", ""))
    return str(element.get("value") or "")
