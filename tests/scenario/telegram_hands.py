"""What people do in Telegram beyond writing and pressing, and what the operator does for them."""

import asyncio
from dataclasses import replace
from typing import Any

from click.testing import CliRunner, Result

from bot.__main__ import main
from sandbox.registry import env_of, make_standins
from sandbox.telegram.people import BOT
from tests.scenario.stage import CHAT, Stage

ALICE, STRANGER, NEWCOMER = CHAT, 1002, 1003
GROUP, FORUM, INVOICES = -1001, -1002, 11
COMMAND = "/paylink 49.90 EUR jane@example.com Invoice 12"
TWO_PEOPLE = f"{ALICE},{NEWCOMER},{GROUP},{FORUM}"
SECRET, NEXT_SECRET = "not-a-real-secret-1", "not-a-real-secret-2"
WEBHOOK = "/telegram/webhook"


async def link_in(stage: Stage, chat: int = ALICE, user: int = ALICE) -> dict[str, Any]:
    """A link by the one-line command; gives its card."""
    typed = await stage.telegram(COMMAND, user, chat)
    summary = await said(stage, "check the amount", chat=chat, after=typed)
    await press(stage, summary, "Create link", user, chat)
    return await said(stage, "Waiting for payment", chat=chat, after=typed)


async def prompt(stage: Stage, name: str, *words: str, chat: int = GROUP, after: int = 0) -> dict[str, Any]:
    """The newest question put to somebody by name, after the message `after`."""

    async def look() -> dict[str, Any] | None:
        for message in reversed(await stage.telegram_messages(chat)):
            asks = message.get("asks_for") and message["text"].startswith(f"{name}: ")
            asks = asks and message["message_id"] > after
            if asks and all(word in message["text"] for word in words):
                return message
        return None

    return await stage.until(look)


async def gone(stage: Stage, message_id: int, chat: int = ALICE) -> None:
    async def look() -> bool:
        return message_id not in [message["message_id"] for message in await stage.telegram_messages(chat)]

    await stage.until(look)


async def said(stage: Stage, *words: str, chat: int = ALICE, after: int = 0) -> dict[str, Any]:
    """The bot's newest message, below that of the id `after`, with all these words in its text."""

    async def look() -> dict[str, Any] | None:
        for message in reversed(await stage.telegram_messages(chat)):
            told = message["from"] == BOT.id and message["message_id"] > after
            if told and all(word in message["text"] for word in words):
                return message
        return None

    return await stage.until(look)


async def news(stage: Stage, *words: str, chat: int = ALICE) -> dict[str, Any]:
    """The newest message below a card with all these words."""

    async def look() -> dict[str, Any] | None:
        for message in reversed(await stage.telegram_messages(chat)):
            if message["reply_to"] and all(word in message["text"] for word in words):
                return message
        return None

    return await stage.until(look)


async def press(
    stage: Stage, card: dict[str, Any], button: str, user: int = ALICE, chat: int = ALICE
) -> dict[str, Any]:
    """Press a button of this very message; gives the answer."""
    body = {"chat": chat, "message_id": card["message_id"], "button": button, "user": user}
    return dict((await stage.control("telegram/press", **body))["answer"])


def data_of(card: dict[str, Any], label: str) -> str:
    buttons = [button for row in card["keyboard"] for button in row]
    return next(str(button["callback_data"]) for button in buttons if button["text"] == label)


async def operator(stage: Stage, *arguments: str, **written: str) -> Result:
    """Run a `paylink` command beside the service."""
    standins = make_standins(stage.world, ["checkout", "slack", "telegram"])
    env = env_of(standins) | {"PAYLINK_DATABASE_URL": stage.settings.database_url}
    return await asyncio.to_thread(CliRunner().invoke, main, list(arguments), env=env | written)


async def invited(stage: Stage, *arguments: str) -> str:
    """The token of a fresh invitation."""
    result = await operator(stage, "invite", *arguments)
    assert result.exit_code == 0, result.output
    return str(result.stdout.splitlines()[0].rpartition("=")[2])


async def by_webhook(stage: Stage, *secrets: str) -> None:
    """Start the service again with updates sent to it."""
    await stage.stop_service()
    assert stage.settings.telegram is not None
    telegram = replace(
        stage.settings.telegram, webhook_url=stage.world.service_url, webhook_secrets=secrets or (SECRET,)
    )
    stage.settings = replace(stage.settings, telegram=telegram)
    before = len(await stage.calls("telegram", "/setWebhook"))
    await stage.start_service()

    async def registered() -> bool:
        return len(await stage.calls("telegram", "/setWebhook")) > before

    await stage.until(registered)


async def sent(stage: Stage, update_id: int, secret: str | None = SECRET, **what: Any) -> int:
    """An update as Telegram would send it; gives the status of the answer."""
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    body = {"update_id": update_id, **what}
    return (await stage.service.post(WEBHOOK, json=body, headers=headers)).status_code


def message(message_id: int, chat: int = ALICE, user: int = ALICE, **what: Any) -> dict[str, Any]:
    """A message of somebody's, as the Bot API shows it."""
    kind = {"type": "private"} if chat > 0 else {"type": "group", "title": "Sales"}
    names = {ALICE: "Alice", STRANGER: "Stranger", NEWCOMER: "Newcomer"}
    return {
        "message_id": message_id,
        "date": 1_795_000_000,
        "chat": {"id": chat, **kind},
        "from": {"id": user, "is_bot": False, "first_name": names.get(user, "Group")},
        **what,
    }
