"""The form as a modal. A field's key is its block_id, so that an error finds its input.

https://docs.slack.dev/surfaces/modals
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.chat.slack.cards import Block, card_blocks, paragraphs, plain, shortened
from bot.conversation.engine import prefill
from bot.conversation.form import Field, Form, Kind
from bot.conversation.wording import explain
from bot.ports.chat import Card
from bot.ports.model import Draft
from bot.texts import Texts

CALLBACK = "paylink_form"
_INPUT = "value"
# Offered first; all others follow in groups, a hundred options being the most that a group may have.
_COMMON = ("EUR", "USD", "GBP", "CHF", "JPY", "AUD", "CAD", "INR", "AED", "XAF")
_GROUPS = (("A", "F"), ("G", "M"), ("N", "S"), ("T", "Z"))
_TITLE, _ERROR = 24, 2000


def form_view(texts: Texts, form: Form, draft: Draft) -> Block:
    """The form of a draft, filled with what is known; what could not be understood is said on top."""
    problems = [
        f"⚠️ {texts(f'field.{key}.label')}: {explain(texts, form, form.field(key), problem)}"
        for key, problem in draft.problems.items()
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": draft.id,
        "title": plain(texts("form.title"), _TITLE),
        "submit": plain(texts("form.submit"), _TITLE),
        "close": plain(texts("form.close"), _TITLE),
        "blocks": paragraphs(problems) + [_input(texts, form, draft, field) for field in form.editable],
    }


def card_view(texts: Texts, card: Card) -> Block:
    """A modal that only shows."""
    return {
        "type": "modal",
        "title": plain(texts("form.title"), _TITLE),
        "close": plain(texts("form.close_done"), _TITLE),
        "blocks": card_blocks(card),
    }


def answers_of(view: Mapping[str, Any]) -> dict[str, str]:
    """What was submitted, by field; an input left empty is an empty answer."""
    values = view["state"]["values"]
    return {key: _text_of(inputs[_INPUT]) for key, inputs in values.items()}


def errors_of(texts: Texts, form: Form, draft: Draft) -> dict[str, str]:
    """What is wrong, at the field that it is about, with what to type instead."""
    return {
        key: shortened(explain(texts, form, form.field(key), problem), _ERROR)
        for key, problem in draft.problems.items()
    }


def _input(texts: Texts, form: Form, draft: Draft, field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.key,
        "optional": not field.required,
        "label": plain(texts(f"field.{field.key}.label"), _ERROR),
        "element": _element(form, field, prefill(draft.answers, draft.problems, field.key)),
    }
    if hint := texts(f"field.{field.key}.hint"):
        block["hint"] = plain(hint, _ERROR)
    return block


def _element(form: Form, field: Field, value: str) -> Block:
    if field.kind is Kind.CURRENCY:
        return _currency_select(form, value)
    kind = "email_text_input" if field.kind is Kind.EMAIL else "plain_text_input"
    return {"type": kind, "action_id": _INPUT} | ({"initial_value": value} if value else {})


def _currency_select(form: Form, value: str) -> Block:
    first = [form.locality.currency] if form.locality.currency else []
    common = list(dict.fromkeys(first + [code for code in _COMMON if code in form.currencies]))
    groups = [_group("★", common)]
    for low, high in _GROUPS:
        codes = [code for code in sorted(form.currencies) if low <= code[0] <= high and code not in common]
        groups.append(_group(f"{low} - {high}", codes))
    select: Block = {"type": "static_select", "action_id": _INPUT, "option_groups": groups}
    chosen = value or form.locality.currency
    return select | ({"initial_option": _option(chosen)} if chosen in form.currencies else {})


def _group(label: str, codes: Sequence[str]) -> Block:
    return {"label": plain(label, 75), "options": [_option(code) for code in codes]}


def _option(code: str) -> Block:
    return {"text": plain(code, 75), "value": code}


def _text_of(element: Mapping[str, Any]) -> str:
    if element["type"] == "static_select":
        return str((element.get("selected_option") or {}).get("value", ""))
    return str(element.get("value") or "")
