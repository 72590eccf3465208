"""What can become of a link, by the names of the `pay` control, and what PaymentKit has no word for."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.paymentkit.ledger import Impossible, Ledger
from sandbox.paymentkit.records import Link, Session

Act = Callable[[Ledger, Session, int | None], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`act` befalls the newest session that is open or, with `after_payment`, has money to give back."""

    act: Act
    takes_amount: bool = False
    after_payment: bool = False


def _pay(ledger: Ledger, session: Session, amount: int | None) -> None:
    if amount and not session.takes_money_now:
        raise Impossible("nothing is charged in this session")
    ledger.pay(session, session.methods[0], amount)


OUTCOMES: dict[str, Outcome] = {
    "paid": Outcome(_pay, takes_amount=True),
    "declined": Outcome(lambda ledger, session, _: ledger.decline(session, session.methods[0])),
    "expired": Outcome(lambda ledger, session, _: ledger.expire(session)),
    "refunded": Outcome(Ledger.refund, takes_amount=True, after_payment=True),
}

_ONE_STEP = (
    "PaymentKit's payment links charge in one step, paid: there is no authorisation to capture or void"
)
_NO_EVENT = "PaymentKit documents neither a state nor an event for it"
UNKNOWN = {
    **dict.fromkeys(("authorised", "captured", "voided"), _ONE_STEP),
    **dict.fromkeys(("pending", "returned", "disputed", "dispute_won", "dispute_lost"), _NO_EVENT),
}


def play(
    ledger: Ledger,
    link: Link,
    name: str,
    amount: int | None = None,
    *,
    session_id: str | None = None,
    new: bool = False,
) -> Session:
    """Let the outcome of this name happen, in the session it answers; raises Impossible."""
    outcome = OUTCOMES[name]
    if session_id is not None:
        session = next((one for one in link.sessions if one.id == session_id), None)
        if session is None:
            raise Impossible(f"the link has no session {session_id}")
    elif outcome.after_payment:
        session = next((one for one in reversed(link.sessions) if one.intent.to_refund), None)
        if session is None:
            raise Impossible("nothing is paid on this link that could still be refunded")
    else:
        open_ones = [] if new else [one for one in link.sessions if ledger.is_open(one)]
        session = open_ones[-1] if open_ones else ledger.open(link)
    outcome.act(ledger, session, amount)
    return session
