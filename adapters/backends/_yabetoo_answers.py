"""What YabetooPay answers, read: links, pages of them, checkouts, refusals."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx

from adapters.backends._http import UNREADABLE, Answer, expect
from adapters.backends._keys import fetched_key
from adapters.backends._shapes import Row, address, moment, part, text, times, word
from adapters.backends._yabetoo_tables import FIELDS, PAID, SUBSCRIPTION, USABLE
from adapters.backends._yabetoo_terms import amount_of, answered, to_money
from bot.errors import BackendProtocolError, BackendRejected
from bot.money import Money
from bot.ports.backend import CreatedLink, FetchedLink
from bot.ports.model import Event, EventKind

_OURS = re.compile(r"(?:^| )(PL[0-9A-Z]{12}(?:-[0-9]+)?)$")
_NUMBERED = re.compile(r"plink_[A-Za-z0-9]{1,80}-[0-9]{1,9}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,60}")


def to_link(row: Row, terms: str) -> CreatedLink:
    """A created link; raises BackendRejected if it is over anything but what was asked for."""
    created = CreatedLink(text(row["id"]), address(row["url"]), _expiry(row))
    if answered(row) != terms:
        raise BackendRejected(("amount_differs",), field="amount")
    return created


def to_fetched(row: Row, now: datetime) -> FetchedLink:
    """A link as it stands. One for one use that two have paid at once names a payment, and counts two."""
    redeemed = redemptions(row)
    too_often = redeemed > 1 and row.get("type") != SUBSCRIPTION
    return FetchedLink(
        provider_id=text(row["id"]),
        reference=reference_of(row),
        amount=amount_of(row),
        usable=is_usable(row, now),
        received=redeemed > 0,
        expires_on=_expiry(row),
        payment_ids=(text(row["id"]),) if redeemed and not is_counted(row) else (),
        times=redeemed if is_counted(row) or too_often else None,
        taken_back=row.get("isActive") is False or row.get("status") == "inactive",
    )


def to_found(row: Row, reference: str) -> CreatedLink | None:
    """A link of a list, if it is ours, not switched off, and over the sum that it was asked for."""
    if reference_of(row) != reference or row.get("isActive") is False:
        return None
    try:
        return to_link(row, text(part(row, "metadata").get("asked")))
    except (*UNREADABLE, BackendRejected):
        return None


def to_payments(row: Row, taken: Sequence[tuple[str, Money]]) -> tuple[Event, ...]:
    """What a link's redemptions are; none as long as there is none. `taken`: in the checkouts that we know.

    A link does not tell when, or how much. Each known checkout is a payment; that of a link for one use goes
    by the link's id. Which redemptions are theirs is told nowhere: without a checkout only a link for one use
    is known to be paid. Subscriptions have no checkouts that name their link, so they are numbered.
    """
    link_id, redeemed = text(row["id"]), redemptions(row)
    if row.get("type") == SUBSCRIPTION:
        ids = (link_id, *(f"{link_id}-{number}" for number in range(2, redeemed + 1)))
        return tuple(_payment(row, payment_id, None) for payment_id in ids[:redeemed])
    known = tuple(_payment(row, link_id, amount, use=use) for use, amount in taken)
    return known or (() if is_counted(row) or not redeemed else (_payment(row, link_id, None),))


def is_numbered(payment_id: str) -> bool:
    """Is it a later one of a subscription link's? The first one's tells of all."""
    return _NUMBERED.fullmatch(payment_id) is not None


def _payment(row: Row, payment_id: str, taken: Money | None, use: str | None = None) -> Event:
    kind = EventKind.SAVED if part(row, "metadata").get("trial_days") else EventKind.CAPTURED
    return Event(
        key=fetched_key(use or payment_id, taken),
        kind=kind,
        provider_word="redeemed",
        provider_payment_id=payment_id,
        reference=reference_of(row),
        occurred_at=moment(row.get("updatedAt") or row["createdAt"]),
        amounts={kind: taken} if taken else {},
        provider_link_id=text(row["id"]),
        use=use,
    )


def paid_in(session: Row) -> Money | None:
    """What was paid in a checkout; None if nothing was."""
    if session.get("payment_status") != PAID:
        return None
    return to_money(session["amount_total"], session["currency"])


def is_usable(row: Row, now: datetime) -> bool:
    """No field says what state a link is in: it follows from its switch, its end and its uses."""
    told = USABLE.get(str(row.get("status")).casefold())
    if told is not None:
        return told
    expires_on, most = _expiry(row), row.get("maxRedemptions")
    is_over = expires_on is not None and expires_on <= now
    is_used_up = isinstance(most, int) and redemptions(row) >= most
    return row["isActive"] is not False and not is_over and not is_used_up


def is_counted(row: Row) -> bool:
    """Can it be paid more than once? Then it tells how often it was, and by no payment's name."""
    return row.get("maxRedemptions") != 1 and row.get("type") != SUBSCRIPTION


