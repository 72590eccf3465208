"""Pure: where a dialogue stands in its form."""

from bot.conversation.form import Form
from bot.ports.model import Draft


def asking(form: Form, draft: Draft) -> str | None:
    """The field whose question is open: the first without an answer."""
    return next((field.key for field in form.fields if field.key not in draft.answers), None)


def answered_before(form: Form, draft: Draft) -> list[str]:
    """The answers that were asked for before the open question; an amount has its currency in it."""
    asked = asking(form, draft)
    keys = [field.key for field in form.fields if field.asked or field.required]
    earlier = keys[: keys.index(asked)] if asked in keys else []
    return [key for key in earlier if key in draft.answers and key != "currency"]
