"""The one check of "all is right": threads as seen, links as the backend has them, nothing owed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.ports.model import Closed, EventKind, LinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import InboxState, OwedState, Say
from tests.faults.people import Sale, said
from tests.faults.shop import Shop

SAID_AGAIN = "said again"
_TOLD = Counter({"payment_approved": 1, "payment_captured": 1})
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Books:
    """What our rows say of one link."""

    state: tuple[LinkState, Closed | None]
    captured: tuple[str, ...]
    told: Counter[str]  # the backend's words, of what it has sent
    objects: frozenset[str]  # the ids of those that we know at the backend


@dataclass(frozen=True, slots=True)
class Thread:
    """What people see of a sale: the headlines of its cards, and the lines below them."""

    cards: tuple[str, ...]
    lines: tuple[str, ...]


async def all_is_right(
    shop: Shop, references: Mapping[Sale, str], *, cut_off: bool = False, unreadable: int = 0
) -> None:
    """Every sale is paid, told and settled, exactly once.

    `cut_off`: messages may have been cut off or their answers lost: then a card may be there twice, and
    "paid" a second time if it says so; of a card that was lost twice nobody knows where it is, and the
    money is told beside it. `unreadable`: so many bodies had a good proof and no sense.
    """
    for sale in references:
        await said(shop, sale, sale.paid)
    await nothing_outstanding(shop)
    await books_are_right(shop, references, unreadable)
    given_up = await shop.stage.rows(cards_given_up)
    assert cut_off or not given_up
    for sale, thread in (await threads(shop, references)).items():
        if references[sale][:14] in given_up:
            assert len(thread.cards) <= 2, f"{sale}: {thread}"
        else:
            thread_is_right(sale, thread, cut_off=cut_off)


def cards_given_up(tx: Transaction) -> set[str]:
    """Of which links: both posts of their cards were lost."""
    unsaid = tx.outbox.unsaid()
    return {owed.subject for owed in unsaid if owed.say is Say.CARD and owed.state is OwedState.LOST}


async def nothing_outstanding(shop: Shop) -> None:
    """Return when nothing is owed to the chats, nothing waits in the inbox and nothing is to be fetched."""
    later = shop.clock.now() + timedelta(days=400)

    def outstanding(tx: Transaction) -> dict[str, Any]:
        inbox = tx.inbox.stripes()
        return {"outbox": tx.outbox.count(), "inbox": list(inbox), "lookups": list(tx.lookups.due(later))}

    left: dict[str, Any] = {}

    async def none() -> bool:
        left.update(await shop.stage.rows(outstanding))
        return not any(left.values())

    try:
        await eventually(none, shop.patience_s)
    except TimeoutError:
        raise AssertionError(f"still outstanding: {left}") from None


async def eventually(look: Callable[[], Awaitable[bool]], patience_s: float) -> None:
    """Return when `look` sees it."""
    async with asyncio.timeout(patience_s):
        while not await look():  # noqa: ASYNC110 - rows tell nobody of their changes
            await asyncio.sleep(_LOOK_EVERY_S)


async def books_are_right(shop: Shop, references: Mapping[Sale, str], unreadable: int) -> None:
    """Each event was applied once, and each link is what the backend says of it."""
    ids = {sale: reference[:14] for sale, reference in references.items()}

    def look(tx: Transaction) -> tuple[Mapping[str, int], dict[Sale, Books]]:
        return tx.counts.inbox(), {sale: _books(tx, link_id) for sale, link_id in ids.items()}

    inbox, books = await shop.stage.rows(look)
    assert inbox.get(InboxState.FAILED, 0) == unreadable, inbox
    theirs: dict[str, dict[str, Any]] = {}
    for made in await shop.stage.provider_links():
        assert made["status"] == "Payment Received" or made["reference"] not in references.values(), made
        theirs[made["reference"]] = made
    for sale, known in books.items():
        assert known.state == (LinkState.CLOSED, Closed.PAID), f"{sale}: {known}"
        assert known.captured == (sale.amount,), f"{sale}: {known}"
        assert known.told == _TOLD, f"{sale}: {known}"
        assert theirs[references[sale]]["id"] in known.objects, f"{sale}: {known}"


def _books(tx: Transaction, link_id: str) -> Books:
    link = tx.links.get(link_id)
    assert link is not None, link_id
    captured = [payment.amounts.get(EventKind.CAPTURED) for payment in tx.payments.of(link_id)]
    known = frozenset(each.provider_id for each in tx.provider_links.of(link_id) if each.provider_id)
    told = Counter(heard.word for heard in tx.events.evidence(link_id) if heard.sent)
    amounts = tuple(f"{money.major} {money.currency}" for money in captured if money)
    return Books((link.state, link.closed), amounts, told, known)


async def threads(shop: Shop, references: Mapping[Sale, str]) -> dict[Sale, Thread]:
    """Every sale's thread as people see it."""
    seen = {}
    for place in {(sale.chat, sale.place) for sale in references}:
        reading = _slack_threads if place[0] == "slack" else _telegram_threads
        found = await reading(shop, place[1])
        for sale, reference in references.items():
            if (sale.chat, sale.place) == place:
                mine = [(card, lines) for card, text, lines in found if reference[:14] in text]
                lines = [line for _, below in mine for line in below]
                seen[sale] = Thread(tuple(card for card, _ in mine), tuple(lines))
    return seen


async def _slack_threads(shop: Shop, channel: str) -> list[tuple[str, str, list[str]]]:
    messages = (await shop.stage.reading("slack/messages", channel=channel))["messages"]
    return [
        (message["text"], str(message["blocks"]), [reply["text"] for reply in message["replies"]])
        for message in messages
    ]


async def _telegram_threads(shop: Shop, chat: str) -> list[tuple[str, str, list[str]]]:
    messages = await shop.stage.telegram_messages(int(chat))
    below: dict[int, list[str]] = {}
    for message in messages:
        below.setdefault(message["reply_to"] or 0, []).append(message["text"])
    return [
        (message["text"].splitlines()[0], message["text"], below.get(message["message_id"], []))
        for message in messages
        if not message["reply_to"]
    ]


def thread_is_right(sale: Sale, thread: Thread, *, cut_off: bool) -> None:
    """One card that says "paid", and one line that does; see `all_is_right` for `cut_off`."""
    assert 1 <= len(thread.cards) <= 1 + cut_off, f"{sale}: {thread}"
    assert sale.paid in thread.cards[-1], f"{sale}: {thread}"
    again = [SAID_AGAIN in line for line in thread.lines if sale.paid in line]
    assert again == [False] or (cut_off and again in ([True], [False, True])), f"{sale}: {thread}"
    plain = [line for line in thread.lines if SAID_AGAIN not in line]
    assert len(plain) == len(set(plain)), f"{sale}: {thread}"
