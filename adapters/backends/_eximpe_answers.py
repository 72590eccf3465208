"""What EximPe answers, read: links, payments, history, refusals."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from adapters.backends._eximpe_tables import (
    CALLED_OFF,
    CURRENCY,
    FAILED,
    FIELDS,
    OPEN,
    OVER,
    PAID,
    PAYMENT_STATES,
    REASONS,
    REFUND_STATES,
    TAKEN_BACK,
)
from adapters.backends._http import REFUSED, Answer, expect
from adapters.backends._keys import fetched_key, so_far
from adapters.backends._shapes import Row, address, from_major, moment, part, text, word
from bot.errors import BackendProtocolError, BackendRejected
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink
from bot.ports.backend import Moment as Told
from bot.ports.model import Event, EventKind

_PATH = re.compile(r"[a-z_][a-z0-9_.]{0,80}")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,60}")
_SAID = re.compile(r"code|messages?|detail|[0-9]+")  # of a field: no field of its own
_PROMISING = range(200, 300)
_LISTS = ("results", "history", "payments")


def is_refused(answer: Answer) -> bool:
    """By its status or, where that promises success, by what its envelope says."""
    said = answer.body.get("success") if isinstance(answer.body, dict) else None
    return answer.status in REFUSED or (said is False and answer.status in _PROMISING)


def row_of(answer: Answer, *statuses: int) -> Row:
    """What an expected answer is about; raises BackendProtocolError for any other."""
    row = expect(answer, *statuses).get("data")
    if not isinstance(row, dict):
        raise BackendProtocolError("an answer without data", request_id=answer.request_id)
    return row


def rows_of(answer: Answer, *statuses: int) -> list[Row]:
    """A list, in whichever of its shapes: an array, or one inside an object."""
    data = expect(answer, *statuses).get("data")
    listed = [data.get(name) for name in _LISTS] if isinstance(data, dict) else [data]
    found = next((each for each in listed if isinstance(each, list)), None)
    if found is None:
        raise BackendProtocolError("a list without rows", request_id=answer.request_id)
    return [row for row in found if isinstance(row, dict)]


def to_link(row: Row, expires_on: datetime | None) -> CreatedLink:
    """A created link. The guide calls its id `link_id`; nothing but what we sent says when it expires."""
    return CreatedLink(_link_id(row), address(row["payment_link"]), expires_on)


def check_amount(row: Row, asked: Money) -> None:
    """Raises BackendRejected for a created link that is over another amount. The guide's tells none."""
    if row.get("amount") is not None and _amount(row) != asked:
        raise BackendRejected(("amount_differs",), field="amount")


def to_fetched(row: Row) -> FetchedLink:
    """A link as it stands. An unknown status is taken as usable: it changes nothing."""
    status = text(row["status"]).casefold()
    payment_id = word(row.get("payment_id"))
    return FetchedLink(
        provider_id=_link_id(row),
        reference=word(row.get("reference_id")),
        amount=_amount(row),
        usable=status not in PAID | OVER,
        received=status in PAID,
        expires_on=None,
        payment_ids=(payment_id,) if payment_id and is_begun(row) else (),
        taken_back=status in TAKEN_BACK,
    )


def is_begun(row: Row) -> bool:
    """Has anybody begun to pay? A link is a payment from the start, that nobody has chosen a method for."""
    status = str(row.get("status")).casefold()
    return word(row.get("mop_type")) is not None or status not in OPEN | OVER | CALLED_OFF


def is_paid_otherwise(row: Row) -> bool:
    """Has another payment of the same order been taken? Trying again may make a payment of its own."""
    order = str(part(row, "order").get("status")).casefold()
    return order in PAID and str(row.get("status")).casefold() in OPEN | FAILED | CALLED_OFF


def reference_of(row: Row) -> str | None:
    return word(part(row, "order").get("reference_id")) or word(row.get("reference_id"))


