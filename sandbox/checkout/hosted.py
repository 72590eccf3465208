"""The hosted page's addresses: GET shows, POST pays. A GET never changes anything: robots open links."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.checkout import bank_page, pay_page
from sandbox.checkout.card_form import FormRefused, read_card
from sandbox.checkout.cards import DEMO_CARD, TEST_CARDS, card_source
from sandbox.checkout.ledger import Impossible, Ledger, PaymentLink
from sandbox.checkout.methods import CARD, WALLETS, offered
from sandbox.checkout.options import Options
from sandbox.checkout.paying import ANSWERS, Paying
from sandbox.checkout.payments import Payment, Waiting
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
    "X-Robots-Tag": "noindex",
}


@dataclass
class HostedPage:
    """Serves `/pay/{id}`, and below it the bank's pages, from a ledger."""

    ledger: Ledger
    paying: Paying
    options: Options
    clock: Clock

    def routes(self) -> list[Route]:
        return [
            Route("/pay/{id}", self._show, methods=["GET"]),
            Route("/pay/{id}", self._pay, methods=["POST"]),
            Route("/pay/{id}/bank/{payment}", self._show_bank, methods=["GET"]),
            Route("/pay/{id}/bank/{payment}", self._answer_bank, methods=["POST"]),
        ]

    async def _show(self, request: Request) -> Response:
        link = self.ledger.link(request.path_params["id"])
        if link is None:
            return _html(pay_page.unknown(), 404)
        payment = _payment_of(link, request.query_params.get("payment"))
        if payment and payment.approved:
            return _html(pay_page.receipt(link, payment))
        return self._closed(link, paid=200) or _html(self._form(request, link, pay_page.what_failed(payment)))

    async def _pay(self, request: Request) -> Response:
        link = self.ledger.link(request.path_params["id"])
        if link is None:
            return _html(pay_page.unknown(), 404)
        if closed := self._closed(link, paid=409):
            return closed
        fields = await _fields(request)
        try:
            payment = self._attempt(link, fields)
        except FormRefused as refused:
            chosen = fields.get("method", CARD)
            return _html(self._form(request, link, errors=refused.errors, chosen=chosen), 422)
        except Impossible:
            return self._closed(link, paid=409) or _html(self._form(request, link), 409)
        if payment.failure:
            return self._closed(link, paid=409, used_up=402) or _html(
                self._form(request, link, pay_page.what_failed(payment)), 402
            )
        return self._onwards(request, link, payment)

    async def _show_bank(self, request: Request) -> Response:
        link, payment = self._at_bank(request)
        if link is None or payment is None:
            return _html(pay_page.unknown(), 404)
        if not _waits_for_payer(payment):
            return self._onwards(request, link, payment)
        return _html(bank_page.ask(link, payment, request.url.path))

    async def _answer_bank(self, request: Request) -> Response:
        link, payment = self._at_bank(request)
        if link is None or payment is None:
            return _html(pay_page.unknown(), 404)
        if not _waits_for_payer(payment):
            return self._onwards(request, link, payment)
        said = (await _fields(request)).get("answer")
        if said not in ANSWERS:
            return _html(bank_page.ask(link, payment, request.url.path), 422)
        if link.status(self.clock.now()) == "Payment Received":
            return _html(pay_page.paid(link), 409)
        self.paying.answer(link, payment, said)
        return self._onwards(request, link, payment)

    def _attempt(self, link: PaymentLink, fields: dict[str, str]) -> Payment:
        """Raises FormRefused and Impossible."""
        method, now = fields.get("method", CARD), self.clock.now()
        if method not in offered(link.request, card_schemes=self.options.card_schemes):
            raise FormRefused({"method": "Choose how you want to pay."})
        if method in WALLETS:
            return self.paying.by_card(link, card_source(DEMO_CARD, 12, now.year + 3))
        if method != CARD:
            return self.paying.by_method(link, method)
        number, month, year = read_card(fields, now, link.reference)
        return self.paying.by_card(link, card_source(number, month, year), TEST_CARDS[number][1])

    def _form(
        self,
        request: Request,
        link: PaymentLink,
        alert: str = "",
        errors: dict[str, str] | None = None,
        chosen: str = CARD,
    ) -> str:
        methods = offered(link.request, card_schemes=self.options.card_schemes)
        return pay_page.form(link, request.url.path, methods, alert=alert, errors=errors or {}, chosen=chosen)

    def _closed(self, link: PaymentLink, paid: int, used_up: int = 403) -> Response | None:
        """The page of a link that takes no payment, `paid` being the status if it has one already."""
        status = link.status(self.clock.now())
        if status == "Payment Received":
            return _html(pay_page.paid(link), paid)
        if link.settling:
            return _html(pay_page.processing(link), paid)
        if status == "Expired":
            return _html(pay_page.expired(link), 410)
        return _html(pay_page.used_up(link), used_up) if self.paying.is_used_up(link) else None

    def _at_bank(self, request: Request) -> tuple[PaymentLink | None, Payment | None]:
        link = self.ledger.link(request.path_params["id"])
        return link, _payment_of(link, request.path_params["payment"]) if link else None

    def _onwards(self, request: Request, link: PaymentLink, payment: Payment) -> RedirectResponse:
        """To the bank while the payment waits for its payer, else back to the link."""
        page = f"{request.scope['root_path']}/pay/{link.id}"
        at_bank = f"{page}/bank/{payment.id}"
        url = at_bank if _waits_for_payer(payment) else f"{page}?payment={payment.id}"
        return RedirectResponse(url, 303, _HEADERS)


def _payment_of(link: PaymentLink, payment_id: str | None) -> Payment | None:
    return next((payment for payment in link.payments if payment.id == payment_id), None)


def _waits_for_payer(payment: Payment) -> bool:
    return payment.pending and payment.waiting in {Waiting.AUTHENTICATION, Waiting.PAYER}


async def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


def _html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, _HEADERS)
