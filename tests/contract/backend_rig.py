"""A backend and the stand-in that it talks to; what differs from provider to provider is data."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.backends import BACKENDS
from bot.money import Money
from bot.ports.backend import Backend, CreatedLink, Feature, LinkRequest
from bot.ports.model import Customer, Event, EventKind
from bot.ports.provider_links import new_reference
from bot.settings_backends import PREFIXES
from bot.settings_table import PREFIX
from sandbox.registry import STANDINS
from tests.rigs import Received, Rig, Stage, playing

LINK_ID = "PL0123456789AB"
EMAIL = "jane.doe@example.com"


def needs(*abilities: str) -> pytest.MarkDecorator:
    """For a test that only makes sense where the provider does not lack these."""
    return pytest.mark.needs(*abilities)


def its_own(link: str, answer: Mapping[str, Any]) -> str:
    """The id under which we know a payment that the stand-in tells of: the payment's own."""
    return str(answer["payment"]["id"])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answers that a provider does not take: the codes it must name, and the field they belong to."""

    changes: Mapping[str, Any]
    codes: frozenset[str]
    field: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Outcomes of `_control/pay`, one by one, and what the provider's last word about them means."""

    outcomes: tuple[tuple[str, int | None], ...]  # with the amount, if it is not all of it
    word: str
    kind: EventKind
    amounts: Mapping[EventKind, int]  # minor units of a link over the first of the provider's amounts
    fetched: tuple[EventKind, Mapping[EventKind, int]] | None  # as it then stands; None: that is not told
    names_link: bool = True


@dataclass(frozen=True, slots=True)
class Extra:
    """Changes to a plain request that ask for one thing more, and those of them that it cannot do without."""

    changes: Mapping[str, Any]
    beside: Mapping[str, Any] = field(default_factory=dict)


EXTRAS = frozenset({"range", "several uses", "unlimited uses", "subscription", "setup", "price"})


@dataclass(frozen=True, slots=True)
class Provider:
    """What a contract must know of one provider."""

    name: str
    creating: str  # its calls, as the stand-in's faults name them
    fetching: str
    checking: str
    looking: str  # for a payment
    unknown_id: str
    unknown_payment: str
    unreadable: Callable[[bytes], bytes]  # a webhook's body -> one that names its payment and cannot be read
    amounts: tuple[Money, ...]  # 4990 of something, then others; the largest and every number of decimals
    refusals: tuple[Refusal, ...]
    sign: Callable[[str, bytes], dict[str, str]]  # secret, body -> the headers that prove a webhook
    stories: Sequence["Story"]
    tricks: Mapping[str, str]  # of `_control/webhooks` -> what the webhook of a capture then leaves out
    captured: str  # the provider's word for it
    odd_requests: Mapping[str, tuple[Mapping[str, str], Mapping[str, Any]]]  # settings and changes to one
    usual: Mapping[str, Any] = field(default_factory=dict)  # what makes a plain request complete here
    least: Mapping[str, Any] = field(
        default_factory=lambda: {"description": None, "customer": Customer(country="DE")}
    )
    lacks: frozenset[str] = frozenset()  # of what `needs` names, beside features
    features: frozenset[Feature] = frozenset()
    searching: str = ""  # for the payments of a reference, where that is another call than `looking`
    changing: str = ""  # a link that is there
    preparing: int = 0  # calls that creating makes before the one that is named
    again: Mapping[str, Any] = field(default_factory=lambda: {"force": True})  # what pays a link once more
    sample: Mapping[str, Any] = field(default_factory=dict)  # a webhook that can be read
    known_as: Callable[[str, Mapping[str, Any]], str] = its_own  # a link, what `_control/pay` answered
    extras: Mapping[str, Extra] = field(default_factory=dict)  # what `declared` names -> how to ask for it
    tells_reference: bool = True  # do its webhooks? Else they name the link by the provider's own id

    @property
    def all_lacking(self) -> frozenset[str]:
        """What it lacks of everything that a test may need."""
        return self.lacks | (frozenset(Feature) - self.features) | (EXTRAS - self.extras.keys())


