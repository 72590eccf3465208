"""Places that are gone, and chats that never take a message: what is owed goes on, once, or ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    ChatError,
    ChatGone,
    ChatMessageGone,
    ChatMoved,
    ChatRefused,
    ChatThreadGone,
    ChatUnavailable,
    ChatUninvited,
)
from bot.ports.model import Reach
from bot.ports.storage import Wake
from bot.ports.traffic import Say
from tests.unit.places_rig import HOME, PlacesRig, only_in, told
from tests.unit.records import ALONE, SALES

ACTS = frozenset[tuple[str, str]]()


# A place that is gone.


async def test_all_that_is_owed_goes_to_whoever_asked_in_order_and_once(post: PlacesRig) -> None:
    made = await told(post, "authorised", "paid")
    gone = await post.of(made.id)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    said = await post.run_lanes()
    [warned] = [note for note in post.world.notes if note.warns]
    moved = {"link": made.id, "gone": gone.id, "to": (await post.of(made.id)).id}
    assert (warned.event, warned.facts) == ("delivery.redirected", moved)
    assert said == [
        *(
            f"{HOME} post card",
            f"{HOME} reply m1 authorised",
            f"{HOME} reply m1 paid",
            f"{HOME} reply m1 moved",
        ),
    ]
    assert post.chat.said.count("failed post") == 1
    assert Wake("delivery", replace(SALES, channel=HOME).lane) in post.world.wakes
    await post.reply(await post.of(made.id), "paid_twice", subject=made.id)
    assert await post.run_lanes(minutes=30) == [f"{HOME} reply m1 paid_twice"]
    assert await post.left() == 0


async def test_whoever_watches_is_told_where_it_goes_before_the_card_is_there(post: PlacesRig) -> None:
    await told(post, desk=True)
    post.world.clock.advance(seconds=1)
    post.chat.refuse = lambda kind, to: (
        ChatGone("archived") if to.place == SALES else ChatUnavailable("429", sent="no", retry_after=30)
    )
    await post.run_lanes()
    assert post.chat.said == ["failed post", "failed post", "desk V1 card"]


async def test_what_one_person_watches_is_drawn_where_it_is_although_the_channel_is_gone(
    post: PlacesRig,
) -> None:
    made = await post.world.add_link()
    thread = await post.of(made.id)
    await post.world.mark_gone(thread)
    await post.desk(thread, made.id)
    await post.run_lanes()
    assert post.chat.said == ["desk V1 card"]


async def test_what_is_owed_there_afterwards_joins_the_rest(post: PlacesRig) -> None:
    made = await told(post)
    gone = await post.of(made.id)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    await post.run_lanes()
    await post.card(gone, made.id)
    assert await post.run_lanes(minutes=5) == [f"{HOME} edit m1 card"]
    assert await post.left() == 0


async def test_a_line_that_finds_its_place_gone_comes_below_a_card_of_its_own(post: PlacesRig) -> None:
    made = await told(post)
    await post.run_lanes()
    await post.reply(await post.of(made.id), "paid", subject=made.id)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    said = await post.run_lanes()
    assert said[0] == f"{HOME} post card"
    assert sorted(said[1:]) == [f"{HOME} reply m2 moved", f"{HOME} reply m2 paid"]


async def test_two_links_of_a_place_that_is_gone_each_go_once(post: PlacesRig) -> None:
    for number in ("1", "2"):
        made = await post.world.add_link(id=f"PL000000000000{number}"[-14:], public_token=number * 32)
        await post.card(await post.of(made.id), made.id)
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    said = await post.run_lanes(minutes=5)
    assert sorted(what.split(" ", 1)[1] for what in said) == [
        *("post card", "post card", "reply m1 moved", "reply m2 moved"),
    ]


async def test_what_means_nothing_elsewhere_is_never_said_elsewhere(post: PlacesRig) -> None:
    """A message's number is another message's elsewhere: deleting it there would be a wrong one's end."""
    made = await told(post)
    thread = await post.of(made.id)
    await post.world.write(lambda tx: tx.outbox.owe_tidy(made.id, thread.id, "17", post.world.clock.now()))
    await post.prompt(thread, made.id)
    post.chat.refuse = lambda kind, to: ChatGone("archived") if to.place == SALES and kind != "tidy" else None
    said = await post.run_lanes(minutes=5)
    assert not [what for what in said if what.startswith(HOME) and ("tidy" in what or "prompt" in what)]
    assert await post.left() == 0


async def test_a_creator_who_cannot_be_written_to_either_ends_it(post: PlacesRig) -> None:
    await told(post, "authorised", "paid")
    post.chat.refuse = lambda kind, to: ChatGone("blocked")
    assert await post.run_lanes(minutes=30) == []
    assert await post.left() == 0


async def test_a_creator_who_is_not_to_be_found_ends_it(post: PlacesRig) -> None:
    await told(post, "paid")
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    post.chat.unreachable.extend([ChatGone("user_not_found")] * 9)
    assert await post.run_lanes(minutes=30) == []
    assert (await post.left(), len(post.chat.unreachable)) == (0, 7), "asked once for each message"


