"""A row of the outbox is worded from what is stored when it is sent."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.backends._keyless import Keyless
from bot.conversation.talk import DRAFT_LIFETIME, Talk
from bot.delivery.outbox import Delivery
from bot.delivery.renderer import Renderer
from bot.errors import ChatUnavailable
from bot.links.acts import Acts
from bot.ports.backend import LinkRequest, Withheld
from bot.ports.model import Account, Closed, Customer, DraftState, LinkState, Mode, Place
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.traffic import Notice
from bot.texts import Texts
from tests.fakes import FakeBackend
from tests.unit.records import ACCOUNT, ALICE, ALONE, AMOUNT, OFFER, SALES
from tests.unit.talking import COMPLETE, INSTALLATION, OTHER, TWO_OFFERS, Conversation
from tests.unit.world import World

URL = "https://pay.test/1"
FORWARD = Notice("forward", "forward")


@pytest.fixture
def delivery(world: World) -> Delivery:
    return Conversation(world).delivery()


@pytest.fixture
def reached(world: World) -> Delivery:
    """Of an installation that has a public address of its own."""
    installation = replace(INSTALLATION, public_url="https://pay.example.com")
    renderer = Renderer({ACCOUNT: world.backend}, Talk([OFFER], world.clock), installation, world.clock)
    return Delivery(world.storage, {"slack": world.chat}, renderer, world.clock)


async def test_a_draft_becomes_its_link_on_one_and_the_same_card(world: World, delivery: Delivery) -> None:
    talk = Talk([OFFER], world.clock)
    draft = await world.write(lambda tx: talk.begin(tx, ALICE, SALES, "49.90 EUR jane@example.com"))
    await delivery.run(SALES.lane)
    await world.write(lambda tx: talk.confirm(tx, draft.id, 1, ALICE))
    await delivery.run(SALES.lane)
    assert world.chat.said == [
        "post New payment link: 49.90 EUR",
        "edit m1 Creating a payment link for 49.90 EUR…",
    ]


async def test_card_desk_reply_and_deletion_each_say_their_own(world: World, delivery: Delivery) -> None:
    made = await world.add_link(desk=True)
    opened = ProviderLink(
        made.id, 1, ACCOUNT, made.id, ProviderLinkState.OPEN, AMOUNT, "pl_1", "https://pay.test/1"
    )
    notice = Notice("paid", "pay_1:captured", {"amount": "4990 EUR", "paid": "4990 EUR"})
    now = world.clock.now()
    await world.write(lambda tx: tx.provider_links.put(opened))
    await world.write(lambda tx: tx.outbox.owe_card(made.id, made.destination_id, now))
    await world.write(lambda tx: tx.outbox.owe_desk(made.id, made.destination_id, now))
    await world.write(lambda tx: tx.outbox.owe_reply(made.id, made.destination_id, notice, now))
    await world.write(lambda tx: tx.outbox.owe_tidy(made.id, made.destination_id, "17", now))
    await delivery.run(SALES.lane)
    assert sorted(world.chat.said) == [
        "desk V1 The payment link is ready and posted in the channel.",
        "post Waiting for payment of 49.90 EUR",
        "reply m1 (TEST) Paid 49.90 EUR.",
        "tidy 17",
    ]
    assert all("https://pay.test/1" in dict(card.rows).values() for card in world.chat.cards)


async def test_what_is_the_card_again_is_not_tidied_away(world: World, delivery: Delivery) -> None:
    """It was given up for a new one, and then pressed before that was posted."""
    made = await world.add_link()
    there, now = await world.read(lambda tx: tx.destinations.get(made.destination_id)), world.clock.now()
    await world.write(lambda tx: tx.destinations.put(replace(there, root="17")))
    await world.write(lambda tx: tx.outbox.owe_tidy(made.id, made.destination_id, "17", now))
    await delivery.run(SALES.lane)
    assert world.chat.said == []


@pytest.mark.parametrize(
    ("place", "not_yet", "there"),
    [
        (SALES, ". It is not posted in the channel yet.", " and posted in the channel."),
        (
            replace(SALES, thread="7"),
            ". It is not posted in the thread yet.",
            " and posted in the thread.",
        ),
        (ALONE, ". It is not sent to you yet.", " and sent to you."),
    ],
)
async def test_a_desk_says_that_the_card_is_there_when_it_is(
    world: World, delivery: Delivery, place: Place, not_yet: str, there: str
) -> None:
    made = await world.add_link(place, desk=True, state=LinkState.OPEN)
    now = world.clock.now()
    await world.write(lambda tx: tx.outbox.owe_card(made.id, made.destination_id, now))
    await world.write(lambda tx: tx.outbox.owe_desk(made.id, made.destination_id, now))
    world.chat.troubles.append(ChatUnavailable("slow down", sent="no", retry_after=30))
    await delivery.run(place.lane)
    assert world.chat.said[-1] == f"desk V1 The payment link is ready{not_yet}"
    world.clock.advance(seconds=30)
    await delivery.run(place.lane)
    assert world.chat.said[-2:] == [
        "post Waiting for payment of 49.90 EUR",
        f"desk V1 The payment link is ready{there}",
    ]


@pytest.mark.parametrize(("place", "shown"), [(SALES, "j…@example.com"), (ALONE, "Jane jane@example.com")])
async def test_the_place_decides_what_is_shown_of_the_customer(
    world: World, delivery: Delivery, place: object, shown: str
) -> None:
    where = ALONE if place == ALONE else SALES
    made = await world.add_link(
        where, state=LinkState.OPEN, customer=Customer(name="Jane", email="jane@example.com")
    )
    await world.write(lambda tx: tx.outbox.owe_card(made.id, made.destination_id, world.clock.now()))
    await delivery.run(where.lane)
    assert dict(world.chat.cards[0].rows)["Customer"] == shown


async def test_what_is_about_nothing_any_more_is_not_said(world: World, delivery: Delivery) -> None:
    thread = await world.destination()
    await world.write(lambda tx: tx.outbox.owe_card("PLNOSUCHDRAFT0", thread.id, world.clock.now()))
    await delivery.run(SALES.lane)
    assert world.chat.said == []
    assert await world.read(lambda tx: tx.outbox.count()) == 0


async def test_what_the_creator_forwards_comes_below_the_card(world: World, delivery: Delivery) -> None:
    made = await world.add_link()
    await world.add_attempt(made, url=URL)
    now = world.clock.now()
    await world.write(lambda tx: tx.outbox.owe_card(made.id, made.destination_id, now))
    await world.write(lambda tx: tx.outbox.owe_reply(made.id, made.destination_id, FORWARD, now))
    await delivery.run(SALES.lane)
    assert world.chat.said == [
        "post Waiting for payment of 49.90 EUR",
        f"reply m1 Northwind asks you to pay 49.90 EUR for Invoice 12:\n{URL}",
    ]


async def test_where_the_world_reaches_us_the_card_and_what_is_forwarded_show_our_own_address(
    world: World, reached: Delivery
) -> None:
    made = await world.add_link()
    await world.add_attempt(made, url=URL)
    now, ours = world.clock.now(), f"https://pay.example.com/p/{made.public_token}"
    await world.write(lambda tx: tx.outbox.owe_card(made.id, made.destination_id, now))
    await world.write(lambda tx: tx.outbox.owe_reply(made.id, made.destination_id, FORWARD, now))
    await reached.run(SALES.lane)
    assert f"reply m1 Northwind asks you to pay 49.90 EUR for Invoice 12:\n{ours}" in world.chat.said
    [card] = world.chat.cards
    assert dict(card.rows)["Link"] == ours
    assert [(button.url, button.copy) for button in card.buttons[0]] == [(ours, None), (None, ours)]


async def test_an_address_that_leads_nowhere_any_more_is_not_forwarded(
    world: World, delivery: Delivery
) -> None:
    made = await world.add_link(state=LinkState.CLOSED, closed=Closed.CANCELLED)
    await world.add_attempt(made, url=URL)
    now = world.clock.now()
    await world.write(lambda tx: tx.outbox.owe_reply(made.id, made.destination_id, FORWARD, now))
    await delivery.run(SALES.lane)
    assert (world.chat.said, await world.read(lambda tx: tx.outbox.count())) == ([], 0)


async def test_a_cancelled_link_is_told_with_whoever_did_it(world: World, delivery: Delivery) -> None:
    made = await world.add_link()
    await world.add_attempt(made, url=URL)
    acts = Acts(frozenset(), world.clock)
    await world.write(lambda tx: acts.cancel(tx, made.id, ALICE))
    await delivery.run(SALES.lane)
    still = "FakePay cannot take a link back: who has it can pay until Sat 28 Nov 2026, 09:00 UTC."
    assert world.chat.said == [
        "post Cancelled: 49.90 EUR",
        f"reply m1 (TEST) Cancelled by Alice. {still} You will be told.",
    ]
    assert any("FakePay cannot take a link back" in note for note in world.chat.cards[0].notes)


async def test_where_the_address_is_ours_a_cancelled_link_can_be_paid_by_who_has_opened_it(
    world: World, reached: Delivery
) -> None:
    made = await world.add_link()
    await world.add_attempt(made, url=URL)
    await world.write(lambda tx: Acts(frozenset(), world.clock).cancel(tx, made.id, ALICE))
    await reached.run(SALES.lane)
    still = "who has opened its payment page already can pay until Sat 28 Nov 2026, 09:00 UTC."
    assert still in world.chat.said[1]
    assert any(still in note for note in world.chat.cards[0].notes)


@pytest.mark.parametrize("ended", ["answered", "cancelled", "choosing"])
async def test_a_question_that_is_answered_meanwhile_is_not_asked(alice: Conversation, ended: str) -> None:
    await alice.begin()
    if ended == "answered":
        await alice.reply("5 EUR", "jane@example.com", "lunch")
    elif ended == "cancelled":
        await alice.cancel()
    else:
        await alice.choose(None)
    await alice.delivery().run(SALES.lane)
    assert not [said for said in alice.world.chat.said if said.startswith("prompt")]


async def test_a_line_that_asks_whether_to_refund_says_where(world: World, delivery: Delivery) -> None:
    made = await world.add_link()
    params = {"amount": "4990 EUR", "paid": "4990 EUR"}
    for key in ("paid", "paid_twice", "paid_after_cancel", "paid_after_close"):
        notice = Notice(key, key, params)
        await world.write(
            lambda tx, told=notice: tx.outbox.owe_reply(made.id, made.destination_id, told, world.clock.now())
        )
    await delivery.run(SALES.lane)
    where = "Refunds are made at FakePay, not here; the thread tells it then."
    said = [line for line in world.chat.said if line.startswith("reply")]
    assert [line.endswith(f"? {where}") for line in said] == [False, True, True, True]


async def test_a_line_promises_no_news_of_a_refund_that_its_backend_does_not_report(world: World) -> None:
    made = await world.add_link()
    world.backend.info = replace(world.backend.info, tells_refunds=False)
    notice = Notice("paid_twice", "paid_twice", {"amount": "4990 EUR", "paid": "4990 EUR"})
    await world.write(lambda tx: tx.outbox.owe_reply(made.id, made.destination_id, notice, world.clock.now()))
    await Conversation(world).delivery().run(SALES.lane)
    assert world.chat.said[-1].endswith("FakePay does not report them, so the thread cannot tell it.")


async def test_until_when_it_can_be_paid_is_said_before_it_is_created(alice: Conversation) -> None:
    await alice.begin("49.90")
    assert "Expires" not in dict((await alice.card()).rows)
    await alice.reply("EUR")
    shown = dict((await alice.card()).rows)["Expires"]
    made = await alice.confirm()
    assert shown == Texts("en").moment(made.expires_at, INSTALLATION.zone) == "Sat 28 Nov 2026, 09:00 UTC"


async def test_an_open_question_is_asked_below_its_card(alice: Conversation) -> None:
    await alice.begin()
    await alice.delivery().run(SALES.lane)
    assert alice.world.chat.said == [
        "post New payment link",
        "prompt m1 How much? For example 49.90 EUR",
    ]


async def test_a_draft_that_ends_in_every_way_shows_it_on_its_card(alice: Conversation) -> None:
    for ended in (DraftState.CANCELLED, DraftState.EXPIRED):
        await alice.begin(COMPLETE)
        if ended is DraftState.CANCELLED:
            await alice.cancel()
        else:
            alice.world.clock.advance(seconds=DRAFT_LIFETIME.total_seconds())
            await alice.world.write(alice.talk.expire)
        await alice.delivery().run(SALES.lane)
        assert "nothing was created" in alice.world.chat.said[-1]


KEYLESS = Keyless(Account(OTHER, OTHER, Mode.TEST), OTHER.title())


class Choosy(FakeBackend):
    """Does not offer everything for every request."""

    def withheld(self, request: LinkRequest) -> Sequence[Withheld]:
        return () if request.customer.email else (Withheld("Alipay", "needs_email"),)


@pytest.mark.parametrize(("text", "told"), [("5 EUR", True), (COMPLETE, False), ("5", False)])
async def test_what_the_backend_would_not_offer_is_asked_of_it_with_all_that_is_known(
    world: World, text: str, *, told: bool
) -> None:
    world.backend = Choosy()
    notes = (await (await Conversation(world).begin(text)).card()).notes
    assert any("Alipay" in note for note in notes) is told


async def test_the_link_of_an_account_that_is_not_configured_any_more_does_not_hold_up_the_others(
    world: World,
) -> None:
    renderer = Renderer(
        {ACCOUNT: world.backend, OTHER: KEYLESS}, Talk([OFFER], world.clock), INSTALLATION, world.clock
    )
    delivery = Delivery(world.storage, {"slack": world.chat}, renderer, world.clock)
    orphaned = await world.add_link(id="PL000000000001", account_id=OTHER, public_token="1" * 32)
    served = await world.add_link(id="PL000000000002")
    for made in (orphaned, served):
        await world.write(
            lambda tx, made=made: tx.outbox.owe_card(made.id, made.destination_id, world.clock.now())  # type: ignore[misc]
        )
    await delivery.run(SALES.lane)
    assert "post Waiting for payment of 49.90 EUR" in world.chat.said


async def test_the_draft_of_an_account_that_is_not_configured_any_more_expires_like_any_other(
    world: World,
) -> None:
    before = await Conversation(world, TWO_OFFERS).begin("5 EUR via other")
    now = Conversation(world)
    world.clock.advance(seconds=DRAFT_LIFETIME.total_seconds())
    await world.write(now.talk.expire)
    assert (await now.stored(before.draft.id)).state is DraftState.EXPIRED
