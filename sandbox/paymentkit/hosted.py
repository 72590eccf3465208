"""What customers open: the link itself, which begins a checkout, and the checkout's page.

Opening a link makes a session each time, a GET though it is: so it is documented. The page of a session is
only looked at by a GET; acting takes a POST.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.hosted import HEADERS
from sandbox.hosted.cards import CardRefused, read_card
from sandbox.options import Options
from sandbox.paymentkit import page
from sandbox.paymentkit.answers import checkout_url
from sandbox.paymentkit.cards import TEST_CARDS
from sandbox.paymentkit.ledger import Impossible, Ledger
from sandbox.paymentkit.problems import problem
from sandbox.paymentkit.records import Session

_WINDOW = timedelta(minutes=1)
_MOST_OF_AN_ITEM = 9999


class HostedPages:
    """Serves `/api/pay/share/{token}` and `/checkout/{token}`; `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, options: Options, clock: Clock, base: str) -> None:
        self._ledger, self._options, self._clock, self._base = ledger, options, clock, base
        self._opens: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def routes(self) -> list[Route]:
        show = Route("/checkout/{token}", self._show, methods=["GET"])
        share = Route("/api/pay/share/{token}", self._share, methods=["GET"])
        share.methods = {"GET"}  # not HEAD, which would make a session, too
        return [share, show, Route("/checkout/{token}", self._act, methods=["POST"])]

    async def _share(self, request: Request) -> Response:
        """To the checkout of a new session; a client that accepts JSON and no HTML is told of it instead."""
        accepts = request.headers.get("accept", "")
        as_json = "application/json" in accepts and "text/html" not in accepts
        if self._is_too_often(request.client.host if request.client else ""):
            return problem(429) if as_json else page.too_many()
        link = self._ledger.shared(request.path_params["token"])
        if link is None or not link.is_active:
            status = self._options["inactive_status"]
            return (
                problem(status, "This payment link is not available.")
                if as_json
                else page.unavailable(status)
            )
        session = self._ledger.open(link)
        url = checkout_url(session, self._base)
        if as_json:
            return JSONResponse({"checkout_session_id": session.id, "checkout_url": url})
        return RedirectResponse(url, self._options["share_redirect"], {"Cache-Control": "no-store"})

    async def _show(self, request: Request) -> Response:
        session = self._ledger.checkout(request.path_params["token"])
        if session is None:
            return page.unknown()
        if session.outcome == "complete":
            return page.receipt(session)
        return self._closed(session) or _sendable(page.form(session), session)

    async def _act(self, request: Request) -> Response:
        session = self._ledger.checkout(request.path_params["token"])
        if session is None:
            return page.unknown()
        if closed := self._closed(session):
            return closed
        fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            answer = (
                self._update(session, fields) if fields.get("act") == "update" else self._pay(session, fields)
            )
        except (CardRefused, Impossible) as refused:
            answer = page.form(session, str(refused), 422)
        return _sendable(answer, session)

    def _pay(self, session: Session, fields: dict[str, str]) -> Response:
        """Raises CardRefused for a form that cannot be tried, Impossible."""
        method = "apple_pay" if fields.get("act") == "apple_pay" else "credit_card"
        if method not in session.methods:
            raise Impossible("This payment method is not accepted here. Choose another.")
        if method == "credit_card":
            card = read_card(fields, TEST_CARDS, self._clock.now())
            verdict = TEST_CARDS[card.number]
            if verdict.advice:
                self._decline(session, card.number)
                return page.form(session, verdict.advice, 402)
        self._ledger.pay(session, method)
        target = session.request.get("success_url") or checkout_url(session, self._base)
        return RedirectResponse(target.replace("{CHECKOUT_SESSION_ID}", session.id), 303, HEADERS)

    def _decline(self, session: Session, number: str) -> None:
        """A card that is only to be saved can be refused, too, of which no event tells."""
        if session.takes_money_now:
            self._ledger.decline(session, "credit_card", TEST_CARDS[number])

    def _update(self, session: Session, fields: dict[str, str]) -> Response:
        """Other quantities, where the link lets customers choose them; raises Impossible."""
        wanted = [fields.get(f"quantity_{number}", "") for number in range(len(session.items))]
        if not session.request.get("allow_cart_edit"):
            raise Impossible("The quantities of this checkout cannot be changed.")
        if not all(one.isdecimal() and 1 <= int(one) <= _MOST_OF_AN_ITEM for one in wanted):
            raise Impossible(f"Quantities are whole numbers from 1 to {_MOST_OF_AN_ITEM}.")
        session.reorder([int(one) for one in wanted])
        return RedirectResponse(checkout_url(session, self._base), 303, HEADERS)

    def _closed(self, session: Session) -> HTMLResponse | None:
        status = session.status(self._clock.now())
        if status == "complete":
            return page.already_paid()
        return page.expired(session) if status == "expired" else None

    def _is_too_often(self, ip: str) -> bool:
        """Counts this open; those that are refused do not count."""
        now, opens, limit = self._clock.now(), self._opens[ip], self._options["share_limit"]
        while opens and opens[0] <= now - _WINDOW:
            opens.popleft()
        if limit and len(opens) >= limit:
            return True
        opens.append(now)
        return False


def _sendable(answer: Response, session: Session) -> Response:
    """The page's policy lets its forms end where `success_url` leads, which browsers check."""
    parts = urlsplit(session.request.get("success_url") or "")
    if parts.hostname:
        policy = answer.headers["content-security-policy"]
        allowed = policy.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
        answer.headers["content-security-policy"] = allowed
    return answer
