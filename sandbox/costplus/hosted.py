"""The hosted page's addresses: GET shows, POST acts. A GET never changes anything.

Some methods take two steps: the order stays `processing` until the payer's bank or app has an answer. Where a
payer is sent: https://docs.costplus.io/docs/guides/payment-links; `order_id` and `project_id` are added.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.costplus import page
from sandbox.costplus.answers import page_url
from sandbox.costplus.cards import DECLINED, NOT_CONFIRMED, TEST_CARDS, Verdict, details_of
from sandbox.costplus.ids import PROJECT
from sandbox.costplus.ledger import Ledger
from sandbox.costplus.records import Order, PaymentLink
from sandbox.hosted import HEADERS
from sandbox.hosted.cards import Card, CardRefused, read_card

Fields = Mapping[str, str]
_PHONE = re.compile(r"\+?[0-9][0-9 -]{6,18}")
CANCELLED = Verdict("Cancelled", advice="You cancelled the payment.")


class FormRefused(ValueError):
    """The form cannot be tried; the text tells the payer why."""


class HostedPage:
    """Serves `/paymentlinks/{id}/`, and `/pay/{order_id}/`, which leads there."""

    def __init__(self, ledger: Ledger, clock: Clock, base: str) -> None:
        self._ledger, self._clock, self._base = ledger, clock, base

    def routes(self) -> list[Route]:
        endpoints = (("/paymentlinks/{id}", self._show, "GET"), ("/paymentlinks/{id}", self._act, "POST"))
        pages = (*endpoints, ("/pay/{order_id}", self._lead, "GET"))
        return [
            *(
                Route(f"{path}{slash}", endpoint, methods=[method])
                for path, endpoint, method in pages
                for slash in ("/", "")
            ),
            Route("/{rest:path}", self._nothing, methods=["GET", "POST"]),
        ]

    async def _nothing(self, _: Request) -> Response:
        return page.unknown()

    async def _lead(self, request: Request) -> Response:
        order = self._ledger.order(request.path_params["order_id"])
        if order is None or order.link is None:
            return page.unknown()
        return RedirectResponse(page_url(order.link, self._base), 303, HEADERS)

    async def _show(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return page.unknown()
        done = link.completed_order
        if done and done.id == request.query_params.get("order_id"):
            return page.receipt(link, done)
        if closed := self._closed(link, paid=200):
            return closed
        if (running := link.running) is None:
            return _sendable(page.form(link), link)
        return _sendable(page.step(link, running), link) if running.step else page.processing(link)

    async def _act(self, request: Request) -> Response:
        link = self._ledger.link(request.path_params["id"])
        if link is None:
            return page.unknown()
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        running = link.running
        if running and running.step and running.id == fields.get("order"):
            return self._confirm(link, running, fields)
        if closed := self._closed(link, paid=409):
            return closed
        if running:
            return page.processing(link, 409)
        if "order" in fields:
            return _sendable(page.form(link, "This attempt is over. Please begin again.", status=409), link)
        return self._begin(link, fields)

    def _begin(self, link: PaymentLink, fields: Fields) -> Response:
        """The first step: a method, with what it asks for."""
        method = fields.get("method", "")
        try:
            card = self._read(link, method, fields)
        except (FormRefused, CardRefused) as refused:
            return _sendable(page.form(link, str(refused), method, 422), link)
        order = self._ledger.begin(link, method)
        if card is not None:
            order.transactions[0].details = details_of(card.number, card.month, card.year)
            verdict = TEST_CARDS[card.number]
            if verdict.advice:
                return self._end(link, order, "error", verdict)
            order.step = verdict.password
        elif method == "vipps-mobilepay":
            order.step = "app"
        if order.step:
            return RedirectResponse(page_url(link, self._base), 303, HEADERS)
        return self._pay(link, order)

    def _read(self, link: PaymentLink, method: str, fields: Fields) -> Card | None:
        """The card, where the method is one; raises FormRefused or CardRefused."""
        if method not in page.methods_of(link):
            raise FormRefused("Choose one of the ways to pay below.")
        if method == "credit-card":
            return read_card(fields, TEST_CARDS, self._clock.now())
        if method == "vipps-mobilepay" and not _PHONE.fullmatch(fields.get("phone", "").strip()):
            raise FormRefused("Write a phone number, like +47 400 00 000.")
        return None

    def _confirm(self, link: PaymentLink, order: Order, fields: Fields) -> Response:
        """The second step; the payer may still cancel."""
        if fields.get("answer") == "cancel":
            return self._end(link, order, "cancelled", CANCELLED)
        if fields.get("answer") == "decline":
            return self._end(link, order, "error", DECLINED)
        if order.step != "app" and fields.get("password", "").strip() != order.step:
            return self._end(link, order, "error", NOT_CONFIRMED)
        return self._pay(link, order)

    def _pay(self, link: PaymentLink, order: Order) -> Response:
        self._ledger.succeed(order)
        target = order.data.get("return_url") or page_url(link, self._base)
        return RedirectResponse(_told(target, order), 303, HEADERS)

    def _end(self, link: PaymentLink, order: Order, status: str, verdict: Verdict) -> Response:
        """An attempt failed: away where the merchant wants, else the form once more."""
        self._ledger.fail(order, status, verdict.code or None)
        back = order.data.get("return_url")
        if back:
            target = order.data.get("failure_url") or back
            return RedirectResponse(_told(target, order), 303, HEADERS)
        alert = f"{verdict.advice} You have not paid."
        again = f"{alert} Try again or choose another way."
        closed = self._closed(link, paid=409)
        return closed or page.form(link, again, order.transactions[0].method, 402)

    def _closed(self, link: PaymentLink, paid: int) -> Response | None:
        """The page of a link that takes no payment; `paid` is its HTTP status where it has one already."""
        status = link.status(self._clock.now())
        if status == "completed":
            return page.paid(link, paid)
        if status == "expired":
            return page.expired(link)
        return page.used_up(link) if not link.attempts_left and not link.running else None


def _told(url: str, order: Order) -> str:
    """The address with the order and the project in its query."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("order_id", order.id), ("project_id", PROJECT)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _sendable(answer: Response, link: PaymentLink) -> Response:
    """The page's policy lets its forms end where the merchant wants payers to go, which browsers check."""
    urls = [link.request.get("return_url"), link.request.get("failure_url")]
    parts = [urlsplit(url) for url in urls if url]
    if parts:
        allowed = " ".join(dict.fromkeys(f"{one.scheme}://{one.netloc}" for one in parts))
        policy = answer.headers["content-security-policy"]
        answer.headers["content-security-policy"] = policy.replace(
            "form-action 'self'", f"form-action 'self' {allowed}"
        )
    return answer