def redemptions(row: Row) -> int:
    """How often it was paid."""
    return times(row["redemptionCount"])


def reference_of(row: Row) -> str | None:
    """Ours: in the metadata, and at the end of the name."""
    in_name = _OURS.search(word(row.get("name")) or "")
    return word(part(row, "metadata").get("reference")) or (in_name.group(1) if in_name else None)


def row_of(answer: Answer, id_: str) -> Row:
    """The object that was asked for, and no other."""
    row = expect(answer, httpx.codes.OK)
    if row.get("id") != id_:
        raise BackendProtocolError("another object than was asked for", request_id=answer.request_id)
    return row


def rows_of(answer: Answer) -> list[Row]:
    """A page of a list, in an envelope or bare; raises BackendProtocolError for any other answer."""
    listed = answer.body.get("data") if isinstance(answer.body, dict) else answer.body
    if answer.status != httpx.codes.OK or not isinstance(listed, list):
        raise BackendProtocolError(f"no list but {answer.status}", request_id=answer.request_id)
    return [row for row in listed if isinstance(row, dict)]


def last_page(answer: Answer) -> int | None:
    """How many pages there are, in either word for it; None if it is not told."""
    meta = part(answer.body, "meta") if isinstance(answer.body, dict) else {}
    told = (meta.get("lastPage"), meta.get("pages"))
    return next((pages for pages in told if isinstance(pages, int)), None)


def explain(answer: Answer) -> BackendRejected:
    """A refusal, in whichever of its shapes. Its sentences are not repeated: they may quote what was sent."""
    told = _told(answer.body)
    codes = tuple(dict.fromkeys(filter(None, map(_code, told)))) or (f"http_{answer.status}",)
    fields = (FIELDS.get(_path(one)) for one in told)
    return BackendRejected(codes, field=next(filter(None, fields), None), request_id=answer.request_id)


def _told(body: Any) -> list[Row]:
    """`errors` is a list, `error` an object or a text beside the code, or all of it lies flat."""
    if not isinstance(body, dict):
        return []
    listed = body.get("errors")
    if isinstance(listed, list):
        return [one for one in listed if isinstance(one, dict)]
    return [part(body, "error") or body]


def _code(one: Row) -> str | None:
    """Its code, else the field that is one of ours, else the field and the rule that it breaks."""
    path = _path(one)
    rule = path if path in FIELDS else "_".join(filter(None, (path, word(one.get("rule")))))
    code = word(one.get("code")) or rule
    return code if _CODE.fullmatch(code) else None


def _path(one: Row) -> str:
    """One of a list, like `suggestedAmounts.1`, is of its list's question."""
    path = word(one.get("field")) or ""
    whole = path.partition(".")[0]
    return whole if path not in FIELDS and whole in FIELDS else path


def _expiry(row: Row) -> datetime | None:
    told = row.get("expiresAt")
    return None if told is None else moment(told)