def to_payment(row: Row, asked_at: datetime) -> tuple[Event, ...]:
    """A payment as it stands, as the event that it amounts to; none as long as nobody has begun.

    It need not say when it was: our asking then stands in.
    """
    status, payment_id = text(row["status"]), text(row["payment_id"])
    kind = PAYMENT_STATES.get(status.casefold(), EventKind.IGNORED)
    if kind in {EventKind.PENDING, EventKind.DECLINED} and not is_begun(row):
        return ()
    amounts: dict[EventKind, Money] = {kind: _amount(row)} if kind is EventKind.CAPTURED else {}
    refunds = _refunds_done(row)
    if amounts and refunds:
        kind, back = EventKind.REFUNDED, sum(_refund_amount(one).minor for one in refunds)
        amounts[kind] = Money(back, CURRENCY)
    told_at = (row.get("payment_completed_at"), *(one.get("created_at") for one in (row, *refunds)))
    times = [moment(each) for each in told_at if each is not None] or [asked_at]
    return (
        Event(
            key=fetched_key(payment_id, status, so_far(amounts)),
            kind=kind,
            provider_word=status,
            provider_payment_id=payment_id,
            reference=reference_of(row),
            occurred_at=max(times),
            amounts=amounts,
            method=word(row.get("mop_type")),
            bank_reference=word(row.get("bank_ref_num")),
            reason=reason_in(row, "status_message") if kind is EventKind.DECLINED else None,
            provider_link_id=payment_id,
        ),
    )


def reason_in(row: Row, name: str) -> str | None:
    """Why something failed, as this field tells it."""
    told = word(row.get(name))
    return REASONS.get(told.casefold(), told) if told else None


def to_history(rows: list[Row]) -> tuple[Told, ...]:
    """Oldest first; a line without a moment comes before all others."""
    told = [
        Told(
            at=moment(row["created_at"]) if row.get("created_at") else None,
            word=text(row["status"]),
            detail=word(row.get("status_message")) or "",
        )
        for row in rows
    ]
    return tuple(sorted(told, key=lambda one: one.at or datetime.min.replace(tzinfo=UTC)))


def explain(answer: Answer) -> BackendRejected:
    """A refusal: the fields that it names, nested or as paths; the first of ours is the field.

    Its sentences are not repeated: they may quote what a customer's data are.
    """
    error = part(answer.body, "error") if isinstance(answer.body, dict) else {}
    named = tuple(path for path in _paths(part(error, "details")) if _PATH.fullmatch(path))
    code = error.get("code")
    known = isinstance(code, str) and _CODE.fullmatch(code)
    codes = named or ((str(code),) if known else (f"http_{answer.status}",))
    return BackendRejected(
        codes,
        field=next((FIELDS[path] for path in named if path in FIELDS), None),
        request_id=answer.request_id,
    )


def _link_id(row: Row) -> str:
    return text(row.get("payment_id") or row.get("link_id"))


def _amount(row: Row) -> Money:
    """A link's or a payment's: a scalar, inside an object as in lists, or only its order's."""
    places = (part(row, "amount"), row, part(row, "order"))
    told = [each.get("amount") for each in places if not isinstance(each.get("amount"), dict)]
    currencies = [each.get("currency") for each in places]
    return to_money(_first(told), _first(currencies))


def _first(values: Iterable[Any]) -> Any:
    """The first that is told."""
    return next((value for value in values if value is not None), None)


def to_money(value: Any, currency: Any) -> Money:
    """Major units; rupees unless another currency is named."""
    return from_major(value, CURRENCY if currency is None else text(currency))


def _refunds_done(row: Row) -> list[Row]:
    listed = row.get("refund")
    told = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    states = [refund_state(one.get("refund_status") or one.get("status")) for one in told]
    return [one for one, state in zip(told, states, strict=True) if state is EventKind.REFUNDED]


def refund_state(status: Any) -> EventKind | None:
    """What a refund's status means; None if there is none, or one that we do not know."""
    return REFUND_STATES.get(str(status).casefold().removeprefix("refund_"))


def _refund_amount(refund: Row) -> Money:
    amount = to_money(_first((refund.get("refund_amount"), refund.get("amount"))), refund.get("currency"))
    if amount.currency != CURRENCY:
        raise ValueError(f"a refund in {amount.currency}")
    return amount


def _paths(details: Row, under: str = "") -> Iterator[str]:
    """`{"buyer": {"name": ...}}` and `{"buyer.name": ...}` are the same field, whatever is told of it."""
    for name, told in details.items():
        if isinstance(told, dict) and not all(map(_SAID.fullmatch, told)):
            yield from _paths(told, f"{under}{name}.")
        else:
            yield f"{under}{name}"
