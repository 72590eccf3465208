"""What comes in is verified, stored once, acknowledged, and applied in a transaction of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import StorageUnavailable, WebhookRejected
from bot.inbox.process import AfterCommit, Handler, Processor, WebhookHandler
from bot.inbox.receive import LARGEST_QUARANTINED, STRIPES, Receiver, keep, stripe_of
from bot.links.payments import captured
from bot.ports.model import Event, EventKind, LinkState, Person, Standing
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Transaction, Wake
from bot.ports.traffic import Inbound, InboundFact, inbox_key
from bot.timing import listen
from tests.fakes import PROOF, START, FakeBackend
from tests.unit.records import ACCOUNT, AMOUNT, SALES, event
from tests.unit.world import World

ID = "PL0123456789AB"
CAPTURED = EventKind.CAPTURED


class Office:
    """A receiver and a processor over a real database, for two accounts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.backends = {ACCOUNT: world.backend, "other": FakeBackend()}
        self.receiver = Receiver(world.storage, self.backends, world.clock)

    async def receive(
        self, body: bytes, *events: Event, account: str = ACCOUNT, proof: Mapping[str, str] = PROOF
    ) -> None:
        """A webhook comes in; nothing is done with it yet."""
        self.backends[account].webhooks[body] = events
        await self.receiver.webhook(account, proof, body)

    async def process(self, handler: Handler | None = None) -> None:
        """Work off everything that waits."""
        webhook = handler or WebhookHandler(self.backends, self.world.clock)
        for kind, stripe in await self.waiting():
            await Processor(self.world.storage, {"webhook": webhook}, self.world.clock).run(
                inbox_key(kind, stripe)
            )

    @property
    def warned(self) -> list[str]:
        return [note.event for note in self.world.notes if note.warns]

    async def waiting(self) -> Sequence[tuple[str, int]]:
        return await self.world.read(lambda tx: tx.inbox.stripes())

    async def rows(self) -> list[bytes]:
        """The bodies that wait, in the order in which they came."""
        found = [
            row
            for stripe in range(STRIPES)
            for row in await self.world.read(
                lambda tx, stripe=stripe: tx.inbox.waiting("webhook", stripe, 100)  # type: ignore[misc]
            )
        ]
        return [row.fact.body for row in sorted(found, key=lambda row: row.id)]


@pytest.fixture
async def office(world: World) -> Office:
    """With a link of the first account that is open at its backend."""
    link = await world.add_link()
    opened = ProviderLink(
        link.id, 1, ACCOUNT, link.id, ProviderLinkState.OPEN, AMOUNT, "pl_1", "https://pay.test"
    )
    await world.write(lambda tx: tx.provider_links.put(opened))
    return Office(world)


async def test_a_verified_webhook_is_stored_and_looked_at(office: Office) -> None:
    await office.receive(b"one")
    assert await office.rows() == [b"one"]
    assert Wake("inbox", inbox_key("webhook", stripe_of("one"))) in office.world.wakes


@pytest.mark.parametrize("proof", [{}, {"proof": ""}, {"proof": "bad"}])
async def test_of_an_unverified_webhook_nothing_is_stored(office: Office, proof: Mapping[str, str]) -> None:
    with pytest.raises(WebhookRejected) as refused:
        await office.receive(b"one", event(CAPTURED), proof=proof)
    assert refused.value.status == 401
    assert await office.rows() == []
    assert not [wake for wake in office.world.wakes if wake.kind == "inbox"]


