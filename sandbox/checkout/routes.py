"""The API's routes: https://api-reference.checkout.com. What is not here does not exist (404, 405)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.checkout import answers
from sandbox.checkout.account import CHANNEL
from sandbox.checkout.bodies import json_of
from sandbox.checkout.disputes import list_disputes
from sandbox.checkout.ledger import Ledger
from sandbox.checkout.options import Options
from sandbox.checkout.outcomes import Step
from sandbox.checkout.payments import Payment
from sandbox.checkout.refusals import Refused, empty, unprocessable
from sandbox.checkout.validation import action_errors, link_errors
from sandbox.clock import Clock

_MOST_LISTED = 100
# https://www.checkout.com/docs/developer-resources/api/idempotency.md: only a 2xx is remembered, and
# answers come at once here, so that two calls with one key are never under way together.
_REMEMBERED_FOR = timedelta(hours=72)
_STEPS: Mapping[str, Step] = {"captures": Payment.capture, "refunds": Payment.refund, "voids": Payment.void}
_LEFT: Mapping[str, Callable[[Payment], int]] = {
    "captures": lambda payment: payment.to_capture,
    "refunds": lambda payment: payment.to_refund,
    "voids": lambda payment: payment.to_void,
}
_TOO_MUCH = {
    "captures": "capture_value_greater_than_remaining_authorized",
    "refunds": "amount_exceeds_balance",
}


class Api:
    """Answers the service's calls from a ledger. `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, clock: Clock, base: str, options: Options) -> None:
        self._ledger, self._clock, self._base, self._options = ledger, clock, base, options
        self._remembered: dict[tuple[str, str], tuple[datetime, dict[str, Any]]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/payment-links", self._create_link, methods=["POST"]),
            Route("/payment-links/{id}", self._get_link, methods=["GET"]),
            Route("/payments", self._list_payments, methods=["GET"]),
            Route("/payments/{id}", self._get_payment, methods=["GET"]),
            Route("/disputes", partial(list_disputes, self._ledger), methods=["GET"]),
            Route("/payments/{id}/actions", self._list_actions, methods=["GET"]),
            *(Route(f"/payments/{{id}}/{kind}", self._act, methods=["POST"], name=kind) for kind in _STEPS),
        ]

    async def _create_link(self, request: Request) -> Response:
        """The header `Cko-Idempotency-Key` is ignored here: links are not among what it is documented for."""
        body, options = await json_of(request), self._options
        if codes := link_errors(body, CHANNEL, channel_required=options.multi_channel):
            return unprocessable(codes)
        if options.refuse_with:
            return unprocessable(options.refuse_with)
        created = answers.created(self._ledger.add(body), self._base, options)
        if options.answer_after_s:
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=options.answer_after_s))
        return JSONResponse(created, 201)

    async def _get_link(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return empty(404)
        return JSONResponse(answers.link_json(link, self._clock.now(), self._base, self._options))

    async def _get_payment(self, request: Request) -> Response:
        return JSONResponse(self.payment_json(self._payment(request)))

    async def _list_actions(self, request: Request) -> Response:
        return JSONResponse(answers.actions_json(self._payment(request)))

    async def _list_payments(self, request: Request) -> Response:
        query = request.query_params
        reference, limit, skip = query.get("reference"), query.get("limit", "10"), query.get("skip", "0")
        wrong = {
            "reference_required": not reference,
            "limit_invalid": not (_is_count(limit) and 1 <= int(limit) <= _MOST_LISTED),
            "skip_invalid": not _is_count(skip),
        }
        if not reference or any(wrong.values()):
            return unprocessable([code for code, is_wrong in wrong.items() if is_wrong])
        found = self._ledger.payments_of(reference)
        shown = found[int(skip) :][: int(limit)]
        body = {"limit": int(limit), "skip": int(skip), "total_count": len(found)}
        return JSONResponse({**body, "data": [self.payment_json(payment) for payment in shown]})

    async def _act(self, request: Request) -> Response:
        kind, payment = request.url.path.rsplit("/", 1)[-1], self._payment(request)
        key = (f"{payment.id}/{kind}", request.headers.get("cko-idempotency-key", ""))
        now = self._clock.now()
        if key in self._remembered and self._remembered[key][0] > now - _REMEMBERED_FOR:
            return JSONResponse(self._remembered[key][1], 202)
        body = await json_of(request)
        if refusal := _why_not(kind, payment, body):
            return refusal
        note = {name: body.get(name) for name in ("reference", "metadata")}
        is_final = kind == "captures" and body.get("capture_type") != "NonFinal"
        step = Payment.capture_finally if is_final else _STEPS[kind]
        self._ledger.act(payment, [step], body.get("amount"), note)
        accepted = answers.accepted(payment, self._base)
        if key[1]:
            self._remembered[key] = (now, accepted)
        return JSONResponse(accepted, 202)

    def payment_json(self, payment: Payment) -> dict[str, Any]:
        return answers.payment_json(payment, self._base, CHANNEL)

    def _payment(self, request: Request) -> Payment:
        payment = self._ledger.payment(request.path_params["id"])
        if payment is None:
            raise Refused(empty(404))
        return payment


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) < 10  # noqa: PLR2004 - as an integer of 32 bits


def _why_not(kind: str, payment: Payment, body: dict[str, Any]) -> Response | None:
    """Nothing left that it could happen to: 403. More than is left: 422, of another type than bad bodies."""
    if codes := action_errors(kind, body, payment.currency):
        return unprocessable(codes)
    amount, left = body.get("amount"), _LEFT[kind](payment)
    if not left:
        return empty(403)
    return unprocessable([_TOO_MUCH[kind]], "processing_error") if amount and amount > left else None
