"""What a card says while its backend is still to be told something, and a draft that is like an order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import cards
from bot.delivery.cards import Shown
from bot.links.permissions import Permissions
from bot.links.service import LinkService
from bot.ports.backend import CreatedLink, Feature
from bot.ports.model import Closed, Link, LinkState, Payment
from bot.ports.model import EventKind as K
from bot.ports.provider_links import ProviderLink
from tests.fakes import START, AbleBackend
from tests.unit.headlines import CLOSED_AS, CREATING, MADE, PAID, PUBLIC, payment
from tests.unit.link_rig import END, ID, LATER, LinkRig
from tests.unit.records import ACCOUNT, SALES, link
from tests.unit.talking import Conversation
from tests.unit.world import World

PAUSED = link(state=LinkState.PAUSED)
UNTIL = (START + timedelta(days=14)).isoformat()
EARLIER = replace(MADE, expires_on=START + timedelta(days=2))


def notes(of: Link, known: ProviderLink | None, *payments: Payment, **more: Any) -> str:
    return "\n".join(cards.link_card(PUBLIC, of, Shown(known, payments, "FakePay", **more)).notes)


def test_a_paused_link_says_so_until_its_backend_knows() -> None:
    assert "FakePay is being told. Until it has taken the link back, it can still be paid." in notes(
        PAUSED, MADE
    )
    assert notes(PAUSED, None) == ""


def test_a_resumed_link_says_so_until_its_backend_has_put_it_back() -> None:
    assert notes(link(), None) == "FakePay is being asked to put the link back."
    assert notes(link(), MADE) == ""


def test_what_is_wished_for_is_said_to_be_a_wish() -> None:
    known = replace(MADE, owed={"extend": UNTIL, "edit": "Chairs", "share": ""})
    said = notes(link(), known)
    assert "FakePay is being asked to keep it open until Sat 5 Dec 2026, 10:00 CET." in said
    assert "FakePay is being told the new text." in said
    assert "FakePay is being asked to send it to the customer." in said
    assert dict(cards.link_card(PUBLIC, link(), Shown(known, (), "FakePay")).rows)["For"] == "Invoice 12"


@pytest.mark.parametrize("lingers_s", [0, 3600])
async def test_the_card_says_how_long_a_page_that_is_open_outlives_the_cancellation(
    world: World, lingers_s: int
) -> None:
    shop = await LinkRig.begin(world)
    talk = Conversation(world)
    world.backend.info = replace(
        world.backend.info, features=frozenset({Feature.CANCEL}), ends=False, lingers_s=lingers_s
    )
    await shop.act(shop.acts.cancel)
    world.clock.advance(seconds=600)
    await talk.delivery().run(SALES.lane)
    (card, *_) = [each for each in world.chat.cards if each.headline.startswith("Cancelled")]
    said = "has opened its payment page already can pay until about Sat 21 Nov 2026, 10:00 UTC."
    assert [said in note for note in card.notes if "already" in note] == [True] * bool(lingers_s)


@pytest.mark.parametrize("features", [(), (Feature.CANCEL,)])
async def test_once_nobody_can_pay_what_was_cancelled_its_card_says_so_no_more(
    world: World, features: tuple[Feature, ...]
) -> None:
    shop = await LinkRig.begin(world, *features)
    shop.backend.info = world.backend.info = replace(shop.backend.info, lingers_s=3600)
    talk = Conversation(world)
    await shop.act(shop.acts.cancel)
    await shop.looks()
    await talk.delivery().run(SALES.lane)
    assert "already can pay until about" in str(world.chat.cards[-1].notes) or not features
    assert "who has it can pay until" in str(world.chat.cards[-1].notes) or features
    drawn = len(world.chat.cards)
    for _ in range(100):
        link_now = await shop.link()
        if link_now.poll_at is None:
            break
        world.clock.advance(seconds=(link_now.poll_at - world.clock.now()).total_seconds())
        if world.clock.now() >= END and not features:
            shop.backend.show(f"pl_{ID}", usable=False, expires_on=END)
        await shop.looks()
        await talk.delivery().run(SALES.lane)
    assert "can pay until" not in str(world.chat.cards[-1].notes)
    assert len(world.chat.cards) == drawn + 1, "drawn once more, not at every look"


async def test_what_was_sent_before_an_extension_is_told_of_no_longer_than_it_can_be_paid(
    world: World,
) -> None:
    shop = await LinkRig.begin(world)
    talk = Conversation(world)
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    await talk.delivery().run(SALES.lane)
    assert "can be paid, too, until" in str(world.chat.cards[-1].notes)
    world.clock.advance(seconds=(END - world.clock.now()).total_seconds())
    shop.backend.show(f"pl_{ID}", usable=False, expires_on=END)
    await shop.looks()
    await talk.delivery().run(SALES.lane)
    assert "can be paid, too, until" not in str(world.chat.cards[-1].notes)


@pytest.mark.parametrize("why", [Closed.CANCELLED, Closed.EXPIRED])
def test_a_link_that_somebody_pays_is_not_made_again_unawares(why: Closed) -> None:
    warned = "Somebody has begun to pay it. Wait for what comes of that before you make it again."
    assert warned in notes(CLOSED_AS[why], MADE, payment(K.PENDING))
    assert warned in notes(replace(CLOSED_AS[why], uses=3), MADE, payment(authorised=4990))
    assert warned not in notes(CLOSED_AS[why], MADE, payment(K.DECLINED))
    assert warned not in notes(link(), MADE, payment(K.PENDING))


@pytest.mark.parametrize("of", [link(), CREATING])
def test_what_was_sent_before_is_said_to_be_payable_too(of: Link) -> None:
    said = notes(of, MADE, earlier=EARLIER)
    assert said == "The link that was sent before can be paid, too, until Mon 23 Nov 2026, 10:00 CET."


@pytest.mark.parametrize("of", [link(), CREATING])
def test_where_the_address_is_ours_it_leads_to_the_newest(of: Link) -> None:
    """Only whoever has opened the provider's page before can still be there."""
    said = notes(of, MADE, earlier=EARLIER, public_url="https://pay.example.com")
    assert said == (
        "The address that was sent leads to the newest link. Who has opened the payment page before that can "
        "pay there, too, until Mon 23 Nov 2026, 10:00 CET."
    )