@pytest.mark.parametrize(
    "error", [ChatUnavailable("502", sent="no"), ChatUnavailable("429", sent="no", retry_after=30)]
)
async def test_a_creator_who_cannot_be_found_just_now_is_told_later(
    post: PlacesRig, error: ChatUnavailable
) -> None:
    """A place that is gone and a moment's outage do not make "paid" unsaid."""
    await told(post, "paid")
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    post.chat.unreachable.extend([error] * 2)
    await post.run_lanes()
    assert len(post.chat.unreachable) == 1
    assert post.next_wake() == timedelta(seconds=error.retry_after or 2)
    assert f"{HOME} reply m1 paid" in await post.run_lanes(minutes=5)


async def test_a_draft_in_a_place_that_is_gone_is_given_up(post: PlacesRig) -> None:
    thread = await post.thread()
    await post.card(thread)
    await post.prompt(thread)
    await post.tidy(thread, "17")
    post.chat.refuse = only_in(SALES.channel, lambda: ChatGone("archived"))
    assert await post.run_lanes(minutes=5) == []
    assert await post.left() == 0


async def test_a_private_chat_that_is_gone_has_nobody_else_to_tell(post: PlacesRig) -> None:
    await told(post, "paid", place=ALONE)
    post.chat.refuse = only_in(ALONE.channel, lambda: ChatGone("blocked"))
    assert await post.run_lanes(minutes=5) == []
    assert await post.left() == 0
    assert post.chat.said == ["failed post"]


async def test_who_lets_us_in_again_is_told_what_comes_from_then_on(post: PlacesRig) -> None:
    """A person can block a bot for a while; nobody else is there to be told of their money."""
    made = await told(post, place=ALONE)
    await post.run_lanes()
    thread = await post.of(made.id)
    post.chat.refuse = only_in(ALONE.channel, lambda: ChatGone("blocked"))
    await post.reply(thread, "authorised", subject=made.id)
    await post.card(thread, made.id)
    assert await post.run_lanes(minutes=5) == []
    assert (await post.left(), post.chat.said) == (0, ["post card", "failed edit"])
    post.chat.refuse = lambda kind, to: None
    await post.reply(thread, "paid", subject=made.id)
    await post.card(thread, made.id)
    assert sorted(await post.run_lanes(minutes=5)) == ["D0ALICE edit m1 card", "D0ALICE reply m1 paid"]
    assert (await post.at(thread)).reach is Reach.OPEN


@pytest.mark.parametrize("say", [Say.DESK, Say.TIDY])
@pytest.mark.parametrize("error", [ChatGone("archived"), ChatRefused("invalid_blocks"), ChatMessageGone("x")])
async def test_a_desk_or_a_deletion_that_fails_says_nothing_about_the_place(
    post: PlacesRig, error: ChatError, say: Say
) -> None:
    thread = await post.thread()
    await (post.tidy(thread, "17") if say is Say.TIDY else post.desk(thread))
    post.chat.troubles.append(error)
    assert await post.run_lanes(minutes=5) == []
    assert ((await post.at(thread)).reach, await post.left()) == (Reach.OPEN, 0)


# Whatever a chat keeps answering, a run ends.


async def test_a_line_whose_card_keeps_being_gone_is_tried_again_at_once_and_then_after_pauses(
    post: PlacesRig,
) -> None:
    thread = await post.thread()
    await post.card(thread)
    await post.run_lanes()
    await post.reply(thread, "paid")
    post.chat.refuse = lambda kind, to: ChatMessageGone("message_not_found") if kind == "reply" else None
    await post.run_lanes()
    assert post.chat.said == ["post card", "failed reply", "post card", "failed reply", "post card"]
    assert post.next_wake() == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("kinds", "error"),
    [
        ({"reply"}, ChatMessageGone("message_not_found")),
        ({"reply"}, ChatThreadGone("thread_not_found")),
        ({"prompt"}, ChatThreadGone("thread_not_found")),
        ({"edit"}, ChatMessageGone("message_not_found")),
        ({"post", "edit", "reply", "prompt"}, ChatThreadGone("thread_not_found")),
        ({"post", "edit", "reply", "prompt"}, ChatMoved("C1NEW")),
        ({"post", "edit", "reply", "prompt", "tidy"}, ChatUninvited("not_in_channel")),
        ({"post", "edit", "reply", "prompt", "tidy"}, ChatRefused("invalid_blocks")),
        ({"post", "edit", "reply", "prompt", "tidy"}, ChatUnavailable("502", sent="no")),
        ({"post", "edit", "reply", "prompt", "tidy"}, ChatUnavailable("time-out", sent="unknown")),
    ],
)
async def test_a_chat_that_never_takes_a_kind_of_message_is_not_asked_without_a_pause(
    post: PlacesRig, kinds: set[str], error: ChatError
) -> None:
    thread = await post.thread()
    await post.card(thread)
    await post.run_lanes()
    await post.card(thread)
    await post.prompt(thread)
    await post.tidy(thread, "17")
    await post.reply(thread, "declined", "paid")
    post.chat.refuse = lambda kind, to: error if kind in kinds else None
    started = post.world.clock.now()
    await post.run_lanes(minutes=2)
    assert post.world.clock.now() - started == timedelta(minutes=2)
