"""What a chat makes of trouble: whether a message was surely not sent, and what will never work again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import Response

from bot.errors import ChatGone, ChatMessageGone, ChatUnavailable, PaylinkError
from bot.ports.chat import Chat
from bot.ports.model import Destination
from tests.contract.chat_rig import ChatRig, a_card, a_reply, requests, with_card
from tests.rigs import texts_of

NO, UNKNOWN = "no", "unknown"
FAULTS: Mapping[str, tuple[Mapping[str, Any], str, float | None]] = {
    "429": ({"fault": "status", "status": 429, "retry_after": 7}, NO, 7.0),
    "429 for long": ({"fault": "status", "status": 429, "retry_after": 900}, NO, 900.0),
    "429 for years": ({"fault": "status", "status": 429, "retry_after": 10**8}, NO, 86_400.0),
    "500": ({"fault": "status", "status": 500}, UNKNOWN, None),
    "503": ({"fault": "status", "status": 503}, UNKNOWN, None),
    "502 in HTML": ({"fault": "html"}, UNKNOWN, None),
    "a connection that is reset": ({"fault": "reset"}, UNKNOWN, None),
    "an answer that is lost": ({"fault": "lost_answer"}, UNKNOWN, None),
}
SENSELESS = {
    "a page": (b"<html>It works!</html>", "text/html"),
    "half an answer": (b'{"ok": tr', "application/json"),
    "not even text": (b"\xff\xfe\x00", "application/json"),
    "nothing": (b"", "application/json"),
    "a list": (b"[]", "application/json"),
    "null": (b"null", "application/json"),
    "a number": (b"7", "application/json"),
    "a word": (b'"ok"', "application/json"),
    "an object of nothing": (b"{}", "application/json"),
    "a yes alone": (b'{"ok": true}', "application/json"),
    "a yes to something else": (b'{"ok": true, "result": [], "ts": 7}', "application/json"),
    "a no alone": (b'{"ok": false}', "application/json"),
    "a no for a reason that is none": (b'{"ok": false, "error": [], "description": {}}', "application/json"),
}
OPERATIONS = ["post_card", "edit_card", "post_reply"]


def operation(chat: Chat, name: str, to: Destination) -> Callable[[], Awaitable[object]]:
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "post_card": lambda: chat.post_card(replace(to, root=None), a_card()),
        "edit_card": lambda: chat.edit_card(to, a_card(headline="Paid")),
        "post_reply": lambda: chat.post_reply(to, a_reply()),
    }
    return calls[name]


class ChatTroubleContract:
    """Each kind of trouble is one kind of error."""

    @pytest.mark.parametrize("trouble", FAULTS)
    async def test_trouble_is_told_apart_and_nothing_is_repeated(self, chat: ChatRig, trouble: str) -> None:
        fault, sent, retry_after = FAULTS[trouble]
        to = await with_card(chat)
        for name in OPERATIONS:
            before = len(await requests(chat))
            await chat.rig.fault(chat.editing if name == "edit_card" else chat.posting, **fault)
            with pytest.raises(ChatUnavailable) as raised:
                await operation(chat.chat, name, to)()
            assert (raised.value.sent, raised.value.retry_after) == (sent, retry_after)
            assert len(await requests(chat)) == before + 1
            assert chat.secret not in texts_of(raised.value)

    async def test_a_refused_connection_was_surely_not_sent(self, chat: ChatRig) -> None:
        unreachable = chat.unreachable()
        for name in OPERATIONS:
            with pytest.raises(ChatUnavailable) as raised:
                await operation(unreachable, name, replace(chat.to, root="1"))()
            assert raised.value.sent == NO
            assert chat.secret not in str(raised.value)

    @pytest.mark.parametrize("answer", SENSELESS)
    async def test_an_answer_without_sense_says_nothing_about_the_message(
        self, chat: ChatRig, answer: str
    ) -> None:
        body, media_type = SENSELESS[answer]
        chat.rig.oracle.answer = Response(body, media_type=media_type)
        for name in OPERATIONS:
            try:
                await operation(chat.oracle(), name, replace(chat.to, root="1"))()
            except ChatUnavailable as error:
                assert error.sent == UNKNOWN  # noqa: PT017 - or it does not fail
            else:
                assert answer.startswith("a yes")
                assert name != "post_card", "its id is needed"

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 409, 413, 451])
    @pytest.mark.parametrize("answer", ["a page", "an object of nothing"])
    async def test_what_something_in_between_refuses_was_not_sent_and_gives_no_place_up(
        self, chat: ChatRig, status: int, answer: str
    ) -> None:
        """A proxy or a filter: what it says is true of the way there, and of no place."""
        body, media_type = SENSELESS[answer]
        chat.rig.oracle.answer = Response(body, status, media_type=media_type)
        for name in OPERATIONS:
            with pytest.raises(ChatUnavailable) as raised:
                await operation(chat.oracle(), name, replace(chat.to, root="1"))()
            assert raised.value.sent == NO

    @pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": ""}])
    async def test_a_429_that_does_not_say_how_long_only_means_to_wait(
        self, chat: ChatRig, headers: dict[str, str]
    ) -> None:
        body = b'{"ok": false, "error": "ratelimited", "error_code": 429, "description": "Too Many Requests"}'
        chat.rig.oracle.answer = Response(body, 429, headers, "application/json")
        with pytest.raises(ChatUnavailable):
            await chat.oracle().post_card(chat.to, a_card())

    @pytest.mark.parametrize("seconds", [10**15, 10**20])
    async def test_a_429_for_longer_than_there_is_time_only_means_to_wait(
        self, chat: ChatRig, seconds: int
    ) -> None:
        await chat.rig.fault(chat.posting, "status", status=429, retry_after=seconds)
        with pytest.raises(ChatUnavailable) as raised:
            await chat.chat.post_card(chat.to, a_card())
        assert (raised.value.retry_after or 0) <= 86_400

    async def test_a_lost_answer_may_have_been_seen_once(self, chat: ChatRig) -> None:
        await chat.rig.fault(chat.posting, "lost_answer", times=1)
        with pytest.raises(ChatUnavailable):
            await chat.chat.post_card(chat.to, a_card())
        assert len(await chat.seen(chat.to)) == 1

    async def test_after_trouble_the_chat_serves_again(self, chat: ChatRig) -> None:
        await chat.rig.fault(chat.posting, "reset", times=1)
        with pytest.raises(ChatUnavailable):
            await chat.chat.post_card(chat.to, a_card())
        assert (await with_card(chat)).root

    async def test_where_nobody_can_write_any_more_the_place_is_gone(self, chat: ChatRig) -> None:
        for place in await chat.gone():
            for name in OPERATIONS:
                with pytest.raises(ChatGone):
                    await operation(chat.chat, name, place)()

    async def test_a_deleted_card_is_told_apart_from_a_place_that_is_gone(self, chat: ChatRig) -> None:
        to = await with_card(chat)
        assert to.root is not None
        await chat.delete(to.root)
        with pytest.raises(ChatMessageGone):
            await chat.chat.edit_card(to, a_card(headline="Paid"))
        assert (await with_card(chat)).root != to.root

    async def test_a_reply_below_a_deleted_card_is_said_or_the_card_is_known_to_be_gone(
        self, chat: ChatRig
    ) -> None:
        to = await with_card(chat)
        assert to.root is not None
        await chat.delete(to.root)
        try:
            await chat.chat.post_reply(to, a_reply())
        except ChatMessageGone:
            return
        assert "Paid 49.90 EUR." in (await chat.seen(to))[-1].text

    async def test_a_wrong_token_is_told_without_repeating_it(self, chat: ChatRig) -> None:
        with pytest.raises(PaylinkError) as raised:
            await chat.stranger().check()
        assert "WRONG" not in texts_of(raised.value)
