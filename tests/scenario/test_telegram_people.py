"""Who may use the bot in Telegram: by the settings, by an invitation, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.chat.telegram.admission import hash_of
from bot.bootstrap import running
from sandbox.telegram.people import BOT
from tests.scenario.stage import Stage, stage_in
from tests.scenario.telegram_hands import (
    ALICE,
    COMMAND,
    GROUP,
    NEWCOMER,
    SECRET,
    STRANGER,
    by_webhook,
    invited,
    link_in,
    message,
    operator,
    press,
    said,
    sent,
)

NOT_ADMITTED = "I only work for people who have been admitted here."
NOT_THIS_GROUP = "I have not been admitted to this group."
YOUR_NUMBER, ITS_NUMBER = "Your number in Telegram is", "The group's number in Telegram is"
WELCOME, BAD = "Welcome!", "This invitation is not valid any more."


class InAnHour:
    """A clock that is ahead of ours."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """Alice alone is admitted, and no group."""
    monkeypatch.chdir(tmp_path)
    async with stage_in(tmp_path, TELEGRAM_ADMITTED=str(ALICE)) as ready:
        yield ready


async def start(stage: Stage, token: str, user: int = STRANGER) -> int:
    return int((await stage.control("telegram/start", user=user, payload=token))["message_id"])


async def start_in_group(stage: Stage, token: str, user: int = ALICE) -> None:
    """What `t.me/bot?startgroup=token` sends once the bot is in the group."""
    await stage.telegram(f"/start@{BOT.username} {token}", user, GROUP)


async def test_an_invitation_admits_who_uses_it(stage: Stage) -> None:
    await stage.telegram("hello", STRANGER, STRANGER)
    await said(stage, f"{NOT_ADMITTED} Please ask the operator. {YOUR_NUMBER} {STRANGER}.", chat=STRANGER)
    result = await operator(stage, "invite", "--for", "2h")
    link, explained = result.stdout.splitlines()
    address, _, token = link.partition("?start=")
    assert address == f"https://t.me/{BOT.username}"
    assert "once, until" in explained
    await start(stage, token)
    await said(stage, WELCOME, chat=STRANGER)
    await link_in(stage, STRANGER, STRANGER)


async def test_only_a_hash_of_an_invitation_is_kept(stage: Stage, tmp_path: Path) -> None:
    token = await invited(stage)
    await stage.stop_service()
    kept = (tmp_path / "paylink.db").read_bytes()
    assert token.encode() not in kept
    assert hash_of(token).encode() in kept


async def test_an_invitation_is_for_one_and_pressing_start_twice_is_no_mistake(stage: Stage) -> None:
    token = await invited(stage)
    for _ in range(2):
        await start(stage, token)
    await said(stage, WELCOME, chat=STRANGER)
    await stage.stop_service()
    await start(stage, token, NEWCOMER)
    await start(stage, token)
    await stage.start_service()
    await said(stage, BAD, chat=NEWCOMER)
    await stage.telegram(COMMAND, STRANGER, STRANGER)
    await stage.telegram_card("Create link", chat=STRANGER)
    assert BAD not in str(await stage.telegram_messages(STRANGER))


async def test_of_two_who_are_quick_one_is_admitted(stage: Stage) -> None:
    token = await invited(stage)
    await asyncio.gather(start(stage, token, STRANGER), start(stage, token, NEWCOMER))

    async def answers() -> set[str] | None:
        told = [
            message["text"]
            for user in (STRANGER, NEWCOMER)
            for message in await stage.telegram_messages(user)
            if message["from"] == BOT.id
        ]
        return {text.split("!")[0].split(".")[0] for text in told} if len(told) == 2 else None

    assert await stage.until(answers) == {"Welcome", BAD.rstrip(".")}


@pytest.mark.parametrize("token", ["pUNKNOWN", "nothing", "-", "g" + "A" * 40])
async def test_what_is_no_invitation_admits_nobody(stage: Stage, token: str) -> None:
    await start(stage, token)
    await said(stage, BAD, chat=STRANGER)
    await stage.telegram(COMMAND, STRANGER, STRANGER)
    await said(stage, NOT_ADMITTED, chat=STRANGER)


async def test_an_invitation_ends(stage: Stage) -> None:
    token = await invited(stage, "--for", "30m")
    await stage.stop_service()
    async with running(stage.settings, InAnHour()):
        await start(stage, token)
        await said(stage, BAD, chat=STRANGER)
    await stage.start_service()


async def test_an_invitation_that_was_taken_back_is_worth_nothing(stage: Stage) -> None:
    token = await invited(stage)
    taken = await operator(stage, "revoke", f"https://t.me/{BOT.username}?start={token}")
    assert (taken.exit_code, taken.stdout) == (0, "The invitation is worth nothing any more.\n")
    await start(stage, token)
    await said(stage, BAD, chat=STRANGER)
    again = await operator(stage, "revoke", token)
    assert again.exit_code == 1
    assert "no unused invitation" in again.stderr


async def test_who_is_revoked_stays_refused_and_a_used_invitation_does_not_help(stage: Stage) -> None:
    token = await invited(stage)
    await start(stage, token)
    await said(stage, WELCOME, chat=STRANGER)
    await stage.telegram(COMMAND, STRANGER, STRANGER)
    card = await stage.telegram_card("Create link", chat=STRANGER)
    used = await operator(stage, "revoke", token)
    assert (used.exit_code, f"`paylink revoke {STRANGER}`" in used.stderr) == (1, True)
    revoked = await operator(stage, "revoke", str(STRANGER))
    assert revoked.stdout == f"{STRANGER} is refused from now on.\n"
    answer = await press(stage, card, "Create link", STRANGER, STRANGER)
    assert NOT_ADMITTED in answer["text"]
    await stage.stop_service()
    await stage.start_service()
    await start(stage, token)
    await said(stage, BAD, chat=STRANGER)
    typed = await stage.telegram(COMMAND, STRANGER, STRANGER)
    await said(stage, NOT_ADMITTED, chat=STRANGER, after=typed)
    assert await stage.provider_links() == []
    started = await start(stage, await invited(stage))
    await said(stage, WELCOME, chat=STRANGER, after=started)
    await link_in(stage, STRANGER, STRANGER)


async def test_the_settings_admit_again_at_the_next_start_and_the_operator_is_told(stage: Stage) -> None:
    written = {"PAYLINK_TELEGRAM_ADMITTED": f"{ALICE},{GROUP}"}
    revoked = await operator(stage, "revoke", str(GROUP), **written)
    assert f"Take {GROUP} out of PAYLINK_TELEGRAM_ADMITTED" in revoked.stdout
    revoked = await operator(stage, "revoke", str(ALICE), **written)
    assert f"Take {ALICE} out of PAYLINK_TELEGRAM_ADMITTED" in revoked.stdout
    await stage.telegram("/help")
    await said(stage, NOT_ADMITTED)
    await stage.stop_service()
    await stage.start_service()
    await stage.telegram(COMMAND)
    await stage.telegram_card("Create link")


async def test_whom_the_settings_name_no_more_is_refused_until_invited(stage: Stage) -> None:
    named = stage.settings.telegram
    assert named is not None
    assert str(ALICE) in named.admitted
    await restarted(stage, admitted=(str(GROUP),))
    await stage.telegram("/help")
    await said(stage, NOT_ADMITTED)
    await start(stage, await invited(stage), ALICE)
    await said(stage, WELCOME)
    await restarted(stage, admitted=(str(GROUP),))
    await stage.telegram(COMMAND)
    await stage.telegram_card("Create link")
    deeds = await stage.rows(lambda tx: tx.deeds.of("settings"))
    await restarted(stage, admitted=(str(GROUP),))
    assert await stage.rows(lambda tx: tx.deeds.of("settings")) == deeds, "nothing new is written down"


async def restarted(stage: Stage, admitted: tuple[str, ...]) -> None:
    """With other people and groups in the settings."""
    await stage.stop_service()
    assert stage.settings.telegram is not None
    telegram = replace(stage.settings.telegram, admitted=admitted)
    stage.settings = replace(stage.settings, telegram=telegram)
    await stage.start_service()


async def test_in_a_group_both_the_person_and_the_group_are_admitted(stage: Stage) -> None:
    await stage.telegram(COMMAND, ALICE, GROUP)
    await said(stage, NOT_THIS_GROUP, f"{ITS_NUMBER} {GROUP}.", chat=GROUP)
    await stage.telegram("and other talk", ALICE, GROUP)
    await start_in_group(stage, await invited(stage, "--group"))
    await said(stage, WELCOME, chat=GROUP)
    await stage.telegram(COMMAND, STRANGER, GROUP)
    await said(stage, NOT_ADMITTED, chat=GROUP)
    card = await link_in(stage, GROUP)
    refused = await press(stage, card, "Cancel link", STRANGER, GROUP)
    assert NOT_ADMITTED in refused["text"]
    texts = [message["text"] for message in await stage.telegram_messages(GROUP)]
    assert sum(NOT_THIS_GROUP in text for text in texts) == 1, "once per command"


async def test_a_group_is_brought_along_only_by_somebody_admitted_and_once(stage: Stage) -> None:
    token = await invited(stage, "--group")
    await start_in_group(stage, token, STRANGER)
    await said(stage, NOT_ADMITTED, chat=GROUP)
    await start(stage, token)
    await said(stage, BAD, chat=STRANGER)
    for _ in range(2):
        await start_in_group(stage, token)
    await said(stage, WELCOME, chat=GROUP)
    await stage.telegram(COMMAND, STRANGER, STRANGER)
    await said(stage, NOT_ADMITTED, chat=STRANGER)


async def test_an_invitation_for_a_person_is_not_spent_in_a_group(stage: Stage) -> None:
    token = await invited(stage)
    await start_in_group(stage, token)
    await said(stage, BAD, chat=GROUP)
    await start(stage, token)
    await said(stage, WELCOME, chat=STRANGER)


async def test_a_group_that_was_revoked_is_refused(stage: Stage) -> None:
    await start_in_group(stage, await invited(stage, "--group"))
    await said(stage, WELCOME, chat=GROUP)
    assert (await operator(stage, "revoke", str(GROUP))).exit_code == 0
    await stage.telegram(COMMAND, ALICE, GROUP)
    await said(stage, NOT_THIS_GROUP, chat=GROUP)


async def test_a_group_that_moves_keeps_its_admission(stage: Stage) -> None:
    await start_in_group(stage, await invited(stage, "--group"))
    await said(stage, WELCOME, chat=GROUP)
    new = (await stage.control("telegram/migrate", chat=GROUP))["chat"]
    await link_in(stage, new)


async def test_where_it_comes_from_lets_no_group_in_that_was_revoked(stage: Stage) -> None:
    """That it moved is told twice: in the old group and in the new one."""
    await start_in_group(stage, await invited(stage, "--group"))
    await said(stage, WELCOME, chat=GROUP)
    new = (await stage.control("telegram/migrate", chat=GROUP))["chat"]
    await link_in(stage, new)
    assert (await operator(stage, "revoke", str(new))).exit_code == 0
    await by_webhook(stage)
    assert await sent(stage, 900_000_001, message=message(901, chat=new, migrate_from_chat_id=GROUP)) == 200
    assert await sent(stage, 900_000_002, message=message(902, chat=new, text=COMMAND)) == 200
    await said(stage, NOT_THIS_GROUP, chat=new)


async def test_who_hides_behind_a_group_or_channel_is_refused_with_words(stage: Stage) -> None:
    await start_in_group(stage, await invited(stage, "--group"))
    await said(stage, WELCOME, chat=GROUP)
    await by_webhook(stage)
    group = {"id": GROUP, "type": "group", "title": "Sales"}
    hidden = {"user": 1_087_968_824, "sender_chat": group, "chat": GROUP}
    before = len(await stage.telegram_messages(GROUP))
    assert await sent(stage, 900_000_001, SECRET, message=message(901, text="hello", **hidden)) == 200
    assert await sent(stage, 900_000_002, SECRET, message=message(902, text=COMMAND, **hidden)) == 200
    await said(stage, "Please write as yourself", chat=GROUP)
    assert len(await stage.telegram_messages(GROUP)) == before + 1


@pytest.mark.parametrize(
    ("options", "link", "whom"),
    [
        ([], "?start=p", "It admits the first who opens it and presses Start, once, until "),
        (["--group"], "?startgroup=g", "It admits the first group it is used in, once, until "),
    ],
)
async def test_an_invitation_says_whom_it_admits(
    stage: Stage, options: list[str], link: str, whom: str
) -> None:
    address, explained = (await operator(stage, "invite", *options)).stdout.splitlines()
    assert (link in address, explained.startswith(whom)) == (True, True)


@pytest.mark.parametrize("value", ["soon", "0d", "-1d"])
async def test_how_long_an_invitation_lasts_is_checked(stage: Stage, value: str) -> None:
    result = await operator(stage, "invite", f"--for={value}")
    assert result.exit_code == 2
    assert "must be like 7d, 48h or 30m" in result.stderr


async def test_without_telegram_there_is_nobody_to_invite(stage: Stage) -> None:
    result = await operator(stage, "invite", PAYLINK_TELEGRAM_BOT_TOKEN="")
    assert (result.exit_code, result.stderr) == (1, "no Telegram: set PAYLINK_TELEGRAM_BOT_TOKEN\n")
    assert type(result.exception) is SystemExit
    result = await operator(stage, "invite", PAYLINK_TELEGRAM_BOT_TOKEN="1:WRONG")
    assert result.exit_code == 1
    assert "the token is refused" in result.stderr
    assert "PAYLINK_TELEGRAM_" in result.stderr
