"""The Telegram column as tests use it: hands for who is there, and what the stand-in knows of it."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Sandbox

ALICE, STRANGER, NEWCOMER, BOT = 1001, 1002, 1003, 7000000001
SALES, SHOP_FLOOR, INVOICES = -1001, -1002, 11
Json = dict[str, Any]


@dataclass
class Column:
    page: Page
    sandbox: Sandbox

    def part(self, name: str) -> Locator:
        return self.page.locator(f"#telegram-{name}")

    @property
    def bubbles(self) -> Locator:
        return self.part("messages").locator(".bubble")

    async def act(self, control: str, **body: Any) -> Json:
        url = f"{self.sandbox.url}/telegram/_control/{control}"
        answer: Json = (await self.sandbox.service.client.post(url, json=body)).json()
        assert answer["ok"], answer
        return answer

    async def sent(self, chat: int = ALICE) -> list[Json]:
        """What stands in a chat, by the stand-in."""
        url = f"{self.sandbox.url}/telegram/_control/messages"
        answer = await self.sandbox.service.client.get(url, params={"chat": chat})
        return [message for message in answer.json()["messages"] if not message.get("deleted")]

    async def bot(self, text: str, chat: int = ALICE, **more: Any) -> int:
        """A message of the bot's; answers its number."""
        sent = await self.sandbox.service.telegram(
            "sendMessage", chat_id=chat, text=text, parse_mode="HTML", **more
        )
        return int(sent["message_id"])

    async def pressed(self) -> Json:
        """The press that the bot is told of, once."""
        offset = 0
        while True:
            for update in await self.sandbox.service.telegram("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                if query := update.get("callback_query"):
                    await self.sandbox.service.telegram("getUpdates", offset=offset)
                    return dict(query)

    async def enter(self, name: str, place: str = "chats") -> None:
        chosen = self.part(place).get_by_role("button", name=name)
        await chosen.click()
        await expect(chosen).to_have_attribute("aria-current", "true")

    async def say(self, text: str) -> None:
        await self.part("text").fill(text)
        await self.part("text").press("Enter")


def inline(*rows: list[Json]) -> Json:
    return {"inline_keyboard": list(rows)}
