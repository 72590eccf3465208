"""Rows to records and back: pure functions, by table."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.money import Money, pack, unpack
from bot.ports.expectation import LinkKind
from bot.ports.model import (
    Closed,
    Customer,
    Destination,
    Dispute,
    Draft,
    DraftState,
    EventKind,
    Link,
    LinkState,
    Payment,
    Person,
    Place,
    Problem,
    Step,
)
from bot.ports.provider_links import ProviderLink, ProviderLinkState, Sight
from bot.ports.traffic import Evidence, Inbound, InboundFact, InboxState

Values = dict[str, Any]
_COMPOSED = frozenset({"customer", "creator", "amount", "least", "kind", "uses"})  # of a link
_MAPPINGS = frozenset({"trouble", "details"})  # of a link
# The cumulative amounts of a payment that have columns of their own: the kind's name, and with _currency.
_AMOUNTS = (
    EventKind.AUTHORISED,
    EventKind.CAPTURED,
    EventKind.REFUNDED,
    EventKind.RETURNED,
    EventKind.DISPUTED,
)


def payment_values(payment: Payment) -> Values:
    values: Values = {
        "account_id": payment.account_id,
        "provider_payment_id": payment.provider_payment_id,
        "link_id": payment.link_id,
        "heard": _moments(payment.heard),
        "disputes": _disputes(payment.disputes),
        "use": payment.use,
        "method": payment.method,
        "bank_reference": payment.bank_reference,
        "reason": payment.reason,
    }
    for kind in _AMOUNTS:
        amount = payment.amounts.get(kind)
        values[kind] = amount.minor if amount else None
        values[f"{kind}_currency"] = amount.currency if amount else None
    return values


def payment(row: Any) -> Payment:
    kept = {kind: (getattr(row, kind), getattr(row, f"{kind}_currency")) for kind in _AMOUNTS}
    return Payment(
        account_id=row.account_id,
        provider_payment_id=row.provider_payment_id,
        link_id=row.link_id,
        heard=_heard(row.heard),
        amounts={kind: Money(minor, code) for kind, (minor, code) in kept.items() if code is not None},
        method=row.method,
        bank_reference=row.bank_reference,
        reason=row.reason,
        disputes={
            name: Dispute(_heard(one["heard"]), unpack(one["amount"]) if one["amount"] else None)
            for name, one in (row.disputes or {}).items()
        },
        use=row.use,
    )


def _moments(heard: Mapping[EventKind, datetime]) -> Values:
    return {kind: moment.isoformat() for kind, moment in heard.items()}


def _heard(moments: Mapping[str, str]) -> dict[EventKind, datetime]:
    return {EventKind(kind): datetime.fromisoformat(moment) for kind, moment in moments.items()}


def _disputes(disputes: Mapping[str, Dispute]) -> Values:
    return {
        name: {"heard": _moments(one.heard), "amount": pack(one.amount) if one.amount else None}
        for name, one in disputes.items()
    }


def flat(record: Any, *, without: Collection[str] = (), prefix: str = "") -> Values:
    """The fields of a record that are columns of the same names, or of those with a prefix."""
    return {prefix + name: getattr(record, name) for name in _names(record.__class__) if name not in without}


@lru_cache
def _names(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def money_values(amount: Money) -> Values:
    return {"amount_minor": amount.minor, "currency": amount.currency}


def place_values(place: Place) -> Values:
    return flat(place) | {"lane": place.lane}


def destination_values(destination: Destination) -> Values:
    return place_values(destination.place) | flat(destination, without={"id", "place"})


def draft_values(draft: Draft) -> Values:
    mappings = {name: dict(getattr(draft, name)) for name in ("answers", "desk", "kept")}
    earlier = [
        flat(step) | {"answers": dict(step.answers), "problems": _problem_values(step.problems)}
        for step in draft.earlier
    ]
    return (
        flat(draft, without={"person"})
        | flat(draft.person)
        | mappings
        | {"problems": _problem_values(draft.problems), "earlier": earlier, "recalled": list(draft.recalled)}
    )


def person(row: Any) -> Person:
    return Person(row.chat, row.user, row.team, row.name)


def identity(person: Person) -> Values:
    """What tells people apart: their names do not."""
    return {"chat": person.chat, "team": person.team, "user": person.user}


def _problem_values(problems: Mapping[str, Problem]) -> Values:
    return {
        key: {"key": problem.key, "typed": problem.typed, "currency": problem.currency}
        | {"readings": [pack(money) for money in problem.readings], "able": problem.able}
        for key, problem in problems.items()
    }


def _problems(stored: Values) -> dict[str, Problem]:
    return {
        key: Problem(
            kept["key"],
            kept["typed"],
            tuple(map(unpack, kept["readings"])),
            kept["currency"],
            tuple(kept.get("able", ())),
        )
        for key, kept in stored.items()
    }


def draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        state=DraftState(row.state),
        person=person(row),
        destination_id=row.destination_id,
        account_id=row.account_id,
        version=row.version,
        answers=row.answers,
        problems=_problems(row.problems),
        choosing=row.choosing,
        desk=row.desk,
        expires_at=row.expires_at,
        kept=row.kept,
        earlier=tuple(Step(**step | {"problems": _problems(step["problems"])}) for step in row.earlier),
        recalled=tuple(row.recalled),
    )


def link_values(link: Link) -> Values:
    creator, customer = flat(link.creator, prefix="creator_"), flat(link.customer, prefix="customer_")
    trouble = {"trouble": dict(link.trouble) if link.trouble is not None else None}
    details = {"details": dict(link.details)}
    return flat(link, without=_COMPOSED) | customer | creator | trouble | details | expectation_values(link)


def link_changes(before: Link | None, after: Link) -> Values:
    """The columns in which two links differ."""
    if before is None:
        return link_values(after)
    changed = [name for name in _names(Link) if getattr(before, name) != getattr(after, name)]
    if _COMPOSED.isdisjoint(changed) and _MAPPINGS.isdisjoint(changed):
        return {name: getattr(after, name) for name in changed}
    known = link_values(before)
    return {name: value for name, value in link_values(after).items() if value != known[name]}


def expectation_values(link: Link) -> Values:
    """What it asks for."""
    least = link.least.minor if link.least else None
    return {"kind": link.kind, "uses": link.uses, "least_minor": least} | money_values(link.amount)


def link(row: Any) -> Link:
    return Link(
        id=row.id,
        account_id=row.account_id,
        public_token=row.public_token,
        state=LinkState(row.state),
        closed=Closed(row.closed) if row.closed else None,
        amount=Money(row.amount_minor, row.currency),
        uses=row.uses,
        description=row.description,
        customer=Customer(row.customer_name, row.customer_email, row.customer_phone, row.customer_country),
        creator=Person(row.creator_chat, row.creator_user, row.creator_team, row.creator_name),
        destination_id=row.destination_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        own_reference=row.own_reference,
        trouble=row.trouble,
        retry_at=row.retry_at,
        poll_at=row.poll_at,
        details=row.details,
        kind=LinkKind(row.kind),
        least=Money(row.least_minor, row.currency) if row.least_minor is not None else None,
    )


def provider_link_values(known: ProviderLink) -> Values:
    sight = known.sight
    kept = {"at": sight.at.isoformat(), "usable": sight.usable, "received": sight.received} if sight else None
    return (
        flat(known, without={"amount"})
        | money_values(known.amount)
        | {"owed": dict(known.owed), "sight": kept}
    )


def provider_link(row: Any) -> ProviderLink:
    return ProviderLink(
        link_id=row.link_id,
        attempt=row.attempt,
        account_id=row.account_id,
        reference=row.reference,
        state=ProviderLinkState(row.state),
        amount=Money(row.amount_minor, row.currency),
        provider_id=row.provider_id,
        url=row.url,
        expires_on=row.expires_on,
        webhook_token=row.webhook_token,
        owed=row.owed,
        sight=_sight(row.sight) if row.sight else None,
    )


def _sight(kept: dict[str, Any]) -> Sight:
    return Sight(datetime.fromisoformat(kept["at"]), kept["usable"], kept["received"])


def evidence(row: Any) -> Evidence:
    amount = Money(row.amount_minor, row.currency) if row.currency is not None else None
    return Evidence(
        row.occurred_at,
        EventKind(row.kind),
        row.provider_word,
        amount,
        sent=row.inbox_id is not None,
        payment=row.provider_payment_id,
    )


def inbound(row: Any) -> Inbound:
    fact = InboundFact(row.kind, row.account_id, row.key, row.stripe, row.body)
    return Inbound(row.id, fact, replayed=row.state == InboxState.WAITING and row.trouble is not None)
