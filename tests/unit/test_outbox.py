"""What is owed is said once, in order, at the chat's pace; one thread's trouble is not another's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.outbox import Delivery
from bot.errors import ChatUnavailable
from bot.ports.chat import Card, Pace
from bot.ports.model import Destination, Place
from bot.ports.storage import Wake
from tests.fakes import FakeChat
from tests.unit.outbox_rig import LANE, OutboxRig
from tests.unit.records import ALONE
from tests.unit.world import World


async def test_a_card_is_posted_then_edited_in_place(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    assert await mail.run() == ["post card"]
    mail.headlines["PL1"] = "paid"
    await mail.card(thread)
    assert await mail.run() == ["edit m1 paid"]
    assert await mail.run() == []
    said = {"link": "PL1", "chat": "slack", "say": "card", "key": None}
    assert [note.facts for note in mail.world.notes if note.event == "delivery.said"] == [said] * 2


async def test_whoever_watches_apart_is_shown_when_the_card_is_there_and_not_each_time(
    mail: OutboxRig,
) -> None:
    made = await mail.world.add_link(desk=True)
    thread = replace(await mail.thread(), id=made.destination_id)
    await mail.reply(thread, "authorised", subject=made.id)
    assert await mail.run() == ["reply None authorised"]
    mail.world.clock.advance(minutes=1)
    await mail.card(thread, made.id)
    assert await mail.run() == ["post card", "desk V1 card"]
    await mail.card(thread, made.id)
    assert await mail.run() == ["edit m1 card"]


async def test_who_waits_for_the_card_is_shown_at_once_when_it_is_there(mail: OutboxRig) -> None:
    made = await mail.world.add_link(desk=True, created_at=mail.world.clock.now())
    thread = replace(await mail.thread(), id=made.destination_id)
    in_a_second = mail.world.clock.now() + timedelta(seconds=1)
    await mail.world.write(lambda tx: tx.outbox.owe_desk(made.id, thread.id, in_a_second))
    await mail.card(thread, made.id)
    assert await mail.run() == ["post card"]  # what takes the form's place comes first
    mail.world.clock.advance(seconds=0.3)
    assert await mail.run() == ["desk V1 card"]


async def test_a_reply_is_never_before_its_card_and_replies_keep_their_order(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.reply(thread, "authorised", "paid")
    assert await mail.run() == ["post card", "reply m1 authorised", "reply m1 paid"]


async def test_replies_wait_for_a_card_that_could_not_be_posted_yet(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.reply(thread, "authorised", "paid")
    mail.chat.troubles.append(ChatUnavailable("502", sent="no"))
    assert await mail.run() == ["failed post card"]
    mail.world.clock.advance(seconds=30)
    assert await mail.run() == ["post card", "reply m1 authorised", "reply m1 paid"]


async def test_a_reply_waits_for_the_one_before_it(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.reply(thread, "authorised", "paid")
    mail.chat.troubles.append(ChatUnavailable("502", sent="no"))
    assert await mail.run() == ["failed reply None authorised"]
    mail.world.clock.advance(seconds=30)
    assert await mail.run() == ["reply None authorised", "reply None paid"]


async def test_changes_of_a_card_are_said_together_and_as_it_stands_now(mail: OutboxRig) -> None:
    thread = await mail.thread()
    for headline in ("open", "authorised", "paid"):
        mail.headlines["PL1"] = headline
        await mail.card(thread)
    assert await mail.run() == ["post paid"]


async def test_the_same_notice_is_owed_once_and_two_notices_are_never_one(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.reply(thread, "paid", "paid", "paid_twice")
    assert await mail.run() == ["reply None paid", "reply None paid_twice"]
    await mail.reply(thread, "paid")
    assert await mail.run() == []


async def test_a_card_changed_while_it_is_being_sent_is_sent_again(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)

    class Changing(FakeChat):
        async def post_card(self, to: Destination, card: Card) -> str:
            posted = await super().post_card(to, card)
            mail.headlines["PL1"] = "paid"
            await mail.card(thread)
            return posted

    mail.chat = Changing()
    mail.delivery = Delivery(mail.world.storage, {"slack": mail.chat}, mail.render, mail.world.clock)
    assert await mail.run() == ["post card", "edit m1 paid"]
    assert await mail.left() == 0


async def test_what_nobody_wants_any_more_is_settled_without_a_word(mail: OutboxRig) -> None:
    mail.headlines["PL1"] = None
    await mail.card(await mail.thread())
    assert await mail.run() == []
    assert await mail.left() == 0


async def test_what_waits_behind_what_nobody_wants_any_more_is_next(mail: OutboxRig) -> None:
    thread = await mail.thread()
    mail.headlines["PL1"] = None
    await mail.card(thread)
    await mail.reply(thread, "paid")
    mail.world.wakes.clear()
    said = await mail.run()
    assert Wake("delivery", LANE) in mail.world.wakes
    assert said + await mail.run() == ["reply None paid"]


async def test_desks_and_typed_answers_do_not_wait_for_the_thread(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.desk(thread)
    await mail.tidy(thread, "17")
    mail.chat.troubles.append(ChatUnavailable("429", sent="no", retry_after=30))
    assert await mail.run() == ["failed post card", "desk V1 card", "tidy 17"]


async def test_a_lane_is_looked_at_again_when_the_first_of_its_messages_may_be_sent(mail: OutboxRig) -> None:
    thread, now = await mail.thread(), mail.world.clock.now()
    for subject, seconds in (("PL1", 9), ("PL2", 5), ("PL3", 7)):
        soonest = now + timedelta(seconds=seconds)
        await mail.world.write(lambda tx: tx.outbox.owe_desk(subject, thread.id, soonest))  # noqa: B023
    assert await mail.run() == []
    assert mail.next_wake() == timedelta(seconds=5)


async def test_threads_of_a_channel_go_on_where_one_of_them_waits(mail: OutboxRig) -> None:
    first, second = await mail.thread(), await mail.thread()
    await mail.card(first, "PL1")
    await mail.card(second, "PL2")
    mail.chat.troubles.append(ChatUnavailable("502", sent="no"))
    assert await mail.run() == ["failed post card", "post card"]


async def test_being_slowed_down_delays_the_whole_channel_and_only_it(mail: OutboxRig) -> None:
    first, second, alone = await mail.thread(), await mail.thread(), await mail.thread(ALONE)
    await mail.card(first, "PL1")
    await mail.card(second, "PL2")
    await mail.card(alone, "PL3")
    mail.chat.troubles.append(ChatUnavailable("429", sent="no", retry_after=30))
    assert await mail.run() == ["failed post card"]
    assert mail.next_wake() == timedelta(seconds=30)
    assert await mail.run(ALONE.lane) == ["post card"]
    mail.world.clock.advance(seconds=29)
    assert await mail.run() == []
    mail.world.clock.advance(seconds=1)
    said = await mail.run()
    while await mail.left():
        mail.world.clock.advance(seconds=1)
        said += await mail.run()
    assert said == ["post card", "post card"]


async def test_what_is_posted_after_being_slowed_down_comes_neither_later_nor_all_at_once(
    world: World,
) -> None:
    world.chat = FakeChat(pace=Pace(interval_s=10, burst=3))
    mail = OutboxRig(world)
    await mail.reply(await mail.thread(), "1", "2")
    world.chat.troubles.append(ChatUnavailable("429", sent="no", retry_after=30))
    assert await mail.run() == ["failed reply None 1"]
    world.clock.advance(seconds=30)
    assert await mail.run() == ["reply None 1"]
    assert mail.next_wake() == timedelta(seconds=10)


@pytest.mark.parametrize("say", ["desk", "tidy"])
async def test_what_keeps_no_pace_waits_as_well_once_it_is_slowed_down(mail: OutboxRig, say: str) -> None:
    thread = await mail.thread()
    await (mail.desk(thread) if say == "desk" else mail.tidy(thread, "17"))
    mail.chat.troubles.append(ChatUnavailable("429", sent="no", retry_after=30))
    assert len(await mail.run()) == 1
    assert mail.next_wake() == timedelta(seconds=30)


async def test_posts_keep_the_chats_pace_by_rows(world: World) -> None:
    world.chat = FakeChat(pace=Pace(interval_s=10, burst=2))
    mail = OutboxRig(world)
    thread = await mail.thread()
    await mail.reply(thread, "1", "2", "3", "4")
    assert await mail.run() == ["reply None 1", "reply None 2"]
    assert mail.next_wake() == timedelta(seconds=10)
    world.clock.advance(seconds=9)
    assert await OutboxRig(world).run() == []
    world.clock.advance(seconds=1)
    assert await OutboxRig(world).run() == ["reply None 3"]
    world.clock.advance(seconds=10)
    assert await mail.run() == ["reply None 4"]
    world.clock.advance(minutes=5)
    await mail.reply(thread, "5", "6", "7")
    assert await mail.run() == ["reply None 5", "reply None 6"]


async def test_the_pace_of_one_channel_is_not_that_of_another(world: World) -> None:
    world.chat = FakeChat(pace=Pace(interval_s=10, burst=1))
    mail = OutboxRig(world)
    await mail.reply(await mail.thread(), "1", "2")
    await mail.reply(await mail.thread(ALONE), "3", subject="PL2")
    assert await mail.run() == ["reply None 1"]
    assert await mail.run(ALONE.lane) == ["reply None 3"]


async def test_what_goes_beside_the_threads_is_said_while_they_keep_the_pace(world: World) -> None:
    world.chat = FakeChat(pace=Pace(interval_s=10, burst=1))
    mail = OutboxRig(world)
    first, second = await mail.thread(), await mail.thread()
    await mail.reply(first, "1", "2")
    await mail.reply(second, "3", subject="PL2")
    await mail.tidy(second, "17")
    assert await mail.run() == ["reply None 1", "tidy 17"]
    assert mail.next_wake() == timedelta(seconds=10)


async def test_a_lane_of_a_chat_that_is_not_configured_is_left_alone_and_told_of_once(
    mail: OutboxRig,
) -> None:
    elsewhere = Place("telegram", "1001")
    await mail.card(await mail.thread(elsewhere))
    with capture_logs() as logs:
        assert [await mail.run(elsewhere.lane) for _ in range(3)] == [[], [], []]
    assert await mail.left() == 1
    assert [(line["event"], line["lane"]) for line in logs] == [("delivery.no_such_chat", elsewhere.lane)]


async def test_what_is_owed_is_found_again_by_the_sweep(mail: OutboxRig) -> None:
    await mail.card(await mail.thread())
    assert await mail.world.read(lambda tx: tx.outbox.lanes(mail.world.clock.now())) == [LANE]
    await mail.run()
    assert await mail.world.read(lambda tx: tx.outbox.lanes(mail.world.clock.now())) == []
    assert Wake("delivery", LANE) not in mail.world.wakes
