"""Which account makes a link: the one that was named, else the first that can."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.conversation import engine
from bot.conversation.answers import Asked
from bot.conversation.form import Form
from bot.conversation.offer import Offer

Outcome = engine.Open | engine.Ready
Read = Callable[[Form], Outcome]


def fitting(first: Offer, others: Iterable[Offer], read: Read) -> tuple[Offer, Outcome]:
    """The offer to take and what its form makes of the answers, `read` by it.

    Somebody who has named nobody in particular gets the first that takes their currency, and sees which
    one it is. What was named is kept, and says what it cannot do.
    """
    offers = {offer.account_id: offer for offer in (first, *others)}
    outcome = read(first.form)
    named = offers.get(outcome.answers.get("backend", ""))
    if named is not None:
        return named, outcome if named is first else read(named.form)
    if not _is_barred(outcome):
        return first, outcome
    able = ((offer, read(offer.form)) for offer in offers.values() if offer is not first)
    for offer, again in able:
        if not _is_barred(again):
            return offer, replace(again, answers={**again.answers, "backend": offer.account_id})
    return first, outcome


def answered(offer: Offer, known: engine.Answers, new: engine.Answers, asked: Asked) -> Read:
    """New answers to the form of an offer; by another's form everything is read again."""

    def read(form: Form) -> Outcome:
        outcome = engine.advance(offer.form, known, new, asked)
        if form is offer.form:
            return outcome
        refused = {key: problem.typed for key, problem in outcome.problems.items() if problem.typed}
        return engine.advance(form, {}, {**outcome.answers, **refused}, asked)

    return read


def _is_barred(outcome: Outcome) -> bool:
    """Is the currency one that this account does not take?"""
    problem = outcome.problems.get("currency")
    return problem is not None and problem.key == "currency_not_offered"
