"""Stand-ins for what the product talks to, passed in where the real thing would be: no patching."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import BackendProtocolError, PaylinkError, WebhookRejected
from bot.money import EXPONENTS, Money
from bot.ports.backend import (
    BackendInfo,
    CreatedLink,
    EventKey,
    Feature,
    FetchedLink,
    LinkRequest,
    Moment,
    Withheld,
)
from bot.ports.chat import Card, Pace, Prompt, Reply
from bot.ports.model import Customer, Destination, Event, Mode, Person, Place, Standing

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PROOF = {"proof": "good"}


class Clock:
    """Stands still until it is told to go on, or goes on by `tick` whenever it is read."""

    def __init__(self, start: datetime = START) -> None:
        self._now, self.tick = start, timedelta()

    def now(self) -> datetime:
        self._now += self.tick
        return self._now

    def advance(self, **by: float) -> None:
        """By `seconds`, `minutes`, `hours` or `days`."""
        self._now += timedelta(**by)


INFO = BackendInfo(
    name="fakepay",
    label="FakePay",
    currencies=frozenset(EXPONENTS) - {"CLP"},
    requires=frozenset({"country"}),
    proof_headers=frozenset({"proof"}),
    longest_expiry_s=86_400 * 60,
)


class FakeBackend:
    """An account at a backend: fails as told, else makes a link. A webhook is good with PROOF.

    `links`, `payments` and `found` (by reference) are what it shows when it is asked; each look is kept in
    `looks`, and fails with the next of `refusals` (None: that one works).
    """

    def __init__(self, info: BackendInfo = INFO) -> None:
        self.info, self.mode = info, Mode.TEST
        self.troubles: deque[PaylinkError] = deque()
        self.requests: list[LinkRequest] = []
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.webhooks: dict[bytes, tuple[Event, ...]] = {}
        self.about: dict[bytes, str] = {}
        self.mentioned: dict[bytes, tuple[str, ...]] = {}
        self.links: dict[str, FetchedLink] = {}
        self.payments: dict[str, tuple[Event, ...]] = {}
        self.found: dict[str, tuple[str, ...]] = {}
        self.refusals: deque[PaylinkError | None] = deque()
        self.looks: list[str] = []

    @property
    def references(self) -> list[str]:
        return [request.reference for request in self.requests]

    async def create(self, request: LinkRequest) -> CreatedLink:
        self.requests.append(request)
        self.asked.set()
        await self.may_answer.wait()
        if self.troubles:
            raise self.troubles.popleft()
        return CreatedLink(f"pl_{request.reference}", f"https://pay.test/{request.reference}", None)

    async def fetch(self, provider_id: str) -> FetchedLink:
        self._look(f"link {provider_id}")
        if provider_id not in self.links:
            raise BackendProtocolError(f"{provider_id} is not known")
        return self.links[provider_id]

    async def fetch_payment(self, provider_payment_id: str) -> Sequence[Event]:
        self._look(f"payment {provider_payment_id}")
        return self.payments.get(provider_payment_id, ())

    async def find_payments(self, reference: str) -> Sequence[str]:
        self._look(f"reference {reference}")
        return self.found.get(reference, ())

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        return ()

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        if headers.get("proof") != "good":
            raise WebhookRejected("no proof")

    def event_key(self, body: bytes) -> EventKey:
        text = body.decode()
        return EventKey(text, self.about.get(body, text))

    def parse(self, body: bytes) -> Sequence[Event]:
        if body not in self.webhooks:
            raise BackendProtocolError("unreadable event")
        return self.webhooks[body]

    def payments_in(self, body: bytes) -> Sequence[str]:
        return self.mentioned.get(body, ())

    async def check(self) -> str:
        return "key accepted"

    async def aclose(self) -> None:
        """Nothing is held."""

    def _look(self, what: str) -> None:
        self.looks.append(what)
        refusal = self.refusals.popleft() if self.refusals else None
        if refusal is not None:
            raise refusal


class AbleBackend(FakeBackend):
    """Does what its features say, keeps it in `done`, and shows it; fails with the next of `refusals`."""

    def __init__(self, *features: Feature, ends: bool = True) -> None:
        super().__init__(replace(INFO, features=frozenset(features), ends=ends))
        self.done: list[str] = []
        self.on_look: Callable[[], None] = lambda: None

    async def create(self, request: LinkRequest) -> CreatedLink:
        created = await super().create(request)
        expires_on = request.expires_at if self.info.ends else None
        self.show(created.provider_id, amount=request.amount, expires_on=expires_on)
        return replace(created, expires_on=expires_on)

    def show(self, provider_id: str, **changes: Any) -> None:
        """What it shows of a link from now on."""
        plain = FetchedLink(
            provider_id,
            reference=None,
            amount=Money(4990, "EUR"),
            usable=True,
            received=False,
            expires_on=None,
            payment_ids=(),
        )
        self.links[provider_id] = replace(self.links.get(provider_id, plain), **changes)

    async def cancel(self, provider_id: str) -> None:
        self._do(f"cancel {provider_id}")
        self.show(provider_id, usable=False)

    async def resume(self, provider_id: str) -> None:
        self._do(f"resume {provider_id}")
        self.show(provider_id, usable=True)

    async def extend(
        self, provider_id: str, until: datetime, now: datetime, *, again: bool = False
    ) -> datetime:
        """It knows whole days only, like some of its kind."""
        self._do(f"extend {provider_id} {until:%Y-%m-%d}{' again' if again else ''}")
        whole = until.replace(hour=0, minute=0, second=0, microsecond=0)
        self.show(provider_id, expires_on=whole)
        return whole

    async def edit(self, provider_id: str, description: str) -> None:
        self._do(f"edit {provider_id} {description}")

    async def share(self, provider_id: str, customer: Customer) -> None:
        self._do(f"share {provider_id} {customer.email}")

    async def history(self, provider_id: str) -> Sequence[Moment]:
        """What it has done, at START."""
        self._look(f"history {provider_id}")
        await self.may_answer.wait()
        return [Moment(START, one.split()[0], one.split()[1]) for one in self.done]

    def _look(self, what: str) -> None:
        self.on_look()
        super()._look(what)

    def _do(self, what: str) -> None:
        self._look(what)
        self.done.append(what)


class FakeChat:
    """Keeps what was said, in order; the next troubles are raised one by one (None: that one works)."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.name = "slack"
        self.said: list[str] = []
        self.cards: list[Card] = []
        self.replies: list[Reply] = []
        self.troubles: deque[PaylinkError | None] = deque()
        self.standings: dict[str, Standing | None] = {}  # by user; who is not there is admitted
        self.asked: list[str] = []  # about whom
        self.unanswered: deque[PaylinkError] = deque()
        self._pace = pace or Pace(interval_s=1, burst=1000)
        self._posted = 0

    def pace(self, place: Place) -> Pace:
        return self._pace

    async def post_card(self, to: Destination, card: Card) -> str:
        self._say(f"post {card.headline}")
        self.cards.append(card)
        self._posted += 1
        return f"m{self._posted}"

    async def edit_card(self, to: Destination, card: Card) -> None:
        self._say(f"edit {to.root} {card.headline}")
        self.cards.append(card)

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        self._say(f"reply {to.root} {reply.text}")
        self.replies.append(reply)

    async def post_prompt(self, to: Destination, prompt: Prompt) -> str | None:
        self._say(f"prompt {to.root} {prompt.text}")
        self._posted += 1
        return f"m{self._posted}"

    async def direct(self, person: Person) -> Place:
        return Place(self.name, f"D{person.user}", person.team, private=True)

    async def standing(self, person: Person) -> Standing | None:
        self.asked.append(person.user)
        if self.unanswered:
            raise self.unanswered.popleft()
        return self.standings.get(person.user, Standing.ADMITTED)

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> bool:
        self._say(f"desk {desk.get('view')} {card.headline}")
        return "nobody" not in desk

    async def tidy(self, to: Destination, message_id: str) -> None:
        self._say(f"tidy {message_id}")

    async def check(self) -> str:
        return "token accepted"

    def _say(self, what: str) -> None:
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is not None:
            self.said.append(f"failed {what}")
            raise trouble
        self.said.append(what)