@pytest.mark.parametrize("of", [CLOSED_AS[Closed.EXPIRED], CLOSED_AS[Closed.PAID]])
def test_nothing_of_it_is_said_of_what_is_over(of: Link) -> None:
    assert notes(of, replace(MADE, owed={"extend": UNTIL}), earlier=EARLIER) == ""
    assert notes(link(), MADE, PAID, earlier=EARLIER) == ""


async def test_the_renderer_knows_what_was_sent_before(world: World) -> None:
    shop = await LinkRig.begin(world)
    await shop.act(shop.acts.extend, LATER)
    await shop.creates()
    delivery = Conversation(world).delivery()
    await delivery.run(SALES.lane)
    (card, *_) = [each for each in world.chat.cards if each.headline.startswith("Waiting")]
    assert "can be paid, too, until" in "\n".join(card.notes)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("list 25 EUR", "type /paylink list alone"),
        ("cancel fee 25 EUR", "type /paylink cancel with nothing but its reference"),
        ("chairs 25 EUR", ""),
    ],
)
async def test_a_draft_that_begins_like_an_order_says_how_that_is_typed(
    world: World, text: str, note: str
) -> None:
    said = "\n".join((await (await Conversation(world).begin(text)).card()).notes)
    assert (note in said, "type /paylink" in said) == (True, bool(note))


class Remembering(AbleBackend):
    """Finds what it has made by our reference."""

    async def find(self, reference: str) -> CreatedLink | None:
        self.looks.append(f"find {reference}")
        return CreatedLink(f"pl_{reference}", "https://pay.test/found", None) if reference == ID else None


async def test_what_is_there_already_is_not_taken_for_the_new_one(world: World) -> None:
    shop = LinkRig(world, Remembering())
    await world.add_attempt(await world.add_link(), url="https://pay.test/1")
    await shop.act(shop.acts.extend, LATER)
    permissions = Permissions(world.storage, {"slack": world.chat}, world.clock)
    await LinkService(world.storage, {ACCOUNT: shop.backend}, permissions, world.clock).run(ID)
    assert (shop.backend.references, shop.backend.looks) == ([f"{ID}-2"], [])
