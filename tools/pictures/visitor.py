"""Somebody who tries the page for the first time: types, looks, presses."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page

COMMAND = "/paylink 49.90 EUR jane@example.com Invoice 12"
_CARD = {"Card number": "4242 4242 4242 4242", "Expiry date": "12/30", "Security code": "123"}
_LETTERS_AT_ONCE = 4


@dataclass(frozen=True)
class Pace:
    """How fast somebody is: seconds for a letter, and seconds to look before each press."""

    letter_s: float = 0.0
    look_s: float = 0.0


class Visitor:
    """Acts on the page; `seen(words)` is called when something worth a look has appeared."""

    def __init__(
        self, page: Page, pace: Pace, typed: Callable[[], object], seen: Callable[[str], object]
    ) -> None:
        self._page, self._pace, self._typed, self._seen = page, pace, typed, seen

    def sell_in_both_chats(self) -> None:
        """From the open page to "paid" in Slack, and then in Telegram."""
        self._seen("The page is open: Slack, Telegram and the customer's phone.")
        slack, telegram = self._page.locator("#slack-messages"), self._page.locator("#telegram-messages")
        self._type(self._page.locator("#slack-text"), COMMAND)
        self._page.keyboard.press("Enter")
        self._until_there(slack.get_by_role("button", name="Create"))
        self._seen("One line typed in Slack. Paylink repeats the amount in figures and asks once.")
        self._press(slack.get_by_role("button", name="Create").first)
        self._until_there(slack.get_by_text("Waiting for payment of 49.90 EUR").first)
        self._seen("The link is in the channel, the customer's address masked.")
        self._pay_with(slack.get_by_text("Open link").last)
        self._until_there(slack.get_by_text("Paid 49.90 EUR").last)
        self._seen("Paid: the card has changed, and the thread says so once.")

        self._type(self._page.locator("#telegram-text"), COMMAND)
        self._page.keyboard.press("Enter")
        self._until_there(telegram.get_by_role("button", name="Create link"))
        self._seen("The same line in Telegram.")
        self._press(telegram.get_by_role("button", name="Create link"))
        self._until_there(telegram.get_by_text("Open link"))
        self._seen("The summary has become the card with its link.")
        self._pay_with(telegram.get_by_text("Open link").last)
        self._until_there(telegram.get_by_text("Paid 49.90 EUR").last)
        self._seen("Paid in Telegram, too.")

    def _pay_with(self, link: Locator) -> None:
        self._press(link)
        phone = self._page.frame_locator("#phone-frame")
        self._until_there(phone.get_by_role("button", name="Pay"))
        self._seen("The customer opens it on the phone.")
        self._fill_in(phone)
        self._press(phone.get_by_role("button", name="Pay"))

    def _fill_in(self, phone: FrameLocator) -> None:
        for label, value in _CARD.items():
            self._type(phone.get_by_label(label), value)

    def _type(self, field: Locator, text: str) -> None:
        for begin in range(0, len(text), _LETTERS_AT_ONCE):
            field.press_sequentially(text[begin : begin + _LETTERS_AT_ONCE], delay=self._pace.letter_s * 1000)
            self._typed()

    def _press(self, target: Locator) -> None:
        time.sleep(self._pace.look_s)
        target.click()
        self._typed()

    def _until_there(self, something: Locator) -> None:
        something.wait_for()
