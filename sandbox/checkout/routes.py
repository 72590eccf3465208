"""The API's routes: https://api-reference.checkout.com. What is not here does not exist (404, 405)."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.checkout import answers
from sandbox.checkout.ids import new_id
from sandbox.checkout.ledger import Ledger
from sandbox.checkout.outcomes import Step
from sandbox.checkout.payments import Payment
from sandbox.checkout.validation import action_errors, link_errors
from sandbox.clock import Clock

SECRET_KEY = "sk_sbox_sandboxsandboxsandboxsando7"  # noqa: S105 - of the real shape, opens nothing real
CHANNEL = "pc_sandboxsandboxsandboxsando"

_MOST_LISTED = 100
_STEPS: dict[str, Step] = {"captures": Payment.capture, "refunds": Payment.refund, "voids": Payment.void}
_LEFT: dict[str, Callable[[Payment], int]] = {
    "captures": lambda payment: payment.to_capture,
    "refunds": lambda payment: payment.to_refund,
    "voids": lambda payment: payment.to_void,
}
_TOO_MUCH = {
    "captures": "capture_value_greater_than_remaining_authorized",
    "refunds": "amount_exceeds_balance",
}
Endpoint = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):
    """The request is answered with this instead."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def empty(status: int) -> Response:
    """How most refusals look: no body, only the request's id."""
    return Response(status_code=status, headers={"Cko-Request-Id": new_id("req")})


def unprocessable(codes: list[str], error_type: str = "request_invalid") -> Response:
    """A 422 with all codes of the request."""
    request_id = new_id("req")
    body = {"request_id": request_id, "error_type": error_type, "error_codes": codes}
    return JSONResponse(body, 422, {"Cko-Request-Id": request_id})


class Api:
    """Answers the service's calls from a ledger. `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, clock: Clock, base: str) -> None:
        self._ledger, self._clock, self._base = ledger, clock, base
        self._remembered: dict[tuple[str, str], dict[str, Any]] = {}

    def routes(self) -> list[Route]:
        action = self._guarded(self._act)
        return [
            Route("/payment-links", self._guarded(self._create_link), methods=["POST"]),
            Route("/payment-links/{id}", self._guarded(self._get_link)),
            Route("/payments", self._guarded(self._list_payments)),
            Route("/payments/{id}", self._guarded(self._get_payment)),
            *(Route(f"/payments/{{id}}/{kind}", action, methods=["POST"], name=kind) for kind in _STEPS),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {SECRET_KEY}":
                return empty(401)
            try:
                answer = await endpoint(request)
            except _Refused as refused:
                return refused.answer
            answer.headers.setdefault("Cko-Request-Id", new_id("req"))
            return answer

        return guarded

    async def _create_link(self, request: Request) -> Response:
        body = await _json(request)
        if codes := link_errors(body, CHANNEL):
            return unprocessable(codes)
        return JSONResponse(answers.created(self._ledger.add(body), self._base), 201)

    async def _get_link(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return empty(404)
        return JSONResponse(answers.link_json(link, self._clock.now(), self._base))

    async def _get_payment(self, request: Request) -> Response:
        return JSONResponse(self.payment_json(self._payment(request)))

    async def _list_payments(self, request: Request) -> Response:
        query = request.query_params
        reference, limit, skip = query.get("reference"), query.get("limit", "10"), query.get("skip", "0")
        wrong = {
            "reference_required": not reference,
            "limit_invalid": not (limit.isdecimal() and 1 <= int(limit) <= _MOST_LISTED),
            "skip_invalid": not skip.isdecimal(),
        }
        if not reference or any(wrong.values()):
            return unprocessable([code for code, is_wrong in wrong.items() if is_wrong])
        found = self._ledger.payments_of(reference)
        shown = found[int(skip) :][: int(limit)]
        body = {"limit": int(limit), "skip": int(skip), "total_count": len(found)}
        return JSONResponse({**body, "data": [self.payment_json(payment) for payment in shown]})

    async def _act(self, request: Request) -> Response:
        kind = request.url.path.rsplit("/", 1)[-1]
        payment = self._payment(request)
        key = (payment.id + kind, request.headers.get("cko-idempotency-key", ""))
        if key[1] and key in self._remembered:
            return JSONResponse(self._remembered[key], 202)
        body = await _json(request)
        if codes := action_errors(kind, body):
            return unprocessable(codes)
        amount, left = body.get("amount"), _LEFT[kind](payment)
        if not left:
            return empty(403)
        if amount and amount > left:
            return unprocessable([_TOO_MUCH[kind]], "processing_error")
        self._ledger.act(payment, [_STEPS[kind]], amount)
        accepted = {
            "action_id": payment.actions[-1].id,
            **({"reference": body["reference"]} if "reference" in body else {}),
            "_links": {"payment": {"href": f"{self._base}/payments/{payment.id}"}},
        }
        self._remembered[key] = accepted
        return JSONResponse(accepted, 202)

    def payment_json(self, payment: Payment) -> dict[str, Any]:
        return answers.payment_json(payment, self._base, CHANNEL)

    def _payment(self, request: Request) -> Payment:
        payment = self._ledger.payment(request.path_params["id"])
        if payment is None:
            raise _Refused(empty(404))
        return payment


async def _json(request: Request) -> dict[str, Any]:
    """The body as an object; an empty one counts as `{}`. Raises _Refused."""
    raw = await request.body()
    if raw and request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise _Refused(empty(415))
    try:
        body = json.loads(raw or b"{}", parse_constant=_no_constant)
    except ValueError as error:
        raise _Refused(unprocessable(["request_json_invalid"])) from error
    if not isinstance(body, dict):
        raise _Refused(unprocessable(["request_invalid"]))
    return body


def _no_constant(name: str) -> None:
    """JSON has no NaN and no Infinity, though Python reads them."""
    raise ValueError(name)
