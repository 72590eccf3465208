"""The people of the shop: those who ask for links and those who pay. What fails, they do again."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.shop import Shop
from tests.scenario import slack_people

PLACES = (
    ("slack", "C0SALES", "U0ALICE"),
    ("slack", "C0QUIET", "U0BOB"),
    ("slack", "D0ALICE", "U0ALICE"),
    ("slack", "D0BOB", "U0BOB"),
    ("telegram", "1001", "1001"),
    ("telegram", "1002", "1002"),
    ("telegram", "-1001", "1001"),
    ("telegram", "-1002", "1001"),
)
_PAUSE_S = 0.2  # nobody presses a hundred times a second


@dataclass(frozen=True, slots=True)
class Sale:
    """One link, told from all others by its amount."""

    chat: str
    place: str
    user: str
    amount: str

    @property
    def paid(self) -> str:
        return f"Paid {self.amount}"


def sales(count: int, places: Sequence[tuple[str, str, str]] = PLACES, first: int = 0) -> list[Sale]:
    """So many sales, in all places in turn; `first` is the number of the first, for further ones."""
    return [
        Sale(*places[number % len(places)], f"{100 + number / 100:.2f} EUR")
        for number in range(first, first + count)
    ]


async def ask_for(shop: Shop, wanted: Iterable[Sale]) -> dict[Sale, str]:
    """The reference of each sale's object, once its card waits for the payment."""
    by_place: dict[tuple[str, str], list[Sale]] = {}
    for sale in wanted:
        by_place.setdefault((sale.place, sale.user), []).append(sale)
    async with asyncio.TaskGroup() as people:
        for queue in by_place.values():
            people.create_task(_ask_one_after_another(shop, queue))
    return {sale: await offered(shop, sale) for queue in by_place.values() for sale in queue}


async def _ask_one_after_another(shop: Shop, queue: Iterable[Sale]) -> None:
    for sale in queue:
        await ask(shop, sale)


async def ask(shop: Shop, sale: Sale) -> None:
    """Type the one-line command and press Create, until it is taken."""
    await (_ask_in_slack(shop, sale) if sale.chat == "slack" else _ask_in_telegram(shop, sale))


async def offered(shop: Shop, sale: Sale) -> str:
    """The reference of what the card sends the customer to, once it does."""
    await said(shop, sale, f"Waiting for payment of {sale.amount}")
    return shop.board.made[sale.amount][-1]


async def said(shop: Shop, sale: Sale, words: str) -> None:
    async def look() -> bool:
        return shop.board.has_said(sale.amount, words)

    try:
        await shop.stage.until(look, shop.patience_s)
    except TimeoutError:
        raise AssertionError(f"{sale} never said {words!r}: {shop.board.said[sale.amount]}") from None


async def pay(shop: Shop, references: Iterable[str]) -> None:
    for reference in references:
        await shop.stage.pay(reference, "paid")


async def webhooks_arrive(shop: Shop) -> None:
    """Return when the service has taken every webhook: the backend sends again what it did not take."""

    async def tried() -> list[bool]:
        deliveries = (await shop.stage.reading("checkout/deliveries"))["deliveries"]
        done = [delivery["delivered"] for delivery in deliveries]
        return done if all(delivery["attempts"] for delivery in deliveries) else []

    async with asyncio.timeout(shop.patience_s):
        while not all(await shop.stage.until(tried, shop.patience_s)):
            await asyncio.sleep(_PAUSE_S)
            await shop.stage.control("checkout/clock", advance_s=301)  # more than it waits between two


async def _ask_in_slack(shop: Shop, sale: Sale) -> None:
    person = {"channel": sale.place, "user": sale.user}
    while True:
        answer = await shop.stage.control("slack/command", **person, text=sale.amount)
        shown = [message for message in answer["messages"] if sale.amount in str(message)]
        if shown:
            break
        await asyncio.sleep(_PAUSE_S)
    [button] = [name for name in slack_people.actions_of(shown[-1]) if name.startswith("paylink_create_")]
    press = {**person, "ts": shown[-1]["ts"], "action_id": button}
    while not await _is_taken(shop, press):  # noqa: ASYNC110 - a person's pause
        await asyncio.sleep(_PAUSE_S)


async def _is_taken(shop: Shop, press: Mapping[str, str]) -> bool:
    """A press whose acknowledgement came too late was taken all the same: then its button is gone.

    One that could not be taken shows so in a view.
    """
    answer = await shop.stage.client.post("/slack/_control/press", json=press)
    is_gone = "elements match" in answer.text
    return is_gone or (answer.json()["status"] == 200 and not answer.json()["view"])


async def _ask_in_telegram(shop: Shop, sale: Sale) -> None:
    """Telegram keeps what the service did not take: nobody does anything twice."""
    place, user = int(sale.place), int(sale.user)
    await shop.stage.telegram(f"/paylink {sale.amount}", user=user, chat=place)
    await said(shop, sale, f"New payment link: {sale.amount}")
    async with asyncio.TaskGroup() as hands:
        hands.create_task(shop.stage.press_telegram("Create link", user=user, chat=place))
        await said(shop, sale, f"Waiting for payment of {sale.amount}")
