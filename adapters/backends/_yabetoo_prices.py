"""Prices of YabetooPay's catalogue: a link that sells one comes to what was confirmed, or is not made.

https://docs.yabetoopay.com, Products and prices: a price never changes but in `active`.
"""

from dataclasses import dataclass

import httpx

from adapters.backends._http import BackendHttp, quoted, reading
from adapters.backends._shapes import Row, whole
from adapters.backends._yabetoo_answers import row_of
from adapters.backends._yabetoo_terms import quantity_in, to_money
from bot.errors import BackendRejected, BackendUnavailable
from bot.money import Money, pack
from bot.ports.backend import LinkRequest
from bot.ports.expectation import LinkKind

_NO_PRICE = (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True, slots=True)
class Price:
    """What one of its product costs. `trial_days`: before the first payment of a subscription."""

    id: str
    amount: Money
    recurring: bool
    active: bool
    trial_days: int = 0


async def price_of(http: BackendHttp, request: LinkRequest) -> Price | None:
    """The price that a link sells, None if it sells none; raises BackendRejected for another than meant."""
    price_id = request.details.get("price")
    recurring = request.kind is LinkKind.SUBSCRIPTION
    if not price_id:
        if recurring:
            raise BackendRejected(("price_one_time",), field="price")
        return None
    if request.least is not None:
        raise BackendRejected(("price_and_range",), field="price")
    try:
        answer = await http.call("GET", f"/v1/prices/{quoted(price_id)}")
    except BackendUnavailable as error:  # whatever became of the question, no link was asked for
        raise BackendUnavailable(str(error), sent="no") from error
    if answer.status in _NO_PRICE:
        raise BackendRejected(("price_unknown",), field="price")
    with reading("answer", answer.request_id):
        price = to_price(row_of(answer, price_id))
    _check(price, request, recurring=recurring)
    return price


def to_price(row: Row) -> Price:
    """The amount is a text of major units, the currency in small letters. Only a subscription has a trial."""
    recurring = {"recurring": True, "one_time": False}[row["type"]]
    trial_days = whole(row.get("trialPeriodDays") or 0)
    return Price(
        row["id"],
        to_money(row["amount"], row["currency"]),
        recurring=recurring,
        active=row["active"] is True,
        trial_days=trial_days if recurring else 0,
    )


def _check(price: Price, request: LinkRequest, *, recurring: bool) -> None:
    total = Money(price.amount.minor * quantity_in(request.details), price.amount.currency)
    if not price.active:
        raise BackendRejected(("price_inactive",), field="price")
    if price.recurring is not recurring:
        raise BackendRejected(("price_recurring" if price.recurring else "price_one_time",), field="price")
    if total != request.amount:
        code = f"price_differs:{pack(total)}:{pack(request.amount)}"
        raise BackendRejected((code,), field="price")
