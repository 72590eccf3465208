"""What is known of a customer from an earlier link, so that nobody has to type an address twice."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import engine
from bot.conversation.answers import Asked
from bot.conversation.offer import Offer
from bot.ports.model import Link
from bot.ports.storage import Transaction

_OF_THE_CUSTOMER = frozenset({"name", "email", "phone", "address", "city", "state", "postal_code"})


def recalled(
    tx: Transaction, offer: Offer, outcome: engine.Open | engine.Ready, asked: Asked
) -> engine.Open | engine.Ready:
    """The outcome, completed by what an earlier link tells of the same customer where that is required."""
    missing = [
        each.key
        for each in offer.form.fields
        if each.required and each.key in _OF_THE_CUSTOMER and not outcome.answers.get(each.key)
    ]
    customer = offer.customer(outcome.answers)
    earlier = tx.links.latest_of(offer.account_id, customer) if missing else None
    known = {key: value for key, value in _told_by(earlier).items() if key in missing and value}
    if not known:
        return outcome
    completed = engine.advance(offer.form, outcome.answers, known, asked)
    unsettled = {key: problem for key, problem in outcome.problems.items() if key not in known}
    return replace(completed, problems=unsettled | completed.problems)


def _told_by(link: Link | None) -> Mapping[str, str | None]:
    if link is None:
        return {}
    customer = link.customer
    return {"name": customer.name, "email": customer.email, "phone": customer.phone, **link.details}
