"""A link's history with what its provider remembers, which is asked for beside everything else."""

import asyncio
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.orders import Order, read_order
from bot.errors import (
    BackendAuthFailed,
    BackendRejected,
    BackendUnavailable,
    ChatError,
    ChatRefused,
    ChatUnavailable,
    PaylinkError,
)
from bot.ports.backend import Feature, Moment
from bot.ports.chat import Answer, Pending, Question, Sheet, Told, Verb
from bot.ports.provider_links import ProviderLinkState
from bot.texts import Texts
from tests.unit.link_rig import ID, LinkRig
from tests.unit.records import ACCOUNT, ALICE
from tests.unit.world import World

ASK = "history=provider"


class Reader:
    """Alice, in front of her link's history."""

    def __init__(self, shop: LinkRig) -> None:
        self.shop, self.managing = shop, Managing(shop.acts, Texts("en"), ZoneInfo("UTC"))
        storage, backends = shop.world.storage, {ACCOUNT: shop.backend}
        self.inquiries = Inquiries(storage, backends, shop.acts, self.managing.reading)

    async def asks(self, order: Order) -> Answer:
        return await self.shop.world.write(lambda tx: self.managing.order(tx, ALICE, order))

    async def is_told(self) -> Sheet:
        """What comes of an inquiry."""
        told = asyncio.get_running_loop().create_future()

        async def show(sheet: Sheet) -> None:
            told.set_result(sheet)

        with capture_logs():
            self.inquiries.begin(ID, ALICE, show)
            return await asyncio.wait_for(told, 5)


@pytest.fixture
async def reader(world: World) -> AsyncIterator[Reader]:
    ready = Reader(await LinkRig.begin(world, Feature.HISTORY, Feature.SHARE))
    yield ready
    await ready.inquiries.aclose()


async def test_a_history_offers_the_providers_own(reader: Reader) -> None:
    sheet = await reader.asks(Order(Verb.HISTORY, ID))
    assert isinstance(sheet, Sheet)
    assert [(button.label, button.argument) for button in sheet.more] == [("What FakePay remembers", ASK)]


async def test_asking_the_provider_is_answered_before_it_has_been_asked(reader: Reader) -> None:
    for order in (Order(Verb.HISTORY, ID, "provider"), read_order(f"history {ID} at the provider")):
        assert order is not None
        answer = await reader.asks(order)
        assert isinstance(answer, Pending)
        assert (answer.subject, answer.text) == (ID, "Asking FakePay…")
        assert answer.sheet.parts[-1] == ("Asking FakePay…",)
        assert answer.sheet.more == ()
    assert reader.shop.backend.looks == []


async def test_what_the_provider_remembers_stands_below_ours(reader: Reader) -> None:
    await reader.asks(Order(Verb.SHARE, ID))
    await reader.shop.act(reader.shop.acts.share)
    await reader.shop.looks()
    sheet = await reader.is_told()
    assert "had FakePay asked to send it to the customer" in sheet.parts[0][0]
    assert sheet.parts[1:] == (("What FakePay remembers:", f"Sat 21 Nov 2026, 09:00 UTC: share, pl_{ID}"),)
    assert [(button.label, button.argument) for button in sheet.more] == [("Ask FakePay again", ASK)]


async def test_a_provider_that_remembers_nothing_says_so_and_an_undated_line_has_no_date(
    reader: Reader,
) -> None:
    assert (await reader.is_told()).parts[-1][1:] == ("Nothing.",)

    async def undated(_: str) -> list[Moment]:
        return [Moment(None, "CREATED")]

    reader.shop.backend.history = undated  # type: ignore[method-assign,assignment]
    assert (await reader.is_told()).parts[-1][1:] == ("CREATED",)


