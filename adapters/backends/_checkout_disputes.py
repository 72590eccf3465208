"""The disputes of a payment of Checkout.com, as they stand.

https://www.checkout.com/docs/risk-management/disputes/disputes-api, and its fields and words in
https://github.com/checkout/checkout-sdk-net (DisputesQueryFilter.cs, DisputeSummary.cs, DisputeStatus.cs)
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from adapters.backends._checkout_request import from_units
from adapters.backends._keys import fetched_key
from adapters.backends._shapes import Row, moment, text
from bot.ports.model import Event, EventKind

MOST = 100  # of one payment: it can be disputed more than once, but not as often as that
OF_MONEY = frozenset({EventKind.CAPTURED, EventKind.REFUNDED, EventKind.RETURNED})  # else nothing is disputed
# DisputeStatus.cs; whose move it is changes nothing.
STATES: Mapping[str, EventKind] = {
    "evidence_required": EventKind.DISPUTED,
    "evidence_under_review": EventKind.DISPUTED,
    "arb_evidence_submitted": EventKind.DISPUTED,
    "arbitration_under_review": EventKind.DISPUTED,
    "won": EventKind.DISPUTE_WON,
    "arbitration_won": EventKind.DISPUTE_WON,
    "canceled": EventKind.DISPUTE_WON,
    "resolved": EventKind.DISPUTE_WON,
    "lost": EventKind.DISPUTE_LOST,
    "arbitration_lost": EventKind.DISPUTE_LOST,
    "accepted": EventKind.DISPUTE_LOST,
    "expired": EventKind.DISPUTE_LOST,
}


def with_disputes(payment: Event, rows: Iterable[Row]) -> tuple[Event, ...]:
    """A payment and its disputes: those tell its amounts, too, which may say all of it already.

    Of another payment's, and in a state that we do not know, one changes nothing.
    """
    ours = (row for row in rows if row.get("payment_id") == payment.provider_payment_id)
    disputes = tuple(_to_event(payment, row) for row in ours if row.get("status") in STATES)
    is_told = disputes and payment.kind in payment.amounts
    return disputes if is_told else (payment, *disputes)


def _to_event(payment: Event, row: Row) -> Event:
    dispute, status = text(row["id"]), text(row["status"])
    kind, at = STATES[status], moment(row.get("last_update") or row["received_on"])
    return replace(
        payment,
        key=fetched_key(payment.provider_payment_id, dispute, status, payment.key),
        kind=kind,
        provider_word=f"{payment.provider_word}, {status}",
        occurred_at=at,
        amounts={**payment.amounts, kind: from_units(row["amount"], text(row["currency"]))},
        dispute=dispute,
    )
