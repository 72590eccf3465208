"""Checkouts that links have led to. A checkout is named by webhooks alone, and need not name its link."""

import re
from urllib.parse import quote

import httpx

from adapters.backends._http import BackendHttp
from adapters.backends._shapes import word
from adapters.backends._yabetoo_answers import Row, paid_in, reading, row_of
from bot.money import Money

_SESSION_ID = re.compile(r"(cs|plsession)_[A-Za-z0-9]{1,80}")
_KEPT = 1_000


class Checkouts:
    """Which checkout was of which link, as far as webhooks have told since the start."""

    def __init__(self, http: BackendHttp) -> None:
        self._http = http
        self._links: dict[str, str] = {}  # by checkout, oldest first

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

    async def link_paid_in(self, session_id: str) -> str | None:
        """The link that was paid in a checkout; None if it was not, or of nobody knows which link."""
        session = await self._fetch(session_id)
        if session is None or self._paid(session) is None:
            return None
        self.remember(session_id, word(session.get("paymentLinkId")) or self._links.get(session_id))
        return self._links.get(session_id)

    async def taken(self, link_id: str) -> Money | None:
        """What was paid in a link's checkouts, as far as we know of them."""
        for session_id in [known for known, of in self._links.items() if of == link_id]:
            session = await self._fetch(session_id)
            if session is not None and (taken := self._paid(session)) is not None:
                return taken
        return None

    async def _fetch(self, session_id: str) -> Row | None:
        answer = await self._http.call("GET", f"/v1/checkout/sessions/{quote(session_id, safe='')}")
        return None if answer.status == httpx.codes.NOT_FOUND else row_of(answer, session_id)

    def _paid(self, session: Row) -> Money | None:
        with reading():
            return paid_in(session)
