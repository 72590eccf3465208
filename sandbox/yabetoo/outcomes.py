"""What can become of a link, by the names of the `pay` control, and what YabetooPay has no word for."""

from typing import Any

from sandbox.yabetoo.ledger import Impossible, Ledger
from sandbox.yabetoo.records import Attempt, Link, Session
from sandbox.yabetoo.telephones import ACCEPTED, DECLINED, TIMED_OUT, Reaction

OUTCOMES: dict[str, Reaction | None] = {  # None: nobody has answered yet
    "paid": ACCEPTED,
    "declined": DECLINED,
    "expired": TIMED_OUT,
    "pending": None,
}
_ONE_STEP = "mobile money is taken in one step, paid: there is no authorisation to capture or void"
_NO_EVENT = "YabetooPay documents neither a state nor an event for it on payment links"
UNKNOWN = {
    **dict.fromkeys(("authorised", "captured", "voided"), _ONE_STEP),
    **dict.fromkeys(("refunded", "returned", "disputed", "dispute_won", "dispute_lost"), _NO_EVENT),
}
_EMAIL, _MSISDN = "payer@example.com", "242066000001"


def play(ledger: Ledger, link: Link, body: dict[str, Any]) -> tuple[Session, Attempt]:
    """Let an outcome happen in the newest open session or, where there is none or with `new`, in another.

    Raises Impossible, also for a link that takes no payment now, unless `force` says that it did.
    """
    session = _session(ledger, link, body)
    if body.get("amount") is not None:
        session.amount = body["amount"]
    if session.pending is None:
        _check_link(ledger, link, force=body.get("force", False))
        ledger.prompt(session, _MSISDN)
    elif OUTCOMES[body["outcome"]] is None:
        raise Impossible("this checkout waits for an answer already")
    reaction = OUTCOMES[body["outcome"]]
    if reaction:
        ledger.settle(session, reaction)
    return session, session.attempts[-1]


def chosen_amount(link: Link) -> int:
    """What is paid where nobody says: the total, or the first suggestion, or an end of the range."""
    suggested = link.fields.get("suggestedAmounts") or [None]
    ends = (link.fields.get("minAmount"), link.fields.get("maxAmount"))
    return next((one for one in (link.total, suggested[0], *ends) if one is not None), 0)


def _session(ledger: Ledger, link: Link, body: dict[str, Any]) -> Session:
    open_ones = [] if body.get("new") else [one for one in link.sessions if ledger.is_open(one)]
    if open_ones:
        return open_ones[-1]
    _check_link(ledger, link, force=body.get("force", False))
    amount = body.get("amount") or chosen_amount(link)
    if amount < 1:
        raise Impossible("nothing is to be paid on this link")
    return ledger.begin(link, amount, _EMAIL)


def _check_link(ledger: Ledger, link: Link, *, force: bool) -> None:
    if not force and not ledger.is_payable(link):
        raise Impossible("the link takes no payments now (force: true for one that came all the same)")
