"""Places that moved, closed, never let us in or are gone: what is owed finds its way, once, or ends."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.delivery.failures import UNINVITED_FOR, UNINVITED_RETRY, settle_failed
from bot.errors import (
    ChatError,
    ChatMessageGone,
    ChatMoved,
    ChatThreadGone,
    ChatUninvited,
)
from bot.links.acts import Acts
from bot.ports.model import Closed, EventKind, LinkState, Reach
from bot.ports.storage import Transaction, Wake
from tests.unit.places_rig import HOME, TOPIC, PlacesRig, only_in, told
from tests.unit.records import ALICE, ALONE, BOB, SALES, event

ACTS = frozenset[tuple[str, str]]()


# A channel with another id.


async def test_a_channel_that_moved_takes_all_its_threads_along(post: PlacesRig) -> None:
    first, second, alone = await post.thread(), await post.thread(TOPIC), await post.thread(ALONE)
    for thread, subject in ((first, "PL1"), (second, "PL2"), (alone, "PL3")):
        await post.card(thread, subject)
        await post.reply(thread, "paid", subject=subject)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatMoved("C1NEW"))
    said = [re.sub(r" m[0-9]", "", what) for what in await post.run_lanes()]
    assert sorted(said) == [
        *("C1NEW post card", "C1NEW reply paid", "C1NEW/7 post card", "C1NEW/7 reply paid"),
        *("D0ALICE post card", "D0ALICE reply paid"),
    ]
    assert [(await post.at(thread)).place.channel for thread in (first, second)] == ["C1NEW"] * 2
    assert Wake("delivery", replace(SALES, channel="C1NEW").lane) in post.world.wakes
    assert await post.left() == 0


async def test_a_card_posted_before_its_channel_moved_is_posted_afresh(post: PlacesRig) -> None:
    """Messages are counted anew there: the old number may be somebody else's."""
    thread = await post.thread()
    await post.card(thread)
    await post.run_lanes()
    await post.card(thread)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatMoved("C1NEW"))
    assert await post.run_lanes() == ["C1NEW post card"]


# A thread or a card that is not there any more.


async def test_a_closed_thread_is_left_for_its_channel_with_a_fresh_card_first(post: PlacesRig) -> None:
    thread = await post.thread(TOPIC)
    await post.card(thread)
    await post.run_lanes()
    await post.reply(thread, "authorised", "paid")
    post.chat.refuse = lambda kind, to: ChatThreadGone("closed") if to.place.thread else None
    assert await post.run_lanes() == [
        *("C0SALES post card", "C0SALES reply m2 authorised", "C0SALES reply m2 paid"),
    ]
    assert (await post.at(thread)).place == SALES


@pytest.mark.parametrize("error", [ChatThreadGone, ChatMessageGone])
async def test_a_line_whose_card_is_gone_comes_below_a_fresh_one(
    post: PlacesRig, error: Callable[[str], ChatError]
) -> None:
    thread = await post.thread(TOPIC if error is ChatThreadGone else SALES)
    await post.card(thread)
    await post.run_lanes()
    await post.reply(thread, "paid")
    post.chat.troubles.append(error("gone"))
    assert await post.run_lanes() == ["C0SALES post card", "C0SALES reply m2 paid"]
    assert await post.left() == 0


async def test_a_question_comes_after_its_card_wherever_that_goes(post: PlacesRig) -> None:
    thread = await post.thread(TOPIC)
    await post.card(thread)
    await post.prompt(thread)
    post.chat.refuse = lambda kind, to: ChatThreadGone("closed") if to.place.thread else None
    assert await post.run_lanes() == ["C0SALES post card", "C0SALES prompt m1 question"]
    assert (await post.at(thread)).prompt == "m2"


async def test_a_question_left_in_a_closed_thread_is_deleted_once_it_is_answered(post: PlacesRig) -> None:
    made = await post.world.add_link(TOPIC)
    thread = await post.of(made.id)
    await post.prompt(thread, made.id)
    await post.card(thread, made.id)
    post.chat.refuse = lambda kind, to: (
        ChatThreadGone("closed") if kind == "post" and to.place.thread else None
    )
    assert await post.run_lanes() == [
        "C0SALES/7 prompt None question",
        "C0SALES post card",
        "C0SALES tidy m1",
    ]


async def test_who_closes_what_they_watched_moves_nothing(post: PlacesRig) -> None:
    made = await post.world.add_link()
    thread = await post.of(made.id)
    post.watched = {"nobody": "watches"}
    await post.desk(thread, made.id)
    assert await post.run_lanes() == []
    await post.card(thread, made.id)
    await post.reply(thread, "paid", subject=made.id)
    assert await post.run_lanes(minutes=1) == ["C0SALES post card", "C0SALES reply m1 paid"]
    assert await post.left() == 0


# A channel that nobody let us into.


async def test_an_uninvited_message_waits_for_an_invitation_and_its_desk_is_told(post: PlacesRig) -> None:
    made = await told(post, "paid", desk=True)
    post.world.clock.advance(seconds=1)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    assert await post.run_lanes() == []
    assert (await post.of(made.id)).reach is Reach.UNINVITED
    assert post.chat.said == ["failed post", "desk V1 card"]
    assert post.next_wake() == UNINVITED_RETRY
    post.chat.refuse = lambda kind, to: None
    post.world.clock.advance(minutes=9)
    assert await post.run_lanes() == []
    post.world.clock.advance(minutes=1)
    assert await post.run_lanes() == ["C0SALES post card", "C0SALES reply m1 paid"]
    assert (await post.of(made.id)).reach is Reach.OPEN


