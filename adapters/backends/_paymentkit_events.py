"""What PaymentKit's events come to: the event of a webhook, a payment as it stands, a link's history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.backends._keys import fetched_key
from adapters.backends._paymentkit_tables import CHARGED, GIVEN_BACK, REASONS, REFUND
from adapters.backends._paymentkit_told import Told, plain, prices_in
from adapters.backends._shapes import part, storable, text, whole, word
from bot.money import Money
from bot.ports.backend import Moment
from bot.ports.model import Event, EventKind

_OF_ITS_OWN = frozenset({EventKind.REFUND_PENDING, EventKind.REFUND_FAILED})
# Of these there is one that a payment stands at; of others, which an account may have named, each is told.
_OUTWEIGHING = (
    EventKind.REFUNDED,
    EventKind.CAPTURED,
    EventKind.SAVED,
    EventKind.DECLINED,
    EventKind.PENDING,
)


def to_event(told: Told, key: str, *, references: Mapping[str, str]) -> Event:
    """The event of one webhook. `references`: ours, by the prices that we have made."""
    link_id = told.link_id
    return Event(
        key=key,
        kind=told.kind,
        provider_word=told.word,
        provider_payment_id=told.payment_id,
        reference=told.reference or (_by_price(told, references) if link_id is None else None),
        occurred_at=told.at,
        amounts=_amounts(told),
        method=word(told.about.get("payment_method")),
        reason=_reason(told),
        provider_link_id=link_id,
        action=word(told.about.get("id")) if _is_refund(told) else None,
    )


def names_link(told: Told, references: Mapping[str, str]) -> bool:
    """Does it lead to its link by itself?"""
    return bool(told.link_id or told.reference or _by_price(told, references))


def to_payment(
    payment_id: str, known: Iterable[Told], around: Sequence[Told], references: Mapping[str, str]
) -> tuple[Event, ...]:
    """What has become of a payment, out of all that was told of it; none if nothing was.

    `around`: what else was told of the same sale, which may name the link. All newest first.
    """
    told = _oldest_first(one for one in known if one.payment_id == payment_id)
    refunds = {word(one.about.get("id")): one for one in told if _is_refund(one)}
    standing = [one for one in told if not _is_refund(one)]
    standing += [one for one in refunds.values() if one.kind is EventKind.REFUNDED]
    kind = next((kind for kind in _OUTWEIGHING if any(one.kind is kind for one in standing)), None)
    apart = [one for one in standing if one.kind not in {*_OUTWEIGHING, *_OF_ITS_OWN, EventKind.IGNORED}]
    found = [to_event(one, fetched_key(payment_id, one.kind, one.at), references=references) for one in apart]
    named = [to_event(one, "", references=references) for one in (*told, *around)]
    if kind is not None:
        amounts = _largest([*map(_amounts, standing), _sum(refunds.values())])
        last = max((one for one in standing if one.kind is kind), key=lambda one: one.at)
        totals = ",".join(f"{of}={amount.minor}{amount.currency}" for of, amount in sorted(amounts.items()))
        method = next((one.method for one in reversed(named) if one.method), None)
        standing_at = to_event(last, fetched_key(payment_id, kind, totals), references=references)
        found.insert(0, replace(standing_at, amounts=amounts, method=method, action=None))
    reference = next((one.reference for one in named if one.reference), None)
    link_id = next((one.provider_link_id for one in named if one.provider_link_id), None)
    return tuple(replace(one, reference=reference, provider_link_id=link_id) for one in found)


def to_history(told: Iterable[Told]) -> tuple[Moment, ...]:
    """What was told newest first, oldest first; the customer is not in it."""
    return tuple(
        Moment(one.at, one.word, _as_told(one) or word(one.about.get("status")) or "")
        for one in _oldest_first(told)
    )


def to_money(atoms: Any, currency: Any) -> Money:
    """Whole atoms; the currency is in small letters in an event."""
    return storable(Money(whole(atoms), text(currency).upper()))


def payments_of(told: Sequence[Told]) -> tuple[str, ...]:
    """The payments that events tell of, each once."""
    concerned = (one.payment_id for one in told if one.kind is not EventKind.IGNORED)
    return tuple(dict.fromkeys(filter(None, concerned)))


def since(told: Iterable[Told]) -> datetime:
    """When the first of these was."""
    return min(one.at for one in told)


def _by_price(told: Told, references: Mapping[str, str]) -> str | None:
    return next(filter(None, (references.get(price) for price in prices_in(told.about))), None)


def _is_refund(told: Told) -> bool:
    return plain(told.word).startswith(REFUND)


def _oldest_first(told: Iterable[Told]) -> list[Told]:
    """Moments are whole seconds: within one, what came last stands first."""
    return sorted(told, key=lambda one: one.at, reverse=True)[::-1]


def _amounts(told: Told) -> dict[EventKind, Money]:
    """All that was taken and given back so far, if told; a refund by itself only tells its own part."""
    about, kind = told.about, told.kind
    atoms = next((about[name] for name in CHARGED if about.get(name) is not None), None)
    if atoms is None or kind is EventKind.IGNORED:
        return {}
    if kind is not EventKind.CAPTURED:
        return {kind: to_money(atoms, about["currency"])} if kind in _OF_ITS_OWN else {}
    back = about.get(GIVEN_BACK) or 0
    both = {EventKind.CAPTURED: atoms, EventKind.REFUNDED: back}
    amounts = {of: to_money(one, about["currency"]) for of, one in both.items()}
    return {of: amount for of, amount in amounts.items() if amount.minor}


def _largest(told: Iterable[Mapping[EventKind, Money]]) -> dict[EventKind, Money]:
    known: dict[EventKind, Money] = {}
    for amounts in told:
        for kind, amount in amounts.items():
            known[kind] = max(known.get(kind, amount), amount, key=lambda one: one.minor)
    return known


def _sum(refunds: Iterable[Told]) -> dict[EventKind, Money]:
    """All that was given back; nothing is said unless every part is known and of one currency."""
    done = [one.about for one in refunds if one.kind is EventKind.REFUNDED]
    parts, currencies = (
        [about.get("amount_atom") for about in done],
        {word(about.get("currency")) for about in done},
    )
    if len(currencies) != 1 or None in currencies or not all(map(_whole, parts)):
        return {}
    return {EventKind.REFUNDED: to_money(sum(parts), currencies.pop())}


def _reason(told: Told) -> str | None:
    """Why it failed, in our words: PaymentKit's speak to whoever pays."""
    error = _error(told)
    codes = (word(error.get(name)) or "" for name in ("decline_code", "code"))
    return next((REASONS[code] for code in codes if code in REASONS), None) or _as_told(told)


def _as_told(told: Told) -> str | None:
    error = _error(told)
    return word(error.get("message")) or word(error.get("code"))


def _error(told: Told) -> Mapping[str, Any]:
    return part(told.about, "last_payment_error") if told.kind is EventKind.DECLINED else {}


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
