"""What YabetooPay's webhooks tell, in our words; and what proves that they are YabetooPay's."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.backends._shapes import Row, an_object, moment, part, text, word
from adapters.backends._yabetoo_tables import EVENTS, REASONS
from adapters.backends._yabetoo_terms import to_money
from bot.ports.model import Event, EventKind

SIGNATURE, TIMESTAMP = "x-yabetoo-webhook-signature", "x-yabetoo-webhook-timestamp"
CLI_SIGNATURE = "yabetoo-signature"
PROOF_HEADERS = frozenset({SIGNATURE, TIMESTAMP, CLI_SIGNATURE})
_SECONDS = re.compile("[0-9]{1,11}")
_MOST = 4  # signatures in one header: each is reckoned over the whole body, whoever sent it


@dataclass(frozen=True, slots=True)
class Told:
    """One webhook, out of whichever envelope."""

    name: str
    data: Row
    at: datetime | None  # the older text shows none

    @property
    def link_id(self) -> str | None:
        return word(self.data.get("paymentLinkId"))

    @property
    def session_id(self) -> str | None:
        return word(self.data.get("checkoutSessionId")) or word(self.data.get("sessionId"))

    @property
    def order_id(self) -> str | None:
        return word(self.data.get("orderId"))


def read(event: Row) -> Told:
    """An opened event. Fields lie under `data`, in the older text under `data.object`."""
    data = an_object(event["data"])
    data = part(data, "object") or data
    times = (data.get("completedAt"), data.get("failedAt"), event.get("created_at"), event.get("createdAt"))
    return Told(text(event["type"]), data, next(_moments(times), None))


def opened(body: Row) -> Row:
    """The event without Connect's envelope."""
    return part(body, "event") or body


def about(event: Row) -> str | None:
    """The link of an opened event, else its checkout."""
    data = part(event, "data")
    told = Told("", part(data, "object") or data, None)
    return told.link_id or told.session_id


def to_event(told: Told, key: str, read_at: datetime) -> Event:
    """The payment of a link for one use goes by the link's id: so webhook and link agree on it.

    Else each checkout is a payment, as an attempt that failed is: it may succeed after all. `read_at` stands
    in for a moment that is not told.
    """
    kind = EVENTS.get(told.name, EventKind.IGNORED)
    payment_id = {
        EventKind.CAPTURED: told.link_id,
        EventKind.DECLINED: told.session_id or key,
    }.get(kind)
    return Event(
        key=key,
        kind=kind,
        provider_word=told.name,
        provider_payment_id=None if kind is EventKind.IGNORED else text(payment_id),
        reference=None,  # no event has a link's metadata
        occurred_at=told.at or read_at,
        amounts=_amounts(kind, told.data),
        reason=_reason(told.data) if kind is EventKind.DECLINED else None,
        provider_link_id=told.link_id if kind is EventKind.IGNORED else text(told.link_id),
        use=(told.session_id or told.order_id or key) if kind is EventKind.CAPTURED else None,
    )


def proofs_in(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each signature with the timestamp that it is over. What covers no timestamp is none.

    `v1=<hex>` or a bare `<hex>` beside the timestamp's own header, or `t=<timestamp>,v1=<hex>` in one.
    """
    places = ((headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, "")), (headers.get(CLI_SIGNATURE, ""), ""))
    for told, beside in places:
        pairs = [one.strip().partition("=") for one in told.split(",")]
        times = [value for name, _, value in pairs if name == "t"] or [beside.strip()]
        signatures = [value for name, _, value in pairs if name == "v1"] or [told.strip()]
        if _SECONDS.fullmatch(times[0]):
            yield from ((times[0], signature) for signature in signatures[:_MOST])


def _moments(times: Iterable[Any]) -> Iterator[datetime]:
    """Those that can be read. When something happened is first: an event of it may be made once more."""
    for told in times:
        with suppress(TypeError, ValueError):
            yield moment(told)


def _reason(data: Row) -> str | None:
    told = word(data.get("error"))
    return REASONS.get(told, told) if told else None


def _amounts(kind: EventKind, data: Row) -> dict[EventKind, Any]:
    amount, currency = data.get("amount"), data.get("currency")
    if kind is not EventKind.CAPTURED or amount is None or currency is None:
        return {}
    return {kind: to_money(amount, currency)}
