"""Which account creates a link: the one that was named, else the first that can."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.conversation import engine
from bot.conversation.answers import Asked
from bot.conversation.expecting import BARRING, Answers, unfit
from bot.conversation.form import Form
from bot.conversation.offer import Offer
from bot.ports.model import Problem

Outcome = engine.Open | engine.Ready
Read = Callable[[Form], Outcome]


def fitting(first: Offer, others: Iterable[Offer], read: Read) -> tuple[Offer, Outcome]:
    """The offer to use, and the outcome when its form reads the answers (`read`).

    Without a named account it is the first that can do what is asked for, and the person sees which one. A
    named account is kept, and the outcome says what it cannot do and which others can.
    """
    offers = {offer.account_id: offer for offer in (first, *others)}
    outcome = read(first.form)
    named = offers.get(outcome.answers.get("backend") or outcome.answers.get("named", ""))
    chosen = named or first
    if chosen is not first:
        outcome = read(chosen.form)
    if not _is_barred(chosen.form, outcome):
        return chosen, outcome
    again = {offer.account_id: read(offer.form) for offer in offers.values() if offer is not chosen}
    able = [name for name, other in again.items() if not _is_barred(offers[name].form, other)]
    if named is None and able:
        taken = again[able[0]]
        return offers[able[0]], replace(taken, answers={**taken.answers, "backend": able[0]})
    return chosen, _told(chosen.form, outcome, tuple(able), named.account_id if named else "")


def _told(form: Form, outcome: Outcome, able: tuple[str, ...], named: str) -> Outcome:
    """What an account cannot do, and which others can.

    The named account is remembered, and asked for again.
    """
    problems = {
        key: replace(problem, able=able) if problem.key in BARRING else problem
        for key, problem in outcome.problems.items()
    }
    missing_here = unfit(form, outcome.answers)
    if not missing_here:
        return replace(outcome, problems=problems)
    problems["backend"] = Problem("wish_not_offered", ", ".join(missing_here), able=able)
    answers = {key: value for key, value in outcome.answers.items() if key != "backend"}
    if named:
        answers["named"] = named
    fields = tuple(each for each in form.fields if each.key not in answers)
    return engine.Open(answers, fields, problems)


def answered(offer: Offer, known: Answers, new: Answers, asked: Asked) -> Read:
    """New answers to the form of an offer; another offer's form reads everything again."""

    def read(form: Form) -> Outcome:
        outcome = engine.advance(offer.form, known, new, asked)
        if form is offer.form:
            return outcome
        refused = {key: problem.typed for key, problem in outcome.problems.items() if problem.typed}
        further = {
            each.key: ""
            for each in form.fields
            if not (each.required or each.asked or offer.form.has(each.key))
        }
        return engine.advance(form, {}, {**further, **outcome.answers, **refused}, asked)

    return read


def _is_barred(form: Form, outcome: Outcome) -> bool:
    """Is something asked for that this account cannot do?"""
    wrong = any(problem.key in BARRING for problem in outcome.problems.values())
    return wrong or bool(unfit(form, outcome.answers))
