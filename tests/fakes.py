"""Stand-ins for what the product talks to, passed in where the real thing would be: no patching."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.errors import BackendProtocolError, PaylinkError, WebhookRejected
from bot.money import chargeable_currencies
from bot.ports.backend import BackendInfo, CreatedLink, FetchedLink, LinkRequest
from bot.ports.chat import Card, Pace, Reply
from bot.ports.model import Destination, Event, Mode, Place

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PROOF = {"proof": "good"}


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        """By `seconds`, `minutes`, `hours` or `days`."""
        self._now += timedelta(**by)


INFO = BackendInfo(
    name="fakepay",
    label="FakePay",
    currencies=frozenset(chargeable_currencies()) - {"CLP"},
    requires=frozenset({"country"}),
    cancels=False,
    signed_webhooks=True,
    longest_expiry_s=86_400 * 60,
)


class FakeBackend:
    """An account at a backend: fails as told, else makes a link. A webhook is good with PROOF."""

    def __init__(self, info: BackendInfo = INFO, mode: Mode = Mode.TEST) -> None:
        self.info, self.mode = info, mode
        self.troubles: deque[PaylinkError] = deque()
        self.requests: list[LinkRequest] = []
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.webhooks: dict[bytes, tuple[Event, ...]] = {}

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
        raise BackendProtocolError(f"{provider_id} is not known")

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("proof") != "good":
            raise WebhookRejected("no proof")

    def event_key(self, body: bytes) -> str:
        return body.decode()

    def parse(self, body: bytes) -> Sequence[Event]:
        if body not in self.webhooks:
            raise BackendProtocolError("unreadable event")
        return self.webhooks[body]

    async def check(self) -> str:
        return "key accepted"

    async def aclose(self) -> None:
        """Nothing is held."""


class FakeChat:
    """Keeps what was said, in order; the next troubles are raised one by one (None: that one works)."""

    def __init__(self, name: str = "slack", pace: Pace | None = None) -> None:
        self.name = name
        self.said: list[str] = []
        self.cards: list[Card] = []
        self.replies: list[Reply] = []
        self.troubles: deque[PaylinkError | None] = deque()
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

    async def show_on_desk(self, desk: Mapping[str, str], card: Card) -> None:
        self._say(f"desk {desk.get('view')} {card.headline}")

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
