"""Events of stored webhooks, applied to their links: once, in their account, or kept without effect."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.inbox.process import WebhookHandler, replay_known
from bot.links.payments import captured
from bot.ports.model import EventKind, LinkState
from bot.ports.storage import Transaction, Wake
from bot.ports.traffic import Inbound, InboundFact
from tests.fakes import PROOF, START
from tests.unit.inbox_rig import CAPTURED, ID, InboxRig
from tests.unit.records import ACCOUNT, AMOUNT, SALES, event
from tests.unit.world import World


async def test_a_captured_payment_pays_the_link_and_owes_card_and_reply(inbox: InboxRig) -> None:
    await inbox.receive(b"one", event(CAPTURED))
    await inbox.process()
    assert (await inbox.world.link(ID)).state is LinkState.CLOSED
    assert [captured(payment) for payment in await inbox.world.payments(ID)] == [AMOUNT]
    assert await inbox.world.owed() == ["card"]
    await inbox.world.say_all()
    assert await inbox.world.owed() == ["reply paid"]
    assert Wake("delivery", SALES.lane) in inbox.world.wakes


async def test_the_same_event_in_two_webhooks_is_applied_once(inbox: InboxRig) -> None:
    await inbox.receive(b"one", event(CAPTURED))
    await inbox.receive(b"two", replace(event(CAPTURED), provider_payment_id="pay_2"))
    await inbox.process()
    assert len(await inbox.world.payments(ID)) == 1
    assert await inbox.world.read(lambda tx: tx.outbox.count()) == 2


@pytest.mark.parametrize("named", [None, "pl_of_nobody"])
async def test_an_event_without_our_reference_finds_its_link_by_the_payment(
    inbox: InboxRig, named: str | None
) -> None:
    await inbox.receive(b"one", event(EventKind.AUTHORISED))
    await inbox.receive(b"two", event(CAPTURED, reference=None, provider_link_id=named))
    await inbox.process()
    assert (await inbox.world.link(ID)).state is LinkState.CLOSED


async def test_an_event_of_another_account_never_touches_the_link(inbox: InboxRig) -> None:
    await inbox.receive(b"one", event(EventKind.AUTHORISED))
    await inbox.process()
    before = await inbox.world.payments(ID)
    await inbox.receive(b"two", event(CAPTURED, key="evt_x"), account="other")
    await inbox.receive(b"three", event(CAPTURED, key="evt_y", reference=None), account="other")
    await inbox.process()
    assert (await inbox.world.link(ID)).state is LinkState.OPEN
    assert await inbox.world.payments(ID) == before


@pytest.mark.parametrize("reference", ["PLNOSUCHLINK00", f"{ID}-2", ""])
async def test_an_event_that_belongs_to_no_link_is_kept_and_changes_nothing(
    inbox: InboxRig, reference: str
) -> None:
    await inbox.receive(b"one", event(CAPTURED, reference=reference))
    with capture_logs() as logs:
        await inbox.process()
    assert (inbox.warned, logs) == (["event.no_link"], [])
    assert (await inbox.world.payments(ID), await inbox.rows()) == ([], [])


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
    inbox: InboxRig, reference: str, told: str | None
) -> None:
    await inbox.receive(b"one", event(CAPTURED, reference=reference))
    await inbox.process()
    assert [note.facts["reference"] for note in inbox.world.notes if note.warns] == [told]


async def test_what_is_tried_again_because_of_another_is_warned_of_once(inbox: InboxRig) -> None:
    """Rows of one stripe are applied together: one that cannot be has the others applied anew."""
    webhook = WebhookHandler(inbox.backends, inbox.world.clock)

    def handle(tx: Transaction, row: Inbound) -> None:
        if row.fact.body == b"poison":
            raise LookupError
        webhook(tx, row)

    for body, told in ((b"one", [event(CAPTURED, reference="PLNOSUCHLINK00")]), (b"poison", [])):
        inbox.world.backend.webhooks[body] = told
        fact = InboundFact("webhook", ACCOUNT, body.decode(), 0, body)
        await inbox.world.storage.accept(fact, inbox.world.clock.now())
    await inbox.process(handle)
    assert inbox.warned == ["event.no_link"]


async def test_what_cannot_be_read_is_marked_failed_and_stops_nobody(inbox: InboxRig) -> None:
    await inbox.receive(b"two", event(CAPTURED))
    await inbox.receiver.webhook(ACCOUNT, PROOF, b"nonsense")
    with capture_logs() as logs:
        await inbox.process()
    assert [line["event"] for line in logs] == ["inbox.failed"]
    assert "nonsense" not in str(logs)
    assert "reason" in logs[0]
    assert not logs[0]["exc_info"]  # its cause quotes what stood there
    assert (await inbox.world.link(ID)).state is LinkState.CLOSED


async def test_a_webhook_of_an_account_that_a_process_does_not_know_is_applied_once_one_does(
    inbox: InboxRig,
) -> None:
    await inbox.receive(b"one", event(CAPTURED))
    await inbox.receive(b"two", event(CAPTURED, "pay_2"), account="other")
    with capture_logs() as logs:
        await inbox.process(WebhookHandler({}, inbox.world.clock))
    inbox.world.wakes.clear()
    assert [(line["event"], line["exc_info"]) for line in logs] == [("inbox.failed", None)] * 2
    assert await inbox.rows() == []
    await inbox.world.write(lambda tx: replay_known(tx, {ACCOUNT}))
    assert await inbox.rows() == [b"one"]
    assert inbox.world.wakes[-1].kind == "inbox"
    await inbox.process()
    assert (await inbox.world.link(ID)).state is LinkState.CLOSED
    ((left, _),) = await inbox.world.read(lambda tx: tx.inbox.failed())
    assert left.fact.account_id == "other"


async def test_what_has_failed_for_another_reason_is_left_to_the_operator(inbox: InboxRig) -> None:
    await inbox.receiver.webhook(ACCOUNT, PROOF, b"nonsense")
    await inbox.process()
    await inbox.world.write(lambda tx: replay_known(tx, {ACCOUNT}))
    assert await inbox.rows() == []


async def test_an_ignored_event_is_kept_and_changes_nothing(inbox: InboxRig) -> None:
    await inbox.receive(b"one", event(EventKind.IGNORED))
    await inbox.process()
    assert (await inbox.world.payments(ID), await inbox.world.owed()) == ([], [])


async def test_why_an_event_changes_nothing_is_noted(inbox: InboxRig) -> None:
    told = [
        event(CAPTURED),
        event(CAPTURED),
        event(CAPTURED, key="evt_again"),
        event(CAPTURED, "pay_2", reference="PLNOSUCHLINK00"),
    ]
    await inbox.receive(b"all", *told)
    await inbox.process()
    ignored = [note.facts for note in inbox.world.notes if note.event == "event.ignored"]
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
    inbox: InboxRig, kind: EventKind, due: datetime | None, then: datetime | None
) -> None:
    known = await inbox.world.link(ID)
    await inbox.world.write(lambda tx: tx.links.put(replace(known, poll_at=due)))
    await inbox.receive(b"one", event(kind))
    await inbox.process()
    assert (await inbox.world.link(ID)).poll_at == then
    assert Wake("watch", ID) not in inbox.world.wakes