async def test_who_was_given_the_choice_is_not_given_it_at_every_attempt(post: PlacesRig) -> None:
    """What is drawn where one person watches is counted; once it is lost, the choice would be, too."""
    await told(post, desk=True)
    post.world.clock.advance(seconds=1)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    await post.run_lanes(minutes=21)
    assert post.chat.said == ["failed post", "desk V1 card", "failed post", "failed post"]


async def test_a_thread_that_waits_for_an_invitation_does_not_hold_up_the_others(post: PlacesRig) -> None:
    await told(post)
    other = await post.thread()
    await post.card(other, "PL2")
    post.chat.troubles.append(ChatUninvited("not_in_channel"))
    assert await post.run_lanes() == ["C0SALES post card"]


async def test_posting_here_tries_at_once(post: PlacesRig) -> None:
    made = await told(post)
    post.chat.troubles.append(ChatUninvited("not_in_channel"))
    assert await post.run_lanes() == []
    await post.world.write(lambda tx: Acts(ACTS, post.world.clock).post_here(tx, made.id, ALICE))
    assert await post.run_lanes() == ["C0SALES post card"]


async def test_posting_to_whoever_asked_goes_there_once_and_for_good(post: PlacesRig) -> None:
    made = await told(post, "authorised")
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    await post.run_lanes()
    for _ in range(2):
        await post.world.write(lambda tx: Acts(ACTS, post.world.clock).post_to_creator(tx, made.id, ALICE))
    assert await post.run_lanes() == [
        *(f"{HOME} post card", f"{HOME} reply m1 authorised", f"{HOME} reply m1 moved"),
    ]
    await post.card(await post.of(made.id), made.id)
    assert await post.run_lanes() == [f"{HOME} edit m1 card"]


async def test_a_choice_that_is_made_while_it_waits_stays_made(post: PlacesRig) -> None:
    made, clock = await told(post), post.world.clock
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    await post.run_lanes()

    def chosen_meanwhile(tx: Transaction) -> None:
        waiting = next(tx.outbox.heads(SALES.lane))
        Acts(ACTS, clock).post_to_creator(tx, made.id, ALICE)
        settle_failed(tx, waiting, ChatUninvited("not_in_channel"), post.chat.pace(SALES), clock.now())

    await post.world.write(chosen_meanwhile)
    assert await post.run_lanes() == [f"{HOME} post card", f"{HOME} reply m1 moved"]


async def test_only_whoever_asked_chooses_and_only_while_it_waits(post: PlacesRig) -> None:
    made, acts = await told(post), Acts(ACTS, post.world.clock)
    with pytest.raises(Exception, match=made.id):
        await post.world.write(lambda tx: acts.post_to_creator(tx, made.id, BOB))
    await post.world.write(lambda tx: acts.post_to_creator(tx, made.id, ALICE))
    assert await post.run_lanes() == ["C0SALES post card"]


async def test_after_a_day_without_an_invitation_it_goes_to_whoever_asked(post: PlacesRig) -> None:
    made = await told(post, "paid")
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    await post.run_lanes()
    post.world.clock.advance(seconds=UNINVITED_FOR.total_seconds())
    assert await post.run_lanes() == []
    post.world.clock.advance(seconds=UNINVITED_RETRY.total_seconds())
    assert await post.run_lanes() == [f"{HOME} post card", f"{HOME} reply m1 paid", f"{HOME} reply m1 moved"]
    assert (await post.of(made.id)).place.private
    assert await post.left() == 0


async def test_money_is_told_to_whoever_asked_and_waits_for_no_invitation(post: PlacesRig) -> None:
    made = await told(post)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    await post.run_lanes()
    await post.world.add_attempt(made)
    await post.world.hear(event(EventKind.CAPTURED))
    said = await post.run_lanes(minutes=int(UNINVITED_RETRY.total_seconds() // 60))
    assert said == [f"{HOME} post card", f"{HOME} reply m1 paid", f"{HOME} reply m1 moved"]
    assert ((await post.of(made.id)).place.private, await post.left()) == (True, 0)


async def test_who_is_asked_where_to_and_closes_the_question_is_written_to_directly(post: PlacesRig) -> None:
    await told(post, "paid", desk=True)
    post.world.clock.advance(seconds=1)
    post.watched = {"nobody": "watches"}
    post.chat.refuse = only_in(SALES.channel, lambda: ChatUninvited("not_in_channel"))
    assert await post.run_lanes() == [f"{HOME} post card", f"{HOME} reply m1 paid", f"{HOME} reply m1 moved"]


@pytest.mark.parametrize(
    ("closed", "posted", "said"),
    [
        (Closed.FAILED, None, ["C0SALES post card"]),
        (Closed.FAILED, "m1", []),
        (Closed.CANCELLED, None, []),
    ],
)
async def test_who_closes_the_form_before_a_link_has_failed_is_told_by_a_card(
    post: PlacesRig, closed: Closed, posted: str | None, said: list[str]
) -> None:
    made = await post.world.add_link(state=LinkState.CLOSED, closed=closed)
    thread = await post.of(made.id)
    await post.world.write(lambda tx: tx.destinations.put(replace(thread, root=posted)))
    post.watched = {"nobody": "watches"}
    await post.desk(thread, made.id)
    assert await post.run_lanes() == said


async def test_a_draft_in_a_channel_that_never_let_us_in_is_given_up(post: PlacesRig) -> None:
    await post.card(await post.thread())
    post.chat.troubles.append(ChatUninvited("not_in_channel"))
    assert await post.run_lanes(minutes=11) == []
    assert await post.left() == 0
