"""Alice's hands on the page, in each chat: a link asked for, and the buttons of its card."""

from dataclasses import dataclass

import httpx
from playwright.async_api import Locator, Page, expect

AMOUNTS = {"yabetoo": "23,000 XAF", "eximpe": "24.00 INR", "costplus": "25.00 EUR", "paymentkit": "26.00 EUR"}
LABELS = {"checkout": "Checkout.com", "costplus": "Cost+", "eximpe": "EximPe", "paymentkit": "PaymentKit"}
ASKED = (  # the field's label, the question, the answer
    ("Customer's name", "customer's name", "Jane Doe"),
    ("Street and number", "street and number", "12 MG Road"),
    ("City", "Which city", "Pune"),
    ("State", "Which state", "Maharashtra"),
    ("Postal code", "postal code", "411001"),
)
EXTEND = "Extend"
STILL_PAYABLE = {"checkout", "costplus", "paymentkit"}  # or an opened page is; whoever cancels is told so
ANEW = {"checkout", "costplus"}  # an extension is a new link, and what is cancelled stays payable


@dataclass
class Visitor:
    """Alice, in front of the page, with one backend."""

    page: Page
    client: httpx.AsyncClient  # to the sandbox
    backend: str = ""

    @property
    def amount(self) -> str:
        return AMOUNTS.get(self.backend, "22.00 EUR")

    @property
    def label(self) -> str:
        return LABELS.get(self.backend, "YabetooPay")

    async def types(self, chat: str, text: str) -> None:
        await self.page.fill(f"#{chat}-text", text)
        await self.page.press(f"#{chat}-text", "Enter")


class InSlack(Visitor):
    """Buttons open a modal, in which everything else happens."""

    email, phone = "jane@example.com", "+919812345678"

    @property
    def modal(self) -> Locator:
        return self.page.locator("#slack-modal").get_by_role("dialog").first

    @property
    def card(self) -> Locator:
        return self.page.locator("#slack-messages .message.root").filter(has_text=self.amount).last

    async def asks(self) -> None:
        await self.types("slack", f"/paylink {self.amount} {self.email} {self.phone} via {self.backend}")
        if self.backend == "eximpe":
            for label, _, answer in ASKED:
                await self.modal.get_by_label(label).fill(answer)
            await self.modal.get_by_role("button", name="Create link").click()
            await self.reads("ready and posted")
            await self.leaves()
        else:
            desk = self.page.locator("#slack-messages .ephemeral").filter(has_text=self.amount).last
            await desk.get_by_role("button", name="Create link").click()
        await expect(self.card).to_contain_text("Open link")

    async def manages(self) -> list[str]:
        """Opens what can be done; gives its buttons."""
        if await self.modal.is_visible():
            await self.leaves()
        await self.card.get_by_role("button", name="Manage").click()
        await expect(self.modal.get_by_role("button", name="Why")).to_be_visible()
        return await self.modal.locator(".blocks button").all_inner_texts()

    async def chooses(self, label: str) -> None:
        """A button of what can be done, and yes if that is asked about."""
        await self.manages()
        await self.modal.get_by_role("button", name=label, exact=True).click()

    async def is_sure(self, label: str) -> None:
        await self.page.locator("dialog[open]").get_by_role("button", name=label, exact=True).click()

    async def is_told(self, words: str) -> None:
        await self.reads(words)

    async def fills_in(self, value: str) -> None:
        await self.modal.get_by_role("textbox").fill(value)
        await self.modal.locator("footer .primary").click()
        await expect(self.modal.get_by_role("textbox")).to_have_count(0)  # the answer is there

    async def extends(self) -> None:
        await self.chooses(EXTEND)
        if self.backend in ANEW:
            await expect(self.modal).to_contain_text("so a new one is made")
        await self.fills_in("3d")

    async def reads(self, *words: str) -> None:
        for each in words:
            await expect(self.modal).to_contain_text(each)

    async def reads_more(self, label: str) -> None:
        await self.modal.get_by_role("button", name=label).click()

    async def leaves(self) -> None:
        await self.modal.locator("footer button:visible").first.click()
        await expect(self.modal).to_be_hidden()

    async def hears(self, *words: str) -> None:
        """In the thread, once what was answered is out of sight."""
        if await self.modal.is_visible():
            await self.leaves()
        told = self.card.locator("xpath=following-sibling::li[contains(@class, 'reply')]")
        for each in words:
            await expect(told.filter(has_text=each).last).to_be_visible()


class InTelegram(Visitor):
    """Buttons change what stands below the card; what is read is a message of its own."""

    email, phone = "joan@example.com", "+919812345679"  # nothing of her is remembered: all is asked

    @property
    def turns(self) -> Locator:
        return self.page.locator("#telegram-messages .turn")

    @property
    def card(self) -> Locator:
        quote = self.page.locator(".quote")
        return self.turns.filter(has_text=f"Amount: {self.amount}", has_not=quote).last

    async def asks(self) -> None:
        await self.types("telegram", f"/paylink {self.amount} {self.email} {self.phone} via {self.backend}")
        for _, question, answer in ASKED if self.backend == "eximpe" else ():
            await expect(self.turns.get_by_text(question).last).to_be_visible()
            await self.types("telegram", answer)
        await self.card.get_by_role("button", name="Create link").click()
        await expect(self.card).to_contain_text("Open link")
        await self.forwards()

    async def manages(self) -> list[str]:
        if not await self.card.get_by_role("button", name="Back").is_visible():
            await self.card.get_by_role("button", name="Manage").click()
        await expect(self.card.get_by_role("button", name="Back")).to_be_visible()
        return [
            label
            for label in await self.card.locator(".keyboard button").all_inner_texts()
            if label != "Back"
        ]

    async def chooses(self, label: str) -> None:
        await self.manages()
        await self.card.get_by_role("button", name=label, exact=True).click()

    async def is_sure(self, label: str) -> None:
        """A short question fades, a longer one is closed; the answers stand below the card."""
        if label == "Cancel link":
            await expect(self.card.get_by_role("button", name="Keep it")).to_be_visible()
        else:
            await self.page.locator("dialog[open] footer button").click()
        await self.card.get_by_role("button", name=label, exact=True).click()

    async def is_told(self, words: str) -> None:
        """In an alert, which is closed."""
        alert = self.page.locator("dialog[open]")
        await expect(alert).to_contain_text(words)
        await alert.locator("footer button").click()

    async def fills_in(self, value: str) -> None:
        await expect(self.turns.last).to_contain_text("Reply with")
        await self.types("telegram", value)

    async def extends(self) -> None:
        await self.chooses(EXTEND)
        await self.card.locator(".keyboard button", has_text="+3d").click()
        if self.backend in ANEW:
            await self.is_sure("Make a new link")

    async def forwards(self) -> None:
        """What to forward is paced, and stands below whatever was answered meanwhile."""
        await expect(self.turns.filter(has_text=f"asks you to pay {self.amount}")).to_have_count(1)

    async def reads(self, *words: str) -> None:
        for each in words:
            await expect(self.turns.last).to_contain_text(each)

    async def reads_more(self, label: str) -> None:
        await self.turns.last.get_by_role("button", name=label).click()

    async def hears(self, *words: str) -> None:
        told = self.turns.filter(has=self.page.locator(".quote", has_text=self.amount))
        for each in words:
            await expect(told.filter(has_text=each).last).to_be_visible()


Hands = InSlack | InTelegram
