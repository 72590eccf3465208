"""Pure: where a dialogue stands in its form."""

from collections.abc import Mapping

from bot.conversation.expecting import FOUND_ANEW
from bot.conversation.form import Form
from bot.ports.model import Draft, Link, Problem

_TOGETHER = frozenset({"amount", "currency"})


def asking(form: Form, draft: Draft) -> str | None:
    """The field whose question is open: the first without an answer."""
    return next((field.key for field in form.fields if field.key not in draft.answers), None)


def can_be_asked(form: Form, field: str | None) -> bool:
    """Is this a question of the form (None: any of them)?"""
    return field is None or any(each.key == field for each in form.fields)


def answered_before(form: Form, draft: Draft) -> list[str]:
    """The answers that were asked for before the open question; an amount has its currency in it."""
    asked = asking(form, draft)
    keys = [field.key for field in form.fields if field.asked or field.required]
    earlier = keys[: keys.index(asked)] if asked in keys else []
    return [key for key in earlier if key in draft.answers and key != "currency"]


def still_wrong(draft: Draft, answered: Mapping[str, str]) -> dict[str, Problem]:
    """What is known to be wrong with answers that were not given anew."""
    settled = set(answered) | (_TOGETHER if _TOGETHER & answered.keys() else set())
    kept = {key: problem for key, problem in draft.problems.items() if key not in settled}
    return {key: problem for key, problem in kept.items() if problem.key not in FOUND_ANEW}


def refused(link: Link, answers: Mapping[str, str]) -> dict[str, Problem]:
    """What a backend found wrong with a link, at the field that it named."""
    trouble = link.trouble or {}
    field = trouble.get("field") or ""
    return {field: Problem("rejected", trouble.get("codes", ""))} if field in answers else {}
