"""Checkouts that links have led to. A checkout is named by webhooks alone, and need not name its link.

One that is paid is final: of refunds and disputes YabetooPay tells nothing.
"""

import re
from contextlib import suppress

import httpx

from adapters.backends._http import BackendHttp, quoted, reading
from adapters.backends._shapes import word
from adapters.backends._yabetoo_answers import paid_in, row_of
from bot.errors import BackendProtocolError
from bot.money import Money
from bot.ports.model import Event

_SESSION_ID = re.compile(r"(cs|plsession)_[A-Za-z0-9]{1,80}")
_KEPT, _KEPT_EVENTS, _ASKED = 1_000, 10_000, 20
Paid = tuple[str, Money]  # a checkout, and what was paid in it


class Checkouts:
    """Which checkout was of which link, as far as webhooks have told since the start."""

    def __init__(self, http: BackendHttp) -> None:
        self._http = http
        self._links: dict[str, str] = {}  # by checkout, oldest first
        self._events: dict[str, tuple[Event, ...]] = {}  # of paid ones, oldest first

    @staticmethod
    def is_id(text: str) -> bool:
        return _SESSION_ID.fullmatch(text) is not None

    def remember(self, session_id: str | None, link_id: str | None) -> None:
        if session_id is None or link_id is None or not self.is_id(session_id):
            return
        self._links.pop(session_id, None)
        self._links[session_id] = link_id
        if len(self._links) > _KEPT:
            del self._links[next(iter(self._links))]

    def link_of(self, session_id: str) -> str | None:
        return self._links.get(session_id)

    def told(self, session_id: str) -> tuple[Event, ...]:
        """The remembered events of a paid checkout; empty if none are."""
        return self._events.get(session_id, ())

    def tell(self, session_id: str, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Remember the events of a paid checkout, so that it is fetched once; returns them."""
        if events:
            self._events[session_id] = events
        if len(self._events) > _KEPT_EVENTS:
            del self._events[next(iter(self._events))]
        return events

    async def paid(self, session_id: str) -> list[Paid]:
        """What was paid in a checkout: nothing, or one amount. If it names its link, that is remembered."""
        answer = await self._http.call("GET", f"/v1/checkout/sessions/{quoted(session_id)}")
        if answer.status == httpx.codes.NOT_FOUND:
            return []
        session = row_of(answer, session_id)
        self.remember(session_id, word(session.get("paymentLinkId")))
        with reading("answer", answer.request_id):
            amount = paid_in(session)
        return [] if amount is None else [(session_id, amount)]

    async def taken(self, link_id: str) -> list[Paid]:
        """What was paid in a link's newest checkouts, as far as we know of them."""
        known = [session_id for session_id, of in self._links.items() if of == link_id]
        found: list[Paid] = []
        for session_id in known[-_ASKED:]:
            with suppress(BackendProtocolError):  # what cannot be read hides nothing else
                found += await self.paid(session_id)
        return found
