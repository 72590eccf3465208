"""Pure: where a dialogue is in its form, how it goes on, and where Back leads."""

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
    """Show the answers for a change (None), or ask one field again and keep its answer at hand."""
    forgotten = _FORGOTTEN.get(field or "", (field,))
    answers = {key: value for key, value in draft.answers.items() if key not in forgotten}
    kept = {} if field is None else _kept({**draft.kept, **draft.answers}, answers)
    draft = replace(draft, earlier=_way_back(draft), kept=kept)
    return replace(draft, answers=answers, choosing=field is None, version=draft.version + 1)


def went_on(before: Draft, after: Draft, asked: str | None, asks: str | None) -> Draft:
    """The draft after an answer: `asked` was open before, `asks` is now. A form has no Back."""
    if asks is None or after.desk:
        return replace(after, kept={}, earlier=())
    is_same = asked == asks and not before.choosing
    earlier = before.earlier if is_same else _way_back(replace(before, problems=_unsettled(before, asked)))
    return replace(after, kept=_kept(before.kept, after.answers), earlier=earlier)


def gone_back(draft: Draft) -> Draft | None:
    """The former question is open again. Answers given since are kept at hand."""
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
    """The former answer to the open question, as it can be given again; empty if there was none."""
    kept = draft.kept
    if asked == "amount" and {"minor", "currency"} <= kept.keys():
        most, least = Money(int(kept["minor"]), kept["currency"]), least_of(kept)
        span = f"{spell(least)}-{spell(most)}" if least else spell(most)
        return {"amount": f"{span} {most.currency}"}
    return {asked: kept[asked]} if asked is not None and kept.get(asked) else {}


def so_far(draft: Draft) -> dict[str, str]:
    """The answers, including those that are being asked again."""
    return {**_kept(draft.kept, draft.answers), **draft.answers}


def still_wrong(draft: Draft, answered: Mapping[str, str]) -> dict[str, Problem]:
    """The problems of answers that were not given again."""
    settled = set(answered) | (_TOGETHER if _TOGETHER & answered.keys() else set())
    kept = {key: problem for key, problem in draft.problems.items() if key not in settled}
    return {key: problem for key, problem in kept.items() if problem.key not in FOUND_ANEW}


def refused(link: Link, answers: Mapping[str, str]) -> dict[str, Problem]:
    """What a backend has refused about a link, by the field that it named."""
    trouble = link.trouble or {}
    field = trouble.get("field") or ""
    return {field: Problem("rejected", trouble.get("codes", ""))} if field in answers else {}


def _unsettled(draft: Draft, asked: str | None) -> dict[str, Problem]:
    """The problems apart from the answer that was just taken; a choice of readings is offered again."""
    settled = _TOGETHER if asked in _TOGETHER else {asked}
    return {key: problem for key, problem in draft.problems.items() if key not in settled or problem.readings}


def _way_back(draft: Draft) -> tuple[Step, ...]:
    step = Step(draft.account_id, draft.answers, draft.problems, draft.choosing)
    return (*draft.earlier, step)[-_FARTHEST_BACK:]


def _kept(earlier: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """The former answers that were not given again; an amount only if neither part of it was."""
    stale = set(answers)
    if _TOGETHER & answers.keys():
        stale |= {"minor", "least"} | (_TOGETHER if "currency" in answers else set())
    return {key: value for key, value in earlier.items() if key not in stale}
