"""Pure: where a dialogue stands in its form, how it goes on, and what Back leads to."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation.amounts import spell
from bot.conversation.expecting import FOUND_ANEW, least_of
from bot.conversation.form import Form
from bot.money import Money
from bot.ports.model import Draft, Link, Problem, Step

_TOGETHER = frozenset({"amount", "currency"})
# Answers that stand and fall together.
_FORGOTTEN = {"amount": ("amount", "minor", "least", "currency"), "currency": ("minor", "least", "currency")}
_FARTHEST_BACK = 30  # steps


def asking(form: Form, draft: Draft) -> str | None:
    """The field whose question is open: the first without an answer."""
    return next((field.key for field in form.fields if field.key not in draft.answers), None)


def can_be_asked(form: Form, field: str | None) -> bool:
    """Is this a question of the form (None: any of them)?"""
    return field is None or any(each.key == field for each in form.fields)


def chosen(draft: Draft, field: str | None) -> Draft:
    """The answers are offered for a change (None), or one field is asked again, its answer kept beside it."""
    forgotten = _FORGOTTEN.get(field or "", (field,))
    answers = {key: value for key, value in draft.answers.items() if key not in forgotten}
    kept = {} if field is None else _kept({**draft.kept, **draft.answers}, answers)
    draft = replace(draft, earlier=_way_back(draft), kept=kept)
    return replace(draft, answers=answers, choosing=field is None, version=draft.version + 1)


def went_on(before: Draft, after: Draft, asked: str | None, asks: str | None) -> Draft:
    """The draft after an answer: `asked` was open before, `asks` is now. A form has no way back."""
    if asks is None or after.desk:
        return replace(after, kept={}, earlier=())
    is_same = asked == asks and not before.choosing
    earlier = before.earlier if is_same else _way_back(replace(before, problems=_unsettled(before, asked)))
    return replace(after, kept=_kept(before.kept, after.answers), earlier=earlier)


def gone_back(draft: Draft) -> Draft | None:
    """What was open before is open again. What was answered since is kept until it is answered anew."""
    if not draft.earlier:
        return None
    step = draft.earlier[-1]
    return replace(
        draft,
        account_id=step.account_id,
        answers=step.answers,
        problems=step.problems,
        choosing=step.choosing,
        kept=_kept({**_kept(draft.kept, draft.answers), **draft.answers}, step.answers),
        earlier=draft.earlier[:-1],
        version=draft.version + 1,
    )


def kept_answer(draft: Draft, asked: str | None) -> dict[str, str]:
    """The answer that the open question had before, as it can be given again; nothing if it had none."""
    kept = draft.kept
    if asked == "amount" and {"minor", "currency"} <= kept.keys():
        most, least = Money(int(kept["minor"]), kept["currency"]), least_of(kept)
        return {"amount": f"{f'{spell(least)}-' if least else ''}{spell(most)} {most.currency}"}
    return {asked: kept[asked]} if asked is not None and kept.get(asked) else {}


def so_far(draft: Draft) -> dict[str, str]:
    """The answers as they stand, with those that are asked again."""
    return {**_kept(draft.kept, draft.answers), **draft.answers}


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


def _unsettled(draft: Draft, asked: str | None) -> dict[str, Problem]:
    """What was wrong apart from the answer that was taken now; a choice among readings is offered again."""
    settled = _TOGETHER if asked in _TOGETHER else {asked}
    return {key: problem for key, problem in draft.problems.items() if key not in settled or problem.readings}


def _way_back(draft: Draft) -> tuple[Step, ...]:
    step = Step(draft.account_id, draft.answers, draft.problems, draft.choosing)
    return (*draft.earlier, step)[-_FARTHEST_BACK:]


def _kept(earlier: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """The earlier answers that were not given anew; figures only of an amount that was not touched at all."""
    stale = set(answers)
    if _TOGETHER & answers.keys():
        stale |= {"minor", "least"} | (_TOGETHER if "currency" in answers else set())
    return {key: value for key, value in earlier.items() if key not in stale}
