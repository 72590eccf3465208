"""What every chat must do: cards, replies, hostile names; then trouble.

A chat's own test file supplies a `chat` (see `chat_rig`), and tests of what only that platform has.
"""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports.chat import Act, Button, Card
from bot.ports.model import Person
from tests.contract.chat_rig import ADDRESS, SUBJECT, ChatRig, Seen, a_card, a_reply, requests, with_card
from tests.contract.chat_trouble import ChatTroubleContract

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U0BOB>",
    "<#C0SALES>",
    "<https://evil.example|49.90 EUR>",
    "&lt;!channel&gt;",
    "Tom & Jerry &amp; Söhne",
    '<b>bold</b> <a href="tg://user?id=1002">x</a>',
    "</b></i><script>alert(1)</script>",
    "`code` *bold* _it_ ~no~ [x](y)",
    "\u202etxet desrever\u202c شركة القهوة",
    "👩\u200d👩\u200d👧 🇩🇪 🧁",
    "\"quoted\" 'and' \\ {braces} %s %(x)s",
]
LONG = ["A", "&", "🧁", "<!channel>", "\u202e"]
names = st.text("<>&\"'!@#*_~`|/;ab 0\u202eé🧁", min_size=1, max_size=40).map(str.strip).filter(bool)


def saying(text: str) -> Card:
    """A card on which everything that people can write says this."""
    return a_card(
        headline=text, rows=(("Customer", text), ("For", text), ("Paid by", text)), ask=text, notes=(text,)
    )


async def newest(chat: ChatRig) -> Seen:
    return (await chat.seen(chat.to))[-1]


