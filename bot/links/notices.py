"""Pure: what is worth saying in the thread, from a payment before and after an event."""

from collections.abc import Mapping, Sequence

from bot.links.expected import (
    Match,
    compare,
    counted,
    is_as_asked,
    is_free,
    is_single,
    is_used_too_often,
    is_used_up,
    total_of_parts,
    used_since,
    uses_of,
    was_in_time,
)
from bot.links.payments import (
    TRANSITIONS,
    Stage,
    captured,
    disputes_of,
    is_captured,
    is_gone,
    is_refunded_in_full,
    stage,
    verdict,
)
from bot.money import pack
from bot.ports.expectation import LinkKind
from bot.ports.model import Closed, Dispute, Event, EventKind, Link, LinkState, Payment
from bot.ports.traffic import Notice

# Worth a line each time: they do not change the stage of the payment, and may happen again.
INCIDENTS = frozenset({EventKind.VOID_FAILED, EventKind.REFUND_PENDING, EventKind.REFUND_FAILED})
_DISPUTES = frozenset({Stage.DISPUTED, Stage.DISPUTE_WON, Stage.DISPUTE_LOST})
_TOLD_OTHERWISE = _DISPUTES | {Stage.CAPTURED, Stage.PART_REFUNDED, Stage.REFUNDED, Stage.RETURNED}
_PAID: Mapping[Match, str] = {
    Match.EQUAL: "paid",
    Match.PART: "paid_part",
    Match.DIFFERENT: "paid_different",
    Match.UNKNOWN: "paid_unconfirmed",
}
_ATTEMPTS = frozenset({Stage.PENDING, Stage.DECLINED})
_AFTER_CANCEL: Mapping[Stage, str] = {
    Stage.PENDING: "pending_after_cancel",
    Stage.AUTHORISED: "authorised_after_cancel",
    Stage.VOIDED: "released",
}
_AFTER_EXPIRY: Mapping[Stage, str] = {
    Stage.AUTHORISED: "authorised_after_expiry",
    Stage.VOIDED: "released",
}
_ONCE_MORE: Mapping[Stage, str] = {
    Stage.AUTHORISED: "authorised_twice",
    Stage.VOIDED: "released",
}
_AMOUNT_OF: Mapping[Stage, EventKind] = {
    Stage.AUTHORISED: EventKind.AUTHORISED,
    Stage.CAPTURE_FAILED: EventKind.AUTHORISED,
    Stage.VOIDED: EventKind.AUTHORISED,
}


def worth_saying(
    link: Link, others: Sequence[Payment], before: Payment, after: Payment
) -> tuple[Notice, ...]:
    """What has changed about one payment of a link, given its `others`."""
    taken = _paid(link, others, before, after) or _rest_released(link, before, after)
    money = (*taken, *_refunded(others, before, after), *_returned(before, after))
    return (*money, *(_disputed(before, after) or _moved(link, others, before, after)))


def of_untold(payments: Sequence[Payment], times: int) -> tuple[Notice, ...]:
    """The provider counts more payments of a link than it has reported: the amount is not known."""
    told = sum(is_captured(payment) for payment in payments)
    if times <= told:
        return ()
    return (Notice("untold", f"untold:{times}", {"times": str(times), "told": str(told)}),)


def of_incident(event: Event, payment: Payment) -> tuple[Notice, ...]:
    """A line for one of the INCIDENTS, unless it comes too late to matter."""
    if event.kind not in INCIDENTS or _comes_too_late(event, payment):
        return ()
    which = f"{event.kind}:{event.action}" if event.action else event.key
    return (Notice(event.kind, f"{payment.provider_payment_id}:{which}", _amount(event)),)


