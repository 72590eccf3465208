"""A row of the outbox is worded from what is stored when it is sent."""

from zoneinfo import ZoneInfo

import pytest

from bot.conversation.talk import Talk
from bot.delivery.narrator import Narrator
from bot.delivery.outbox import Delivery
from bot.ports.model import Customer, LinkState, ProviderLink, ProviderLinkState
from bot.ports.traffic import Notice
from tests.unit.records import ACCOUNT, ALICE, ALONE, AMOUNT, OFFER, SALES
from tests.unit.world import World


@pytest.fixture
def delivery(world: World) -> Delivery:
    talk = Talk(OFFER, world.clock)
    narrator = Narrator({ACCOUNT: world.backend}, talk, ZoneInfo("UTC"))
    return Delivery(world.storage, {"slack": world.chat}, narrator, world.clock)


async def test_a_draft_becomes_its_link_on_one_and_the_same_card(world: World, delivery: Delivery) -> None:
    talk = Talk(OFFER, world.clock)
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
        "reply m1 Paid 49.90 EUR.",
        "tidy 17",
    ]
    assert all("https://pay.test/1" in dict(card.rows).values() for card in world.chat.cards)


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
