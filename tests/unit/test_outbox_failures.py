"""Answers that never came, places that are gone, and a process that died in the middle of a message."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.outbox import Content, Delivery
from bot.errors import ChatGone, ChatMessageGone, ChatRefused, ChatUnavailable, PaylinkError
from bot.ports.chat import Card, Reply
from bot.ports.model import Destination, Reach
from bot.ports.storage import Transaction, Wake
from bot.ports.traffic import Owed
from tests.fakes import FakeChat
from tests.unit.outbox_rig import LANE, OutboxRig
from tests.unit.records import SALES

LOST = ChatUnavailable("time-out", sent="unknown")
NOT_SENT = ChatUnavailable("refused", sent="no")
PAID = ["paid", "paid_different", "paid_unconfirmed", "paid_twice", "paid_after_close"]


async def carded(mail: OutboxRig) -> Destination:
    """A thread whose card has been posted."""
    thread = await mail.thread()
    await mail.card(thread)
    await mail.run()
    return thread


async def cut_off(mail: OutboxRig) -> None:
    """As a process leaves a row that died while it was sending it."""
    (owed,) = await mail.world.read(lambda tx: list(tx.outbox.heads(LANE)))
    await mail.world.write(lambda tx: tx.outbox.take(owed.id))


async def test_a_message_that_was_surely_not_sent_is_said_later_and_as_often_as_it_takes(
    mail: OutboxRig,
) -> None:
    thread = await mail.thread()
    await mail.reply(thread, "declined")
    mail.chat.troubles.extend([NOT_SENT] * 5)
    assert await mail.run_for() == ["failed reply None declined"] * 5 + ["reply None declined"]


async def test_a_chat_that_asks_for_no_patience_at_all_is_not_asked_again_at_once(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.reply(thread, "declined")
    mail.chat.troubles.extend([ChatUnavailable("429", sent="no", retry_after=0.0)] * 5)
    assert await mail.run() == ["failed reply None declined"]
    assert await mail.run_for() == ["failed reply None declined"] * 4 + ["reply None declined"]


async def test_what_cannot_be_worded_holds_up_its_own_thread_alone_and_undoes_nothing(
    mail: OutboxRig,
) -> None:
    broken, other = await mail.thread(), await mail.thread()
    await mail.reply(other, "paid")
    await mail.card(broken, "PL2")
    await mail.reply(broken, "expired", subject="PL2")
    await mail.reply(other, "declined")
    mail.unwordable.add("PL2")
    with capture_logs() as logs:
        assert await mail.run_for(3) == ["reply None paid", "reply None declined"]
    told = [
        (line["subject"], type(line["exc_info"])) for line in logs if line["event"] == "delivery.unworded"
    ]
    assert set(told) == {("PL2", bool)}
    assert len(told) == 4, "it is tried again, with pauses"
    mail.unwordable.clear()
    assert await mail.run_for() == ["post card", "reply m1 expired"]


async def test_what_cannot_be_worded_is_tried_with_longer_and_longer_pauses(mail: OutboxRig) -> None:
    await mail.card(await mail.thread())
    mail.unwordable.add("PL1")
    waits = []
    for _ in range(4):
        with capture_logs():
            await mail.run()
        wait = mail.next_wake()
        assert wait is not None
        waits.append(wait.total_seconds())
        mail.world.clock.advance(seconds=waits[-1])
    assert waits == [1, 2, 4, 8]


async def test_what_is_dropped_while_it_is_worded_is_not_said(mail: OutboxRig) -> None:
    def dropping(tx: Transaction, owed: Owed, to: Destination) -> tuple[Content, Mapping[str, str]]:
        if owed.key == "declined":
            tx.outbox.drop(owed.id)
        return mail.render(tx, owed, to)

    await mail.reply(await mail.thread(), "declined", "paid")
    mail.delivery = Delivery(mail.world.storage, {"slack": mail.chat}, dropping, mail.world.clock)
    assert await mail.run() == []
    assert mail.world.wakes[-1] == Wake("delivery", LANE)
    assert await mail.run() == ["reply None paid"]


@pytest.mark.parametrize("trouble", [NOT_SENT, LOST])
async def test_trouble_is_met_with_longer_and_longer_pauses(mail: OutboxRig, trouble: PaylinkError) -> None:
    await mail.card(await carded(mail))
    mail.chat.troubles.extend([trouble] * 8)
    waits = []
    for _ in range(8):
        await mail.run()
        wait = mail.next_wake()
        assert wait is not None
        waits.append(wait.total_seconds())
        mail.world.clock.advance(seconds=wait.total_seconds())
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 60)


async def test_an_edit_whose_answer_was_lost_is_repeated(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.card(thread)
    mail.chat.troubles.extend([LOST, LOST, LOST])
    assert await mail.run_for() == ["failed edit m1 card"] * 3 + ["edit m1 card"]


async def test_a_cards_first_post_is_repeated_once_at_most(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    mail.chat.troubles.extend([LOST, LOST, LOST])
    assert await mail.run_for() == ["failed post card"] * 2


async def test_a_card_posted_at_the_second_try_is_edited_from_then_on(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.reply(thread, "authorised")
    mail.chat.troubles.append(LOST)
    assert await mail.run_for() == ["failed post card", "post card", "reply m1 authorised"]


async def test_a_card_that_was_posted_at_last_may_be_lost_anew(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    mail.chat.troubles.append(LOST)
    await mail.run_for()
    await mail.card(thread)
    mail.chat.troubles.extend([ChatMessageGone("deleted"), LOST])
    assert await mail.run_for() == ["failed edit m1 card", "failed post card", "post card"]


async def test_replies_go_on_where_a_card_was_given_up(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    await mail.reply(thread, "paid")
    mail.chat.troubles.extend([LOST, LOST])
    assert (await mail.run_for())[-1] == "reply None paid"


async def given_up(mail: OutboxRig) -> Destination:
    """A thread whose card was lost twice."""
    thread = await mail.thread()
    await mail.card(thread)
    mail.chat.troubles.extend([LOST, LOST])
    await mail.run_for()
    mail.headlines["PL1"] = "paid"
    return thread


async def test_a_card_given_up_is_no_third_time_posted_when_the_link_changes(mail: OutboxRig) -> None:
    await mail.card(await given_up(mail))
    assert await mail.run_for() == []
    assert await mail.left() == 0


class Slow(FakeChat):
    """The link changes while its card is under way, and no answer comes."""

    def __init__(self, mail: OutboxRig, thread: Destination) -> None:
        super().__init__()
        self._mail, self._thread = mail, thread

    async def post_card(self, to: Destination, card: Card) -> str:
        await super().post_card(to, card)
        await self._mail.card(self._thread)
        raise LOST


async def test_a_card_that_changes_while_it_is_lost_is_posted_once_more_all_the_same(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.card(thread)
    slow = Slow(mail, thread)
    delivery = Delivery(mail.world.storage, {"slack": slow}, mail.render, mail.world.clock)
    for _ in range(4):
        await delivery.run(LANE)
        mail.world.clock.advance(minutes=1)
    assert slow.said == ["post card"] * 2


async def test_a_card_given_up_is_edited_once_it_is_found(mail: OutboxRig) -> None:
    thread = await given_up(mail)
    await mail.world.write(lambda tx: tx.destinations.put(replace(thread, root="m7")))
    await mail.card(thread)
    assert await mail.run_for() == ["edit m7 paid"]


async def test_a_card_given_up_is_posted_in_another_place(mail: OutboxRig) -> None:
    await given_up(mail)
    elsewhere = await mail.thread(SALES)
    await mail.card(elsewhere)
    mail.chat.troubles.append(LOST)
    assert await mail.run_for() == ["failed post paid", "post paid"]


async def test_an_operator_has_a_card_posted_that_was_given_up(mail: OutboxRig) -> None:
    await given_up(mail)
    (lost,) = await mail.world.read(lambda tx: tx.outbox.unsaid())
    assert await mail.world.write(lambda tx: tx.outbox.retry(lost.id, mail.world.clock.now()))
    assert await mail.run_for() == ["post paid"]


@pytest.mark.parametrize("key", ["authorised", "declined", "declined_plain"])
async def test_a_plain_reply_whose_answer_was_lost_is_not_repeated(mail: OutboxRig, key: str) -> None:
    thread = await carded(mail)
    await mail.reply(thread, key)
    mail.chat.troubles.append(LOST)
    assert await mail.run_for() == [f"failed reply m1 {key}"]
    assert await mail.left() == 0
    assert ("delivery.lost", {"link": "PL1", "chat": "slack"}) in [
        (note.event, note.facts) for note in mail.world.notes
    ]


@pytest.mark.parametrize("key", PAID)
async def test_paid_is_repeated_once_and_says_so(mail: OutboxRig, key: str) -> None:
    thread = await carded(mail)
    await mail.reply(thread, key)
    mail.chat.troubles.extend([LOST, LOST, LOST])
    assert await mail.run_for() == [f"failed reply m1 {key}", f"failed reply m1 {key} again"]
    assert await mail.left() == 0


async def test_what_is_repeated_comes_after_a_pause(mail: OutboxRig) -> None:
    await mail.reply(await carded(mail), "paid")
    mail.chat.troubles.append(LOST)
    assert await mail.run() == ["failed reply m1 paid"]
    assert mail.next_wake() == timedelta(seconds=1)


async def test_a_desk_and_a_deletion_are_repeated_freely(mail: OutboxRig) -> None:
    thread = await mail.thread()
    await mail.desk(thread)
    await mail.tidy(thread, "17")
    mail.chat.troubles.extend([LOST, LOST, LOST])
    said = await mail.run_for()
    assert {"desk V1 card", "tidy 17"} <= set(said)
    assert await mail.left() == 0


async def test_what_is_drawn_where_nobody_watches_is_drawn_once(mail: OutboxRig) -> None:
    thread = await mail.thread()
    mail.watched = {"nobody": "watches"}
    await mail.desk(thread)
    assert await mail.run_for() == ["desk None card"]
    assert await mail.left() == 0


@pytest.mark.parametrize(
    ("say", "then"),
    [
        ("paid", ["reply m1 paid again"]),
        ("declined", []),
        ("card", ["edit m1 card"]),
    ],
)
async def test_a_message_cut_off_by_a_restart_may_have_been_seen(
    mail: OutboxRig, say: str, then: list[str]
) -> None:
    thread = await carded(mail)
    await (mail.card(thread) if say == "card" else mail.reply(thread, say))
    await cut_off(mail)
    assert await OutboxRig(mail.world).run_for() == then
    assert await mail.left() == 0


async def test_what_waits_behind_a_message_that_was_cut_off_is_next(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.reply(thread, "declined", "authorised")
    await cut_off(mail)
    mail.world.wakes.clear()
    assert await mail.run() == []
    assert Wake("delivery", LANE) in mail.world.wakes
    assert await mail.run() == ["reply m1 authorised"]


async def test_a_first_card_cut_off_by_a_restart_is_posted_at_most_once_more(mail: OutboxRig) -> None:
    await mail.card(await mail.thread())
    await cut_off(mail)
    mail.chat.troubles.append(LOST)
    assert await mail.run_for() == ["failed post card"]


class Dying(FakeChat):
    """The process ends while a reply is under way."""

    async def post_reply(self, to: Destination, reply: Reply) -> None:
        raise asyncio.CancelledError


async def test_a_process_that_dies_while_sending_has_marked_the_row_before(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.reply(thread, "paid")
    dying = Delivery(mail.world.storage, {"slack": Dying()}, mail.render, mail.world.clock)
    with pytest.raises(asyncio.CancelledError):
        await dying.run(LANE)
    assert await mail.run_for() == ["reply m1 paid again"]


async def test_a_place_that_is_gone_is_marked_and_nothing_is_tried_again(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.card(thread)
    await mail.reply(thread, "paid")
    mail.chat.troubles.append(ChatGone("archived"))
    assert await mail.run_for() == ["failed edit m1 card"]
    assert (await mail.world.read(lambda tx: tx.destinations.get(thread.id))).reach is Reach.GONE
    await mail.reply(thread, "paid_twice")
    assert await mail.run_for() == []
    assert await mail.left() == 0


async def test_a_place_that_is_gone_takes_nothing_else_with_it(mail: OutboxRig) -> None:
    gone, other = await mail.thread(), await mail.thread()
    await mail.world.mark_gone(gone)
    await mail.card(gone, "PL1")
    await mail.card(other, "PL2")
    assert await mail.run() == ["post card"]


async def test_a_card_that_somebody_deleted_is_posted_afresh(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.card(thread)
    await mail.reply(thread, "paid")
    mail.chat.troubles.append(ChatMessageGone("message_not_found"))
    assert await mail.run_for() == ["failed edit m1 card", "post card", "reply m2 paid"]


@pytest.mark.parametrize("error", [ChatRefused("invalid_blocks"), ChatGone("archived")])
async def test_what_will_never_be_taken_is_not_said_for_ever(mail: OutboxRig, error: PaylinkError) -> None:
    thread = await carded(mail)
    await mail.reply(thread, "paid")
    mail.chat.troubles.append(error)
    assert await mail.run_for() == ["failed reply m1 paid"]
    assert await mail.left() == 0


async def test_a_refused_message_does_not_stop_the_next(mail: OutboxRig) -> None:
    thread = await carded(mail)
    await mail.reply(thread, "declined", "paid")
    mail.chat.troubles.append(ChatRefused("invalid_blocks"))
    assert await mail.run_for() == ["failed reply m1 declined", "reply m1 paid"]
