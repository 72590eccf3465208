"""What a link asks for, in words and figures; and what has been paid, where it is used more than once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.links import lifecycle
from bot.links.expected import counted, is_single, uses_of
from bot.links.lifecycle import Headline
from bot.links.payments import Stage, captured, is_refunded_in_full, stage
from bot.money import Money
from bot.ports.expectation import LinkKind
from bot.ports.model import EventKind, Link, Payment
from bot.texts import Texts

_TAKES_AWAY: Mapping[Headline, EventKind] = {
    Headline.RETURNED: EventKind.RETURNED,
    Headline.DISPUTED: EventKind.DISPUTED,
    Headline.DISPUTE_LOST: EventKind.DISPUTED,
}
_TELLS_REFUNDS = frozenset({Headline.REFUNDED, Headline.PART_REFUNDED})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link, or a draft, asks for. `uses` None: any number of times."""

    amount: Money
    least: Money | None = None
    kind: LinkKind = LinkKind.PAYMENT
    uses: int | None = 1


def terms_of(link: Link) -> Terms:
    return Terms(link.amount, link.least, link.kind, link.uses)


def in_short(texts: Texts, terms: Terms) -> str:
    """`49.90 EUR`, `10.00 to 50.00 EUR`: for a sentence."""
    if terms.kind is LinkKind.SETUP:
        return texts("expected.setup")
    amount = texts.money(terms.amount)
    if terms.least is None:
        return amount
    return texts("expected.range", least=texts.number(terms.least), most=amount)


def in_full(texts: Texts, terms: Terms) -> str:
    """The same with what the payer can choose: for a row of its own."""
    short = in_short(texts, terms)
    if terms.kind is LinkKind.SETUP:
        return texts("expected.setup_whole")
    if terms.kind is LinkKind.SUBSCRIPTION:
        return texts("expected.subscription", amount=short)
    return short if terms.least is None else texts("expected.range_chosen", range=short)


def uses_row(texts: Texts, terms: Terms) -> tuple[tuple[str, str], ...]:
    """How often it can be used, if more than once."""
    if terms.uses == 1:
        return ()
    uses = texts("expected.any_number") if terms.uses is None else str(terms.uses)
    return ((texts("row.uses"), uses),)


def rows_of_uses(texts: Texts, link: Link, payments: Sequence[Payment]) -> tuple[tuple[str, str], ...]:
    """How often it was used, and the totals paid and refunded.

    For a single-use link the headline says that already, except where it must report something worse than a
    refund.
    """
    is_refunded = any(EventKind.REFUNDED in payment.heard for payment in payments)
    if is_single(link) and (not is_refunded or lifecycle.headline(link, payments) in _TELLS_REFUNDS):
        return ()
    rows = []
    if not is_single(link) and link.kind is not LinkKind.SUBSCRIPTION:
        count = str(uses_of(link, payments))
        key = "expected.times" if link.uses is None else "expected.uses"
        rows.append((texts("row.uses"), texts(key, count=count, uses=str(link.uses))))
    for kind in (EventKind.CAPTURED, EventKind.REFUNDED):
        total = _in_all(texts, link, payments, kind)
        rows += [(texts(f"row.{kind}"), total)] if total else []
    return tuple(rows)


def taken_away(link: Link, payments: Sequence[Payment]) -> Money | None:
    """The part of the money that a dispute or a bank has taken, or claims; None if it is all of it."""
    worst = lifecycle.headline(link, payments)
    kind = _TAKES_AWAY.get(worst)
    if kind is None:
        return None
    found = [known.amounts.get(kind) or captured(known) for known in payments if stage(known) == Stage(worst)]
    parts = [amount for amount in found if amount]
    if len({amount.currency for amount in parts}) != 1:
        return None
    part = Money(sum(amount.minor for amount in parts), parts[0].currency)
    paid = lifecycle.totals(link, payments, EventKind.CAPTURED)
    stays = any(amount.currency != part.currency or amount.minor > part.minor for amount in paid)
    return part if stays and part.minor else None


def figures(texts: Texts, link: Link, payments: Sequence[Payment]) -> dict[str, str]:
    """The values of a headline: what was asked for, what was paid, and how often."""
    kept = [payment for payment in payments if not is_refunded_in_full(payment)]
    worst = lifecycle.headline(link, payments)
    spoken_of = [payment for payment in payments if stage(payment).value == worst.value]
    told = {
        "authorised": (spoken_of, EventKind.AUTHORISED),
        "paid": (payments, EventKind.CAPTURED),
        "kept": (kept, EventKind.CAPTURED),
        "refunded": (payments, EventKind.REFUNDED),
    }
    totals = {name: _in_all(texts, link, *of) for name, of in told.items() if _is_known(*of)}
    part = taken_away(link, payments)
    words = totals | ({"part": texts.money(part)} if part else {})
    asked = {"amount": in_short(texts, terms_of(link)), "uses": str(link.uses)}
    return words | asked | {"count": str(counted(link, payments))}


def _in_all(texts: Texts, link: Link, payments: Sequence[Payment], kind: EventKind) -> str:
    return " + ".join(map(texts.money, lifecycle.totals(link, payments, kind)))


def _is_known(payments: Sequence[Payment], kind: EventKind) -> bool:
    """Is the amount known of every payment that this has happened to?"""
    concerned = [payment for payment in payments if kind in payment.heard or kind in payment.amounts]
    return bool(concerned) and all(kind in payment.amounts for payment in concerned)
