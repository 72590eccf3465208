"""All links and sessions of the account, and the one place where something happens to them."""

import asyncio
from datetime import timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.paymentkit.answers import intent_json, refund_json, session_json
from sandbox.paymentkit.cards import DECLINED, Verdict
from sandbox.paymentkit.catalog import Catalog
from sandbox.paymentkit.ids import new_id
from sandbox.paymentkit.journal import Journal
from sandbox.paymentkit.records import DEFAULT_HOURS, Intent, Link, Refund, Session
from sandbox.paymentkit.subscriptions import Subscriptions

JSON = dict[str, Any]


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


class Ledger:
    """Keeps links and sessions; everything that happens goes into the journal."""

    def __init__(self, clock: Clock, catalog: Catalog, journal: Journal, options: Options, base: str) -> None:
        self._clock, self._catalog, self._journal = clock, catalog, journal
        self._options, self._base = options, base
        self._links: dict[str, Link] = {}
        self._sessions: dict[str, Session] = {}
        self._opened: asyncio.Queue[Session] = asyncio.Queue()
        self.subscriptions = Subscriptions(clock, journal, options)

    @property
    def links(self) -> list[Link]:
        return list(self._links.values())

    @property
    def sessions(self) -> list[Session]:
        return list(self._sessions.values())

    def add(self, request: JSON) -> Link:
        """A new link from a body that was found valid."""
        now = self._clock.now()
        link = Link(self._new_id("pl"), request, self._catalog.cart(request), now, now)
        link.coupon = self._catalog.coupon_of(request)
        self._links[link.id] = link
        return link

    def change(self, link: Link, changes: JSON) -> None:
        """Changes that were found valid."""
        link.is_active = changes.get("is_active", link.is_active)
        link.request |= {name: value for name, value in changes.items() if name != "is_active"}
        link.coupon = self._catalog.coupon_of(link.request)
        link.updated_at = self._clock.now()

    def link(self, link_id: str) -> Link | None:
        return self._links.get(link_id)

    def shared(self, token: str) -> Link | None:
        return next((link for link in self._links.values() if link.secure_token == token), None)

    def find(self, name: str) -> Link | None:
        """The link of this id, URL (its own or a session's), session or reference; of several the newest."""
        last = name.partition("?")[0].rsplit("/", 1)[-1]
        session = self._sessions.get(name) or self.checkout(last)
        known = self._links.get(name) or self.shared(last) or (session.link if session else None)
        called = (link for link in reversed(self._links.values()) if link.is_called(name))
        return known or next(called, None)

    def session(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def checkout(self, token: str) -> Session | None:
        """The session of a checkout page."""
        return next((one for one in self._sessions.values() if one.secure_token == token), None)

    def is_open(self, session: Session) -> bool:
        return session.status(self._clock.now()) == "open"

    def open(self, link: Link) -> Session:
        """What opening a link does, each time: a session of its own. Raises Impossible."""
        if not link.is_active:
            raise Impossible("the link is inactive")
        session = self._start(link.request, link.mode, link)
        link.sessions.append(session)
        return session

    def start(self, request: JSON) -> Session:
        """A session without a link, from a body that was found valid."""
        recurring = any(item.price.is_recurring for item in self._catalog.cart(request))
        return self._start(request, "subscription" if recurring else "payment")

    def pay(self, session: Session, method: str, amount: int | None = None) -> None:
        """The customer pays, or leaves a payment method. Raises Impossible unless the session is open."""
        self._require_open(session)
        session.charged = amount
        cause = self._new_id("cor")
        begun = self.subscriptions.begin(session) if session.mode == "subscription" else None
        session.intent.method, session.intent.error = method, None
        if session.takes_money_now:
            before = session.intent.status
            session.intent.status, session.intent.amount = "succeeded", session.total
            self._note_intent("payment_intent.succeeded", session, {"status": before}, cause)
        if begun:
            self.subscriptions.tell_begun(begun, cause)
        session.outcome = "complete"
        self._note_session("checkout.session.completed", session, cause)

    def decline(self, session: Session, method: str, verdict: Verdict = DECLINED) -> None:
        """An attempt fails; the session stays open for another. Raises Impossible."""
        self._require_open(session)
        if not session.takes_money_now:
            raise Impossible("nothing is charged in this session that could be declined")
        session.intent.method = method
        session.intent.error = {"code": verdict.code, "message": verdict.message}
        self._note_intent("payment_intent.payment_failed", session, {}, self._new_id("cor"))

    def expire(self, session: Session) -> None:
        """Its time is over now. Raises Impossible unless it is open."""
        self._require_open(session)
        session.expires_at = min(session.expires_at, self._clock.now())
        self._end(session)

    def refund(self, session: Session, amount: int | None = None) -> None:
        """Give back an amount, or all that is left. Raises Impossible."""
        intent, left = session.intent, session.intent.to_refund
        if not left or (amount or left) > left:
            raise Impossible(f"at most {left} is left of this payment")
        refund = Refund(self._new_id("re"), amount or left, self._clock.now())
        intent.refunds.append(refund)
        shown = refund_json(refund, intent, session.currency or "")
        self._journal.note("refund.created", shown, by="user")

    async def run(self) -> None:
        """Let sessions expire and subscriptions be renewed by the clock, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.subscriptions.run())
            while True:
                tasks.create_task(self._outlive(await self._opened.get()))

    async def _outlive(self, session: Session) -> None:
        await self._clock.sleep_until(session.expires_at)
        if session.outcome is None:
            self._end(session)

    def _end(self, session: Session) -> None:
        session.outcome = "expired"
        self._note_session("checkout.session.expired", session, self._new_id("cor"), by="system")

    def _start(self, request: JSON, mode: str, link: Link | None = None) -> Session:
        now = self._clock.now()
        session = Session(
            self._new_id("cs"),
            dict(request),
            mode,
            self._catalog.cart(request),
            Intent(self._new_id("pi"), now),
            now,
            now + timedelta(hours=request.get("expires_in_hours") or DEFAULT_HOURS),
            link,
            self._catalog.coupon_of(request),
        )
        self._sessions[session.id] = session
        self._opened.put_nowait(session)
        return session

    def _require_open(self, session: Session) -> None:
        if (status := session.status(self._clock.now())) != "open":
            raise Impossible(f"the checkout session is not open but {status}")

    def _note_intent(self, kind: str, session: Session, previous: JSON, cause: str) -> None:
        shown = intent_json(session, self._options, in_event=True)
        self._journal.note(kind, shown, previous, by="customer", because=cause)

    def _note_session(self, kind: str, session: Session, cause: str, by: str = "customer") -> None:
        shown = session_json(session, self._options, self._clock.now(), self._base, in_event=True)
        self._journal.note(kind, shown, {"status": "open"}, by=by, because=cause)

    def _new_id(self, prefix: str) -> str:
        return new_id(prefix, self._options["environment"])
