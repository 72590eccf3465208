"""The hosted page's address: GET shows, POST pays. A GET never changes anything.

Paying takes two steps, as with a bank: a method is chosen, then the payer approves or not. A payment
that waits for its second step is `pending` in the API.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.eximpe import pay_page, testdata
from sandbox.eximpe.ledger import Impossible, Ledger
from sandbox.eximpe.payments import Payment, PaymentLink
from sandbox.hosted import HEADERS
from sandbox.hosted.cards import CardRefused, read_card

Fields = Mapping[str, str]


class FormRefused(ValueError):
    """The form cannot be tried; the text tells the payer why."""


class HostedPage:
    """Serves `/pay/{link_id}` from a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def routes(self) -> list[Route]:
        return [
            Route("/pay/{link_id}", self._show, methods=["GET"]),
            Route("/pay/{link_id}", self._pay, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        link = self._link(request)
        if link is None:
            return pay_page.unknown()
        payment = link.payment
        if payment.status == "captured" and payment.id == request.query_params.get("paid"):
            return pay_page.receipt(link, payment)
        if closed := self._closed(link, paid=200):
            return closed
        if _waits(payment) and payment.id == request.query_params.get("approve"):
            return pay_page.approval(link, payment, request.url.path)
        return pay_page.form(link, request.url.path)

    async def _pay(self, request: Request) -> Response:
        link = self._link(request)
        if link is None:
            return pay_page.unknown()
        if closed := self._closed(link, paid=409):
            return closed
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        if "payment" in fields:
            return self._approve(link, fields, request.url.path)
        try:
            method = read_method(fields, self._clock.now())
            payment = self._ledger.begin(link, method)
        except (FormRefused, CardRefused, Impossible) as refused:
            return pay_page.form(link, request.url.path, str(refused), fields.get("method", ""), 422)
        return RedirectResponse(f"{request.url.path}?approve={payment.id}", 303, HEADERS)

    def _approve(self, link: PaymentLink, fields: Fields, path: str) -> Response:
        """The second step of the payment that waits for it; of any other, the form once more."""
        payment = link.payments[-1]
        if not _waits(payment) or payment.id != fields["payment"]:
            return pay_page.form(link, path, "This payment is over. Please begin again.", status=409)
        if why := _declined(payment, fields):
            self._ledger.fail(link, payment, why)
            alert = f"{why} You have not paid. Try again or choose another way."
            return pay_page.form(link, path, alert, payment.method or "", 402)
        self._ledger.capture(link, payment)
        return RedirectResponse(f"{path}?paid={payment.id}", 303, HEADERS)

    def _link(self, request: Request) -> PaymentLink | None:
        """By the id in its address only: the one of the payment opens nothing."""
        wanted = request.path_params["link_id"]
        return next((link for link in self._ledger.links if link.link_id == wanted), None)

    def _closed(self, link: PaymentLink, paid: int) -> Response | None:
        """The page of a link that takes no payment; `paid` is its HTTP status where it has one already."""
        pages: dict[str, Callable[[], Response]] = {
            "captured": lambda: pay_page.paid(link, paid),
            "expired": lambda: pay_page.expired(link),
            "deactivated": lambda: pay_page.inactive(link),
        }
        page = pages.get(link.status(self._clock.now()))
        return page() if page else None


def read_method(fields: Fields, now: datetime) -> str:
    """UPI, CARD or NET_BANKING, of a form that can be tried; raises FormRefused or CardRefused."""
    method = fields.get("method", "")
    if method == "UPI" and not testdata.is_vpa(fields.get("vpa", "").strip()):
        raise FormRefused("Write a UPI ID of the test bank, like anything@payu.")
    if method == "CARD":
        card = read_card(fields, testdata.CARDS, now)
        if fields["cvv"].strip() != testdata.cvv_of(card.number):
            raise FormRefused("The security code is not right. Check it and try again.")
    given = fields.get("user", "").strip(), fields.get("password", "")
    if method == "NET_BANKING" and given != (testdata.BANK_USER, testdata.BANK_PASSWORD):
        raise FormRefused("User name or password is not right. Check them and try again.")
    if method not in {"UPI", "CARD", "NET_BANKING"}:
        raise FormRefused("Choose how you would like to pay.")
    return method


def _waits(payment: Payment) -> bool:
    return payment.status == "pending" and payment.method is not None


def _declined(payment: Payment, fields: Fields) -> str:
    """Why the payer's bank takes no money, empty when it does."""
    if fields.get("answer") != "approve":
        return "You declined the payment."
    if payment.method != "UPI" and fields.get("otp", "").strip() != testdata.OTP:
        return "Your bank declined the payment: the one-time password is wrong."
    return ""