def _paid(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line if money was captured, or more of it, or its amount has become known."""
    if not is_captured(after) or (is_captured(before) and captured(before) == captured(after)):
        return ()
    first = not is_captured(before)
    once = f"{after.provider_payment_id}:captured" + ("" if first else f":{captured(after)}")
    key, params = _paid_key(link, others, before, after), _money(link, others, after)
    if key == "paid_twice" and (total := total_of_parts(link, [*others, after])):
        key = "paid_rest" if is_as_asked(link, total) else "paid_more"
        params["total"] = pack(total)
    return (Notice(key, once, params),)


def _rest_released(link: Link, before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line if only a part was captured, and the rest of the authorisation was released."""
    taken, is_part = captured(after), Match.PART
    if taken is None or compare(link, before) is not is_part or compare(link, after) is is_part:
        return ()
    once = f"{after.provider_payment_id}:rest_released"
    return (Notice("rest_released", once, _asked(link) | {"paid": pack(taken)}),)


def _paid_key(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> str:
    if stage(before) in {Stage.RETURNED, Stage.DISPUTED, Stage.DISPUTE_LOST, Stage.DISPUTE_WON}:
        return "paid_before"  # the bad news overtook the good news
    if link.kind is not LinkKind.SETUP and _is_one_too_many(link, others):
        return "paid_twice"
    if _is_over(link, others) and not was_in_time(link, [after]):
        return "paid_after_cancel" if link.closed is Closed.CANCELLED else "paid_after_close"
    return _PAID[compare(link, after)]


def _is_one_too_many(link: Link, others: Sequence[Payment]) -> bool:
    return is_used_too_often(link, [other for other in others if not is_gone(other)])


def _is_over(link: Link, others: Sequence[Payment]) -> bool:
    """Was it closed before this payment? A subscription that has begun goes on."""
    if link.state is not LinkState.CLOSED or link.closed is Closed.PAID:
        return False
    if link.closed is Closed.USED_UP and not uses_of(link, others):
        return False  # what had not come of its payment then comes after all
    return link.kind is not LinkKind.SUBSCRIPTION or not uses_of(link, others)


def _refunded(others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line if money was refunded, or more of it. It differs if other payments of the link remain."""
    given_back = after.amounts.get(EventKind.REFUNDED)
    known = EventKind.REFUNDED in before.heard
    if EventKind.REFUNDED not in after.heard or (
        known and before.amounts.get(EventKind.REFUNDED) == given_back
    ):
        return ()
    once = f"{after.provider_payment_id}:refunded" + (f":{given_back}" if given_back else "")
    if given_back is None:
        return (Notice("refunded_unconfirmed", once),)
    whole = "refunded_one" if _some_stays(others) else "refunded"
    key = whole if is_refunded_in_full(after) else "part_refunded"
    return (Notice(key, once, {"refunded": pack(given_back)}),)


def _some_stays(others: Sequence[Payment]) -> bool:
    return any(is_captured(other) and not is_gone(other) for other in others)


def _one_holds(others: Sequence[Payment]) -> bool:
    return any(stage(other) is Stage.AUTHORISED for other in others)


def _returned(before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line if the payer's bank has taken the money back, even during a dispute."""
    if EventKind.RETURNED in before.heard or EventKind.RETURNED not in after.heard:
        return ()
    amount = after.amounts.get(EventKind.RETURNED) or captured(after)  # all of it, as the card says
    params = {"amount": pack(amount)} if amount else {}
    return (Notice("returned", f"{after.provider_payment_id}:returned", params),)


def _moved(link: Link, others: Sequence[Payment], before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line if the payment has reached another stage that no other line is about."""
    came_from, came_to = stage(before), stage(after)
    if came_to not in TRANSITIONS[came_from] or came_to in _TOLD_OTHERWISE:
        return ()
    if came_to in _ATTEMPTS and is_used_up(link, others) and not _is_owed_again(link, others, after):
        return ()
    once = f"{after.provider_payment_id}:{came_to}"
    key = _begun_late(link, others, after).get(came_to, str(came_to))
    if came_to is Stage.DECLINED:
        again = link.state is LinkState.OPEN and is_free(link, [*others, after])
        declined = "declined" if again else "declined_closed"
        return (Notice(declined, once, {"reason": after.reason} if after.reason else {}),)
    if came_to is Stage.SAVED:
        return (Notice("saved", once, {"method": after.method} if after.method else {}),)
    if came_to is Stage.PENDING:
        return (Notice(key, once, _asked(link)),)
    takes_more = link.state is not LinkState.CLOSED and is_free(link, [*others, after])
    is_settled = takes_more or _some_stays(others) or _one_holds(others)
    if came_to is Stage.VOIDED and is_settled:  # nobody has to ask for it anew
        key = "released"
    amount = after.amounts.get(_AMOUNT_OF[came_to])
    params = {"amount": pack(amount)} if amount else {}
    if came_to is Stage.CAPTURE_FAILED and after.reason:
        params["reason"] = after.reason
    return (Notice(key, once, params),)


def _is_owed_again(link: Link, others: Sequence[Payment], after: Payment) -> bool:
    """Is it a payment of a subscription that has failed, and that no later payment has made up for?"""
    failed = after.heard.get(EventKind.DECLINED) if link.kind is LinkKind.SUBSCRIPTION else None
    return failed is not None and all(failed > at for other in others if (at := used_since(link, other)))


def _begun_late(link: Link, others: Sequence[Payment], after: Payment) -> Mapping[Stage, str]:
    """Which notices replace the usual ones for a payment that came too late, or was one too many."""
    if _is_one_too_many(link, others):
        return _ONCE_MORE
    if not _is_over(link, others):
        return {}
    is_late = after.heard.get(EventKind.AUTHORISED, link.expires_at) > link.expires_at
    after_expiry = _AFTER_EXPIRY if link.closed is Closed.EXPIRED and is_late else {}
    return _AFTER_CANCEL if link.closed is Closed.CANCELLED else after_expiry


def _disputed(before: Payment, after: Payment) -> tuple[Notice, ...]:
    """A line for each dispute whose state has changed, whatever the stage of the payment."""
    known = disputes_of(before)
    nameless = known.get("", Dispute())  # reported before its id was
    moved = {
        name: (one, came_to)
        for name, one in disputes_of(after).items()
        if (came_to := verdict(one)) and came_to is not verdict(known.get(name, nameless))
    }
    return tuple(
        _of_dispute(f"{after.provider_payment_id}:{name}" if name else str(after.provider_payment_id), *found)
        for name, found in moved.items()
    )


def _of_dispute(whose: str, dispute: Dispute, came_to: Stage) -> Notice:
    last = EventKind.DISPUTED_LAST if came_to is Stage.DISPUTED else EventKind(came_to)
    once = f"{whose}:{came_to}:{dispute.heard[last].isoformat()}"  # it may come to the same again
    return Notice(came_to, once, {"amount": pack(dispute.amount)} if dispute.amount else {})


def _asked(link: Link) -> dict[str, str]:
    """What the link expects; `least` is the lower end of a range."""
    return {"amount": pack(link.amount)} | ({"least": pack(link.least)} if link.least else {})


def _money(link: Link, others: Sequence[Payment], payment: Payment) -> dict[str, str]:
    """What was asked for, what came in as far as it is known, and how many payments there are now."""
    params, taken = _asked(link), captured(payment)
    if taken is not None:
        params["paid"] = pack(taken)
    if payment.method:
        params["method"] = payment.method
    if not is_single(link):
        params["count"] = str(counted(link, others) + 1)
        if link.uses is not None and link.kind is not LinkKind.SUBSCRIPTION:
            params["uses"] = str(link.uses)
    return params


def _comes_too_late(event: Event, payment: Payment) -> bool:
    """Has what this event speaks of happened already, so that the event is old news?

    But a refund may fail after it was reported as made: that is news.
    """
    if event.kind is EventKind.VOID_FAILED:
        return EventKind.VOIDED in payment.heard
    done = payment.heard.get(EventKind.REFUNDED)
    undone = event.kind is EventKind.REFUND_FAILED and done is not None and event.occurred_at > done
    return is_refunded_in_full(payment) and not undone


def _amount(event: Event) -> dict[str, str]:
    told = event.amounts.get(event.kind)
    return {"amount": pack(told)} if told else {}