class Ageing(FakeBackend):
    """Its proofs are good until the moment they tell, under the secret that it has just now."""

    secret = "wrong"

    def verify(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> None:
        if (headers.get("proof"), self.secret) != ("right", "right"):
            raise WebhookRejected("another secret's proof")
        if body.decode() < received_at.isoformat():
            raise WebhookRejected("too old")


@pytest.mark.parametrize(
    ("proof", "body"),
    [("x" * LARGEST_QUARANTINED, b"{}"), ("x", b" " * LARGEST_QUARANTINED), ("x" * 40_000, b" " * 40_000)],
)
async def test_nobody_fills_our_disk_with_what_is_in_quarantine(
    office: Office, proof: str, body: bytes
) -> None:
    receiver = Receiver(office.world.storage, {ACCOUNT: Ageing()}, office.world.clock)
    with pytest.raises(WebhookRejected):
        await receiver.webhook(ACCOUNT, {"proof": proof}, body)
    assert await office.world.read(lambda tx: tx.quarantine.all()) == []


async def test_nor_our_log_though_each_is_counted(office: Office) -> None:
    counted: list[str] = []
    listen([lambda line: counted.append(line["event"])])
    with capture_logs() as lines:
        for later_s in (0, 1, 59, 60):
            office.world.clock.advance(seconds=later_s)
            with pytest.raises(WebhookRejected):
                await office.receive(b"one", proof={"proof": "wrong"})
    listen([])
    assert [line["event"] for line in lines] == ["webhook.quarantined"] * 3, "one a minute"
    assert counted == ["webhook.quarantined"]


async def test_what_is_in_quarantine_is_as_old_as_it_was_when_it_came(office: Office) -> None:
    clock, ageing = office.world.clock, Ageing()
    receiver = Receiver(office.world.storage, {ACCOUNT: ageing}, clock)
    fresh, stale = ((clock.now() + timedelta(minutes=age)).isoformat().encode() for age in (5, -1))
    for body in (fresh, stale):
        with pytest.raises(WebhookRejected):
            await receiver.webhook(ACCOUNT, {"proof": "right"}, body)
    clock.advance(days=30)
    assert await receiver.replay() == (0, 2)
    ageing.secret = "right"
    assert await receiver.replay() == (1, 1)
    assert await office.rows() == [fresh]
    assert await receiver.replay() == (0, 1)
    assert await Receiver(office.world.storage, {}, clock).replay() == (0, 1)  # its account is no longer ours


async def test_an_account_that_is_not_ours_is_not_found(office: Office) -> None:
    with pytest.raises(WebhookRejected) as refused:
        await office.receiver.webhook("nobody", PROOF, b"one")
    assert refused.value.status == 404


async def test_each_account_has_an_address_and_a_secret_of_its_own(office: Office) -> None:
    """One secret for both would let either be taken for the other: the address alone decides."""
    first, second = Ageing(), Ageing()
    first.secret = "right"
    receiver = Receiver(office.world.storage, {ACCOUNT: first, f"{ACCOUNT}-eu": second}, office.world.clock)
    body = (office.world.clock.now() + timedelta(days=1)).isoformat().encode()
    with pytest.raises(WebhookRejected) as refused:
        await receiver.webhook(ACCOUNT, {"proof": "right"}, body, "eu")
    assert refused.value.status == 401
    [held] = await office.world.read(lambda tx: tx.quarantine.all())
    assert held.account_id == f"{ACCOUNT}-eu"
    await receiver.webhook(ACCOUNT, {"proof": "right"}, body)
    second.secret = "right"
    await receiver.webhook(ACCOUNT, {"proof": "right"}, body, "eu")
    assert await office.rows() == [body, body]
    for backend, token in ((ACCOUNT, "us"), (ACCOUNT, "EU"), (ACCOUNT, "eu-"), (f"{ACCOUNT}-eu", None)):
        with pytest.raises(WebhookRejected) as refused:
            await receiver.webhook(backend, {"proof": "right"}, body, token)
        assert refused.value.status == 404


async def test_a_webhook_delivered_again_is_stored_once_and_acknowledged(office: Office) -> None:
    for _ in range(3):
        await office.receive(b"one")
    assert await office.rows() == [b"one"]
    await office.process(lambda tx, row: None)
    await office.receive(b"one")
    assert await office.rows() == []


async def test_two_accounts_may_use_the_same_key(office: Office) -> None:
    await office.receive(b"one")
    await office.receive(b"one", account="other")
    assert await office.rows() == [b"one", b"one"]


async def test_facts_of_one_stripe_are_handled_in_the_order_they_came(office: Office) -> None:
    bodies = [str(number).encode() for number in range(150)]
    now, handled = office.world.clock.now(), list[bytes]()
    for body in bodies:
        fact = InboundFact("webhook", ACCOUNT, body.decode(), 3, body)
        await office.world.write(lambda tx, fact=fact: keep(tx, fact, now))  # type: ignore[misc]
    await office.process(lambda tx, row: handled.append(row.fact.body))
    assert handled == bodies


async def test_what_came_for_one_link_is_handled_in_order_however_long_it_has_waited(office: Office) -> None:
    """Whatever its keys are; what came for other links does not wait for it."""
    bodies = [f"{number} of {ID}".encode() for number in range(20)]
    others = [f"{number} of another".encode() for number in range(20)]
    handled = list[bytes]()
    for body, other in zip(bodies, others, strict=True):
        office.backends[ACCOUNT].about[body] = ID
        await office.receive(body)
        await office.receive(other)
    assert len(await office.waiting()) > 1
    await office.process(lambda tx, row: handled.append(row.fact.body))
    assert [body for body in handled if body in bodies] == bodies
    assert sorted(handled) == sorted([*bodies, *others])


@pytest.mark.parametrize(("takes_ms", "transactions"), [(20, 1), (30, 2), (1000, 3)])
async def test_rows_that_take_long_have_a_transaction_each(
    office: Office, takes_ms: int, transactions: int
) -> None:
    now, seen = office.world.clock.now(), list[Transaction]()
    for key in ("one", "two", "three"):
        fact = InboundFact("webhook", ACCOUNT, key, 3, b"")
        await office.world.write(lambda tx, fact=fact: keep(tx, fact, now))  # type: ignore[misc]

    def handle(tx: Transaction, _: Inbound) -> None:
        seen.append(tx)
        office.world.clock.advance(milliseconds=takes_ms)

    await office.process(handle)
    assert (len(seen), len({id(tx) for tx in seen})) == (3, transactions)
    assert await office.rows() == []


async def test_a_failing_handler_marks_its_row_failed_and_the_others_go_on(office: Office) -> None:
    for body in (b"one", b"two", b"three"):
        await office.receive(body)
    handled = []

    def handle(tx: Transaction, row: Inbound) -> None:
        tx.people.put(Person("slack", row.fact.key), Standing.ADMITTED)
        if row.fact.body == b"two":
            raise ValueError("broken")
        handled.append(row.fact.body)

    with capture_logs() as logs:
        await office.process(handle)
    assert sorted(handled) == [b"one", b"three"]
    assert await office.rows() == []
    assert [(line["event"], type(line["exc_info"])) for line in logs] == [("inbox.failed", ValueError)]
    assert await office.world.read(lambda tx: tx.people.standing(Person("slack", "one")))
    assert not await office.world.read(lambda tx: tx.people.standing(Person("slack", "two")))


async def test_trouble_with_the_database_leaves_the_row_waiting(office: Office) -> None:
    await office.receive(b"one")

    def unavailable(tx: Transaction, row: Inbound) -> None:
        raise StorageUnavailable("disk full")

    with pytest.raises(StorageUnavailable):
        await office.process(unavailable)
    assert await office.rows() == [b"one"]


async def test_what_a_handler_leaves_for_later_runs_after_the_commit(office: Office) -> None:
    await office.receive(b"one")
    seen = []

    def handle(tx: Transaction, row: Inbound) -> AfterCommit:
        async def look() -> None:
            seen.append(await office.rows())

        return look

    await office.process(handle)
    assert seen == [[]]


async def test_what_one_leaves_for_later_and_fails_takes_nothing_from_the_next(office: Office) -> None:
    now, said = office.world.clock.now(), []
    for key in ("one", "two", "three"):
        await office.world.storage.accept(InboundFact("webhook", ACCOUNT, key, 3, b""), now)

    def handle(_: Transaction, row: Inbound) -> AfterCommit:
        async def say() -> None:
            if row.fact.key == "two":
                raise LookupError
            said.append(row.fact.key)

        return say

    with capture_logs() as logs:
        await office.process(handle)
    assert said == ["one", "three"]
    assert [line["event"] for line in logs] == ["inbox.after_failed"]


async def test_a_captured_payment_pays_the_link_and_owes_card_and_reply(office: Office) -> None:
    await office.receive(b"one", event(CAPTURED))
    await office.process()
    assert (await office.world.link(ID)).state is LinkState.CLOSED
    assert [captured(payment) for payment in await office.world.payments(ID)] == [AMOUNT]
    assert await office.world.owed() == ["card"]
    await office.world.say_all()
    assert await office.world.owed() == ["reply paid"]
    assert Wake("delivery", SALES.lane) in office.world.wakes


async def test_the_same_event_in_two_webhooks_is_applied_once(office: Office) -> None:
    await office.receive(b"one", event(CAPTURED))
    await office.receive(b"two", replace(event(CAPTURED), provider_payment_id="pay_2"))
    await office.process()
    assert len(await office.world.payments(ID)) == 1
    assert await office.world.read(lambda tx: tx.outbox.count()) == 2


@pytest.mark.parametrize("named", [None, "pl_of_nobody"])
async def test_an_event_without_our_reference_finds_its_link_by_the_payment(
    office: Office, named: str | None
) -> None:
    await office.receive(b"one", event(EventKind.AUTHORISED))
    await office.receive(b"two", event(CAPTURED, reference=None, provider_link_id=named))
    await office.process()
    assert (await office.world.link(ID)).state is LinkState.CLOSED


async def test_an_event_of_another_account_never_touches_the_link(office: Office) -> None:
    await office.receive(b"one", event(EventKind.AUTHORISED))
    await office.process()
    before = await office.world.payments(ID)
    await office.receive(b"two", event(CAPTURED, key="evt_x"), account="other")
    await office.receive(b"three", event(CAPTURED, key="evt_y", reference=None), account="other")
    await office.process()
    assert (await office.world.link(ID)).state is LinkState.OPEN
    assert await office.world.payments(ID) == before


@pytest.mark.parametrize("reference", ["PLNOSUCHLINK00", f"{ID}-2", ""])
async def test_an_event_that_belongs_to_no_link_is_kept_and_changes_nothing(
    office: Office, reference: str
) -> None:
    await office.receive(b"one", event(CAPTURED, reference=reference))
    with capture_logs() as logs:
        await office.process()
    assert (office.warned, logs) == (["event.no_link"], [])
    assert (await office.world.payments(ID), await office.rows()) == ([], [])


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("PL7K3M9QX2ABCD", "PL7K3M9QX2ABCD"),
        (f"{ID}-12", f"{ID}-12"),
        ("Jane Doe, order 12", None),
        ("", None),
    ],
)
async def test_a_payment_of_no_link_is_warned_of_with_its_reference_if_that_may_be_one_of_ours(
    office: Office, reference: str, told: str | None
) -> None:
    await office.receive(b"one", event(CAPTURED, reference=reference))
    await office.process()
    assert [note.facts["reference"] for note in office.world.notes if note.warns] == [told]


