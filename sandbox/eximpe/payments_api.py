"""The routes of payments, orders and refunds. That a list of payments is paged as links are is assumed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.eximpe import answers, envelope
from sandbox.eximpe.access import guarded
from sandbox.eximpe.amounts import paise_of
from sandbox.eximpe.envelope import Refused, json_of, success
from sandbox.eximpe.fields import moment_of
from sandbox.eximpe.ledger import Ledger
from sandbox.eximpe.paging import page_of
from sandbox.eximpe.payments import Payment, PaymentLink
from sandbox.eximpe.validation import nested, refund_refusals
from sandbox.options import Options

Pair = tuple[PaymentLink, Payment]

_EQUALS: dict[str, Callable[[Pair], str]] = {
    "reference_id": lambda pair: pair[0].reference,
    "order_id": lambda pair: pair[0].order_id,
    "payment_id": lambda pair: pair[1].id,
    "status": lambda pair: pair[1].status,
}
_MOMENTS = ("from_created_at", "to_created_at")
_PAGES = ("page", "page_size")
_STATUSES = ("pending", "captured", "failed")


class PaymentsApi:
    """Answers the service's calls about what was paid."""

    def __init__(self, ledger: Ledger, options: Options) -> None:
        self._ledger, self._options = ledger, options

    def routes(self) -> list[Route]:
        return [
            Route("/pg/payments/", guarded(self._list), methods=["GET"]),
            Route("/pg/payments/{id}/", guarded(self._payment), methods=["GET"]),
            Route("/pg/orders/{id}/", guarded(self._order), methods=["GET"]),
            Route("/pg/orders/{id}/status/", guarded(self._order_status), methods=["GET"]),
            Route("/pg/refunds/", guarded(self._refund), methods=["POST"]),
            Route("/pg/refunds/{id}/", guarded(self._refund_details), methods=["GET"]),
        ]

    async def _list(self, request: Request) -> Response:
        wanted = dict(request.query_params)
        begins, ends = (_moment(wanted, name) for name in _MOMENTS)
        if unknown := set(wanted) - {*_EQUALS, *_MOMENTS, *_PAGES}:
            raise Refused(envelope.INVALID, dict.fromkeys(sorted(unknown), "Unknown filter."))
        if wanted.get("status", "pending") not in _STATUSES:
            raise Refused(envelope.INVALID, {"status": f"Must be one of {', '.join(_STATUSES)}."})
        found = [
            pair
            for pair in self._ledger.payments
            if all(read(pair) == wanted[name] for name, read in _EQUALS.items() if name in wanted)
            and (begins is None or begins <= pair[1].created_at)
            and (ends is None or pair[1].created_at <= ends)
        ]
        page = page_of(request, found[::-1], lambda pair: answers.payment_json(*pair))
        return success("Payments retrieved successfully", page)

    async def _payment(self, request: Request) -> Response:
        found = _found(self._ledger.payment(request.path_params["id"]))
        return success("Payment retrieved successfully", answers.payment_json(*found))

    async def _order(self, request: Request) -> Response:
        link = _found(self._ledger.order(request.path_params["id"]))
        return success("Order retrieved successfully", answers.order_json(link))

    async def _order_status(self, request: Request) -> Response:
        link = _found(self._ledger.order(request.path_params["id"]))
        return success("Order status retrieved successfully", answers.order_status_json(link))

    async def _refund(self, request: Request) -> Response:
        """A whole refund without `refund_amount`; it stays pending until a control ends it."""
        body = await json_of(request)
        if refused := refund_refusals(body, self._options):
            raise Refused(envelope.INVALID, nested(refused, self._options["details"]))
        link, payment = _found(self._ledger.payment(body["payment_id"]))
        amount = paise_of(body["refund_amount"]) if "refund_amount" in body else payment.to_refund
        if not amount or amount > payment.to_refund:
            raise Refused(envelope.NOT_REFUNDABLE, {"refund_amount": "More than is left of this payment."})
        refund = self._ledger.ask_refund(link, payment, amount)
        data = answers.refund_json(link, payment, refund)
        return success("Refund request has been processed successfully", data, 201)

    async def _refund_details(self, request: Request) -> Response:
        found = self._ledger.refund(request.path_params["id"])
        if found is None:
            raise Refused(envelope.NO_REFUND)
        return success("Refund retrieved successfully", answers.refund_json(*found))


def _found(item: Any) -> Any:
    if item is None:
        raise Refused(envelope.NOT_FOUND)
    return item


def _moment(wanted: dict[str, str], name: str) -> datetime | None:
    moment = moment_of(wanted.get(name))
    if name in wanted and moment is None:
        raise Refused(envelope.INVALID, {name: "Enter a date in ISO 8601 format, UTC."})
    return moment
