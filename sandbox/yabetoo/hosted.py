"""What payers open: the link's page, and the page of their checkout. A GET changes nothing, a POST pays.

And what the merchant's dashboard lists: the catalogue.
"""

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.hosted import HEADERS
from sandbox.yabetoo import page
from sandbox.yabetoo.catalog import Catalog
from sandbox.yabetoo.ledger import Ledger
from sandbox.yabetoo.payer import FormRefused, Payer, read_payer
from sandbox.yabetoo.records import Link, Session


class HostedPages:
    """Serves `/p/{slug or id}`, `/checkout/{session}`, `/catalog`; `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, catalog: Catalog, clock: Clock, base: str) -> None:
        self._ledger, self._catalog, self._clock, self._base = ledger, catalog, clock, base

    def routes(self) -> list[Route]:
        return [
            Route("/p/{name}", self._show, methods=["GET"]),
            Route("/p/{name}", self._act, methods=["POST"]),
            Route("/checkout/{id}", self._show_checkout, methods=["GET"]),
            Route("/catalog", self._show_catalog, methods=["GET"]),
        ]

    async def _show(self, request: Request) -> Response:
        """Query parameters are not read, as documented."""
        link = self._ledger.shared(request.path_params["name"])
        return self._closed(link) or _may_lead(page.form(link, {}), link) if link else page.unknown()

    async def _act(self, request: Request) -> Response:
        link = self._ledger.shared(request.path_params["name"])
        if link is None:
            return page.unknown()
        fields = dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))
        begun = self._begun(link, fields.get("session", ""))
        if begun and (begun.pending or begun.completed_at):  # sent twice
            return RedirectResponse(self._checkout_url(begun), 303, HEADERS)
        if closed := self._closed(link):
            return closed
        try:
            answer = self._pay(link, read_payer(link, fields), fields, begun)
        except FormRefused as refused:
            answer = page.form(link, fields, str(refused), 422)
        return _may_lead(answer, link)

    async def _show_catalog(self, _: Request) -> Response:
        return page.catalogue(self._catalog)

    async def _show_checkout(self, request: Request) -> Response:
        session = self._ledger.session(request.path_params["id"])
        if session is None:
            return page.unknown()
        link_url = f"{self._base}/p/{session.link.slug}"
        return page.checkout(session, self._clock.now(), link_url, _success_url(session.link))

    def _pay(self, link: Link, payer: Payer, fields: dict[str, str], begun: Session | None) -> Response:
        if begun and self._ledger.is_open(begun):
            session = begun
            session.amount, session.email = payer.amount, payer.email
        else:
            session = self._ledger.begin(link, payer.amount, payer.email)
        attempt = self._ledger.pay_from(session, payer.msisdn)
        if attempt.status == "failed":
            return page.form(link, fields | {"session": session.id}, page.advice(attempt), 402)
        done = _success_url(link) if attempt.status == "succeeded" else None
        return RedirectResponse(done or self._checkout_url(session), 303, HEADERS)

    def _begun(self, link: Link, session_id: str) -> Session | None:
        """The checkout that the form goes on with after a failure."""
        session = self._ledger.session(session_id)
        return session if session and session.link is link else None

    def _closed(self, link: Link) -> HTMLResponse | None:
        status = link.status(self._clock.now())
        return None if status == "active" else page.closed(link, status)

    def _checkout_url(self, session: Session) -> str:
        return f"{self._base}/checkout/{session.id}"


def _success_url(link: Link) -> str | None:
    url = link.fields.get("successUrl")
    return url.replace("{PAYMENT_LINK_ID}", link.id) if url else None


def _may_lead(answer: Response, link: Link) -> Response:
    """The page's policy lets its form end where `successUrl` leads, which browsers check."""
    parts = urlsplit(link.fields.get("successUrl") or "")
    policy = answer.headers.get("content-security-policy")
    if parts.hostname and policy:
        allowed = f"form-action 'self' {parts.scheme}://{parts.netloc}"
        answer.headers["content-security-policy"] = policy.replace("form-action 'self'", allowed)
    return answer