async def test_what_is_tried_again_because_of_another_is_warned_of_once(office: Office) -> None:
    """Rows of one stripe are applied together: one that cannot be has the others applied anew."""
    webhook = WebhookHandler(office.backends, office.world.clock)

    def handle(tx: Transaction, row: Inbound) -> None:
        if row.fact.body == b"poison":
            raise LookupError
        webhook(tx, row)

    for body, told in ((b"one", [event(CAPTURED, reference="PLNOSUCHLINK00")]), (b"poison", [])):
        office.world.backend.webhooks[body] = told
        fact = InboundFact("webhook", ACCOUNT, body.decode(), 0, body)
        await office.world.storage.accept(fact, office.world.clock.now())
    await office.process(handle)
    assert office.warned == ["event.no_link"]


async def test_what_cannot_be_read_is_marked_failed_and_stops_nobody(office: Office) -> None:
    await office.receive(b"two", event(CAPTURED))
    await office.receiver.webhook(ACCOUNT, PROOF, b"nonsense")
    with capture_logs() as logs:
        await office.process()
    assert [line["event"] for line in logs] == ["inbox.failed"]
    assert "nonsense" not in str(logs)
    assert "reason" in logs[0]
    assert not logs[0]["exc_info"]  # its cause quotes what stood there
    assert (await office.world.link(ID)).state is LinkState.CLOSED


