"""One sale in each chat, played by people and platforms who carry on when the service dies under their hands.

Slack sends nothing twice: a person whose command or button failed does it again. Telegram keeps its
updates, and the backend sends its webhooks again.
"""

import asyncio
import contextlib
import re
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scenario.mortal import Keeper
from tests.scenario.stage import Stage

CUSTOMER = "Zebedee Quillfeather"
PHONE = "+49 1512 3456789"
EMAIL = "zebedee.quillfeather@example.com"
DESCRIPTION = "Wedding cake for the Quillfeathers"
IN_SLACK, IN_TELEGRAM = "49.90 EUR", "60.00 EUR"
ATTEMPT = re.compile(r"PL[0-9A-HJKMNP-TV-Z]{12}(-\d+)?")
ADDRESS = re.compile(r"https?://[^\s<>|\"']+")
BETWEEN_ATTEMPTS_S = 301  # more than the backend waits before it sends a webhook again
HEADLINES = ("New payment link", "Creating a payment link", "Waiting for payment", "not yet taken", "Paid ")
SAID_AGAIN = "said again"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a chat looks when all is over; lines without what differs from run to run."""

    cards: tuple[str, ...]
    lines: Counter[str]
    typed: tuple[str, ...]  # what people wrote and what was not tidied away
    desk: str  # the headline of the form that Slack shows


@dataclass
class Story:
    """Both conversations, and the people in them."""

    stage: Stage
    keeper: Keeper

    async def play(self) -> None:
        """Everything that happens, up to the last word in both threads."""
        pressing: set[asyncio.Task[Any]] = set()
        try:
            await asyncio.gather(self._ask_in_slack(), self._ask_in_telegram(pressing))
            references = [await self._offered(amount) for amount in (IN_SLACK, IN_TELEGRAM)]
            for outcome, words in (("authorised", "not yet taken"), ("captured", "Paid")):
                await self.stage.nothing_owed()
                for reference in references:
                    await self.stage.pay(reference, outcome)
                await self._webhooks_arrive()
                await self.stage.slack_card(words)
                await self.stage.telegram_card(words)
            await self.stage.slack_replies("Paid")
            await self.stage.telegram_replies("Paid")
        finally:
            for press in pressing:
                press.cancel()
            await asyncio.gather(*pressing, return_exceptions=True)

    async def slack_ending(self) -> Ending:
        messages = await self.stage.slack_messages()
        lines = [reply["text"] for message in messages for reply in message["replies"]]
        cards = [message["text"] for message in messages]
        return Ending(_cards(cards), _plain(lines), (), _headline(await self.stage.view()))

    async def telegram_ending(self) -> Ending:
        messages = await self.stage.telegram_messages()
        ours = [message for message in messages if message["from"] != 1001]
        cards = [message["text"] for message in ours if _is_card(message)]
        lines = [message["text"] for message in ours if not _is_card(message)]
        typed = [message["text"] for message in messages if message["from"] == 1001]
        return Ending(_cards(cards), _plain(lines), tuple(typed), "")

    async def attempts(self, amount: str) -> tuple[str, ...]:
        """The references of the backend's objects for this sale."""
        links = await self.stage.provider_links()
        return tuple(link["reference"] for link in links if f"{link['amount'] / 100:.2f} EUR" == amount)

    async def _ask_in_slack(self) -> None:
        """`/paylink`, the form, its button; each again if Slack says that it failed."""
        view = None
        while view is None:
            await self.keeper.up.wait()
            view = (await self.stage.slack(""))["view"]
        customer = {"email": EMAIL, "name": CUSTOMER, "phone": PHONE}
        values = {"amount": "49.90", "currency": "EUR", "description": DESCRIPTION, **customer}
        answer: dict[str, Any] = {}
        while answer.get("status") != 200:
            await self.keeper.up.wait()
            answer = await self.stage.control("slack/submit", view=view["id"], values=values)
        assert (answer["errors"], answer["trouble"]) == ({}, None), "again, it is answered as the first time"
        await self.stage.slack_card("Waiting for payment")

    async def _ask_in_telegram(self, pressing: set[asyncio.Task[Any]]) -> None:
        """Question after question. Nobody waits for a button's acknowledgement, which may be lost."""
        await self.stage.telegram("/paylink")
        await self.stage.telegram_card("How much?")
        await self.stage.telegram("60.00 EUR")
        await self.stage.telegram_card("e-mail address?")
        await self.stage.telegram(EMAIL)
        await self.stage.telegram_card("What is it for?")
        pressing.add(asyncio.create_task(self.stage.press_telegram("Skip")))
        await self.stage.telegram_card("check the amount")
        pressing.add(asyncio.create_task(self.stage.press_telegram("Create link")))
        await self.stage.telegram_card("Waiting for payment")

    async def _offered(self, amount: str) -> str:
        """The reference of the object that the card sends the customer to."""
        shown = str([await self.stage.slack_messages(), await self.stage.telegram_messages()])
        links = await self.stage.provider_links()
        [offered] = [
            link for link in links if link["url"] in shown and f"{link['amount'] / 100:.2f} EUR" == amount
        ]
        return str(offered["reference"])

    async def _webhooks_arrive(self) -> None:
        """Return when the service has taken every webhook; what it did not take comes again."""

        async def tried() -> list[dict[str, Any]]:
            deliveries: list[dict[str, Any]] = (await self.stage.reading("checkout/deliveries"))["deliveries"]
            return deliveries if all(delivery["attempts"] for delivery in deliveries) else []

        while not all(delivery["delivered"] for delivery in await self.stage.until(tried)):
            await self.keeper.up.wait()
            await self.stage.control("checkout/clock", advance_s=BETWEEN_ATTEMPTS_S)


def lost_messages(database: Path) -> int:
    """How many messages the service has given up because their answer was lost."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM outbox WHERE state = 'lost'")
    return int(count)


def _headline(view: dict[str, Any] | None) -> str:
    return str(view["blocks"][0].get("text")) if view else ""


def _is_card(message: dict[str, Any]) -> bool:
    first = message["text"].splitlines()[0]
    return message["reply_to"] is None and any(headline in first for headline in HEADLINES)


def _cards(texts: list[str]) -> tuple[str, ...]:
    return tuple(text.splitlines()[0] for text in texts)


def _plain(lines: list[str]) -> Counter[str]:
    return Counter(ADDRESS.sub("<address>", ATTEMPT.sub("<reference>", line)) for line in lines)
