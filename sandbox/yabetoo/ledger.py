"""All links and checkout sessions of the account, and the one place where something happens to them."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sandbox.agenda import Agenda
from sandbox.clock import Clock
from sandbox.options import Options
from sandbox.yabetoo import events
from sandbox.yabetoo.catalog import Catalog
from sandbox.yabetoo.checks import moment_of
from sandbox.yabetoo.events import Event
from sandbox.yabetoo.items import merged
from sandbox.yabetoo.money import minor_of
from sandbox.yabetoo.records import Attempt, Link, Session
from sandbox.yabetoo.telephones import PROMPT_S, TIMED_OUT, Reaction, reaction_of
from sandbox.yabetoo.validation import AMOUNTS, LINK

JSON = dict[str, Any]

SESSION_LIFE = timedelta(minutes=30)  # "expires after a short delay"; assumed


class Impossible(Exception):
    """The present state does not allow it; the text says why."""


class Ledger:
    """Keeps links and sessions; `tell` hears of every event."""

    def __init__(
        self, clock: Clock, catalog: Catalog, options: Options, tell: Callable[[Event], None]
    ) -> None:
        self._clock, self._catalog, self._options, self._tell = clock, catalog, options, tell
        self._links: dict[str, Link] = {}
        self._sessions: dict[str, Session] = {}
        self._slugs: dict[str, Link] = {}  # every slug that ever was: none can be taken twice
        self._agenda = Agenda(clock)

    @property
    def links(self) -> list[Link]:
        return list(self._links.values())

    def add(self, body: JSON) -> Link:
        """A new link from a body that was found valid."""
        now, currency = self._clock.now(), body["currency"].upper()
        link = Link(_fields(body, currency, self._clock), [], now, now)
        self._put_items(link, body)
        self._links[link.id] = self._slugs[link.slug] = link
        self._tell(events.of_link("payment_link.created", link, now))
        return link

    def change(self, link: Link, body: JSON) -> None:
        """Changes that were found valid."""
        self._put_items(link, body)
        fixed = ("type", "currency")
        fields = _fields(body, link.currency, self._clock)
        link.fields |= {name: value for name, value in fields.items() if name not in fixed}
        link.is_active = body.get("isActive", link.is_active)
        link.updated_at = self._clock.now()
        self._slugs[link.slug] = link
        if self._options["updated_event"]:
            self._tell(events.of_link("payment_link.updated", link, link.updated_at))

    def delete(self, link: Link) -> None:
        del self._links[link.id]

    def end(self, link: Link) -> None:
        """Its time is over now."""
        link.fields["expiresAt"] = self._clock.now()

    def is_slug_free(self, slug: str, link: Link | None) -> bool:
        return self._slugs.get(slug, link) is link

    def link(self, link_id: str) -> Link | None:
        return self._links.get(link_id)

    def shared(self, name: str) -> Link | None:
        """The link of a page's address: by its present slug or its id."""
        by_slug = self._slugs.get(name)
        if by_slug and by_slug.slug == name and by_slug.id in self._links:
            return by_slug
        return self._links.get(name)

    def find(self, name: str) -> Link | None:
        """The link of this id, URL, slug, session or reference; of several the newest."""
        last = name.partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
        session = self._sessions.get(last)
        called = (link for link in reversed(self._links.values()) if link.is_called(name))
        referring = (link for link in reversed(self._links.values()) if link.reference == name)
        known = self.shared(last) or (session.link if session else None)
        return known or next(referring, None) or next(called, None)

    def session(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def is_payable(self, link: Link) -> bool:
        return link.status(self._clock.now()) == "active"

    def is_open(self, session: Session) -> bool:
        return session.status(self._clock.now()) == "open"

    def begin(self, link: Link, amount: int, email: str) -> Session:
        """A payer's checkout."""
        now = self._clock.now()
        session = Session(link, amount, email, now, now + SESSION_LIFE)
        self._sessions[session.id] = session
        link.sessions.append(session)
        return session

    def prompt(self, session: Session, msisdn: str) -> Attempt:
        """Ask the payer's telephone; raises Impossible. The attempt ends by itself when nobody answers."""
        if not self.is_open(session):
            raise Impossible(f"this checkout is not open but {session.status(self._clock.now())}")
        if session.pending:
            raise Impossible("this checkout waits for an answer to its prompt already")
        until = self._clock.now() + timedelta(seconds=PROMPT_S)
        attempt = Attempt(msisdn, until)
        session.attempts.append(attempt)
        self._agenda.at(until, lambda: self._settle_if_pending(session, attempt, TIMED_OUT))
        return attempt

    def pay_from(self, session: Session, msisdn: str) -> Attempt:
        """Ask the telephone and let it react as its number says, now or later; raises Impossible."""
        attempt, reaction = self.prompt(session, msisdn), reaction_of(msisdn)
        if not reaction.after_s:
            self.settle(session, reaction)
        elif reaction is not TIMED_OUT:
            due = self._clock.now() + timedelta(seconds=reaction.after_s)
            self._agenda.at(due, lambda: self._settle_if_pending(session, attempt, reaction))
        return attempt

    def settle(self, session: Session, reaction: Reaction) -> None:
        """The prompt is answered, or nobody did. Money may come after its link was closed."""
        attempt, now = session.attempts[-1], self._clock.now()
        attempt.status, attempt.failure_code = reaction.status, reaction.code
        if reaction.status == "succeeded":
            session.completed_at = now
            session.link.redemption_count += 1
            self._tell_all(events.of_completed(session, self._options, now))
        else:
            self._tell_all(events.of_failed(session, self._options, now))

    async def run(self) -> None:
        """Let prompts be answered or run out by the clock, until cancelled."""
        await self._agenda.run()

    def _put_items(self, link: Link, body: JSON) -> None:
        if "items" in body and link.type != "amount":
            recurring = link.type == "subscription"
            link.items = merged(body["items"], link.items, self._catalog, link.currency, recurring=recurring)

    def _settle_if_pending(self, session: Session, attempt: Attempt, reaction: Reaction) -> None:
        if session.pending is attempt:
            self.settle(session, reaction)

    def _tell_all(self, found: Iterable[Event]) -> None:
        for event in found:
            self._tell(event)


def _fields(body: JSON, currency: str, clock: Clock) -> JSON:
    """A body's fields as a link keeps them; what it does not have is left out."""
    fields = {name: body[name] for name in LINK if name in body and name != "items"}
    for name in AMOUNTS:
        if fields.get(name) is not None:
            fields[name] = minor_of(fields[name], currency)
    if fields.get("suggestedAmounts"):
        fields["suggestedAmounts"] = [minor_of(one, currency) for one in fields["suggestedAmounts"]]
    if expires := moment_of(fields.get("expiresAt")):
        fields["expiresAt"] = clock.inside(expires)
    if fields.get("submitMessage") is not None:
        fields["submitMessage"] = fields["submitMessage"].strip() or None
    return fields