async def test_an_ignored_event_is_kept_and_changes_nothing(office: Office) -> None:
    await office.receive(b"one", event(EventKind.IGNORED))
    await office.process()
    assert (await office.world.payments(ID), await office.world.owed()) == ([], [])


async def test_why_an_event_changes_nothing_is_noted(office: Office) -> None:
    told = [
        event(CAPTURED),
        event(CAPTURED),
        event(CAPTURED, key="evt_again"),
        event(CAPTURED, "pay_2", reference="PLNOSUCHLINK00"),
    ]
    await office.receive(b"all", *told)
    await office.process()
    ignored = [note.facts for note in office.world.notes if note.event == "event.ignored"]
    assert [(found["reason"], found["link"]) for found in ignored] == [
        ("known", ID),
        ("changes_nothing", ID),
        ("no_link", None),
    ]


@pytest.mark.parametrize(("minutes", "drawn"), [(0, True), (24, True), (25, False)])
async def test_whoever_watches_apart_is_shown_that_it_is_paid_as_long_as_that_can_be_drawn(
    world: World, minutes: int, *, drawn: bool
) -> None:
    await world.add_attempt(await world.add_link(desk=True))
    world.clock.advance(minutes=minutes)
    await world.hear(event(EventKind.AUTHORISED))
    assert "desk" not in await world.owed()
    await world.hear(event(CAPTURED))
    assert ("desk" in await world.owed()) is drawn


SOON = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "due", "then"),
    [(CAPTURED, SOON, SOON), (CAPTURED, None, START), (EventKind.AUTHORISED, None, None)],
)
async def test_what_ends_by_itself_is_looked_at_as_usual_and_once_money_has_come_at_all(
    office: Office, kind: EventKind, due: datetime | None, then: datetime | None
) -> None:
    known = await office.world.link(ID)
    await office.world.write(lambda tx: tx.links.put(replace(known, poll_at=due)))
    await office.receive(b"one", event(kind))
    await office.process()
    assert (await office.world.link(ID)).poll_at == then
    assert Wake("watch", ID) not in office.world.wakes


@pytest.mark.parametrize("together", ["", "evt_1", "\N{SNOWMAN}" * 300])
def test_a_stripe_depends_on_its_key_alone(together: str) -> None:
    assert stripe_of(together) == stripe_of(together)
    assert 0 <= stripe_of(together) < STRIPES