class ShowingContract:
    """What is asked to be shown is shown, once, and in its place."""

    async def test_a_card_shows_all_that_it_says(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        (message,) = await chat.seen(to)
        card = a_card()
        assert message.id == to.root
        for words in (card.headline, *sum(card.rows, ()), card.ask, *card.notes):
            assert words is not None
            assert words in message.text

    async def test_an_edit_changes_the_card_in_its_place(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        await chat.chat.edit_card(to, a_card(headline="Paid 49.90 EUR", ask=None, buttons=()))
        (message,) = await chat.seen(to)
        assert message.id == to.root
        assert "Paid 49.90 EUR" in message.text
        assert "Waiting" not in message.text
        assert a_card().ask not in (None, message.text)
        assert message.buttons == ()

    async def test_the_same_edit_again_is_no_error(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        for _ in range(2):
            await chat.chat.edit_card(to, a_card(headline="Paid 49.90 EUR"))
        (message,) = await chat.seen(to)
        assert "Paid 49.90 EUR" in message.text

    async def test_replies_stand_below_the_card_in_order(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        await chat.chat.post_reply(to, a_reply("49.90 EUR authorised."))
        await chat.chat.post_reply(to, a_reply("Paid 49.90 EUR."))
        _, first, second = await chat.seen(to)
        assert (first.below, second.below) == (to.root, to.root)
        assert "authorised" in first.text
        assert "Paid" in second.text

    async def test_a_reply_without_a_card_is_said_at_the_top(self, chat: ChatRig) -> None:
        await chat.chat.post_reply(chat.to, a_reply())
        message = await newest(chat)
        assert message.below is None
        assert "Paid 49.90 EUR." in message.text

    async def test_in_a_thread_everything_stays_in_the_thread(self, chat: ChatRig) -> None:
        place = await chat.within()
        before = len(await chat.seen(place))
        to = replace(place, root=await chat.chat.post_card(place, a_card()))
        await chat.chat.post_reply(to, a_reply())
        card, reply = (await chat.seen(place))[before:]
        assert card.id == to.root
        assert "Paid 49.90 EUR." in reply.text
        assert {card.below, reply.below} <= {place.place.thread, to.root}

    async def test_only_the_person_mentioned_is_called(self, chat: ChatRig) -> None:
        card = a_card(mention=chat.person, mention_label="Requested by", rows=())
        to = await with_card(chat, card)
        await chat.chat.post_reply(to, a_reply(mention=chat.person))
        for message in await chat.seen(to):
            assert len(set(message.active)) == 1
            assert chat.person.user in message.active[0]

    async def test_a_button_says_what_it_was_drawn_for(self, chat: ChatRig) -> None:
        longest = "amount=999999999999.999 KWD"
        acts = (
            Button("Create", act=Act.CREATE),
            Button("Email", act=Act.EDIT, argument="email"),
            Button("10,000.000 KWD", act=Act.PICK, argument=longest),
        )
        await with_card(chat, a_card(version=12_345, buttons=tuple((button,) for button in acts)))
        drawn = (await newest(chat)).buttons
        assert [chat.pressed(button) for button in drawn] == [
            (SUBJECT, 12_345, button.act, button.argument) for button in acts
        ]

    async def test_a_button_that_opens_an_address_has_it(self, chat: ChatRig) -> None:
        await with_card(chat, a_card(buttons=((Button("Open link", url=ADDRESS),),)))
        (drawn,) = (await newest(chat)).buttons
        assert drawn["url"] == ADDRESS

    async def test_a_typed_answer_is_tidied_and_gone_already_is_no_error(self, chat: ChatRig) -> None:
        message_id = await chat.says("jane@example.com")
        for _ in range(2):
            await chat.chat.tidy(chat.to, message_id)

    async def test_every_call_is_one_request(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        assert len(await requests(chat)) == 1
        await chat.chat.edit_card(to, a_card(headline="Paid"))
        assert len(await requests(chat)) == 2
        await chat.chat.post_reply(to, a_reply())
        assert len(await requests(chat)) == 3

    async def test_no_robot_is_led_to_the_link(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        await chat.chat.edit_card(to, a_card(headline="Paid"))
        await chat.chat.post_reply(to, a_reply(f"See {ADDRESS}"))
        calls = await requests(chat)
        assert len(calls) == 3
        assert all(chat.shows_no_preview(call) for call in calls)

    async def test_a_good_token_is_confirmed(self, chat: ChatRig) -> None:
        line = await chat.chat.check()
        assert "paylink" in line
        assert chat.secret not in line
        assert await requests(chat) == []

    async def test_a_pace_leaves_time_between_posts(self, chat: ChatRig) -> None:
        pace = chat.chat.pace(chat.to.place)
        assert pace.interval_s >= 1
        assert pace.burst >= 1


class HostileContract:
    """Whatever people are called, it is only ever text."""

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_a_hostile_name_arrives_as_text(self, chat: ChatRig, text: str) -> None:
        to = await with_card(chat, saying(text))
        await chat.chat.edit_card(to, saying(f"{text} {text}"))
        await chat.chat.post_reply(to, a_reply(text))
        card, reply = await chat.seen(to)
        assert (card.active, reply.active) == ((), ())
        assert card.text.count(f"{text} {text}") >= 6
        assert text in reply.text

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(text=names)
    async def test_no_name_becomes_markup(self, chat: ChatRig, text: str) -> None:
        await chat.chat.post_card(chat.to, saying(text))
        card = await newest(chat)
        assert card.active == ()
        assert card.text.count(text) >= 6
        await chat.chat.post_reply(chat.to, a_reply(text))
        reply = await newest(chat)
        assert reply.active == ()
        assert text in reply.text

    @pytest.mark.parametrize("what", LONG)
    async def test_five_thousand_characters_are_shortened_and_never_refused(
        self, chat: ChatRig, what: str
    ) -> None:
        text = (what * 5000)[:5000]
        to = await with_card(chat, saying(text))
        await chat.chat.edit_card(to, saying(text[:-1]))
        await chat.chat.post_reply(to, a_reply(text))
        for message in await chat.seen(to):
            assert message.active == ()
            assert text[:100] in message.text

    @pytest.mark.parametrize("what", ["&", "<", ">"])
    async def test_shortening_cuts_no_character_in_half(self, chat: ChatRig, what: str) -> None:
        shifted = ["x" * shift + what * 5000 for shift in range(5)]
        rows = tuple(("1", text) for text in shifted)
        to = await with_card(chat, a_card(rows=rows[:3], ask=shifted[3], notes=(shifted[4],)))
        await chat.chat.post_card(to, a_card(rows=rows[3:], ask=shifted[0], notes=(shifted[1],)))
        for card in await chat.seen(to):
            lines = [line for line in card.text.splitlines() if what in line]
            assert len(lines) > 3
            assert set("".join(lines)) <= {"x", what, "…", "1", ":", " "}

    async def test_a_long_address_is_not_cut(self, chat: ChatRig) -> None:
        address = f"https://pay.example.com/{'a' * 1500}"
        await with_card(chat, a_card(rows=(("Link", address),), buttons=((Button("Open", url=address),),)))
        message = await newest(chat)
        assert message.buttons[0]["url"] == address
        assert address in message.text or "https://pay.example.com/" not in message.text

    async def test_a_hostile_person_is_mentioned_by_name_and_nothing_else(self, chat: ChatRig) -> None:
        person: Person = replace(chat.person, name="</a><b>&'\"")
        await with_card(chat, a_card(mention=person, mention_label="Requested by", rows=()))
        (called,) = set((await newest(chat)).active)
        assert chat.person.user in called


@pytest.mark.asyncio(loop_scope="module")
class ChatContract(ShowingContract, HostileContract, ChatTroubleContract):
    """All that a chat must do."""
