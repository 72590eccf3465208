"""All links and orders of the project, and the one place where something happens to them."""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.clock import Clock
from sandbox.costplus.records import MOST_ATTEMPTS, Order, PaymentLink, Transaction
from sandbox.options import Options

JSON = dict[str, Any]
Tell = Callable[[Order, Transaction | None], None]

_COPIED = ("amount", "currency", "description", "customer", "return_url", "failure_url", "webhook_url")


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


class Ledger:
    """Keeps links and orders; every change of an order's status is told."""

    def __init__(self, clock: Clock, options: Options, tell: Tell) -> None:
        self._clock, self._options, self._tell = clock, options, tell
        self._links: dict[str, PaymentLink] = {}
        self._orders: dict[str, Order] = {}
        self._begun: asyncio.Queue[Order] = asyncio.Queue()

    @property
    def links(self) -> list[PaymentLink]:
        self._expire_orders()
        return list(self._links.values())

    @property
    def orders(self) -> list[Order]:
        self._expire_orders()
        return list(self._orders.values())

    def link(self, link_id: str) -> PaymentLink | None:
        self._expire_orders()
        return self._links.get(link_id)

    def order(self, order_id: str) -> Order | None:
        self._expire_orders()
        return self._orders.get(order_id)

    def find(self, name: str) -> PaymentLink | None:
        """The link of this id, URL, order or reference; of several the newest."""
        last = name.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
        order = self.order(last)
        called = (link for link in reversed(self._links.values()) if link.reference == name)
        return self.link(last) or (order.original.link if order else None) or next(called, None)

    def add(self, request: JSON) -> PaymentLink:
        """A new link from a body that was found valid."""
        link = PaymentLink(request, self._clock.now())
        self._links[link.id] = link
        return link

    def begin(self, link: PaymentLink, method: str, amount: int | None = None) -> Order:
        """Another attempt to pay: an order, `processing` at once. Raises Impossible."""
        now = self._clock.now()
        if (status := link.status(now)) in {"completed", "expired"}:
            raise Impossible(f"the link is {status}")
        if not link.attempts_left:
            raise Impossible(f"all {MOST_ATTEMPTS} attempts are used up")
        data: JSON = {name: link.request[name] for name in _COPIED if name in link.request}
        if self._options["order_reference"] == "repeated":
            data["merchant_order_id"] = link.reference
        order = Order({**data, "amount": amount or link.amount}, now, link)
        order.transactions.append(Transaction(order.amount, method, now))
        link.orders.append(order)
        self._orders[order.id] = order
        self._begun.put_nowait(order)
        self._move(order, "processing", "pending")
        return order

    def succeed(self, order: Order, *, capture: bool = True) -> None:
        """The payer's bank agrees; an order in `error` may still complete. Raises Impossible."""
        if not (order.is_running or order.status == "error"):
            raise Impossible(f"the order is {order.status}")
        is_manual = self._options["capture"] == "manual"
        transaction = order.transactions[0]
        transaction.kind, transaction.reason = ("authorization" if is_manual else None), None
        order.authorised, order.completed = order.amount, self._clock.now()
        if not is_manual:
            order.captured = order.amount
        self._complete_link(order)
        self._move(order, "completed", "accepted" if is_manual else "completed")
        if is_manual and capture:
            self.capture(order)

    def fail(self, order: Order, status: str, reason: str | None = None) -> None:
        """A running attempt ends as `error`, `cancelled` or `expired`. Raises Impossible."""
        if not order.is_running:
            raise Impossible(f"the order is {order.status}")
        order.transactions[0].reason = reason
        self._move(order, status, status)

    def cancel(self, order: Order) -> None:
        """What DELETE does to an order that is not completed. Raises Impossible."""
        if not (order.is_running or order.status == "error"):
            raise Impossible(f"an order that is {order.status} cannot be cancelled")
        self._move(order, "cancelled", "cancelled")

    def capture(self, order: Order, amount: int | None = None) -> Transaction:
        """Take what was only authorised, or a part of it. Raises Impossible."""
        return self._part(order, amount, "capture")

    def void(self, order: Order, amount: int | None = None) -> Transaction:
        """Let go of what was authorised and not captured. Raises Impossible."""
        return self._part(order, amount, "void")

    def refund(self, order: Order, amount: int | None = None) -> Order:
        """Give back an amount, or all that is left. Raises Impossible."""
        wanted = amount or order.to_refund
        if order.side or not 0 < wanted <= order.to_refund:
            raise Impossible(f"at most {order.to_refund} can be refunded of this order")
        order.refunded += wanted
        return self._aside(order, "refund", wanted)

    def charge_back(self, order: Order, amount: int | None = None) -> Order:
        """The payer's bank takes the money back. Raises Impossible."""
        open_ones = [one for one in order.sides_of("chargeback") if not one.sides]
        if open_ones or not 0 < (amount or order.captured) <= order.captured:
            raise Impossible("nothing of this order can be charged back")
        return self._aside(order, "chargeback", amount or order.captured)

    def reverse(self, order: Order) -> Order:
        """The newest chargeback is undone. Raises Impossible."""
        open_ones = [one for one in order.sides_of("chargeback") if not one.sides]
        if not open_ones:
            raise Impossible("this order has no chargeback that could be reversed")
        return self._aside(open_ones[-1], "reversal", open_ones[-1].amount)

    def expire(self, link: PaymentLink) -> None:
        """The link's time is over now, of which no webhook tells. Raises Impossible."""
        if (status := link.status(self._clock.now())) in {"completed", "expired"}:
            raise Impossible(f"the link is {status}")
        link.ended_at = self._clock.now()

    def change(self, order: Order, data: JSON) -> None:
        """Changes that were found valid."""
        order.data |= data
        order.modified = self._clock.now()

    async def run(self) -> None:
        """Let orders expire by the clock, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                tasks.create_task(self._outlive(await self._begun.get()))

    async def _outlive(self, order: Order) -> None:
        await self._clock.sleep_until(order.ends_at)
        self._expire_orders()

    def _expire_orders(self) -> None:
        now = self._clock.now()
        for order in list(self._orders.values()):
            if order.is_running and now >= order.ends_at:
                self._move(order, "expired", "expired")

    def _complete_link(self, order: Order) -> None:
        """The first attempt that succeeds completes its link, a late one only as an option says."""
        link, now = order.link, self._clock.now()
        if link is None or link.completed_order:
            return
        if now < link.expires_at or self._options["late_payment"] == "completed":
            link.completed_order = order

    def _part(self, order: Order, amount: int | None, kind: str) -> Transaction:
        wanted, now = amount or order.to_capture, self._clock.now()
        if not 0 < wanted <= order.to_capture:
            raise Impossible(f"at most {order.to_capture} is authorised and neither captured nor voided")
        first = order.transactions[0]
        part = Transaction(wanted, first.method, now, "completed", kind)
        order.transactions.append(part)
        order.captured += wanted if kind == "capture" else 0
        order.voided += wanted if kind == "void" else 0
        if not order.to_capture:
            first.status = "captured" if order.captured else "cancelled"
        self._touch(order)
        self._tell(order, part)
        return part

    def _aside(self, order: Order, kind: str, amount: int) -> Order:
        """A refund, chargeback or reversal: an order of its own, completed at once."""
        now, original = self._clock.now(), order.original
        data: JSON = {"amount": amount, "currency": original.data["currency"]}
        side = Order(data, now, status="completed", completed=now)
        side.side, side.side_of = kind, order
        debit = "credit" if kind == "reversal" else "debit"
        method = original.transactions[0].method
        side.transactions.append(Transaction(amount, method, now, "completed", credit_debit=debit))
        order.sides.append(side)
        self._orders[side.id] = side
        self._touch(original)
        named = {"own": side, "original": original}.get(self._options["side_events"])
        if named:
            self._tell(named, named.transactions[0])
        return side

    def _move(self, order: Order, status: str, transaction_status: str) -> None:
        order.status, order.transactions[0].status, order.step = status, transaction_status, ""
        self._touch(order)
        self._tell(order, order.transactions[0])

    def _touch(self, order: Order) -> None:
        order.modified = self._clock.now()
        if order.link:
            order.link.modified = order.modified
