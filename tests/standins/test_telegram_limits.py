"""How many messages the Telegram stand-in takes, by the sandbox's clock, and that a bot can be gone."""

from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import RetryAfter

from tests.standins.telegram_rig import ALICE, FORUM, NEWCOMER, SALES, STRANGER, Rig, StillClock, running


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running(StillClock()) as rig:
        yield rig


async def wait_asked(rig: Rig, chat: int) -> int | None:
    """Seconds that a message to this chat has to wait; None: it was sent."""
    answer = (await rig.call("sendMessage", chat_id=chat, text="x")).json()
    return None if answer["ok"] else int(answer["parameters"]["retry_after"])


async def until_refused(rig: Rig, chat: int) -> tuple[int, int]:
    """How many messages were sent, and how long the next has to wait."""
    sent = 0
    while (wait := await wait_asked(rig, chat)) is None:
        sent += 1
    return sent, wait


async def test_a_chat_takes_a_short_burst_and_then_one_message_a_second(rig: Rig) -> None:
    sent, wait = await until_refused(rig, ALICE)
    assert (sent, wait) == (10, 1)
    assert await wait_asked(rig, STRANGER) is None
    assert len(await rig.seen(ALICE)) == 10
    await rig.control("clock", advance_s=wait)
    assert [await wait_asked(rig, ALICE) for _ in range(2)] == [None, 1]
    await rig.control("clock", advance_s=60)
    spread = []
    for _ in range(12):
        spread.append(await wait_asked(rig, ALICE))
        await rig.control("clock", advance_s=1)
    assert spread == [None] * 12


async def test_a_group_takes_twenty_new_messages_a_minute(rig: Rig) -> None:
    for _ in range(20):
        card = await rig.sent(SALES)
        await rig.control("clock", advance_s=1)
    answer = (await rig.call("sendMessage", chat_id=SALES, text="x")).json()
    wait = answer["parameters"]["retry_after"]
    assert wait == 40
    assert answer["description"] == f"Too Many Requests: retry after {wait}"
    place = {"chat_id": SALES, "message_id": card["message_id"]}
    assert await rig.result("editMessageText", **place, text="an edit is no new message")
    assert await wait_asked(rig, FORUM) is None
    await rig.control("clock", advance_s=wait)
    assert await wait_asked(rig, SALES) is None


async def test_edits_count_in_a_chat_but_not_what_is_refused_for_other_reasons(rig: Rig) -> None:
    card = await rig.sent()
    place = {"chat_id": ALICE, "message_id": card["message_id"]}
    for number in range(3):
        await rig.result("editMessageText", **place, text=str(number))
        assert "not modified" in await rig.refused("editMessageText", **place, text=str(number))
        await rig.refused("sendMessage", chat_id=ALICE, text="")
    assert await until_refused(rig, ALICE) == (6, 1)
    assert (await rig.call("editMessageText", **place, text="Paid")).status_code == 429
    assert await rig.result("deleteMessage", **place)


async def test_all_chats_together_take_thirty_messages_a_second(rig: Rig) -> None:
    await rig.control("start", user=NEWCOMER)
    chats = (ALICE, STRANGER, NEWCOMER, SALES, FORUM)
    sent = [await until_refused(rig, chat) for chat in chats]
    assert [count for count, _ in sent] == [10, 10, 10, 0, 0]
    assert sent[-1] == (0, 1)


async def test_the_limits_are_switched_off_and_on(rig: Rig) -> None:
    assert await rig.control("limits", on=False) == {"on": False}
    assert [await wait_asked(rig, ALICE) for _ in range(40)] == [None] * 40
    assert await rig.control("limits", on=True) == {"on": True}
    assert await wait_asked(rig, ALICE) is not None
    assert "true or false" in await rig.control_refused("limits", on="no")


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # the client's own RetryAfter
async def test_a_real_client_is_told_how_long_to_wait(rig: Rig) -> None:
    async with telegram.Bot(rig.token, base_url=f"{rig.env['PAYLINK_TELEGRAM_API_URL']}/bot") as bot:
        for _ in range(10):
            await bot.send_message(ALICE, "x")
        with pytest.raises(RetryAfter, match=r"Flood control exceeded\. Retry in 1 seconds"):
            await bot.send_message(ALICE, "x")


# --- a bot that leaves -----------------------------------------------------------------------------


async def test_a_bot_is_not_closed_in_its_first_ten_minutes(rig: Rig) -> None:
    answer = (await rig.call("close")).json()
    assert (answer["error_code"], answer["parameters"]["retry_after"]) == (429, 600)
    await rig.control("clock", advance_s=601)
    assert await rig.result("close") is True
    assert (await rig.result("getMe"))["is_bot"]
    assert (await rig.call("close")).status_code == 429


async def test_a_bot_that_logs_out_is_away_for_ten_minutes_and_loses_its_updates(rig: Rig) -> None:
    await rig.write("hello")
    assert await rig.result("logOut") is True
    assert (await rig.call("getMe")).json() == {"ok": False, "error_code": 400, "description": "Logged out"}
    await rig.control("clock", advance_s=601)
    assert await rig.updates() == []
