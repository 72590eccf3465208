"""The routes of payment links: https://docs.eximpe.com/api-reference/v1/payment-link/create.

There is no update, no delete, and no way back from deactivate. What extend, deactivate and share answer
for a link that is closed is not documented: a validation error is assumed.
"""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.eximpe import answers, envelope
from sandbox.eximpe.access import guarded, version_of
from sandbox.eximpe.envelope import Refused, json_of, success
from sandbox.eximpe.fields import moment_of
from sandbox.eximpe.ledger import Ledger
from sandbox.eximpe.paging import page_of
from sandbox.eximpe.payments import PaymentLink
from sandbox.eximpe.validation import extend_refusals, link_refusals, nested, share_refusals
from sandbox.options import Options

_LINKS = "/pg/payment-links/"
_LINK = _LINKS + "{id}/"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that EximPe would send to a buyer; nothing leaves the sandbox."""

    link: PaymentLink
    by: str  # create or share
    emails: list[str]
    phones: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"link": self.link.id, "by": self.by, "email": self.emails, "phone": self.phones}


class LinksApi:
    """Answers the service's calls about links. `base` is the stand-in's own address."""

    def __init__(self, ledger: Ledger, clock: Clock, options: Options, base: str) -> None:
        self._ledger, self._clock, self._options, self._base = ledger, clock, options, base
        self.notices: list[Notice] = []

    def routes(self) -> list[Route]:
        return [
            Route(_LINKS, guarded(self._create), methods=["POST"]),
            Route(_LINKS, guarded(self._list), methods=["GET"]),
            Route(_LINK, guarded(self._retrieve), methods=["GET"]),
            Route(_LINK + "extend_expiry/", guarded(self._extend), methods=["POST"]),
            Route(_LINK + "deactivate/", guarded(self._deactivate), methods=["POST"]),
            Route(_LINK + "share/", guarded(self._share), methods=["POST"]),
            Route(_LINK + "history/", guarded(self._history), methods=["GET"]),
        ]

    async def _create(self, request: Request) -> Response:
        body = await json_of(request)
        refused = link_refusals(body, version_of(request), self._options)
        if "reference_id" not in refused and self._ledger.is_taken(body["reference_id"]):
            refused["reference_id"] = "Reference ID must be unique"
        expires = moment_of(body.get("expiry_date"))
        if expires and self._clock.inside(expires) <= self._clock.now():
            refused["expiry_date"] = "Must be in the future."
        if refused:
            raise self._invalid(refused)
        link = self._ledger.add(body)
        self._notify(link)
        data = answers.created(link, self._clock, self._base, self._options)
        return success("Payment link created successfully", data, 201)

    async def _list(self, request: Request) -> Response:
        links = self._ledger.links[::-1]
        page = page_of(request, links, lambda link: answers.listed(link, *self._told()))
        return success("Payment links retrieved successfully", page)

    async def _retrieve(self, request: Request) -> Response:
        data = answers.link_json(self._link(request), *self._told())
        return success("Payment link retrieved successfully", data)

    async def _extend(self, request: Request) -> Response:
        link, body = self._link(request), await json_of(request)
        refused = extend_refusals(body)
        named = moment_of(body.get("expiry_date"))
        until = self._clock.inside(named) if named else link.expires_at
        if named and until <= max(link.expires_at, self._clock.now()):
            refused["expiry_date"] = "Must be later than the present expiry."
        if refused:
            raise self._invalid(refused)
        self._hold_open(link)
        link.expires_at = until
        return success("Payment link expiry extended successfully")

    async def _deactivate(self, request: Request) -> Response:
        link = self._link(request)
        if await request.body() not in {b"", b"{}"}:
            raise self._invalid({"non_field_errors": "No body is expected."})
        self._hold_open(link)
        link.deactivated = True
        return success("Payment link deactivated successfully")

    async def _share(self, request: Request) -> Response:
        link, body = self._link(request), await json_of(request)
        if refused := share_refusals(body):
            raise self._invalid(refused)
        self._hold_open(link)
        self.notices.append(Notice(link, "share", body.get("email", []), body.get("phone", [])))
        return success("Payment link shared successfully")

    async def _history(self, request: Request) -> Response:
        link = self._link(request)
        data = answers.history_json(link.history, link, self._options["history"])
        return success("Transaction history retrieved successfully", data)

    def _link(self, request: Request) -> PaymentLink:
        link = self._ledger.named(request.path_params["id"])
        if link is None:
            raise Refused(envelope.NOT_FOUND)
        return link

    def _hold_open(self, link: PaymentLink) -> None:
        now = self._clock.now()
        if not link.is_open(now):
            raise self._invalid({"status": f"Payment link is {link.status(now)}."})

    def _invalid(self, refused: dict[str, str]) -> Refused:
        return Refused(envelope.INVALID, nested(refused, self._options["details"]))

    def _told(self) -> tuple[Any, str, Options]:
        return self._clock.now(), self._base, self._options

    def _notify(self, link: PaymentLink) -> None:
        """Only what the body asked for: `send_email`, `send_sms`."""
        buyer = link.request["buyer"]
        emails = [buyer["email"]] if buyer.get("send_email") else []
        phones = [buyer["phone"]] if buyer.get("send_sms") else []
        if emails or phones:
            self.notices.append(Notice(link, "create", emails, phones))
