"""The Events API: what happened to a link, and to a payment."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from adapters.backends._http import UNREADABLE, reading
from adapters.backends._paymentkit_account import AccountApi
from adapters.backends._paymentkit_events import names_link, since, to_payment
from adapters.backends._paymentkit_tables import BY_CAUSE, BY_KIND, BY_OBJECT, INVOICES, REFUNDS
from adapters.backends._paymentkit_told import Sold, Told, is_older, of_link, read
from bot.ports.model import Event, EventKind

_SLACK = timedelta(minutes=1)


class Journal:
    """The events of one account. `kinds`: of further events; `references`: ours, by the prices we made."""

    def __init__(
        self, api: AccountApi, kinds: Mapping[str, EventKind], references: Mapping[str, str]
    ) -> None:
        self._api, self._kinds, self._references = api, kinds, references

    async def of_link(self, sold: Sold, made_at: datetime | None = None) -> list[Told]:
        """Newest first, back to its making."""
        return of_link(sold, await self._read({}, made_at))

    async def of_payment(self, payment_id: str) -> tuple[Event, ...]:
        """Out of its own events, those of its refunds, and of those that lead to its link."""
        told = await self._read({BY_OBJECT: payment_id})
        own = [one for one in told if one.payment_id == payment_id]
        if any(one.kind is EventKind.CAPTURED for one in own):
            told += await self._read({BY_KIND: REFUNDS}, since(own))
        around = await self._around(payment_id, own)
        with reading("payment"):
            return to_payment(payment_id, told + around, around, self._references)

    async def _around(self, payment_id: str, own: Sequence[Told]) -> list[Told]:
        """Further events, along what these name, until one of them names the link."""
        around: list[Told] = []
        asked = {payment_id}
        if own and all(one.belongs_with == {payment_id} for one in own) and not self._lead_there(own):
            invoices = await self._read({BY_KIND: INVOICES}, since(own))
            around += [one for one in invoices if payment_id in one.belongs_with]
        while not self._lead_there([*own, *around]):
            leads = {value: by for one in (*own, *around) for value, by in one.leads.items()}
            ahead = leads.keys() - asked
            if not ahead:
                break
            asked |= ahead
            for value in sorted(ahead):
                around += _belonging(value, leads[value], await self._read({leads[value]: value}))
        return around

    def _lead_there(self, told: Sequence[Told]) -> bool:
        return any(names_link(one, self._references) for one in told)

    async def _read(self, query: Mapping[str, str], back_to: datetime | None = None) -> list[Told]:
        """Newest first, back to a moment; what cannot be read is passed over: it may be of anything."""
        until = back_to - _SLACK if back_to else None
        rows = await self._api.listed(
            "events", query, enough=lambda row: until is not None and is_older(row, until)
        )
        told = []
        for row in rows:
            with suppress(*UNREADABLE):
                told.append(read(row, self._kinds))
        return told


def _belonging(value: str, by: str, told: Sequence[Told]) -> list[Told]:
    """Those that were asked for: whoever does not know a filter gives everything.

    Of one cause is the checkout of a subscription, if it is the only one.
    """
    if by != BY_CAUSE:
        return [one for one in told if value in one.belongs_with]
    found = [one for one in told if one.cause == value and one.session_id]
    return found if len({one.session_id for one in found}) == 1 else []