@dataclass
class BackendRig:
    """One account at the provider, and everything that can happen to it."""

    provider: Provider
    rig: Rig
    settings: Mapping[str, str]
    _stage: Stage
    attempts: int = 0

    @property
    def key(self) -> str:
        return self.settings["SECRET_KEY"]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be told to anybody."""
        return tuple(value for name, value in self.settings.items() if name.endswith(("_KEY", "_SECRET")))

    @property
    def backend(self) -> Backend:
        return self.other()

    @property
    def now(self) -> datetime:
        """The present moment where webhooks arrive, which no control of the provider moves."""
        return datetime.now(UTC)

    def other(self, **changes: str) -> Backend:
        """The same backend with other settings."""
        name, settings = self.provider.name, dict(self.settings) | changes

        def make() -> Backend:
            backend = BACKENDS[name](settings, "Corner Coffee")
            self._stage.closing.push_async_callback(backend.aclose)
            return backend

        return self._stage.keep((name, *settings.items()), make)

    def request(self, **changes: Any) -> LinkRequest:
        """A complete request under a reference of its own, with changes."""
        self.attempts += 1
        now = datetime.now(UTC)
        whole = LinkRequest(
            link_id=LINK_ID,
            reference=new_reference(LINK_ID, self.attempts),
            amount=self.provider.amounts[0],
            description="Invoice 12",
            own_reference=None,
            customer=Customer("Jane Doe", EMAIL, country="DE"),
            expires_at=now + timedelta(days=7),
            now=now,
        )
        return replace(whole, **{**self.provider.usual, **changes})

    @property
    def asked(self) -> Money:
        """4990 of the provider's first currency."""
        return self.provider.amounts[0]

    def minor(self, event: Event) -> dict[EventKind, int]:
        """An event's amounts, all in that currency."""
        assert all(amount.currency == self.asked.currency for amount in event.amounts.values())
        return {kind: amount.minor for kind, amount in event.amounts.items()}

    async def created(self, **changes: Any) -> tuple[LinkRequest, CreatedLink]:
        request = self.request(**changes)
        return request, await self.backend.create(request)

    async def known(self) -> list[dict[str, Any]]:
        """The links that exist at the provider."""
        return list((await self.rig.reading("links"))["links"])

    async def pay(self, link: str, outcome: str, **more: Any) -> dict[str, Any]:
        answer = await self.rig.control("pay", link=link, outcome=outcome, **more)
        return {**answer["payment"], "id": self.provider.known_as(link, answer)}

    async def play(self, link: str, outcomes: Sequence[tuple[str, int | None]]) -> dict[str, Any]:
        """Outcomes, one by one; gives the payment."""
        payment: dict[str, Any] = {}
        for outcome, amount in outcomes:
            payment = await self.pay(link, outcome, **({"amount": amount} if amount else {}))
        return payment

    async def webhooks(self, count: int) -> list[Received]:
        return await self.rig.service.until(count)

    async def events(self, kind: EventKind, count: int = 1) -> list[Event]:
        """The events of this kind as soon as there are so many; how they arrive is not in any order."""
        return await self._heard(lambda event: event.kind is kind, count)

    async def event(self, kind: EventKind) -> Event:
        """The one event of this kind, as soon as it is told."""
        (event,) = await self.events(kind)
        return event

    async def sent(self, kind: EventKind) -> Received:
        """The first webhook that tells of this kind, as soon as it has arrived."""
        await self.events(kind)
        told = [(one, await self.read(one.body)) for one in await self.webhooks(1)]
        return next(one for one, events in told if any(event.kind is kind for event in events))

    def belongs(self, event: Event, request: LinkRequest, created: CreatedLink) -> bool:
        """Does a webhook's event name its link, by what this provider tells of it?"""
        if self.provider.tells_reference:
            return event.reference == request.reference
        return (event.reference, event.provider_link_id) == (None, created.provider_id)

    async def told(self, word: str) -> Event:
        """The newest event under this word of the provider's, as soon as one is told."""
        return (await self._heard(lambda event: event.provider_word == word, 1))[-1]

    async def read(self, body: bytes) -> Sequence[Event]:
        """What a webhook tells; one without proof only says what is to be fetched."""
        if self.backend.info.signed:
            return self.backend.parse(body)
        ids = self.backend.payments_in(body)
        return [event for payment_id in ids for event in await self.backend.fetch_payment(payment_id)]

    async def _heard(self, is_meant: Callable[[Event], bool], count: int) -> list[Event]:
        arrived = 1
        while True:
            sent = await self.webhooks(arrived)
            told = [event for one in sent for event in await self.read(one.body)]
            events = {event.key: event for event in told if is_meant(event)}  # several hints, one truth
            if len(events) >= count:
                return list(events.values())
            arrived = len(sent) + 1

    def signed(self, body: bytes, secret: str | None = None) -> dict[str, str]:
        return self.provider.sign(self.settings["WEBHOOK_SECRET"] if secret is None else secret, body)


@contextlib.asynccontextmanager
async def backend_rig(stage: Stage, provider: Provider) -> AsyncIterator[BackendRig]:
    """A fresh account at a fresh stand-in, while the block runs."""
    async with playing(stage, STANDINS[provider.name]) as rig:
        prefix = PREFIX + PREFIXES[provider.name]
        settings = {name.removeprefix(prefix): value for name, value in rig.standin.env().items()}
        yield BackendRig(provider, rig, settings, stage)
