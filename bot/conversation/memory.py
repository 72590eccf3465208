"""What an earlier link tells about a customer, so that nobody has to type an address twice."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import engine
from bot.conversation.answers import Asked
from bot.conversation.expecting import Answers
from bot.conversation.offer import Offer
from bot.ports.model import Draft, Link, Person
from bot.ports.storage import Transaction

_OF_THE_CUSTOMER = frozenset({"name", "email", "phone", "address", "city", "state", "postal_code"})


def recalled(
    tx: Transaction, offer: Offer, outcome: engine.Open | engine.Ready, asked: Asked, person: Person
) -> tuple[engine.Open | engine.Ready, tuple[str, ...]]:
    """The outcome, completed with required answers from an earlier link for the same customer.

    Only from links of the same creator that exist at their backend. Also gives the fields that were filled
    in: the person has not seen them yet.
    """
    missing = [
        each.key
        for each in offer.form.fields
        if each.required and each.key in _OF_THE_CUSTOMER and not outcome.answers.get(each.key)
    ]
    customer = offer.customer(outcome.answers)
    earlier = tx.links.latest_of(offer.account_id, customer, person) if missing else None
    known = {key: value for key, value in _told_by(earlier).items() if key in missing and value}
    if not known:
        return outcome, ()
    completed = engine.advance(offer.form, outcome.answers, known, asked)
    unsettled = {key: problem for key, problem in outcome.problems.items() if key not in known}
    filled_in = tuple(key for key in known if key in completed.answers)
    return replace(completed, problems=unsettled | completed.problems), filled_in


def still_recalled(before: Draft, answers: Answers) -> tuple[str, ...]:
    """The fields that were filled in earlier, and have not been answered since."""
    return tuple(key for key in before.recalled if answers.get(key, "") == before.answers.get(key))


def _told_by(link: Link | None) -> Mapping[str, str | None]:
    if link is None:
        return {}
    customer = link.customer
    return {"name": customer.name, "email": customer.email, "phone": customer.phone, **link.details}
