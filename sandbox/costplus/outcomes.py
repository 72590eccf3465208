"""What can become of a link, by the names of the `pay` control, and what Cost+ has no word for."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.costplus.cards import DECLINED
from sandbox.costplus.ledger import Impossible, Ledger
from sandbox.costplus.records import Order, PaymentLink

Act = Callable[[Ledger, Order, int | None], Order | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`act` befalls an attempt (begun for `amount` where none runs) or, `after_payment`, a completed order.

    What `act` answers is the order that is told of, none: the one it befell. `manual`: only for accounts
    that capture by hand.
    """

    act: Act
    takes_amount: bool = False
    after_payment: bool = False
    manual: bool = False


def _capture(ledger: Ledger, order: Order, amount: int | None) -> None:
    ledger.capture(order, amount)


def _void(ledger: Ledger, order: Order, amount: int | None) -> None:
    ledger.void(order, amount)


def _pending(_: Ledger, order: Order, __: int | None) -> None:
    if not order.is_running:
        raise Impossible(f"the order is {order.status}")


OUTCOMES: dict[str, Outcome] = {
    "paid": Outcome(lambda ledger, order, _: ledger.succeed(order), takes_amount=True),
    "pending": Outcome(_pending),
    "declined": Outcome(lambda ledger, order, _: ledger.fail(order, "error", DECLINED.code)),
    "cancelled": Outcome(lambda ledger, order, _: ledger.fail(order, "cancelled")),
    "expired": Outcome(lambda ledger, order, _: ledger.fail(order, "expired")),
    "authorised": Outcome(
        lambda ledger, order, _: ledger.succeed(order, capture=False), takes_amount=True, manual=True
    ),
    "captured": Outcome(_capture, takes_amount=True, after_payment=True, manual=True),
    "voided": Outcome(_void, takes_amount=True, after_payment=True, manual=True),
    "refunded": Outcome(Ledger.refund, takes_amount=True, after_payment=True),
    "disputed": Outcome(Ledger.charge_back, takes_amount=True, after_payment=True),
    "dispute_won": Outcome(lambda ledger, order, _: ledger.reverse(order), after_payment=True),
}

ONE_STEP = (
    "Cost+ takes the money of a link in one step, paid; with the option capture=manual it only authorises"
)
UNKNOWN = {
    "returned": "Cost+ documents no state for it: money goes back as a refund or a chargeback",
    "dispute_lost": "Cost+ documents no state for it: a chargeback stands unless it is reversed",
}


def play(
    ledger: Ledger,
    link: PaymentLink,
    name: str,
    amount: int | None = None,
    *,
    order_id: str | None = None,
    new: bool = False,
) -> tuple[Order, Order]:
    """Let the outcome happen: the order it befell, and the refund, chargeback, ... it made (or the same)."""
    outcome = OUTCOMES[name]
    order = _order(ledger, link, outcome, amount, order_id, new=new)
    made = outcome.act(ledger, order, amount)
    return order, made or order


def _order(
    ledger: Ledger,
    link: PaymentLink,
    outcome: Outcome,
    amount: int | None,
    order_id: str | None,
    *,
    new: bool,
) -> Order:
    if order_id is not None:
        named = next((order for order in link.orders if order.id == order_id), None)
        if named is None:
            raise Impossible(f"the link has no order {order_id}")
        return named
    if outcome.after_payment:
        paid = [order for order in link.orders if order.status == "completed"]
        if not paid:
            raise Impossible("no order of this link is completed")
        return paid[-1]
    running = None if new else link.running
    if running and amount not in (None, running.amount):
        raise Impossible(f"an attempt to pay {running.amount} is under way; `new` begins another")
    return running or ledger.begin(link, "credit-card", amount)
