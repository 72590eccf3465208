"""The hosted page's address: GET shows, POST pays. A GET never changes anything."""

import re
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.checkout import pay_page
from sandbox.checkout.cards import TEST_CARDS, Verdict, card_source
from sandbox.checkout.ledger import Impossible, Ledger, PaymentLink
from sandbox.checkout.outcomes import Step
from sandbox.checkout.payments import Payment
from sandbox.clock import Clock

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}
_CVV_DIGITS = {"AMEX": 4}


class FormRefused(ValueError):
    """The form does not describe a test card that can be tried; the text tells the payer why."""


class HostedPage:
    """Serves `/pay/{id}` from a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def routes(self) -> list[Route]:
        return [
            Route("/pay/{id}", self._show, methods=["GET"]),
            Route("/pay/{id}", self._pay, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return _html(pay_page.unknown(), 404)
        just_paid = link.payment and link.payment.id == request.query_params.get("paid")
        if link.payment and link.payment.approved and just_paid:
            return _html(pay_page.receipt(link, link.payment))
        return self._closed(link, paid=200) or _html(pay_page.form(link, request.url.path))

    async def _pay(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return _html(pay_page.unknown(), 404)
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            number, month, year = read_card(fields, self._clock.now())
            verdict = TEST_CARDS[number][1]
            payment = self._ledger.attempt(link, card_source(number, month, year), _steps(link, verdict))
        except (FormRefused, Impossible) as refused:
            form = pay_page.form(link, request.url.path, str(refused))
            return self._closed(link, paid=409) or _html(form, 422)
        if verdict.advice:
            return _html(pay_page.form(link, request.url.path, verdict.advice), 402)
        return RedirectResponse(f"{request.url.path}?paid={payment.id}", 303, _HEADERS)

    def _closed(self, link: PaymentLink, paid: int) -> Response | None:
        """The page of a link that takes no payment, `paid` being the status if it has one already."""
        status = link.status(self._clock.now())
        if status == "Payment Received":
            return _html(pay_page.paid(link), paid)
        return _html(pay_page.expired(link), 410) if status == "Expired" else None


def read_card(fields: dict[str, str], now: datetime) -> tuple[str, int, int]:
    """Number, month and year of the form's test card; raises FormRefused."""
    number = re.sub(r"[\s-]", "", fields.get("card_number", ""))
    expiry = re.fullmatch(r"\s*(\d{1,2})\s*/?\s*(?:20)?(\d{2})\s*", fields.get("expiry", ""))
    cvv = fields.get("cvv", "").strip()
    if number not in TEST_CARDS:
        raise FormRefused("This is not one of the test cards. Choose one from the list below.")
    month, year = (int(expiry[1]), 2000 + int(expiry[2])) if expiry else (0, 0)
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        raise FormRefused("Write the expiry date as month and year, like 12/30.")
    if (year, month) < (now.year, now.month):
        raise FormRefused("This expiry date has passed. Use one in the future.")
    needed = _CVV_DIGITS.get(TEST_CARDS[number][0], 3)
    if not (cvv.isdecimal() and len(cvv) == needed):
        raise FormRefused(f"The security code of this card has {needed} digits.")
    return number, month, year


def _steps(link: PaymentLink, verdict: Verdict) -> list[Step]:
    """Captured at once unless the link asked for `capture: false` or for a later capture."""
    if not verdict.approved:
        return [lambda payment, _, at: payment.decline(None, at, verdict)]
    later = link.request.get("capture") is False or link.request.get("capture_on")
    return [Payment.authorise] if later else [Payment.authorise, Payment.capture]


def _html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, _HEADERS)