async def test_each_object_that_is_known_there_is_asked_about(reader: Reader, world: World) -> None:
    link = await reader.shop.link()
    await world.add_attempt(link, 2, state=ProviderLinkState.ORPHAN, provider_id=None)
    await world.add_attempt(link, 3)
    await reader.is_told()
    assert reader.shop.backend.looks == [f"history pl_{ID}", f"history pl_{ID}-3"]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (BackendUnavailable("503", sent="unknown"), "FakePay does not answer."),
        (BackendAuthFailed("401"), "FakePay refuses our key. The operator has to mend it."),
        (BackendRejected(("gone",)), "FakePay refuses the request: gone."),
    ],
)
async def test_a_provider_that_does_not_tell_can_be_asked_again(
    reader: Reader, trouble: PaylinkError, said: str
) -> None:
    reader.shop.backend.refusals.append(trouble)
    sheet = await reader.is_told()
    assert (sheet.parts[-1], sheet.more[0].argument) == ((said,), ASK)


async def test_a_provider_that_keeps_no_history_is_not_asked(world: World) -> None:
    plain = Reader(await LinkRig.begin(world))
    sheet = await plain.asks(Order(Verb.HISTORY, ID))
    assert isinstance(sheet, Sheet)
    assert sheet.more == ()
    told = await plain.asks(Order(Verb.HISTORY, ID, "provider"))
    assert told == Told("FakePay keeps no history that can be asked for.")


async def test_an_inquiry_that_is_cut_off_shows_nothing_and_stops_nobody(reader: Reader) -> None:
    shown, asked = list[Sheet](), asyncio.Event()
    reader.shop.backend.on_look = asked.set
    reader.shop.backend.may_answer.clear()

    async def show(sheet: Sheet) -> None:
        shown.append(sheet)

    reader.inquiries.begin(ID, ALICE, show)
    await asked.wait()
    await reader.inquiries.aclose()
    assert shown == []


async def test_what_a_chat_does_not_take_at_once_is_shown_again_and_keeps_nobody_else_waiting(
    reader: Reader,
) -> None:
    """A call whose answer was lost may be repeated, since it puts the same in the same place."""
    trouble = [
        ChatUnavailable("TimeoutError", sent="unknown"),
        ChatUnavailable("ratelimited", sent="no", retry_after=1),
    ]
    tries, shown, busy = list[Sheet](), asyncio.Event(), asyncio.Event()

    async def later(sheet: Sheet) -> None:
        tries.append(sheet)
        if trouble:
            raise trouble.pop(0)
        shown.set()

    async def never(_: Sheet) -> None:
        busy.set()
        raise ChatUnavailable("ratelimited", sent="no", retry_after=30)

    with capture_logs() as lines:
        for _ in range(8):  # more than are asked about at once
            reader.inquiries.begin(ID, ALICE, never)
        await busy.wait()
        reader.inquiries.begin(ID, ALICE, later)
        await asyncio.wait_for(shown.wait(), 10)
    assert len(tries) == 3
    assert [line for line in lines if line["log_level"] != "info"] == []


@pytest.mark.parametrize(
    "trouble", [ChatRefused("not_found"), ChatUnavailable("ratelimited", sent="no", retry_after=3600)]
)
async def test_a_window_that_was_closed_or_a_chat_that_is_busy_for_long_is_told_in_the_log(
    reader: Reader, trouble: ChatError
) -> None:
    tried = asyncio.Event()

    async def refuse(_: Sheet) -> None:
        tried.set()
        raise trouble

    with capture_logs() as lines:
        reader.inquiries.begin(ID, ALICE, refuse)
        await tried.wait()
        await asyncio.sleep(0)
    assert [line["event"] for line in lines if line["log_level"] == "warning"] == ["inquiry.not_shown"]


async def test_having_it_sent_is_asked_about_first_however_it_is_asked_for(reader: Reader) -> None:
    question = await reader.asks(Order(Verb.SHARE, ID))
    assert isinstance(question, Question)
    assert question.text == "Let FakePay write to j…@example.com? What is sent cannot be taken back."
    assert question.yes.argument == "share!"
    menu = await reader.shop.world.read(lambda tx: reader.managing.menu(tx, ALICE, ID))
    (sure,) = [button.sure for row in menu.buttons for button in row if button.argument == "share"]
    assert sure is not None
    assert (sure.question, sure.yes, sure.no) == (question.text, "Send it", "Not now")
    assert (await reader.shop.objects())[0].owed == {}
